"""One thing that was found, in words: its line in a list, its messages, and the other forms it may be had in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from bot.flow.model import Step
from bot.flow.speaker import Speaker
from bot.knowledge import present
from bot.knowledge.answers import Answer
from bot.knowledge.near import Found
from bot.knowledge.services import Service
from bot.language import phrases

FORM_HINTS = {"listen": phrases.LISTEN_HINT, "easy": phrases.EASY_HINT, "more": phrases.MORE_HINT}
SERVICE = "service:"  # before the key of a service in a list that has answers, too


class Item(Struct, frozen=True):
    """One line of the list: its key, and the miles to it when they are known, exactly or roughly."""

    key: str
    miles: float | None = None
    rough: bool = False


def item_of(hit: Answer | Found) -> Item:
    """The line of an answer or a service that was found for a question."""
    if isinstance(hit, Answer):
        return Item(hit.key)
    return Item(f"{SERVICE}{hit.service.key}", hit.miles, hit.rough)


def service_of(step: Step, key: str, voice: Speaker) -> Service | None:
    """The service that a line stands for; None when it stands for an answer, or the service is no longer there."""
    if key.startswith(SERVICE):
        return voice.world.directory.service(key.removeprefix(SERVICE))
    return voice.world.directory.service(key) if step.find == "services" else None


def answer_of(step: Step, key: str, voice: Speaker) -> Answer | None:
    """The answer that a line stands for; None when it stands for a service, or the answer is no longer there."""
    if step.find == "services" or key.startswith(SERVICE):
        return None
    return voice.world.directory.answer(key)


def topics(step: Step, key: str, voice: Speaker) -> Sequence[str]:
    """What the thing is about."""
    service, answer = service_of(step, key, voice), answer_of(step, key, voice)
    return service.topics if service else (answer.topic,) if answer else ()


def name(step: Step, key: str, voice: Speaker) -> str:
    """What it is called, in her language if it has such a name; "" when it is no longer there."""
    if service := service_of(step, key, voice):
        return service.name
    answer = answer_of(step, key, voice)
    return present.answer_title(answer, voice.language, voice.world.catalogues.text) if answer else ""


def line(step: Step, item: Item, voice: Speaker) -> str:
    """Its line in a list. A service says how far it is, or where; what it costs; and whether it is open."""
    service = service_of(step, item.key, voice)
    if service is None:
        return name(step, item.key, voice)
    where = step.find != "services"  # who looked for services said where she is
    found = Found(service, item.miles, item.rough)
    return voice.book.worded.line(found, voice.now_ms, voice.language, where=where)


def pieces(step: Step, item: Item, voice: Speaker) -> list[str]:
    """The thing as messages; [] when it is no longer there."""
    worded, today, first_hint = voice.book.worded, _today(voice), _first_hint(step, item.key, voice)
    hint = voice.phrase(phrases.MORE_HINT)
    if service := service_of(step, item.key, voice):
        found = Found(service, item.miles, item.rough)
        return worded.pieces(found, voice.now_ms, today, voice.language, first_hint, hint)
    answer = answer_of(step, item.key, voice)
    return worded.answer(answer, today, voice.language, first_hint, hint) if answer else []


def first(step: Step, item: Item, voice: Speaker) -> tuple[str, bool]:
    """The first of these messages, and whether there are more; "" when the thing is no longer there."""
    if service := service_of(step, item.key, voice):
        found, first_hint = Found(service, item.miles, item.rough), _first_hint(step, item.key, voice)
        return voice.book.worded.first(found, voice.now_ms, _today(voice), voice.language, first_hint)
    every = pieces(step, item, voice)
    return (every[0], len(every) > 1) if every else ("", False)


def _today(voice: Speaker) -> date | None:
    return date.fromisoformat(voice.today) if voice.today else None


def _first_hint(step: Step, key: str, voice: Speaker) -> str:
    return " ".join([text for _, text in hints(forms(step, key, voice), voice, goes_on=True)])


def links(step: Step, key: str, voice: Speaker) -> Mapping[str, Mapping[str, str]]:
    """For each form in which the thing may be had, its links by language."""
    thing = service_of(step, key, voice) or answer_of(step, key, voice)
    return {"listen": thing.audio, "easy": thing.easy_read} if thing else {"listen": {}, "easy": {}}


def forms(step: Step, key: str, voice: Speaker) -> list[str]:
    """The forms that there are in her language."""
    thing = service_of(step, key, voice) or answer_of(step, key, voice)
    if thing is None or not (thing.audio or thing.easy_read):
        return []
    return [form for form, by_language in links(step, key, voice).items() if voice.language in by_language]


def hints(names: Sequence[str], voice: Speaker, *, goes_on: bool) -> list[tuple[str, str]]:
    """(command, the sentence that tells its word) of all that she can have beside this piece."""
    every = [*names, *(["more"] if goes_on else [])]
    return [(one, voice.phrase(FORM_HINTS[one])) for one in every]
