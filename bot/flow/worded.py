"""What is said of services and answers in a language, kept for as long as it is true.

How far a service is differs by person, and whether it is open by the hour. All the rest is the same for everybody:
putting it into words took most of the time of a list, and of a card.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from bot.flow.hours import clock_of
from bot.knowledge.answers import Answer
from bot.knowledge.directory import Translate
from bot.knowledge.fresh import Freshness, freshness
from bot.knowledge.near import Found
from bot.knowledge.opening_words import opening_line, opening_phrase, unchanged_words
from bot.knowledge.pieces import begun, in_pieces
from bot.knowledge.present import Card, Wording, answer_pieces, card, card_lines, how_far, wording
from bot.knowledge.services import Service

# Services or answers times languages. A line takes half a kilobyte, a card or an answer four.
LINES, CARDS = 16_384, 2_048

Key: TypeAlias = tuple[str, str]  # of a service or an answer, and a language
Say: TypeAlias = Callable[[Service, datetime, str, Translate], str]
Words = TypeVar("Words", Wording, Card)


class Kept(Struct, Generic[Words], frozen=True):
    """What is said of a service, and from when until when it is true (ms since 1970 UTC)."""

    service: Service
    words: Words
    begins_ms: int
    ends_ms: int


class KeptAnswer(Struct, frozen=True):
    """An answer's messages, for these hints; ``old`` when its day of review had come."""

    answer: Answer
    pieces: list[str]
    old: bool
    hints: tuple[str, str]


class Worded:
    """The services and answers of whatever directory, in the words of one set of catalogues."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self._lines: dict[Key, Kept[Wording]] = {}
        self._cards: dict[Key, Kept[Card]] = {}
        self._answers: dict[Key, KeptAnswer] = {}

    def line(self, found: Found, now_ms: int, language: str, *, where: bool) -> str:
        """A service's line in a list, as ``present.service_line``. ``now_ms`` is 0 when the moment is not known."""
        service = found.service
        kept = self._lines.get((service.key, language))
        if kept is None or kept.service is not service or not kept.begins_ms <= now_ms < kept.ends_ms:
            kept = self._made(wording, opening_phrase, service, now_ms, language)
            _keep(self._lines, (service.key, language), kept, LINES)
        return kept.words.line(how_far(found, language, self._translate) or (kept.words.town if where else ""))

    def pieces(
        self, found: Found, now_ms: int, today: date | None, language: str, first_hint: str, hint: str
    ) -> list[str]:
        """A service's messages, as ``present.service_pieces``. ``now_ms`` is 0 when the moment is not known."""
        told = self._card(found.service, now_ms, language)
        return in_pieces(card_lines(told, found, language, self._translate, today), first_hint, hint)

    def first(self, found: Found, now_ms: int, today: date | None, language: str, first_hint: str) -> tuple[str, bool]:
        """The first of these messages, and whether there are more: hardly anybody asks for them."""
        told = self._card(found.service, now_ms, language)
        text, others = begun(card_lines(told, found, language, self._translate, today), first_hint)
        return text, bool(others)

    def answer(self, answer: Answer, today: date | None, language: str, first_hint: str, hint: str) -> list[str]:
        """An answer's messages, as ``present.answer_pieces``."""
        old = today is not None and freshness(answer.verified, answer.review_by, today) is Freshness.OVER
        kept = self._answers.get((answer.key, language))
        if kept is None or kept.answer is not answer or kept.old != old or kept.hints != (first_hint, hint):
            pieces = answer_pieces(answer, language, self._translate, today=today, first_hint=first_hint, hint=hint)
            kept = KeptAnswer(answer, pieces, old, (first_hint, hint))
            _keep(self._answers, (answer.key, language), kept, CARDS)
        return kept.pieces

    def _card(self, service: Service, now_ms: int, language: str) -> Card:
        kept = self._cards.get((service.key, language))
        if kept is None or kept.service is not service or not kept.begins_ms <= now_ms < kept.ends_ms:
            kept = self._made(card, opening_line, service, now_ms, language)
            _keep(self._cards, (service.key, language), kept, CARDS)
        return kept.words

    def _made(
        self, make: Callable[[Service, str, Translate, str], Words], say: Say, service: Service, now_ms: int,
        language: str,
    ) -> Kept[Words]:  # fmt: skip
        translate = self._translate
        if not now_ms:
            return Kept(service, make(service, language, translate, ""), 0, 1)
        at = clock_of(now_ms)
        begins, ends = [round(moment.timestamp() * 1000) for moment in unchanged_words(service, at)]
        return Kept(service, make(service, language, translate, say(service, at, language, translate)), begins, ends)


New = TypeVar("New", Kept[Wording], Kept[Card], KeptAnswer)


def _keep(those: dict[Key, New], key: Key, new: New, most: int) -> None:
    if len(those) >= most:
        those.clear()
    those[key] = new
