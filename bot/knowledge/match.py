"""Which known questions a question is most like, misspelt or not, in any of the languages."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from math import hypot, log
from typing import NamedTuple

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


NOWHERE: tuple[array[int], array[float]] = (array("L"), array("d"))

Document = tuple[str, str, Mapping[str, int]]  # key, language, how often each feature occurs


class Entry(NamedTuple):
    """What is known of a key in one language: questions and titles, and what else is said about it."""

    key: str
    language: str
    texts: Sequence[str]
    about: str = ""


class Matcher:
    """Finds the keys whose texts are most like a question."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Most words come again and again: keeping their features halves the time it takes. What people ask is not kept.
        known: dict[str, list[str]] = {}
        singles: list[Document] = []
        wholes: list[Document] = []
        for one in entries:
            texts = [_features(text, known) for text in one.texts]
            singles += [(one.key, one.language, counts) for counts in texts]
            if texts:
                wholes.append((one.key, one.language, _together([*texts, _features(one.about, known)])))
        self._singles, self._wholes = _Index(singles), _Index(wholes)

    def match(self, text: str, language: str | None = None, limit: int = 3) -> list[tuple[str, float]]:
        """The keys most like ``text``, best first, with scores from 0 to about 1.

        ``language`` is the one she writes in: its texts count a little more, no other is left out. Scores compare
        with each other only: they do not tell whether the best is right, so a choice must be offered.
        """
        counts = _features(text, {})
        best = self._singles.alike(counts, language)
        for key, score in self._wholes.alike(counts, language).items():
            best[key] = best.get(key, 0.0) + WHOLE_WEIGHT * score
        scores = ((key, score / (1 + WHOLE_WEIGHT)) for key, score in best.items())
        return nlargest(limit, (one for one in scores if one[1] >= FLOOR), key=lambda one: one[1])


class _Index:
    """TF-IDF over words and their runs of three letters, in an inverted index, compared by the cosine.

    (Manning, Raghavan and Schuetze, Introduction to Information Retrieval, chapter 6.)
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = [(key, language) for key, language, _ in documents]
        counted = [counts for _, _, counts in documents]
        self._rarity = _rarity(counted)
        self._unknown = log(1 + len(documents))
        # Arrays lie close together: with objects for each number, fetching them from memory took half of the time.
        postings: dict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("L"), array("d")))
        for number, counts in enumerate(counted):
            for feature, weight in self._vector(counts):
                numbers, weights = postings[feature]
                numbers.append(number)
                weights.append(weight)
        self._postings = dict(postings)

    def alike(self, counts: Mapping[str, int], language: str | None) -> dict[str, float]:
        """Each key that shares something, with the score of its most similar text."""
        scores = [0.0] * len(self._documents)
        for feature, weight in self._vector(counts):
            for number, other in zip(*self._postings.get(feature, NOWHERE), strict=True):
                scores[number] += weight * other
        best: dict[str, float] = {}
        for (key, written), score in zip(self._documents, scores, strict=True):
            if score:
                likeness = score * OWN_LANGUAGE if written == language else score
                if likeness > best.get(key, 0.0):
                    best[key] = likeness
        return best

    def _vector(self, counts: Mapping[str, int]) -> list[tuple[str, float]]:
        """The features of a text as a vector of length 1."""
        rarity, unknown = self._rarity, self._unknown
        weights = [
            (rarity.get(feature, unknown) if count == 1 else (1 + log(count)) * rarity.get(feature, unknown))
            for feature, count in counts.items()
        ]
        scale = 1 / (hypot(*weights) or 1.0)
        return [(feature, weight * scale) for feature, weight in zip(counts, weights, strict=True)]


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


def _rarity(documents: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """How much a feature tells: what stands in every text tells nothing."""
    seen: Counter[str] = Counter()
    for document in documents:
        seen.update(document.keys())
    return {feature: log(1 + len(documents) / count) for feature, count in seen.items()}
