"""The verb ``find``: a list of services or answers, a few at a time, and the one she picks in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.flow.events import AnswerChosen, NotFound
from bot.flow.hours import clock_of
from bot.flow.lexicon import Ambiguous, Lexicon, Understood, as_number, tapped
from bot.flow.model import Step
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.flow.world import Reply
from bot.knowledge import present
from bot.knowledge.area import counted_area
from bot.knowledge.near import Found
from bot.knowledge.opening_words import opening_line
from bot.knowledge.places import Place
from bot.knowledge.topics import TOPICS
from bot.language import phrases
from bot.story.gaps import Came

CLOSEST_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: its key, and the miles to it when they are known, exactly or roughly."""

    key: str
    miles: float | None = None
    rough: bool = False


def search(step: Step, frame: Frame, voice: Speaker) -> tuple[list[Item], str]:
    """What this step finds for what she told us, best first, and from where its miles are measured, in her language.
    Where she is, is forgotten once it has been used: only the first page can say so."""
    directory = voice.world.directory
    if step.find == "services":
        topic, place = (_told(step, name, frame) for name in ("topic", "place"))
        frame.values.pop(step.values["place"].written, None)
        here = as_place(place)
        found = directory.find_services(str(topic), here)
        measured = ""
        if here and any(hit.miles is not None for hit in found):
            measured = present.measured(here, voice.language, voice.world.catalogues.text)
        return [Item(hit.service.key, hit.miles, hit.rough) for hit in found], measured
    if step.find == "rights":
        return [Item(answer.key) for answer in directory.answers_on_rights()], ""
    asked = str(frame.values.get(step.about, ""))
    return [Item(answer.key) for answer, _ in directory.match_answers(asked, voice.language, CLOSEST_ANSWERS)], ""


def where(step: Step, frame: Frame) -> Place | None:
    """Where a search for services is to look; it is forgotten by the search."""
    return as_place(_told(step, "place", frame)) if "place" in step.values else None


def not_found(step: Step, frame: Frame, voice: Speaker, place: Place | None) -> NotFound:
    """That a search found nothing, and for what, as coarsely as it is counted."""
    topic = str(_told(step, "topic", frame)) if "topic" in step.values else ""
    return NotFound(Came.NOTHING, topic if topic in TOPICS else "", counted_area(place))


def none_fits(step: Step, frame: Frame, voice: Speaker) -> NotFound:
    """That none of these answers is what she asked for. What it is about, two of the closest three may tell."""
    answers = [voice.world.directory.answer(item.key) for item in _page(step, frame)]
    topics = Counter(answer.topic for answer in answers if answer)
    topic, times = topics.most_common(1)[0] if topics else ("", 0)
    return NotFound(Came.NONE, topic if times > 1 else "")


def _told(step: Step, name: str, frame: Frame) -> object:
    given = step.values[name]
    return frame.values.get(given.written, "") if given.is_variable else given.written


def as_place(value: object) -> Place | None:
    """The place that was kept in a session, or None when she would not say."""
    if not isinstance(value, dict):
        return None
    return Place(value["name"], value["latitude"], value["longitude"], value["exactness"])


def begin(step: Step, items: Sequence[Item], frame: Frame) -> None:
    """Keep the list with the flow, at its first page."""
    frame.values[_key(step)] = {"items": [[item.key, item.miles, item.rough] for item in items], "from": 0}


def is_kept(step: Step, frame: Frame) -> bool:
    """True when this step has a list already: it is shown again as it was."""
    return _key(step) in frame.values


def show(step: Step, frame: Frame, voice: Speaker, *, before: str = "", measured: str = "") -> None:
    """Send the current page: numbered items, the step's own options, and from where the miles are ``measured``."""
    options = [(f"{step.name}.{item.key}", _line(step, item, voice)) for item in _page(step, frame)]
    options += [(f"{step.name}.{option.key}", voice.phrase(option.label)) for option in step.options]
    hints = (phrases.PICK_HINT, phrases.MORE_HINT) if _has_next(step, frame) else (phrases.PICK_HINT,)
    hint = " ".join([*([measured] if measured else []), *(voice.phrase(text) for text in hints)])
    voice.say(before or voice.phrase(voice.wording(step)), options=options, hint=hint)


def more(step: Step, frame: Frame, session: Session, voice: Speaker) -> None:
    """MORE: the rest of the answer she is reading, else the next page, else a kind word that there is none."""
    if session.more:
        _next_part(session, voice)
    elif _has_next(step, frame):
        frame.values[_key(step)]["from"] += step.page
        show(step, frame, voice)
    else:
        voice.say_phrase(phrases.NO_MORE)


def page_back(step: Step, frame: Frame) -> bool:
    """Go to the page before; False on the first one."""
    kept = frame.values[_key(step)]
    if kept["from"] == 0:
        return False
    kept["from"] = max(0, kept["from"] - step.page)
    return True


