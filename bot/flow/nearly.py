"""Which choices a reply nearly says: the start of a label, one telling word of it, or a typo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz.distance import OSA

from bot.language.normal import plain
from bot.language.reply_words import DENIALS, EVERYDAY, listed

SHORTEST_PREFIX = 3
SHORTEST_TYPO = 4  # "1 typo in 3 letters" would make "no" of "now"
SHORTEST_WORD_TYPO = 5  # for one word out of a label
LONG_WORD = 8  # two typos are forgiven from here
MOST_TYPOS = 2  # in a whole label

Term = TypeVar("Term", str, int)

_DENIALS = frozenset(map(plain, listed(DENIALS)))
_EVERYDAY = frozenset(map(plain, listed(EVERYDAY))) | _DENIALS


@dataclass(frozen=True, slots=True)
class Label:
    """One label of one choice. ``own``: in the language of the conversation, or in English; ``at``: its place."""

    at: int
    key: str
    said: str
    words: tuple[str, ...]
    own: bool
    joined: str


class Nearly:
    """The labels of one question, for the replies that are none of them but close to one."""

    def __init__(self, choices: Iterable[tuple[str, Iterable[str], frozenset[str]]]) -> None:
        every = ((key, said, own) for key, labels, own in choices for said in sorted(labels))
        self._labels = [
            Label(at, key, said, tuple(said.split()), not own or said in own, said.replace(" ", ""))
            for at, (key, said, own) in enumerate(every)
        ]
        self._most_words = max((len(label.words) for label in self._labels), default=0)
        self._by_start = _index(self._labels, lambda label: [label.said[:SHORTEST_PREFIX]])
        self._by_word = _index(self._labels, lambda label: label.words)
        self._by_joined = _index(self._labels, lambda label: [label.joined])
        self._by_count = _index(self._labels, lambda label: [len(label.words)])

    def find(self, said: str) -> tuple[str, ...]:
        """The keys of the choices that it nearly says; () for none. More than one means that nobody can tell.

        Her own language and English come before the others for a word cut short; typos are weighed across all.
        """
        words = said.split()
        if not words or len(words) > self._most_words:
            return ()
        begun = [label for label in self._by_start.get(said[:SHORTEST_PREFIX], ()) if _begins(said, label)]
        named = [label for label in self._by_word.get(said, ()) if _names(said)]
        if begun or named:
            return _keys(_own(begun) or _own(named) or [*begun, *named])
        return self.typed(said)

    def typed(self, said: str, *, own: bool = False) -> tuple[str, ...]:
        """The keys of the choices that it says with a typo."""
        words = said.split()
        same = list(self._by_joined.get("".join(words), ()))
        same += [label for label in self._by_count.get(len(words), ()) if _few_slips(words, label.words)]
        if len(words) == 1 and len(said) >= SHORTEST_WORD_TYPO:
            longer = (label for label in self._labels if len(label.words) > 1)
            same += [label for label in longer if any(_telling_typo(said, word) for word in label.words)]
        if not same:
            return ()
        return _keys(label for label in sorted(same, key=lambda label: label.at) if label.own or not own)


def _index(labels: Iterable[Label], terms: Callable[[Label], Iterable[Term]]) -> dict[Term, list[Label]]:
    found: dict[Term, list[Label]] = {}
    for label in labels:
        for term in terms(label):
            found.setdefault(term, []).append(label)
    return found


def _own(labels: Iterable[Label]) -> list[Label]:
    return [label for label in labels if label.own]


def _keys(labels: Iterable[Label]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label.key for label in labels))


def _begins(said: str, label: Label) -> bool:
    """ "doc" of "Doctor and health"; not "i do" of "I do not want to say"."""
    if not label.said.startswith(said) or said == label.said:
        return said == label.said
    return any(_letters(word) >= SHORTEST_PREFIX for word in said.split()) and said not in _DENIALS


def _names(said: str) -> bool:
    """A word that tells which label it is from, like "debt" of "Money, debt and bills"."""
    shortest = SHORTEST_TYPO if said.isascii() else SHORTEST_PREFIX
    return len(said) >= shortest and said not in _EVERYDAY


def _few_slips(words: Sequence[str], others: Sequence[str]) -> bool:
    typos = 0
    for word, other in zip(words, others, strict=True):
        slips = _slips(word, other)
        if slips is None:
            return False
        typos += slips
    return typos <= MOST_TYPOS


def _telling_typo(said: str, word: str) -> bool:
    return len(word) >= SHORTEST_WORD_TYPO and word not in _EVERYDAY and _slips(said, word) is not None


def _slips(said: str, word: str) -> int | None:
    """How many typos lie between two words; None when they are too many to be the same word.

    Short words must be the same ("now" is no "not"), the first letter of a word is rarely mistyped, and a word that
    denies is never made of one that does not.
    """
    if said == word:
        return 0
    if len(said) < SHORTEST_TYPO or len(word) < SHORTEST_TYPO:
        return None
    allowed = 2 if len(word) >= LONG_WORD else 1
    if (said[0] != word[0] and allowed == 1) or abs(len(said) - len(word)) > allowed:
        return None
    if said in _DENIALS or word in _DENIALS:
        return None
    distance = OSA.distance(said, word, score_cutoff=allowed)
    return distance if distance <= allowed else None


def _letters(word: str) -> int:
    """Letters as people count them: the vowel signs of Bangla are part of a letter."""
    return sum(map(str.isalpha, word))
