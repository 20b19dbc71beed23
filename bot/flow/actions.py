"""What ``do`` can do: each action names what it takes and what it gives back, and returns events. No IO."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bot.flow.events import (
    AboutYouErased,
    AboutYouKept,
    AlertRaised,
    ConsentKept,
    Erased,
    Event,
    QuestionAsked,
    ReadersNarrowed,
    StoryCompleted,
    StorySubmitted,
    StoryTakenBack,
    WordsForgotten,
)
from bot.flow.media import Media
from bot.knowledge.area import area_told
from bot.story import about_you
from bot.story.consent import Consent
from bot.story.danger import Danger

# No 0/O, 1/I/L, 5/S, 8/B, U/V: a reference is read aloud on the phone.
REFERENCE_LETTERS = "234679ACDEFGHJKMNPQRTWXYZ"
REFERENCE_LENGTH = 6
PURPOSES = ("news",)  # what somebody may be texted for without having written first

Arguments = Mapping[str, object]
Done = tuple[Sequence[Event], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Action:
    """A registered action: the arguments it must and may have, the variables it gives, and the function."""

    takes: tuple[str, ...]
    gives: tuple[str, ...]
    run: Callable[[Arguments, Random], Done]
    may_take: tuple[str, ...] = ()


def new_reference(random: Random) -> str:
    """Six letters and digits that cannot be misheard: one in 244 million is drawn twice."""
    return "".join(random.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


def _submit_story(given: Arguments, random: Random) -> Done:
    consent = Consent(str(given["consent"]))
    messages, media = texts(given["text"]), _sent(given)
    if consent is Consent.NOBODY or not (messages or media):
        return (), {"story_ref": ""}
    reference = new_reference(random)
    told = StorySubmitted(reference, messages, consent, media, area=area_told(given.get("area")))
    return [told], {"story_ref": reference}


def _add_to_story(given: Arguments, random: Random) -> Done:
    reference = str(given["story_ref"])
    wish = None if given.get("wish") in {None, ""} else str(given["wish"])
    follow_up = None if given.get("follow_up") in {None, ""} else given["follow_up"] == "yes"
    area = area_told(given.get("area")) or None
    return [StoryCompleted(reference, wish, follow_up, area)] if reference else (), {}


def _forget_words(given: Arguments, random: Random) -> Done:
    words, media = texts(given["text"]), _sent(given)
    return [WordsForgotten(words, media)] if words or media else (), {}


def _submit_question(given: Arguments, random: Random) -> Done:
    reference = new_reference(random)
    asked = QuestionAsked(reference, str(given["text"]), area=area_told(given.get("area")))
    return [asked], {"question_ref": reference}


def _raise_alert(given: Arguments, random: Random) -> Done:
    return [AlertRaised(Danger(str(given["kind"])), str(given.get("text", "")))], {}


def _keep_consent(given: Arguments, random: Random) -> Done:
    """Only a yes is one. A question that she left out changes nothing."""
    purpose, answer = str(given["purpose"]), str(given["answer"])
    if purpose not in PURPOSES or answer not in {"yes", "no"}:
        return (), {}
    return [ConsentKept(purpose, answer == "yes")], {}


def _erase_everything(given: Arguments, random: Random) -> Done:
    return [Erased()], {}


def _take_back_story(given: Arguments, random: Random) -> Done:
    return [StoryTakenBack(str(given["story"]))] if given["story"] else (), {}


def _only_champions(given: Arguments, random: Random) -> Done:
    return [ReadersNarrowed(str(given["story"]))] if given["story"] else (), {}


def _keep_about_you(given: Arguments, random: Random) -> Done:
    """A place is kept as the area it lies in; what no list knows is not kept."""
    answers = about_you.coded({name: given.get(name) for name in about_you.NAMES})
    return [AboutYouKept(answers)] if answers else (), {}


def _erase_about_you(given: Arguments, random: Random) -> Done:
    return [AboutYouErased()], {}


def _seen_by_the_walker(given: Arguments, random: Random) -> Done:
    """Needs to know what she told before, or changes what is remembered of her: ``bot.flow.looking_back`` does it."""
    return (), {}


def texts(value: object) -> tuple[str, ...]:
    """What a ``listen`` heard, or one text; of a place its name; nothing when nothing was said."""
    if isinstance(value, dict):
        return (str(value["name"]),)
    if isinstance(value, list):
        return tuple(str(text) for text in value if not isinstance(text, dict))
    return (str(value),) if value else ()


def _sent(given: Arguments) -> tuple[Media, ...]:
    """What came beside words: with them, as a ``listen`` keeps it, and as an answer to ``expect: media``."""
    return (*_media(given["text"]), *_media(given.get("media")))


def _media(value: object) -> tuple[Media, ...]:
    items = value if isinstance(value, list) else []
    return tuple(Media(item["url"], item["content_type"]) for item in items if isinstance(item, dict))


ACTIONS: dict[str, Action] = {
    "submit_story": Action(("text", "consent"), ("story_ref",), _submit_story, ("media", "area")),
    "add_to_story": Action(("story_ref",), (), _add_to_story, ("wish", "follow_up", "area")),
    "forget_words": Action(("text",), (), _forget_words, ("media",)),
    "submit_question": Action(("text",), ("question_ref", "reply_by", "understood"), _submit_question, ("area",)),
    "raise_alert": Action(("kind",), (), _raise_alert, ("text",)),
    "keep_consent": Action(("purpose", "answer"), (), _keep_consent),
    "erase_everything": Action((), (), _erase_everything),
    "my_stories": Action((), ("story", "told_on", "stories", "how_many"), _seen_by_the_walker, ("reference",)),
    "pick_story": Action(("said",), ("story", "told_on"), _seen_by_the_walker),
    "take_back_story": Action(("story",), (), _take_back_story),
    "only_champions": Action(("story",), (), _only_champions),
    "note_asked_about_you": Action((), (), _seen_by_the_walker),
    "keep_about_you": Action((), (), _keep_about_you, about_you.NAMES),
    "erase_about_you": Action((), (), _erase_about_you),
}
