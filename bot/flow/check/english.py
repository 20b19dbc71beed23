"""The English that flows are written in: easy to read, and in letters that an SMS carries at half the price."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.reading_age import reading_age
from bot.flow.check.written import SAID, Text
from bot.language.segments import GSM, GSM_EXTENSION

OLDEST_READER = 11
_STATUS = re.compile(
    r"\b(?:asylum|visas?|immigration|passport|refugee|undocumented|illegal(?:ly)?|citizen(?:ship)?|nationality"
    r"|(?:leave|right) to (?:remain|be here|stay)|settled status|papers)\b",
    re.IGNORECASE,
)
PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
    "\u00b4": "'", "\u201e": '"', "\u00a0": "a space", "\u202f": "a space", "`": "'", "\u2022": "-",
}  # fmt: skip


def hard_english(material: Material) -> Iterator[Finding]:
    """Texts that a child of eleven could not read with ease."""
    for text in material.texts:
        age = reading_age(text.msgid) if text.kind in {*SAID, "template"} else None
        if age is not None and round(age) > OLDEST_READER:
            yield text.finding(
                Severity.WARNING,
                "reading-age",
                f"This is easy to read from about age {round(age)}; it should be {OLDEST_READER} at most.",
                "Make two sentences of the longest one, and use shorter words.",
            )


def dear_characters(material: Material) -> Iterator[Finding]:
    """Characters outside GSM-7: one of them more than doubles the price of an English SMS."""
    for written in material.written:
        for text in written.texts:
            if text.by_sms and text.kind != "start word":
                yield from _dear(text)


def never_asked(material: Material) -> Iterator[Finding]:
    """Questions about somebody's right to be in this country: we never ask that (design.md, section 6, rule 9)."""
    for text in material.texts:
        found = _STATUS.search(text.msgid) if text.kind in {"ask", "listen"} else None
        if found:
            yield text.finding(
                Severity.WARNING,
                "never-asked",
                "This may ask about somebody's right to be in this country. We never ask that, and never keep it.",
                "Ask what she needs instead.",
                about=found[0],
            )


def _dear(text: Text) -> Iterator[Finding]:
    dear = [character for character in text.msgid if character not in GSM and character not in GSM_EXTENSION]
    if dear:
        first = dear[0]
        plain = PLAIN.get(first)
        yield text.finding(
            Severity.WARNING,
            "dear-character",
            f'The character "{first}" more than doubles the price of this SMS.',
            f"Write {plain} instead." if plain else "Take it out.",
            about=first,
        )
