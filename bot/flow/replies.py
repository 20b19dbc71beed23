"""What a reply means: one of the options, by button, number, word, start of a word or typo, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.language.normal import fold, plain

# "2", "2.", "2)", "(2)", "no 2", "nr 2", "#2", "option 2"
_NUMBER = re.compile(
    r"^[\s(\[#*]*(?:no|nr|number|option|opcja|numer|num)?[\s.:#]*(\d{1,3})(?:st|nd|rd|th)?[\s.,)\]:!*]*(?:pls|plz|please)?[\s.!]*$"
)
_KEYCAP = re.compile("[\ufe0f\u20e3]")
SHORTEST_PREFIX = 3
SHORTEST_TYPO = 4  # "1 typo in 3 letters" would make "no" of "now"
LONG_WORD = 8  # two typos are forgiven from here


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing she can choose: its key, and every way to say it (already folded), in every language."""

    key: str
    says: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The reply fits more than one choice: she must be asked which."""

    keys: tuple[str, ...]


Understood = str | Ambiguous | None


def understand(
    text: str, choices: Sequence[Choice], *, clear: bool, number_words: Callable[[str], int | None]
) -> Understood:
    """The key of the choice that ``text`` means, Ambiguous, or None.

    A ``clear`` question (consent, safety) takes only a number or the very words: nothing is guessed there.
    """
    number = as_number(text)
    said = plain(text)
    if number is None:
        exact = _same(said, choices)
        if exact:
            return exact
        number = number_words(said)
    if number is not None:
        return choices[number - 1].key if 1 <= number <= len(choices) else None
    return None if clear or not said else _near(said, choices)


def tapped(button: str, step: str, choices: Sequence[Choice]) -> str | None:
    """The key of a button of this very step; a button of an old question means nothing here (messaging.md, case 15)."""
    name, _, key = button.partition(".")
    return key if name == step and any(key == choice.key for choice in choices) else None


def as_number(text: str) -> int | None:
    """The number of a reply that is only a number, in the digits of any script or as a keycap emoji."""
    found = _NUMBER.match(fold(_KEYCAP.sub("", text)))
    return int(found[1]) if found else None


def _same(said: str, choices: Sequence[Choice]) -> Understood:
    return _one([choice.key for choice in choices if said in choice.says]) if said else None


def _near(said: str, choices: Sequence[Choice]) -> Understood:
    begun = [choice.key for choice in choices if _begins(said, choice.says)]
    if begun:
        return _one(begun)
    named = [choice.key for choice in choices if _names_one(said, choice.says)]
    if named:
        return _one(named)
    return _one([choice.key for choice in choices if any(_typo(said, word) for word in choice.says)])


def _one(keys: list[str]) -> Understood:
    return None if not keys else keys[0] if len(keys) == 1 else Ambiguous(tuple(keys))


def _begins(said: str, says: Iterable[str]) -> bool:
    return len(said) >= SHORTEST_PREFIX and any(word.startswith(said) for word in says)


def _names_one(said: str, says: Iterable[str]) -> bool:
    """One long word of the label, like "debt" of "Money, debt and bills"."""
    return len(said) >= SHORTEST_TYPO and any(said in word.split() for word in says)


def _typo(said: str, word: str) -> bool:
    if len(word) < SHORTEST_TYPO or len(said) < SHORTEST_TYPO:
        return False
    allowed = 2 if len(word) >= LONG_WORD else 1
    return OSA.distance(said, word, score_cutoff=allowed) <= allowed


class Vocabulary:
    """The words of every offered language for yes, no, numbers, commands and greetings, folded and ready."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._numbers = {
            said: number for number, msgid in enumerate(phrases.NUMBERS, 1) for said in self._all(phrases.NUMBER, msgid)
        }
        self.yes = self._all(phrases.YES_NO, phrases.YES)
        self.no = self._all(phrases.YES_NO, phrases.NO)
        self.greetings = self._all(phrases.GREETING, phrases.GREETINGS)
        self.thanks = self._all(phrases.THANKS_CONTEXT, phrases.THANKS)
        self.commands = {
            said: command for command, msgid in phrases.COMMANDS.items() for said in self._all(phrases.COMMAND, msgid)
        }
        self.labels = lru_cache(maxsize=4096)(self._labels)

    def number(self, said: str) -> int | None:
        """The number that a folded word or two mean, in any language."""
        return self._numbers.get(said)

    def choice(self, key: str, label: str) -> Choice:
        """A choice with its label in every language; yes and no also by all their words."""
        says = self.labels(label)
        extra = self.yes if key == "yes" else self.no if key == "no" else frozenset()
        return Choice(key, says | extra)

    def _labels(self, label: str) -> frozenset[str]:
        return frozenset(plain(self._catalogues.text(label, language)) for language in self._catalogues.languages) | {
            plain(label)
        }

    def _all(self, context: str, msgid: str) -> frozenset[str]:
        return frozenset(
            plain(word)
            for language in self._catalogues.languages
            for word in self._catalogues.words(msgid, language, context=context)
            if plain(word)
        )
