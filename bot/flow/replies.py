"""What a reply means: one of the options, in any of the offered languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.flow.lexicon import Ambiguous as Ambiguous
from bot.flow.lexicon import Choice as Choice
from bot.flow.lexicon import Lexicon as Lexicon
from bot.flow.lexicon import Understood as Understood
from bot.flow.lexicon import as_number as as_number
from bot.flow.lexicon import tapped as tapped
from bot.language import phrases
from bot.language.catalogue import SOURCE_LANGUAGE, Catalogues
from bot.language.normal import plain
from bot.language.reply_words import FALSE_FRIENDS, HALF_HEARTED

_HEAD = re.compile(r"^(.+?)[,.;:!?،؛۔।(|](?=.)|^(\d+)\b(?=.)")


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
        self.choice = lru_cache(maxsize=4096)(self._choice)
        self.lexicon = lru_cache(maxsize=4096)(self._lexicon)
        self.numbers_of = lru_cache(maxsize=64)(self._numbers_of)

    def number(self, said: str) -> int | None:
        """The number that a folded word or two mean, in any language."""
        return self._numbers.get(said)

    def _choice(self, key: str, label: str, language: str = "", *, clear: bool = False) -> Choice:
        """A choice with its label in every language; a yes or a no also by all their words.

        On a ``clear`` question only words that are unmistakable in this language count: "ha" is yes in Bangla and
        laughter elsewhere, "ok" may be no more than thanks for the question, and "not really" is half a no. Without a
        language only the key tells that a choice is a yes or a no.
        """
        labels, nod = self.labels(label), _nod(key, label if language else "")
        near = labels if not language else self._labels(label, (language, SOURCE_LANGUAGE))
        words = self._nods(nod, language, clear=clear)
        strange = FALSE_FRIENDS.get(language, frozenset()) if nod else frozenset()
        own = near | self._nods(nod, language, clear=clear, foreign=False) if language else frozenset[str]()
        says, written = (labels | words) - strange, frozenset(self._texts(label))
        return Choice(key, says, own - strange, labels, self._heads(label), nod, written)

    def _lexicon(self, options: tuple[tuple[str, str], ...], language: str, *, clear: bool = False) -> Lexicon:
        """The lexicon of a question's options, (key, label msgid) each, in a conversation's language. Kept.

        On a ``clear`` question number words count in this language and in English alone: "do" is two in Urdu.
        """
        choices = [self.choice(key, label, language, clear=clear) for key, label in options]
        numbers = self.numbers_of(language).get if clear else self.number
        return Lexicon(choices, clear=clear, number_words=numbers)

    def _numbers_of(self, language: str) -> dict[str, int]:
        return {
            said: number
            for number, msgid in enumerate(phrases.NUMBERS, 1)
            for said in self._all(phrases.NUMBER, msgid, (language, SOURCE_LANGUAGE))
        }

    def _nods(self, nod: str, language: str, *, clear: bool, foreign: bool = True) -> frozenset[str]:
        if not nod:
            return frozenset()
        spoken = (language, SOURCE_LANGUAGE) if language else None
        strict = clear and bool(language)
        msgid, opposite = (phrases.YES, phrases.NO) if nod == "yes" else (phrases.NO, phrases.YES)
        mere = self.thanks | HALF_HEARTED if strict else frozenset[str]()
        own = self._all(phrases.YES_NO, msgid, spoken) - mere
        if not foreign:
            return own
        every = self._all(phrases.YES_NO, msgid) - mere
        against = self._all(phrases.YES_NO, opposite, spoken)
        return own | (frozenset(said for said in every if _unmistakable(said, against)) if strict else every)

    def _labels(self, label: str, languages: Iterable[str] | None = None) -> frozenset[str]:
        spoken = self._catalogues.languages if languages is None else languages
        return frozenset(plain(self._catalogues.text(label, language)) for language in spoken) | {plain(label)}

    def _heads(self, label: str) -> frozenset[str]:
        return frozenset(plain(head) for head in map(_head, self._texts(label)) if head)

    def _texts(self, label: str) -> set[str]:
        return {self._catalogues.text(label, language) for language in self._catalogues.languages} | {label}

    def _all(self, context: str, msgid: str, languages: Iterable[str] | None = None) -> frozenset[str]:
        return frozenset(
            plain(word)
            for language in (self._catalogues.languages if languages is None else languages)
            for word in self._catalogues.words(msgid, language, context=context)
            if plain(word)
        )


def _head(label: str) -> str:
    """The first clause: "Yes" of "Yes, erase it all", "3" of "3 or more"; "" when the label is one clause."""
    found = _HEAD.match(label)
    return found[1] or found[2] if found else ""


def _nod(key: str, label: str) -> str:
    """Whether a choice is a yes or a no: by its key, or by how its English label begins ("No, keep it")."""
    begins = plain(_head(label) or label)
    return next((nod for nod in ("yes", "no") if nod in (key, begins)), "")


def _unmistakable(said: str, against: frozenset[str]) -> bool:
    """A word of another language that cannot be taken for one of hers: two Latin letters can be anything, and the
    Polish "no tak" is yes with an English no in it."""
    return not against & set(said.split()) and (not said.isascii() or len(said) > len("ha"))
