"""The verb ``find``: a list of services or answers, a few at a time, and the one she picks in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow.model import Step
from bot.flow.replies import Ambiguous, Choice, Understood, understand
from bot.flow.session import Frame, Session
from bot.flow.speaker import Speaker
from bot.knowledge import present
from bot.knowledge.near import Found
from bot.knowledge.places import Place
from bot.language import phrases
from bot.language.normal import plain

CLOSEST_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: its key, and the miles to it when they are known."""

    key: str
    miles: float | None = None


def search(step: Step, frame: Frame, voice: Speaker) -> list[Item]:
    """What this step finds for what she told us, best first."""
    directory = voice.world.directory
    if step.find == "services":
        topic = str(frame.values.get(step.values.get("topic", ""), ""))
        found = directory.find_services(topic, as_place(frame.values.get(step.values.get("place", ""))))
        return [Item(hit.service.key, hit.miles) for hit in found]
    if step.find == "rights":
        return [Item(answer.key) for answer in directory.answers_on_rights()]
    asked = str(frame.values.get(step.about, ""))
    return [Item(answer.key) for answer, _ in directory.match_answers(asked, voice.language, CLOSEST_ANSWERS)]


def as_place(value: object) -> Place | None:
    """The place that was kept in a session, or None when she would not say."""
    if not isinstance(value, dict):
        return None
    return Place(value["name"], value["latitude"], value["longitude"], value["exactness"])


def begin(items: Sequence[Item], session: Session) -> None:
    """Put the list into the session, at its first page."""
    session.wait = {"items": [[item.key, item.miles] for item in items], "from": 0}


def show(step: Step, session: Session, voice: Speaker, *, before: str = "") -> None:
    """Send the current page: numbered items, then the step's own options."""
    page = _page(step, session)
    options = [(f"{step.name}.{item.key}", _line(step, item, voice)) for item in page]
    options += [(f"{step.name}.{option.key}", voice.phrase(option.label)) for option in step.options]
    more = len(session.wait["items"]) > session.wait["from"] + step.page
    hint = " ".join(
        voice.phrase(text) for text in ((phrases.PICK_HINT, phrases.MORE_HINT) if more else (phrases.PICK_HINT,))
    )
    voice.say(before or voice.phrase(step.text), options=options, hint=hint)


def next_page(step: Step, session: Session, voice: Speaker) -> None:
    """MORE: the rest of the answer she is reading, else the next page, else a kind word that there is none."""
    if session.more:
        _next_part(session, voice)
        return
    if step.find and len(session.wait["items"]) > session.wait["from"] + step.page:
        session.wait["from"] += step.page
        show(step, session, voice)
        return
    voice.say_phrase(phrases.NO_MORE)


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


def pick(text: str, button: str, step: Step, session: Session, voice: Speaker) -> Understood:
    """The key of the item or option that a reply means on the current page."""
    vocabulary = voice.world.vocabulary
    choices = [Choice(item.key, frozenset({plain(_name(step, item, voice))})) for item in _page(step, session)]
    choices += [vocabulary.choice(option.key, option.label) for option in step.options]
    keys = [choice.key for choice in choices]
    if button.startswith(f"{step.name}.") and button.removeprefix(f"{step.name}.") in keys:
        return button.removeprefix(f"{step.name}.")
    return understand(text, choices, clear=False, number_words=vocabulary.number)


def tell(step: Step, key: str, session: Session, voice: Speaker) -> None:
    """Send one found thing in full. The longer part of an answer waits for MORE."""
    directory, translate = voice.world.directory, voice.world.catalogues.text
    session.more = ""
    if step.find == "services":
        service = directory.service(key)
        miles = next((miles for item, miles in session.wait["items"] if item == key), None)
        if service:
            voice.say(present.service_card(Found(service, miles), voice.language, translate))
        return
    answer = directory.answer(key)
    if answer:
        more = bool(answer.detail or answer.say)
        session.more = f"{key}/0" if more else ""
        short = present.answer_short(answer, voice.language, translate)
        voice.say(short, hint=voice.phrase(phrases.MORE_HINT) if more else "")


def is_item(key: str, session: Session) -> bool:
    """True when the key is one of the found things, not one of the step's own options."""
    return any(key == item for item, _ in session.wait.get("items", ()))


def ambiguous_labels(found: Ambiguous, step: Step, session: Session, voice: Speaker) -> list[tuple[str, str]]:
    """The choices that a reply may have meant, for asking which."""
    items = {item.key: _line(step, item, voice) for item in _page(step, session)}
    return [(f"{step.name}.{key}", items[key]) for key in found.keys if key in items]


def _page(step: Step, session: Session) -> list[Item]:
    start = session.wait["from"]
    return [Item(key, miles) for key, miles in session.wait["items"][start : start + step.page]]


def _line(step: Step, item: Item, voice: Speaker) -> str:
    directory, translate = voice.world.directory, voice.world.catalogues.text
    if step.find == "services":
        service = directory.service(item.key)
        return present.service_line(Found(service, item.miles), voice.language, translate) if service else ""
    return _name(step, item, voice)


def _name(step: Step, item: Item, voice: Speaker) -> str:
    directory, translate = voice.world.directory, voice.world.catalogues.text
    if step.find == "services":
        service = directory.service(item.key)
        return service.name if service else ""
    answer = directory.answer(item.key)
    return present.answer_title(answer, voice.language, translate) if answer else ""
