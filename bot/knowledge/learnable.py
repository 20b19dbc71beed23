"""What of a person's question may be kept, so that the bot learns from which answer people chose.

Only words that stand in our own published answers, or that everybody uses all the time. A name, a street, a number or a
word of her own cannot be among them, whatever the language: no list of names has to be complete for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.language.normal import words
from bot.language.small_words import STRONG, WEAK

TELLING = 4  # a word that stands under more than a quarter of all keys tells nothing
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

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """``texts``: each with the key of its answer. What stands under many keys tells nothing."""
        under = {(word, key) for key, text in texts for word in words(text) if not any(map(str.isdigit, word))}
        spread = Counter(word for word, _ in under)
        most = max(2, len({key for _, key in under}) // TELLING)
        self._telling = frozenset(word for word, keys in spread.items() if keys <= most)
        self._ours = _SMALL | spread.keys()

    def kept(self, question: str) -> Kept | None:
        """What may be kept of it; None when no word that tells anything may be kept, or it is too long."""
        said = words(question)
        telling = sorted({word for word in said if word in self._telling})
        if not telling or len(said) > LONGEST:
            return None
        return Kept(" ".join(word for word in said if word in self._ours), " ".join(telling))
