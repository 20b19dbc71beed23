"""The answers or services closest to a question: by its letters, by its sound, and by what it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from bot.knowledge.match import FLOOR, Entry, Matcher, Scores, best
from bot.knowledge.meaning import Meaning, Meanings, Vector
from bot.knowledge.purpose import Purposes
from bot.language.normal import words
from bot.language.small_words import SPELT_BY_EAR, spelt_by_ear
from bot.language.sound import sound

# How much letters and sound count beside the meaning, which is given in standard deviations. Tuned on the "tune" half
# of tests/evaluation/questions.csv. Ranks, in place of these scores, ruin a question in a language without any text.
LETTERS = 8.0
SOUNDS = 4.0
# What two texts share by chance: letters of a language that no text is in.
CHANCE = 0.1
LEAST = -1e9  # below the score of anything that may be found


class Near(NamedTuple):
    """A key, how close it is in all, and how close by letters and sound alone."""

    key: str
    score: float
    letters: float


class Asked(NamedTuple):
    """A question, read once for all that it is compared with: its folded words, and how they sound when it is spelt by
    ear; () otherwise. ``meant``: None where meanings are not compared."""

    text: str
    said: Sequence[str]
    heard: Sequence[str]
    meant: Vector | None


class Closest:
    """Ranks keys by how close their texts are to a question. Without a model of meanings, by letters and sound."""

    def __init__(
        self, entries: Iterable[Entry], meaning: Meaning | None = None, common: Iterable[str] | None = None
    ) -> None:
        """``common``: what people ask in general, where the texts are not questions but say what something is for.

        ``at`` has for each key its place among ``keys``.
        """
        entries = list(entries)
        self._letters = Matcher(entries)
        self._sounds = Matcher(_heard(one) for one in entries if one.language in SPELT_BY_EAR)
        self.at = {key: number for number, key in enumerate(self._letters.keys)}
        self._order = [self.at[key] for key in self._sounds.keys]
        self._meaning = meaning
        self._meanings = self._by_meaning(entries, meaning, common) if meaning else None

    def _by_meaning(
        self, entries: Iterable[Entry], meaning: Meaning, common: Iterable[str] | None
    ) -> Meanings | Purposes:
        if common is None:
            return Meanings(self._letters.keys, entries, meaning)
        return Purposes(self._letters.keys, entries, meaning, common)

    @property
    def keys(self) -> tuple[str, ...]:
        """All that can be found, in the order of ``extra``."""
        return self._letters.keys

    @property
    def by_meaning(self) -> bool:
        """Whether meanings are compared too: nearly all texts have their vectors."""
        return self._meanings is not None and self._meanings.ready

    def match(self, text: str, language: str | None = None, limit: int = 3) -> list[tuple[str, float]]:
        """The keys closest to ``text``, best first. Their scores compare with each other only.

        ``language`` is the one she writes in. By meaning there is always something closest, right or not, so a choice
        must be offered; a text without any word is like nothing.
        """
        return [(one.key, one.score) for one in self.nearest(self.asked(text), language, limit)]

    def asked(self, text: str) -> Asked:
        """A question as ``nearest`` wants it, of this and of any other."""
        said = words(text)
        heard = words(sound(text)) if spelt_by_ear(text, said) else ()
        return Asked(text, said, heard, self._meant(text) if said else None)

    def _meant(self, text: str) -> Vector | None:
        return self._meaning.of(text) if self._meaning and self.by_meaning else None

    def nearest(
        self, asked: Asked, language: str | None = None, limit: int = 3, *, extra: Scores | None = None
    ) -> list[Near]:
        """As ``match``, with how close each is by letters and sound alone.

        ``extra`` has for each of ``keys`` what else speaks for it, in standard deviations of meaning; minus infinity
        for what is out of the question.
        """
        if not asked.said:
            return []
        letters = self._letters.scores(asked.said, language)
        heard = self._heard(asked.heard) if asked.heard else 0.0
        alike = letters + heard if asked.heard else letters
        meant = self._meant(asked.text) if asked.meant is None else asked.meant
        if self._meanings and self.by_meaning and meant is not None:
            together = self._meanings.scores(meant) + LETTERS * np.maximum(letters - CHANCE, 0) + SOUNDS * heard
            together, floor = together if extra is None else together + extra, LEAST
        else:
            together, floor = alike if extra is None else alike + extra / LETTERS, FLOOR
        keys = self._letters.keys
        return [Near(keys[at], score, alike.item(at)) for at, score in best(together, limit, floor)]

    def _heard(self, heard: Sequence[str]) -> Scores:
        """How alike each key sounds."""
        scores = np.zeros(len(self._letters.keys))
        if self._order:
            scores[self._order] = self._sounds.scores(heard)
        return scores


def _heard(one: Entry) -> Entry:
    return Entry(one.key, one.language, [sound(text) for text in one.texts])
