"""Which known questions a question is most like by its letters, misspelt or not, in any of the languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import log, sqrt
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.language.normal import words

# Runs of three letters survive a typo; a whole word tells more where there is none.
GRAM = 3
WORD_WEIGHT = 2
WORD_MARK = " "
# How much all that is written under a key tells, beside the one question most like hers.
WHOLE_WEIGHT = 2
# A text in her own language is a little likelier to be what she means.
OWN_LANGUAGE = 1.1
# Less alike than this is chance.
FLOOR = 0.06
MANY = 1_000  # from so many keys on, the highest scores are found before they are sorted

Scores: TypeAlias = NDArray[np.floating[Any]]  # one for each key
Counted: TypeAlias = Mapping[str, int]  # how often each feature occurs
Document = tuple[int, str, Counted]  # number of the key, language, features

_WORD_TOLD = 1 + log(WORD_WEIGHT)  # what a word that comes once in a question counts; a run of letters counts 1


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
        known: dict[str, tuple[str, ...]] = {}
        singles: list[Document] = []
        wholes: list[Document] = []
        numbers: dict[str, int] = {}
        for one in entries:
            number = numbers.setdefault(one.key, len(numbers))
            texts = [_counted(text, known) for text in one.texts]
            singles += [(number, one.language, counts) for counts in texts]
            if texts:
                wholes.append((number, one.language, _together([*texts, _counted(one.about, known)])))
        self.keys = tuple(numbers)
        share = 1 / (1 + WHOLE_WEIGHT)
        sections = (
            _Section(_by_key(singles, len(numbers)), len(singles), share),
            _Section(_by_key(wholes, len(numbers)), len(wholes), WHOLE_WEIGHT * share),
        )
        self._index = _Index(sections, len(numbers), known)

    def match(self, text: str, language: str | None = None, limit: int = 3) -> list[tuple[str, float]]:
        """The keys most like ``text``, best first, with scores from 0 to about 1.

        ``language`` is the one she writes in: its texts count a little more, no other is left out. Scores compare
        with each other only: they do not tell whether the best is right, so a choice must be offered.
        """
        found = best(self.scores(words(text), language), limit, FLOOR)
        return [(self.keys[number], score) for number, score in found]

    def scores(self, said: Sequence[str], language: str | None = None) -> Scores:
        """How like a question each of ``keys`` is, from 0 to about 1. ``said`` are its folded words."""
        return self._index.alike(said, language)


def best(scores: Scores, limit: int, floor: float) -> list[tuple[int, float]]:
    """(number, score) of the highest, none below ``floor``; of two alike, the one that was written down first."""
    if scores.size > MANY:
        near = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        ranked = near[(-scores[near]).argsort(kind="stable")][:limit]
    else:
        ranked = (-scores).argsort(kind="stable")[:limit]
    return [one for one in zip(ranked.tolist(), scores[ranked].tolist(), strict=True) if one[1] >= floor]


class _Section(NamedTuple):
    """Documents that are weighed against each other, ordered by key; how many there are without the empty ones that
    stand for a key that has none; and how much their likeness counts."""

    documents: Sequence[Document]
    size: int
    share: float

    def weighed(self, numbers_of: Mapping[str, int]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], Scores]:
        """For each feature of each document its number, the document, and its weight; and each feature's rarity."""
        counted = [counts for _, _, counts in self.documents]
        numbers = np.array([numbers_of[feature] for counts in counted for feature in counts], np.int32)
        times = np.array([count for counts in counted for count in counts.values()], np.float64)
        documents = np.repeat(np.arange(len(counted), dtype=np.int32), [len(counts) for counts in counted])
        # How much a feature tells: what stands in every text tells nothing.
        rarity = np.log(1 + self.size / np.maximum(np.bincount(numbers, minlength=len(numbers_of)), 1))
        weights = rarity[numbers] * (1 + np.log(times))
        weights /= np.sqrt(np.bincount(documents, weights**2, len(counted)))[documents]
        return numbers, documents, weights, rarity


class _Word(NamedTuple):
    """The numbers of a word's features, and how much they tell in each section, squared."""

    numbers: Sequence[int]
    single: float
    whole: float


