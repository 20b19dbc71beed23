"""Whether a message says what a rehearsal wants, in whichever language it is played."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.flow.rehearse.rehearsal import ANYTHING, EVERY, Wording
from bot.flow.rehearse.untranslated import DIRECTION, ENOUGH_LETTERS, Text
from bot.language.catalogue import SOURCE_LANGUAGE, Catalogues

_FREE = re.compile(r"\.\.\.|\{\w+\}")
_NAME = re.compile(r"\{(\w+)\}")
LIKE = 75  # of 100: so like a text of the bot's, one was probably meant to be the other
_SPACE = re.compile(r"\s+")


class Wordings:
    """Puts what a rehearsal wants, written in English, into the language it is played in."""

    def __init__(self, texts: Iterable[Text], catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._texts: dict[str, Text] = {}
        for text in texts:
            self._texts.setdefault(text.msgid, text)
        self._bot = {msgid: text for msgid, text in self._texts.items() if text.domain == "bot"}
        self.meant = lru_cache(maxsize=None)(self._meant)

    def said(self, wording: Wording, language: str) -> str:
        """What she texts or takes in that language: its own words, or the translation of a text that the bot says."""
        text = wording[language] if language in wording else wording[EVERY]
        found = self._texts.get(text) if language not in wording else None
        return self._translation(found, text, language) if found else text

    def wanted(self, wording: Wording, language: str) -> tuple[str, ...]:
        """What a message may hold to be the one that is wanted: any of these."""
        return (wording[language],) if language in wording else self.translated(wording[EVERY], language)

    def translated(self, text: str, language: str) -> tuple[str, ...]:
        """The translations of every text that this may stand for; anything that the bot has no text for stays."""
        if language == SOURCE_LANGUAGE:
            return (text,)
        return tuple(dict.fromkeys(self._translation(one, text, language) for one in self.meant(text))) or (text,)

    def nearest(self, text: str) -> Text | None:
        """The text of the bot that is most like one that nobody has; None when there is none like it."""
        found = process.extractOne(text, list(self._bot), scorer=_likeness, score_cutoff=LIKE)
        return self._bot[found[0]] if found else None

    def _meant(self, text: str) -> tuple[Text, ...]:
        """The texts of the bot that this is, begins, or is with its {names} filled in."""
        whole = [self._texts[text]] if text in self._texts else []
        begun = text.removesuffix(ANYTHING).rstrip()
        if " " not in begun:  # "Food" alone is that text, and not the beginning of others
            return tuple(whole)
        begin = [one for msgid, one in self._bot.items() if msgid.startswith(begun) and one not in whole]
        return tuple([*whole, *begin] or [one for one in self._bot.values() if _filled_in(one.msgid, text)])

    def _translation(self, one: Text, text: str, language: str) -> str:
        """Its translation, with the same numbers where ``text`` has numbers for its {names}."""
        own = self._catalogues.text(one.msgid, language, domain=one.domain)
        given = _filled_in(one.msgid, text)
        return _NAME.sub(lambda found: given.get(found[1], found[0]), own) if given else own


def _filled_in(msgid: str, text: str) -> dict[str, str] | None:
    """The numbers that stand for the {names} of a msgid in this text; None when the text is another."""
    parts = _NAME.split(msgid)
    if len(parts) < 3 or sum(map(len, parts[::2])) < ENOUGH_LETTERS:
        return None
    found = re.fullmatch("(.+?)".join(map(re.escape, parts[::2])), text, re.DOTALL)
    pairs = zip(parts[1::2], found.groups(), strict=True) if found else ()
    return {name: value for name, value in pairs if value.isdecimal()} if found else None


def _likeness(text: str, msgid: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """How like the beginning of a text this is, 0 to 100."""
    return fuzz.ratio(text, msgid[: len(text) + 5], score_cutoff=score_cutoff)


def holds(message: str, wanted: str) -> bool:
    """Whether the message has this text somewhere; "..." and {names} stand for anything."""
    return _pattern(wanted).search(_flat(message)) is not None


def is_exactly(message: str, wanted: str) -> bool:
    """Whether the message is this text and nothing more."""
    return _pattern(wanted).fullmatch(_flat(message)) is not None


@lru_cache(maxsize=4096)
def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(".*?".join(re.escape(part) for part in _FREE.split(_flat(wanted))), re.DOTALL)


def _flat(text: str) -> str:
    """The text without marks of direction, and with single spaces."""
    return _SPACE.sub(" ", DIRECTION.sub("", text)).strip()
