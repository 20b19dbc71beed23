"""What a reply means: one of the options, in any of the offered languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.flow.lexicon import Ambiguous as Ambiguous
from bot.flow.lexicon import Choice as Choice
from bot.flow.lexicon import Lexicon as Lexicon
from bot.flow.lexicon import Understood as Understood
from bot.flow.lexicon import as_number as as_number
from bot.flow.lexicon import tapped as tapped
from bot.flow.model import FlowSet
from bot.language import phrases
from bot.language.catalogue import SOURCE_LANGUAGE, Catalogues
from bot.language.names import LANGUAGES
from bot.language.normal import plain
from bot.language.reply_words import FALSE_FRIENDS, HALF_HEARTED

_HEAD = re.compile(r"^(.+?)[,.;:!?،؛۔।(|](?=.)|^(\d+)\b(?=.)")
# Questions times languages: 200 are shipped in 4 languages, and each takes 10 kB.
KEPT = 16_384
REVISIONS = 64  # whose start words are kept at once; more than a few are hardly ever in use


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
        self.labels = lru_cache(maxsize=KEPT)(self._labels)
        self.choice = lru_cache(maxsize=KEPT)(self._choice)
        self.lexicon = lru_cache(maxsize=KEPT)(self._lexicon)
        self.lines = lru_cache(maxsize=512)(self._lines)
        self.numbers_of = lru_cache(maxsize=64)(self._numbers_of)
        self.languages = lru_cache(maxsize=1)(self._languages)
        self._starts: dict[str, dict[bool, dict[str, str]]] = {}

    def number(self, said: str) -> int | None:
        """The number that a folded word or two mean, in any language."""
        return self._numbers.get(said)

    def start_words(self, flows: FlowSet, *, anywhere: bool) -> Mapping[str, str]:
        """Folded word, in any language, to the flow that it begins. ``anywhere``: only those that may interrupt."""
        if flows.digest not in self._starts:
            if len(self._starts) >= REVISIONS:
                self._starts.clear()
            self._starts[flows.digest] = {only: self._begins(flows, anywhere=only) for only in (False, True)}
        return self._starts[flows.digest][anywhere]

    def _begins(self, flows: FlowSet, *, anywhere: bool) -> dict[str, str]:
        """Of two flows with the same word the first has it."""
        begins: dict[str, str] = {}
        for flow in flows.flows.values():
            for word in flow.start_words if flow.anywhere or not anywhere else ():
                for said in self.labels(word):
                    begins.setdefault(said, flow.name)
        return begins

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

    def _lines(
        self, found: tuple[tuple[str, str], ...], options: tuple[tuple[str, str], ...], language: str
    ) -> Lexicon:
        """The lexicon of a list: what was found, (key, name) each, then options, (key, label msgid) each. Kept."""
        names = [(key, frozenset({plain(name)})) for key, name in found]
        choices = [Choice(key, says, own=says, labels=says) for key, says in names]
        choices += [self.choice(key, label, language) for key, label in options]
        return Lexicon(choices, number_words=self.number)

    def _languages(self) -> Lexicon:
        """The lexicon of "Which language?": each offered language by all its names."""
        choices = [Choice(code, _names(code)) for code in self._catalogues.languages]
        return Lexicon(choices, number_words=self.number)

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


def _names(code: str) -> frozenset[str]:
    language = LANGUAGES[code]
    return frozenset(plain(name) for name in (language.own_name, language.english_name, *language.other_names))


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
