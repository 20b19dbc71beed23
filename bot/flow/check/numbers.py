"""Numbers to call: a translation must give the very same ones as the English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polib import POEntry

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.translated import Translated
from bot.knowledge.bidi import CLOSE, OPEN
from bot.language.names import LANGUAGES
from bot.language.normal import fold

SHORTEST = 3  # 999; two digits may as well be written as a word
_MARKS = re.compile(f"[{OPEN}{CLOSE}\u200e\u200f\u202a-\u202e]")
# A hyphen joins the groups of a phone number, which begins with + or with 0 and two digits more. Elsewhere it makes a
# range: "4-11 years" is two numbers.
_NUMBER = re.compile(r"(?:\+|(?<!\d)0\d\d)(?:[ \u00a0\u2009()-]{0,2}\d)*|\d(?:[ \u00a0\u2009()]{0,2}\d)*")


def numbers(text: str) -> frozenset[str]:
    """The numbers of at least three digits in a text, as plain digits, whatever their script and spacing."""
    found = (re.sub(r"\D", "", number) for number in _NUMBER.findall(fold(_MARKS.sub("", text))))
    return frozenset(number for number in found if len(number) >= SHORTEST)


def numbers_differ(catalogue: Translated, entry: POEntry) -> Iterator[Finding]:
    """A translation that lost a number of its English, or has one that the English has not."""
    if entry.msgctxt is not None or not entry.msgstr:
        return
    ours, theirs = numbers(entry.msgid), numbers(entry.msgstr)
    if ours == theirs:
        return
    lost, new = ", ".join(sorted(ours - theirs)), ", ".join(sorted(theirs - ours))
    told = " and ".join(
        filter(None, [f"lacks the number {lost}" if lost else "", f"has the number {new}" if new else ""])
    )
    yield catalogue.finding(
        entry,
        Severity.ERROR,
        "phone-number",
        f"The {LANGUAGES[catalogue.language].english_name} {told}, unlike the English: a wrong number would be called.",
        f"Write {lost} in it, exactly as in the English."
        if lost
        else f"Take {new} out, or put it into the English too.",
    )
