"""What ``do`` can do: each action names what it takes and what it gives back, and returns events. No IO."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bot.flow.events import AlertRaised, Erased, Event, QuestionAsked, StorySubmitted
from bot.story.consent import Consent
from bot.story.danger import Danger

# No 0/O, 1/I/L, 5/S, 8/B, U/V: a reference is read aloud on the phone.
REFERENCE_LETTERS = "234679ACDEFGHJKMNPQRTWXYZ"
REFERENCE_LENGTH = 6

Arguments = Mapping[str, object]
Done = tuple[Sequence[Event], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Action:
    """A registered action: the arguments it takes, the variables it gives, and the function."""

    takes: tuple[str, ...]
    gives: tuple[str, ...]
    run: Callable[[Arguments, Random], Done]


def new_reference(random: Random) -> str:
    """Six letters and digits that cannot be misheard: one in 244 million is drawn twice."""
    return "".join(random.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


def _submit_story(given: Arguments, random: Random) -> Done:
    consent = Consent(str(given["consent"]))
    if consent is Consent.NOBODY:
        return (), {"story_ref": ""}
    reference = new_reference(random)
    wish = "" if given["wish"] == "skip" else str(given["wish"])
    texts = given["text"] if isinstance(given["text"], list) else [given["text"]]
    messages = tuple(str(text) for text in texts)
    return [StorySubmitted(reference, messages, wish, consent, given["follow_up"] == "yes")], {"story_ref": reference}


def _submit_question(given: Arguments, random: Random) -> Done:
    reference = new_reference(random)
    return [QuestionAsked(reference, str(given["text"]))], {"question_ref": reference}


def _raise_alert(given: Arguments, random: Random) -> Done:
    return [AlertRaised(Danger(str(given["kind"])), "")], {}


def _erase_everything(given: Arguments, random: Random) -> Done:
    return [Erased()], {}


ACTIONS: dict[str, Action] = {
    "submit_story": Action(("text", "wish", "consent", "follow_up"), ("story_ref",), _submit_story),
    "submit_question": Action(("text",), ("question_ref",), _submit_question),
    "raise_alert": Action(("kind",), (), _raise_alert),
    "erase_everything": Action((), (), _erase_everything),
}
