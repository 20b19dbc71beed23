"""The answers or services closest to a question: by its letters, by its sound, and by what it means."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bot.knowledge.match import FLOOR, Entry, Matcher, Scores, best
from bot.knowledge.meaning import Meaning, Meanings
from bot.language.normal import words
from bot.language.small_words import SPELT_BY_EAR, spelt_by_ear
from bot.language.sound import sound

# How much letters and sound count beside the meaning, which is given in standard deviations. Tuned on the "tune" half
# of tests/evaluation/questions.csv. Ranks, in place of these scores, ruin a question in a language without any text.
LETTERS = 8.0
SOUNDS = 4.0
# What two texts share by chance: letters of a language that no text is in.
CHANCE = 0.1


class Closest:
    """Ranks keys by how close their texts are to a question. Without a model of meanings, by letters and sound."""

    def __init__(self, entries: Iterable[Entry], meaning: Meaning | None = None) -> None:
        entries = list(entries)
        self._letters = Matcher(entries)
        self._sounds = Matcher(_heard(one) for one in entries if one.language in SPELT_BY_EAR)
        at = {key: number for number, key in enumerate(self._letters.keys)}
        self._order = [at[key] for key in self._sounds.keys]
        self._meanings = Meanings(self._letters.keys, entries, meaning) if meaning else None

    @property
    def by_meaning(self) -> bool:
        """Whether meanings are compared too: nearly all texts have their vectors."""
        return self._meanings is not None and self._meanings.ready

    def match(self, text: str, language: str | None = None, limit: int = 3) -> list[tuple[str, float]]:
        """The keys closest to ``text``, best first. Their scores compare with each other only.

        ``language`` is the one she writes in. By meaning there is always something closest, right or not, so a choice
        must be offered; a text without any word is like nothing.
        """
        if not words(text):
            return []
        heard = self._heard(text) if spelt_by_ear(text) else 0.0
        letters = self._letters.scores(text, language)
        meant = self._meanings.scores(text) if self._meanings else None
        if meant is None:
            return best(self._letters.keys, letters + heard, limit, FLOOR)
        together = meant + LETTERS * np.maximum(letters - CHANCE, 0) + SOUNDS * heard
        return best(self._letters.keys, together, limit, -np.inf)

    def _heard(self, text: str) -> Scores:
        """How alike each key sounds."""
        scores = np.zeros(len(self._letters.keys))
        if self._order:
            scores[self._order] = self._sounds.scores(sound(text))
        return scores


def _heard(one: Entry) -> Entry:
    return Entry(one.key, one.language, [sound(text) for text in one.texts])
