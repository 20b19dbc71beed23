"""Which known questions a question is most like by its letters, misspelt or not, in any of the languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.language.normal import words

# Runs of three letters survive a typo; a whole word tells more where there is none.
GRAM = 3
WORD_WEIGHT = 2
# How much all that is written under a key tells, beside the one question most like hers.
WHOLE_WEIGHT = 2
# A text in her own language is a little likelier to be what she means.
OWN_LANGUAGE = 1.1
# Less alike than this is chance.
FLOOR = 0.06

Scores: TypeAlias = NDArray[np.floating[Any]]  # one for each key
Document = tuple[int, str, Mapping[str, int]]  # number of the key, language, how often each feature occurs


class Entry(NamedTuple):
    """What is known of a key in one language: questions and titles, and what else is said about it.

    ``romanised``: typed with Latin letters in a language that has others. It is compared by letters and by sound only.
    ``joined``: its texts say one thing together, and have one meaning; otherwise each is a question of its own.
    """

    key: str
    language: str
    texts: Sequence[str]
    about: str = ""
    romanised: bool = False
    joined: bool = False

    def meant(self) -> Sequence[str]:
        """The texts whose meaning is compared."""
        if self.romanised:
            return ()
        return (" ".join(self.texts),) if self.joined else self.texts


class Matcher:
    """Finds the keys whose texts are most like a question."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Most words come again and again: keeping their features halves the time it takes. What people ask is not kept.
        known: dict[str, list[str]] = {}
        singles: list[Document] = []
        wholes: list[Document] = []
        numbers: dict[str, int] = {}
        for one in entries:
            number = numbers.setdefault(one.key, len(numbers))
            texts = [_features(text, known) for text in one.texts]
            singles += [(number, one.language, counts) for counts in texts]
            if texts:
                wholes.append((number, one.language, _together([*texts, _features(one.about, known)])))
        self.keys = tuple(numbers)
        self._singles, self._wholes = _Index(singles, len(numbers)), _Index(wholes, len(numbers))

    def match(self, text: str, language: str | None = None, limit: int = 3) -> list[tuple[str, float]]:
        """The keys most like ``text``, best first, with scores from 0 to about 1.

        ``language`` is the one she writes in: its texts count a little more, no other is left out. Scores compare
        with each other only: they do not tell whether the best is right, so a choice must be offered.
        """
        return best(self.keys, self.scores(text, language), limit, FLOOR)

    def scores(self, text: str, language: str | None = None) -> Scores:
        """How like ``text`` each of ``keys`` is, from 0 to about 1."""
        counts = _features(text, {})
        single, whole = self._singles.alike(counts, language), self._wholes.alike(counts, language)
        return (single + WHOLE_WEIGHT * whole) / (1 + WHOLE_WEIGHT)


def best(keys: Sequence[str], scores: Scores, limit: int, floor: float) -> list[tuple[str, float]]:
    """The keys with the highest scores, none below ``floor``; of two alike, the one that was written down first."""
    if len(keys) > 4 * limit:  # sorting all of 10,000 takes longer than all the rest
        least = np.partition(scores, -limit)[-limit]
        near = np.flatnonzero(scores >= max(float(least), floor))
    else:
        near = np.flatnonzero(scores >= floor)
    ranked = near[np.argsort(-scores[near], kind="stable")][:limit]
    return [(keys[number], float(scores[number])) for number in ranked]


class _Index:
    """TF-IDF over words and their runs of three letters, in an inverted index, compared by the cosine.

    (Manning, Raghavan and Schuetze, Introduction to Information Retrieval, chapter 6.) The postings of all features lie
    one behind the other in two arrays, and a question goes through them in a dozen steps, however long it is.
    """

    def __init__(self, documents: Sequence[Document], keys: int) -> None:
        ordered = sorted(documents, key=lambda document: document[0])
        self._keys, self._size = keys, len(ordered)
        self._owners, self._starts = np.unique([number for number, _, _ in ordered], return_index=True)
        languages = np.array([language for _, language, _ in ordered], dtype=object)
        self._favour = {one: np.where(languages == one, OWN_LANGUAGE, 1.0) for one in set(languages)}
        self._lay([counts for _, _, counts in ordered])

    def _lay(self, counted: Sequence[Mapping[str, int]]) -> None:
        features = dict.fromkeys(feature for counts in counted for feature in counts)
        self._numbers = {feature: number for number, feature in enumerate(features)}
        self._unknown = len(features)  # what stands in no text: it has a rarity, but no postings
        numbers = np.array([self._numbers[feature] for counts in counted for feature in counts], np.int64)
        times = np.array([count for counts in counted for count in counts.values()], np.float64)
        documents = np.repeat(np.arange(self._size), [len(counts) for counts in counted])
        self._lengths = np.bincount(numbers, minlength=self._unknown + 1)
        self._begins = np.cumsum(self._lengths) - self._lengths
        # How much a feature tells: what stands in every text tells nothing.
        self._rarity = np.log(1 + self._size / np.maximum(self._lengths, 1))
        weights = self._rarity[numbers] * (1 + np.log(times))
        weights /= np.sqrt(np.bincount(documents, weights**2, self._size))[documents]
        order = np.argsort(numbers, kind="stable")
        self._postings, self._weights = documents[order].astype(np.int32), weights[order].astype(np.float32)

    def alike(self, counts: Mapping[str, int], language: str | None) -> Scores:
        """For each key, the score of its most similar text."""
        result = np.zeros(self._keys)
        numbers = np.array(list(map(self._numbers.get, counts, repeat(self._unknown))), np.int64)
        lengths = self._lengths[numbers]
        ends = np.cumsum(lengths)
        if not ends.size or not ends[-1]:
            return result
        weights = self._rarity[numbers] * (1 + np.log(list(counts.values())))
        weights /= np.sqrt(weights @ weights)
        at = np.arange(ends[-1]) + np.repeat(self._begins[numbers] - ends + lengths, lengths)
        scores = np.bincount(self._postings[at], self._weights[at] * np.repeat(weights, lengths), self._size)
        if language in self._favour:
            scores *= self._favour[language]
        result[self._owners] = np.maximum.reduceat(scores, self._starts)
        return result


def _features(text: str, known: dict[str, list[str]]) -> Counter[str]:
    """How often each word and each run of three letters occurs."""
    every: list[str] = []
    for token in text.split():
        features = known.get(token)
        if features is None:
            features = known[token] = [feature for word in words(token) for feature in _of_word(word)]
        every += features
    return Counter(every)


def _of_word(word: str) -> list[str]:
    """A word and its runs of three letters. The word carries a mark: it is no run of letters."""
    padded = f"_{word}_"
    runs = [padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)]
    return [f"{word} "] * WORD_WEIGHT + runs


def _together(counted: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts)
    return total
