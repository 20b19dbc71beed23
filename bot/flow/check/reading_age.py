"""How old a reader of English must be: Flesch-Kincaid's grade of United States schools, plus five years.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas" (1975). Libraries for it fetch a
dictionary of pronunciations when they first run, which a check on a laptop without a network cannot do.
"""

from __future__ import annotations

import re

# Shorter texts say nothing: one long word decides everything.
FEWEST_WORDS = 12
YEARS_BEFORE_GRADE_ONE = 5

_SENTENCE = re.compile(r"[.!?:\n]+(?:\s|$)")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_VOWELS = re.compile(r"[aeiouy]+")
# Endings whose e is not heard: "like", "likes", "asked"; but "little", "wanted", "places".
_SILENT = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeioutdl]ed|[^aeiouyszxcgh]es)$")


def reading_age(text: str) -> float | None:
    """The age in years at which this English is easy to read; None when it is too short to tell."""
    text = _PLACEHOLDER.sub("word", text)
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE.split(text))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return max(grade, 0) + YEARS_BEFORE_GRADE_ONE


def syllables(word: str) -> int:
    """About how many syllables an English word has."""
    word = word.lower().replace("'", "")
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word)))
