"""Which known questions a question is most like by its letters, misspelt or not, in any of the languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log
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

_POSTING = np.dtype([("document", np.int32), ("weight", np.float32)])  # copied as one number of eight bytes
_FEATURE = np.dtype([("begin", np.int32), ("end", np.int32), ("telling", np.float64, (2,))])  # of the postings
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
            _Section(_by_key(singles, len(numbers)), share),
            _Section(_by_key(wholes, len(numbers)), WHOLE_WEIGHT * share),
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
    """Documents that are weighed against each other, ordered by key, and how much their likeness counts."""

    documents: Sequence[Document]
    share: float

    @property
    def size(self) -> int:
        """How many of the documents say anything."""
        return sum(bool(counts) for _, _, counts in self.documents)

    def weighed(self, numbers_of: Mapping[str, int]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], Scores]:
        """For each feature of each document its number, the document, and its weight; and each feature's rarity."""
        counted = [counts for _, _, counts in self.documents]
        numbers = np.array([numbers_of[feature] for counts in counted for feature in counts], np.int64)
        times = np.array([count for counts in counted for count in counts.values()], np.float64)
        documents = np.repeat(np.arange(len(counted)), [len(counts) for counts in counted])
        # How much a feature tells: what stands in every text tells nothing.
        rarity = np.log(1 + self.size / np.maximum(np.bincount(numbers, minlength=len(numbers_of)), 1))
        weights = rarity[numbers] * (1 + np.log(times))
        weights /= np.sqrt(np.bincount(documents, weights**2, len(counted)))[documents]
        return numbers, documents, weights, rarity


class _Index:
    """TF-IDF over words and their runs of three letters, in an inverted index, compared by the cosine.

    (Manning, Raghavan and Schuetze, Introduction to Information Retrieval, chapter 6.) The postings of a feature lie
    side by side, for both sections together, as they count for a feature that a question has once. For each word of
    the texts the numbers of its features are at hand: a question is read with one look-up a word.
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
        self._packed = {word: self._pack(own) for word, own in known.items() if own[0] in self._numbers}
        self._lay(sections)

    def _lay(self, sections: tuple[_Section, _Section]) -> None:
        count = len(self._numbers)
        self._features = np.zeros(count, _FEATURE)
        self._rarest = np.array([log(1 + section.size) ** 2 for section in sections])
        usual = np.where(np.arange(count) < self._words, _WORD_TOLD, 1.0)
        laid, before = [], 0
        for at, section in enumerate(sections):
            numbers, documents, weights, rarity = section.weighed(self._numbers)
            self._features["telling"][:, at] = (rarity * usual) ** 2
            laid.append((numbers, documents + before, weights * (rarity * usual)[numbers] * section.share))
            before += len(section.documents)
        numbers, documents, weights = (np.concatenate(column) for column in zip(*laid, strict=True))
        lengths = np.bincount(numbers, minlength=count)
        self._features["end"] = np.cumsum(lengths)
        self._features["begin"] = self._features["end"] - lengths
        order = np.argsort(numbers, kind="stable")
        postings = np.empty(len(order), _POSTING)
        postings["document"], postings["weight"] = documents[order], weights[order]
        self._postings = postings.view(np.int64)

    def alike(self, said: Sequence[str], language: str | None) -> Scores:
        """For each key the score of its most similar text, of both sections together."""
        unknown: list[str] = []
        numbers, times = _once_each(b"".join([self._packed.get(word) or self._part(word, unknown) for word in said]))
        if not numbers.size:
            return np.zeros(self._keys)
        features = self._features[numbers]
        begins, ends, telling = features["begin"], features["end"], features["telling"]
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        laid = np.concatenate([self._postings[begin:end] for begin, end in spans]).view(_POSTING)
        weights = laid["weight"]
        if times is not None:
            more = 1 + np.log(times) / np.where(numbers < self._words, _WORD_TOLD, 1.0)
            weights, telling = weights * np.repeat(more, ends - begins), telling * (more**2)[:, None]
        scores = np.bincount(laid["document"], weights, self._size)
        if language in self._favour:
            scores *= self._favour[language]
        single, whole = np.sqrt(np.add.reduce(telling) + self._untold(unknown)).tolist()
        nearest = np.maximum.reduceat(scores, self._starts)
        likeness: Scores = nearest[: self._keys] / single + nearest[self._keys :] / whole
        return likeness

    def _part(self, word: str, unknown: list[str]) -> bytes:
        """The features of a word that stands in no text: those that others share with it, and what is ``unknown``."""
        features = _of_word(word)
        unknown += [feature for feature in features if feature not in self._numbers]
        return self._pack([feature for feature in features if feature in self._numbers])

    def _pack(self, features: Iterable[str]) -> bytes:
        return np.array([self._numbers[feature] for feature in features], np.int32).tobytes()

    def _untold(self, unknown: Sequence[str]) -> Scores | float:
        """How long a question becomes, squared, by features that stand in no text: each is as rare as can be."""
        if not unknown:
            return 0.0
        counts = Counter(unknown)
        told = [(1.0 if _is_run(feature) else _WORD_TOLD) + log(count) for feature, count in counts.items()]
        squared: Scores = sum(one**2 for one in told) * self._rarest
        return squared


def _once_each(packed: bytes) -> tuple[NDArray[np.int32], NDArray[np.float64] | None]:
    """The numbers, each once, and how often each came; None where each came once."""
    numbers = np.frombuffer(packed, np.int32)
    listed = numbers.tolist()
    if len(set(listed)) == len(listed):
        return numbers, None
    counts = Counter(listed)
    return np.array(list(counts), np.int32), np.array(list(counts.values()), np.float64)


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
    return (f"{word}{WORD_MARK}", *(padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)))


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
