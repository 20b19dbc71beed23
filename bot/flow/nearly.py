"""Which choices a reply nearly says: the start of a label, one telling word of it, or a typo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.language.normal import plain
from bot.language.reply_words import DENIALS, EVERYDAY, listed

SHORTEST_PREFIX = 3
SHORTEST_TYPO = 4  # "1 typo in 3 letters" would make "no" of "now"
SHORTEST_WORD_TYPO = 5  # for one word out of a label
LONG_WORD = 8  # two typos are forgiven from here
MOST_TYPOS = 2  # in a whole label

_DENIALS = frozenset(map(plain, listed(DENIALS)))
_EVERYDAY = frozenset(map(plain, listed(EVERYDAY))) | _DENIALS


@dataclass(frozen=True, slots=True)
class Label:
    """One label of one choice. ``own``: in the language of the conversation, or in English."""

    key: str
    said: str
    words: tuple[str, ...]
    own: bool


class Nearly:
    """The labels of one question, for the replies that are none of them but close to one."""

    def __init__(self, choices: Iterable[tuple[str, Iterable[str], frozenset[str]]]) -> None:
        self._labels = [
            Label(key, said, tuple(said.split()), not own or said in own)
            for key, labels, own in choices
            for said in sorted(labels)
        ]

    def find(self, said: str) -> tuple[str, ...]:
        """The keys of the choices that it nearly says; () for none. More than one means that nobody can tell.

        Her own language and English come before the others for a word cut short; typos are weighed across all.
        """
        return (
            self._where(lambda label: label.own and _begins(said, label))
            or self._where(lambda label: label.own and _names(said, label))
            or self._where(lambda label: _begins(said, label) or _names(said, label))
            or self.typed(said)
        )

    def typed(self, said: str, *, own: bool = False) -> tuple[str, ...]:
        """The keys of the choices that it says with a typo."""
        words = tuple(said.split())
        return self._where(lambda label: (label.own or not own) and _typo(said, words, label))

    def _where(self, fits: Callable[[Label], bool]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(label.key for label in self._labels if fits(label)))


def _begins(said: str, label: Label) -> bool:
    """ "doc" of "Doctor and health"; not "i do" of "I do not want to say"."""
    if not label.said.startswith(said) or said == label.said:
        return said == label.said
    return any(_letters(word) >= SHORTEST_PREFIX for word in said.split()) and said not in _DENIALS


def _names(said: str, label: Label) -> bool:
    """One telling word of the label, like "debt" of "Money, debt and bills"."""
    shortest = SHORTEST_TYPO if said.isascii() else SHORTEST_PREFIX
    return said in label.words and len(said) >= shortest and said not in _EVERYDAY


def _typo(said: str, words: tuple[str, ...], label: Label) -> bool:
    if said.replace(" ", "") == label.said.replace(" ", ""):
        return True
    if len(words) == 1 and len(label.words) > 1:
        return len(said) >= SHORTEST_WORD_TYPO and any(_telling_typo(said, word) for word in label.words)
    if len(words) != len(label.words):
        return False
    slips = [_slips(*pair) for pair in zip(words, label.words, strict=True)]
    return all(slip is not None for slip in slips) and sum(filter(None, slips)) <= MOST_TYPOS


def _telling_typo(said: str, word: str) -> bool:
    return len(word) >= SHORTEST_WORD_TYPO and word not in _EVERYDAY and _slips(said, word) is not None


def _slips(said: str, word: str) -> int | None:
    """How many typos lie between two words; None when they are too many to be the same word.

    Short words must be the same ("now" is no "not"), the first letter of a word is rarely mistyped, and a word that
    denies is never made of one that does not.
    """
    if said == word:
        return 0
    if min(len(said), len(word)) < SHORTEST_TYPO or said in _DENIALS or word in _DENIALS:
        return None
    if said[0] != word[0] and len(word) < LONG_WORD:
        return None
    allowed = 2 if len(word) >= LONG_WORD else 1
    distance = OSA.distance(said, word, score_cutoff=allowed)
    return distance if distance <= allowed else None


def _letters(word: str) -> int:
    """Letters as people count them: the vowel signs of Bangla are part of a letter."""
    return sum(map(str.isalpha, word))