class _Index:
    """TF-IDF over words and their runs of three letters, in an inverted index, compared by the cosine.

    (Manning, Raghavan and Schuetze, Introduction to Information Retrieval, chapter 6.) The postings of a feature, of
    both sections, are as they count for a feature that a question has once. They lie in bytes: to join these takes a
    tenth of what it takes to join arrays. Each word of the texts has its features at hand.
    """

    def __init__(self, sections: tuple[_Section, _Section], keys: int, known: Mapping[str, Sequence[str]]) -> None:
        documents = [document for section in sections for document in section.documents]
        self._size, self._keys = len(documents), keys
        owners = [at * keys + number for at, section in enumerate(sections) for number, _, _ in section.documents]
        self._starts = np.unique(owners, return_index=True)[1]
        languages = np.array([language for _, language, _ in documents], dtype=object)
        self._favour = {one: np.where(languages == one, OWN_LANGUAGE, 1.0) for one in set(languages)}
        features = sorted({feature: None for _, _, counts in documents for feature in counts}, key=_is_run)
        self._words = sum(not _is_run(feature) for feature in features)  # they have the first numbers
        self._numbers = {feature: number for number, feature in enumerate(features)}
        self._lay(sections)
        self._known = {
            word: self._word([self._numbers[one] for one in own])
            for word, own in known.items()
            if own[0] in self._numbers
        }

    def _lay(self, sections: tuple[_Section, _Section]) -> None:
        count, before = len(self._numbers), 0
        usual = np.where(np.arange(count) < self._words, _WORD_TOLD, 1.0)
        self._telling: list[list[float]] = []
        laid = []
        for section in sections:
            numbers, documents, weights, rarity = section.weighed(self._numbers)
            self._telling.append(((rarity * usual) ** 2).tolist())
            weights *= (rarity * usual * section.share)[numbers]
            laid.append((numbers, documents + np.int32(before), weights.astype(np.float32)))
            before += len(section.documents)
        self._rarest = [log(1 + section.size) ** 2 for section in sections]
        numbers, documents, weights = (np.concatenate(column) for column in zip(*laid, strict=True))
        order = np.argsort(numbers, kind="stable")
        ends = np.cumsum(np.bincount(numbers, minlength=count)).tolist()
        self._documents = _pieces(documents[order], ends)
        self._weights = _pieces(weights[order], ends)

    def alike(self, said: Sequence[str], language: str | None) -> Scores:
        """For each key the score of its most similar text, of both sections together."""
        numbers, single, whole = self._read(said)
        if not numbers:
            return np.zeros(self._keys)
        times = Counter(numbers) if len(set(numbers)) < len(numbers) else None
        each = times or numbers
        documents = np.frombuffer(b"".join(map(self._documents.__getitem__, each)), np.int32)
        weights = np.frombuffer(b"".join(map(self._weights.__getitem__, each)), np.float32)
        if times:
            more = [self._more(number, count) for number, count in times.items()]
            weights = weights * np.repeat(more, [len(self._weights[number]) // weights.itemsize for number in times])
            single += self._longer(0, times)
            whole += self._longer(1, times)
        scores = np.bincount(documents, weights, self._size)
        if language in self._favour:
            scores *= self._favour[language]
        nearest = np.maximum.reduceat(scores, self._starts)
        likeness: Scores = nearest[: self._keys] / sqrt(single) + nearest[self._keys :] / sqrt(whole)
        return likeness

    def _read(self, said: Sequence[str]) -> tuple[list[int], float, float]:
        """The features of a question, and its length in each section, squared, as if it had each of them once."""
        numbers: list[int] = []
        unknown: list[str] = []
        single = whole = 0.0
        for word in said:
            own, of_single, of_whole = self._known.get(word) or self._strange(word, unknown)
            numbers += own
            single += of_single
            whole += of_whole
        if unknown:  # what stands in no text is as rare as can be
            told = sum(_counts(feature, count) ** 2 for feature, count in Counter(unknown).items())
            single, whole = single + told * self._rarest[0], whole + told * self._rarest[1]
        return numbers, single, whole

    def _strange(self, word: str, unknown: list[str]) -> _Word:
        """A word that stands in no text: the features that others share with it. The rest are ``unknown``."""
        known: list[int] = []
        for feature in _of_word(word):
            number = self._numbers.get(feature)
            if number is None:
                unknown.append(feature)
            else:
                known.append(number)
        return self._word(known)

    def _word(self, numbers: Sequence[int]) -> _Word:
        single, whole = self._telling
        return _Word(tuple(numbers), sum(map(single.__getitem__, numbers)), sum(map(whole.__getitem__, numbers)))

    def _more(self, number: int, count: int) -> float:
        """How many times as much a feature counts that comes so often."""
        return 1 + log(count) / (_WORD_TOLD if number < self._words else 1.0)

    def _longer(self, section: int, times: Mapping[int, int]) -> float:
        """By how much a question is longer, squared, than if it had each feature once, so many times."""
        telling = self._telling[section]
        often = [(number, count) for number, count in times.items() if count > 1]
        return sum((self._more(number, count) ** 2 - count) * telling[number] for number, count in often)


def _pieces(laid: NDArray[Any], ends: Sequence[int]) -> list[bytes]:
    """The bytes of each feature."""
    return [laid[begin:end].tobytes() for begin, end in pairwise((0, *ends))]


def _counts(feature: str, count: int) -> float:
    """What a feature counts that comes so often in a question."""
    return (1.0 if _is_run(feature) else _WORD_TOLD) + log(count)


def _counted(text: str, known: dict[str, tuple[str, ...]]) -> Counter[str]:
    """How often each word, with its weight, and each run of three letters occurs."""
    every: list[str] = []
    for word in words(text):
        features = known.get(word)
        if features is None:
            features = known[word] = _of_word(word)
        every += features
        every += features[:1] * (WORD_WEIGHT - 1)
    return Counter(every)


def _of_word(word: str) -> tuple[str, ...]:
    """A word and its runs of three letters. The word carries a mark: it is no run of letters."""
    padded = f"_{word}_"
    return (f"{word}{WORD_MARK}", *[padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)])


def _is_run(feature: str) -> bool:
    return not feature.endswith(WORD_MARK)


def _together(counted: Iterable[Counted]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts)
    return total


def _by_key(documents: Sequence[Document], keys: int) -> list[Document]:
    """The documents of each key side by side; an empty one for a key that has none."""
    missing = set(range(keys)).difference(number for number, _, _ in documents)
    empty: list[Document] = [(number, "", {}) for number in missing]
    return sorted([*documents, *empty], key=lambda document: document[0])
