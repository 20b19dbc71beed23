"""Whether a message says what a rehearsal wants, in whichever language it is played."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.flow.rehearse.rehearsal import ANYTHING, EVERY, Wording
from bot.flow.rehearse.untranslated import Text
from bot.language.catalogue import SOURCE_LANGUAGE, Catalogues

_FREE = re.compile(r"\.\.\.|\{\w+\}")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")


class Wordings:
    """Puts what a rehearsal wants, written in English, into the language it is played in."""

    def __init__(self, texts: Iterable[Text], catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._domains: dict[str, str] = {}
        for text in texts:
            self._domains.setdefault(text.msgid, text.domain)
        self._beginning = lru_cache(maxsize=None)(self._look_for_beginning)

    def said(self, wording: Wording, language: str) -> str:
        """What this is in that language: its own words, or the translation of a text that the bot says."""
        return wording[language] if language in wording else self.translated(wording[EVERY], language)

    def translated(self, text: str, language: str) -> str:
        """The translation of a text of the bot, or of the one text that begins so; anything else stays."""
        if language == SOURCE_LANGUAGE:
            return text
        msgid = text if text in self._domains else self._beginning(text.removesuffix(ANYTHING).rstrip())
        if not msgid:
            return text
        return self._catalogues.text(msgid, language, domain=self._domains[msgid])

    def _look_for_beginning(self, text: str) -> str:
        found = [msgid for msgid, domain in self._domains.items() if domain == "bot" and msgid.startswith(text)]
        return found[0] if len(found) == 1 and " " in text else ""


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
    return _SPACE.sub(" ", _BIDI.sub("", text)).strip()
