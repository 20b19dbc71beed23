"""Which services serve a purpose that is asked for, by a model's vectors of what each of them is for.

A question is no description, and a model finds some descriptions near to every question: those that are short, or
vague, or speak of a place. So each service is measured against what people ask in general, which our answers' own
questions tell: how much nearer it is to this question than to all of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bot.knowledge.match import Entry, Scores
from bot.knowledge.meaning import ENOUGH, NO_SPREAD, Meaning, Vector

WRITTEN_IN = "en"  # what directories write their services in


def told(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """(key, text) of what is compared by its meaning. Translations are left to the letters: they lack the name, and
    their vectors drown what the English one tells."""
    return ((one.key, text) for one in entries if one.language == WRITTEN_IN for text in one.meant())


class Purposes:
    """The vectors of all services, in one matrix, each with its mean and spread over the questions of ``common``."""

    def __init__(self, keys: Sequence[str], entries: Iterable[Entry], meaning: Meaning, common: Iterable[str]) -> None:
        numbers = {key: number for number, key in enumerate(keys)}
        found = [(numbers[key], vector) for key, text in told(entries) if (vector := meaning.known(text)) is not None]
        asked = [vector for text in common if (vector := meaning.known(text)) is not None]
        self.ready = bool(asked) and bool(keys) and len(found) >= ENOUGH * len(keys)
        self._count = len(keys)
        if self.ready:
            self._lay(found, np.array(asked, dtype=np.float32))

    def _lay(self, found: Sequence[tuple[int, Vector]], asked: Vector) -> None:
        """Mean and spread come from the mean and the covariance of the questions: no product of each with each."""
        self._owners = np.array([number for number, _ in found])
        self._matrix = np.array([vector for _, vector in found], dtype=np.float32)
        middle = asked.mean(axis=0)
        around = asked - middle
        covariance = around.T @ around / len(asked)
        self._means = self._matrix @ middle
        spread = np.einsum("ij,ij->i", self._matrix @ covariance, self._matrix)
        self._spreads = np.sqrt(np.maximum(spread, 0)) + NO_SPREAD

    def scores(self, asked: Vector) -> Scores:
        """How far above the others each service is for what is asked, in standard deviations of all services."""
        nearer = (self._matrix @ asked - self._means) / self._spreads
        standing = np.zeros(self._count)
        standing[self._owners] = (nearer - nearer.mean()) / (nearer.std() + NO_SPREAD)
        return standing