def _next_part(session: Session, voice: Speaker) -> None:
    """The next message of the answer she is reading."""
    key, _, number = session.more.rpartition("/")
    session.more = ""
    answer = voice.world.directory.answer(key)
    pages = present.answer_pages(answer, voice.language, voice.world.catalogues.text) if answer else []
    for page in pages[int(number) : int(number) + 1]:
        last = int(number) + 1 >= len(pages)
        session.more = "" if last else f"{key}/{int(number) + 1}"
        voice.say(page, hint="" if last else voice.phrase(phrases.MORE_HINT))


def pick(reply: Reply, step: Step, frame: Frame, voice: Speaker, only: Sequence[str] = ()) -> Understood:
    """The key of the item or option that a reply means on the current page. After "did you mean one of these?",
    ``only`` are these, numbered from 1."""
    lexicon = _lexicon(step, frame, voice)
    if reply.button:
        return tapped(reply.button, step.name, lexicon.choices)
    found = lexicon.only(only).find(reply.text) if only else None
    return found or (lexicon.find(reply.text) if not only or as_number(reply.text) is None else None)


def offers(reply: Reply, said: str, step: Step, frame: Frame, voice: Speaker) -> bool:
    """True when the reply is exactly one of the lines on offer. ``said`` are its folded words."""
    lexicon = _lexicon(step, frame, voice)
    return lexicon.offers(said) or bool(reply.button and tapped(reply.button, step.name, lexicon.choices))


def tell(step: Step, key: str, frame: Frame, session: Session, voice: Speaker) -> None:
    """Send one found thing in full. The longer part of an answer waits for MORE."""
    directory, translate = voice.world.directory, voice.world.catalogues.text
    session.more = ""
    today = date.fromisoformat(voice.today) if voice.today else None
    if step.find == "services":
        service = directory.service(key)
        item = next((item for item in _items(step, frame) if item.key == key), Item(key))
        if service:
            found = Found(service, item.miles, item.rough)
            opening = opening_line(service, clock_of(voice.now_ms), voice.language, translate) if voice.now_ms else ""
            voice.say(present.service_card(found, voice.language, translate, opening, today=today))
        return
    answer = directory.answer(key)
    if answer:
        goes_on = bool(answer.detail or answer.say)
        session.more = f"{key}/0" if goes_on else ""
        short = present.answer_short(answer, voice.language, translate, today)
        voice.say(short, hint=voice.phrase(phrases.MORE_HINT) if goes_on else "")


def chosen(key: str, step: Step, frame: Frame, voice: Speaker) -> AnswerChosen | None:
    """That she chose this one of the answers closest to her question, or none; None when nothing is to be learned."""
    if step.find != "answers":
        return None
    kept = voice.world.directory.learnable.kept(str(frame.values.get(step.about, "")))
    return AnswerChosen(kept, key if is_item(key, step, frame) else "") if kept else None


def is_item(key: str, step: Step, frame: Frame) -> bool:
    """True when the key is one of the found things, not one of the step's own options."""
    return any(key == item.key for item in _items(step, frame))


def ask_which(found: Ambiguous, step: Step, frame: Frame, voice: Speaker) -> None:
    """Ask which of these lines she means, numbered from 1."""
    lines = [(item.key, _line(step, item, voice)) for item in _page(step, frame)]
    lines += [(option.key, voice.phrase(option.label)) for option in step.options]
    which = [(f"{step.name}.{key}", line) for key, line in lines if key in found.keys]
    voice.say(voice.phrase(phrases.WHICH_ONE), options=which)


def _key(step: Step) -> str:
    return f"{step.name}/list"


def _has_next(step: Step, frame: Frame) -> bool:
    kept = frame.values[_key(step)]
    return bool(len(kept["items"]) > kept["from"] + step.page)


def _page(step: Step, frame: Frame) -> list[Item]:
    kept = frame.values[_key(step)]
    return _items(step, frame)[kept["from"] : kept["from"] + step.page]


def _items(step: Step, frame: Frame) -> list[Item]:
    """The whole list. One kept by an older version says nothing of how exact its miles are."""
    return [Item(*kept) for kept in frame.values[_key(step)]["items"]]


def _lexicon(step: Step, frame: Frame, voice: Speaker) -> Lexicon:
    items = tuple([(item.key, _name(step, item, voice)) for item in _page(step, frame)])
    return voice.world.vocabulary.lines(items, step.options, voice.language)


def _line(step: Step, item: Item, voice: Speaker) -> str:
    directory, translate = voice.world.directory, voice.world.catalogues.text
    if step.find == "services":
        service = directory.service(item.key)
        return (
            present.service_line(Found(service, item.miles, item.rough), voice.language, translate) if service else ""
        )
    return _name(step, item, voice)


def _name(step: Step, item: Item, voice: Speaker) -> str:
    directory, translate = voice.world.directory, voice.world.catalogues.text
    if step.find == "services":
        service = directory.service(item.key)
        return service.name if service else ""
    answer = directory.answer(item.key)
    return present.answer_title(answer, voice.language, translate) if answer else ""
