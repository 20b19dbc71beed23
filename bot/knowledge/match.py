"""Which known questions a question is most like, misspelt or not, in any of the languages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from math import log, sqrt

from bot.language.normal import words

Entry = tuple[str, str, Sequence[str]]  # key, language, texts

# Runs of three letters survive a typo; whole words tell more where there is none.
GRAM = 3
WORD_WEIGHT = 1.0
# A text in her own language is a little likelier to be what she means.
OWN_LANGUAGE = 1.1
# Less alike than this is chance: two shared runs of letters.
FLOOR = 0.12


class Matcher:
    """TF-IDF over whole words and their runs of three letters, in an inverted index (Manning, Raghavan and Schuetze,
    Introduction to Information Retrieval, chapter 6). Each text is its own document; a key is as good as its best.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._documents: list[tuple[str, str]] = []  # key, language
        self._index: dict[str, list[tuple[int, float]]] = defaultdict(list)
        counted = []
        for key, language, texts in entries:
            for text in texts:
                self._documents.append((key, language))
                counted.append(Counter(_features(text)))
        self._rarity = _rarity(counted)
        for number, counts in enumerate(counted):
            for feature, weight in self._weighted(counts):
                self._index[feature].append((number, weight))

    def match(self, text: str, language: str | None = None, limit: int = 3) -> list[tuple[str, float]]:
        """The keys most like ``text``, best first, with scores from 0 to about 1. Scores compare only with each other.

        ``language`` is the one she writes in: its texts count a little more, no other is left out.
        """
        alike: dict[int, float] = defaultdict(float)
        for feature, weight in self._weighted(Counter(_features(text))):
            for number, other in self._index.get(feature, ()):
                alike[number] += weight * other
        best: dict[str, float] = {}
        for number, score in alike.items():
            key, written = self._documents[number]
            score *= OWN_LANGUAGE if written == language else 1.0
            if score >= FLOOR and score > best.get(key, 0.0):
                best[key] = score
        return nlargest(limit, best.items(), key=lambda found: found[1])

    def _weighted(self, counts: Counter[str]) -> list[tuple[str, float]]:
        """The features of one text as a vector of length 1."""
        weights = [(feature, count * self._rarity.get(feature, 0.0)) for feature, count in counts.items()]
        length = sqrt(sum(weight * weight for _, weight in weights)) or 1.0
        return [(feature, weight / length) for feature, weight in weights if weight]


def _features(text: str) -> Iterator[str]:
    for word in words(text):
        yield word
        padded = f"_{word}_"
        for start in range(len(padded) - GRAM + 1):
            yield padded[start : start + GRAM]


def _rarity(documents: Sequence[Counter[str]]) -> dict[str, float]:
    """How much a feature tells: what stands in every question tells nothing."""
    seen: Counter[str] = Counter()
    for document in documents:
        seen.update(document.keys())
    return {feature: log(1 + len(documents) / count) for feature, count in seen.items()}
