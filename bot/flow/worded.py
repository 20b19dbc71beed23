"""What is said of services in a language, kept for as long as it is true.

How far a service is differs by person, and whether it is open by the hour. All the rest is the same for everybody:
putting it into words took most of the time of a list, and of a card.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from msgspec import Struct

from bot.flow.hours import clock_of
from bot.knowledge import present
from bot.knowledge.directory import Translate
from bot.knowledge.near import Found
from bot.knowledge.opening_words import opening_line, opening_phrase, unchanged_words
from bot.knowledge.services import Service

# Services times languages. A line takes half a kilobyte, a card four.
LINES, CARDS = 16_384, 2_048

Key: TypeAlias = tuple[str, str]  # a service's key, a language
Say: TypeAlias = Callable[[Service, datetime, str, Translate], str]


class _Opening(Struct, frozen=True):
    """Whether it is open, in words, and from when until when that holds (ms since 1970 UTC)."""

    service: Service
    words: str
    begins_ms: int
    ends_ms: int


class _Line(Struct, frozen=True):
    service: Service
    words: present.Wording


class _Card(Struct, frozen=True):
    service: Service
    words: present.Card


Kept = TypeVar("Kept", _Opening, _Line, _Card)


class Worded:
    """The services of whatever directory, in the words of one set of catalogues."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self._lines: dict[Key, _Line] = {}
        self._cards: dict[Key, _Card] = {}
        self._phrases: dict[Key, _Opening] = {}
        self._judged: dict[Key, _Opening] = {}

    def line(self, found: Found, now_ms: int, language: str, *, where: bool) -> str:
        """A service's line in a list, as ``present.service_line``. ``now_ms`` is 0 when the moment is not known."""
        service, translate = found.service, self._translate
        kept = self._lines.get((service.key, language))
        if kept is None or kept.service is not service:
            kept = _Line(service, present.wording(service, language, translate))
            _keep(self._lines, (service.key, language), kept, LINES)
        near = present.how_far(found, language, translate) or (kept.words.town if where else "")
        opening = self._opening(self._phrases, opening_phrase, service, now_ms, language)
        return present.worded_line(kept.words, near, opening, language)

    def pieces(
        self, found: Found, now_ms: int, today: date | None, language: str, first_hint: str, hint: str
    ) -> list[str]:
        """A service's messages, as ``present.service_pieces``. ``now_ms`` is 0 when the moment is not known."""
        service, translate = found.service, self._translate
        kept = self._cards.get((service.key, language))
        if kept is None or kept.service is not service:
            kept = _Card(service, present.card(service, language, translate))
            _keep(self._cards, (service.key, language), kept, CARDS)
        opening = self._opening(self._judged, opening_line, service, now_ms, language)
        return present.service_pieces(
            found, language, translate, opening, today=today, first_hint=first_hint, hint=hint, told=kept.words
        )

    def _opening(self, openings: dict[Key, _Opening], say: Say, service: Service, now_ms: int, language: str) -> str:
        if not now_ms:
            return ""
        kept = openings.get((service.key, language))
        if kept is None or kept.service is not service or not kept.begins_ms <= now_ms < kept.ends_ms:
            at = clock_of(now_ms)
            begins, ends = (round(moment.timestamp() * 1000) for moment in unchanged_words(service, at))
            kept = _Opening(service, say(service, at, language, self._translate), begins, ends)
            _keep(openings, (service.key, language), kept, LINES)
        return kept.words


def _keep(those: dict[Key, Kept], key: Key, new: Kept, most: int) -> None:
    if len(those) >= most:
        those.clear()
    those[key] = new
