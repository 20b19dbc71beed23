"""Which known questions mean the same as a question, also in another language, by a model's vectors of texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.match import Entry, Scores

# A language with fewer keys than this has no spread of its own to measure by: its texts stand with the largest one's.
FEWEST = 10
# Of the keys in use, so many must have their vectors before meaning is asked. New ones meanwhile go by their letters.
ENOUGH = 0.9
NO_SPREAD = 1e-6

Vector: TypeAlias = NDArray[np.floating[Any]]


class Meaning(Protocol):
    """A model of meanings, and the vectors that were made with it before."""

    def known(self, text: str) -> Vector | None:
        """The vector of a text of ours, of length 1, when it has been made."""

    def of(self, question: str) -> Vector | None:
        """The vector of what somebody asks; None where the model cannot be had. Takes about 16 ms."""


class Meanings:
    """The vectors of all texts, in one matrix for each language."""

    def __init__(self, keys: Sequence[str], entries: Iterable[Entry], meaning: Meaning) -> None:
        self._keys = keys
        numbers = {key: number for number, key in enumerate(keys)}
        rows: dict[str, list[tuple[int, Vector]]] = {}
        for entry in entries:
            vectors = [vector for text in entry.meant() if (vector := meaning.known(text)) is not None]
            rows.setdefault(entry.language, []).extend((numbers[entry.key], vector) for vector in vectors)
        self._tables = [_Table(found) for found in _grouped(rows)]
        held = {number for found in rows.values() for number, _ in found}
        self.ready = bool(keys) and len(held) >= ENOUGH * len(keys)

    def scores(self, asked: Vector) -> Scores:
        """How far above the others each key is for what is asked: standard deviations, averaged over the languages.

        A model finds texts in the question's own language and script nearer than all others, whatever they say. Within
        one language that does no harm: so each is measured against the texts of its own language only.
        """
        total, count = np.zeros(len(self._keys)), np.zeros(len(self._keys))
        for table in self._tables:
            total[table.owners] += table.standing(asked)
            count[table.owners] += 1
        return total / np.maximum(count, 1)


class _Table:
    """The vectors of one language, those of a key next to each other."""

    def __init__(self, rows: Sequence[tuple[int, Vector]]) -> None:
        ordered = sorted(rows, key=lambda row: row[0])
        self.owners, self._starts = np.unique([number for number, _ in ordered], return_index=True)
        self._matrix = np.array([vector for _, vector in ordered], dtype=np.float32)

    def standing(self, asked: Vector) -> Scores:
        """For each owner the likeness of its nearest text, as standard deviations from the mean of all."""
        nearest = np.maximum.reduceat(self._matrix @ asked, self._starts)
        standing: Scores = (nearest - nearest.mean()) / (nearest.std() + NO_SPREAD)
        return standing


def _grouped(rows: dict[str, list[tuple[int, Vector]]]) -> list[list[tuple[int, Vector]]]:
    """One group a language; those of few keys join the largest."""
    by_size = sorted((found for found in rows.values() if found), key=len, reverse=True)
    large = [found for at, found in enumerate(by_size) if at == 0 or len({number for number, _ in found}) >= FEWEST]
    small = [row for found in by_size if not any(found is one for one in large) for row in found]
    return [large[0] + small, *large[1:]] if large else []
