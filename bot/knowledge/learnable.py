"""What of a person's question may be kept, so that the bot learns from which answer people chose.

Only words that stand in our own published answers, or that everybody uses all the time. A name, a street, a number or a
word of her own cannot be among them, whatever the language: no list of names has to be complete for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.language.normal import words
from bot.language.small_words import STRONG, WEAK

LONGEST = 12  # words; who tells a whole story has not asked a question that others ask alike

_SMALL = frozenset(word for table in (STRONG, WEAK) for listing in table.values() for word in listing.split())


class Lesson(NamedTuple):
    """What enough people chose for the same words: compared like any other question of this answer."""

    key: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The words of a question that may be kept, in their order, and what makes two questions the same one."""

    words: str
    same: str


class Learnable:
    """Knows the words of our own texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        own = {word for text in texts for word in words(text) if not any(map(str.isdigit, word))}
        self._telling = frozenset(own - _SMALL)

    def kept(self, question: str) -> Kept | None:
        """What may be kept of it; None when no word that tells anything may be kept, or it is too long."""
        said = words(question)
        telling = sorted({word for word in said if word in self._telling})
        if not telling or len(said) > LONGEST:
            return None
        ours = [word for word in said if word in self._telling or word in _SMALL]
        return Kept(" ".join(ours), " ".join(telling))
