"""Finds texts that people read in English because nobody has translated them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.language.catalogue import SOURCE_LANGUAGE, Catalogues

PLACEHOLDER = re.compile(r"\{\w+\}")
NUMBERED = re.compile(r"^\d+\. ")
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # round English words in an Urdu message
# A shorter text may stand inside any word of another language: it must be a whole line.
ENOUGH_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Text:
    """A text to translate: the catalogue it belongs to, and where it is written."""

    msgid: str
    domain: str
    file: str
    line: int


class Untranslated:
    """The texts that a language has no translation of, ready to be looked for in messages."""

    def __init__(self, texts: Iterable[Text], catalogues: Catalogues) -> None:
        self._texts = tuple(texts)
        self._catalogues = catalogues
        self._missing = lru_cache(maxsize=None)(self._look_up)

    def inside(self, message: str, language: str) -> Iterator[Text]:
        """The untranslated texts that this message holds."""
        missing = self._missing(language)
        if not missing:
            return
        message = DIRECTION.sub("", message)
        lines = {NUMBERED.sub("", line.strip()) for line in message.split("\n")}
        for text, pattern in missing:
            if text.msgid in lines or (len(text.msgid) >= ENOUGH_LETTERS and pattern.search(message)):
                yield text

    def _look_up(self, language: str) -> Sequence[tuple[Text, re.Pattern[str]]]:
        if language == SOURCE_LANGUAGE:
            return ()
        return [
            (text, filled(text.msgid))
            for text in self._texts
            if not self._catalogues.has(text.msgid, language, domain=text.domain)
        ]


@lru_cache(maxsize=4096)
def filled(text: str) -> re.Pattern[str]:
    """What this text looks like once its {variables} are filled in."""
    return re.compile(".*?".join(re.escape(part) for part in PLACEHOLDER.split(text)), re.DOTALL)
