"""Keeps phone numbers, postcodes, times and addresses readable inside text that runs from right to left.

A phone shows "0800 138 1111" after Urdu letters as "1111 138 0800" (Unicode Annex 9, rules W2 and N1): a wrong number.
Two invisible marks round it prevent that. Such a text is UCS-2 already, so they cost two characters, not a dearer kind.
"""

from __future__ import annotations

import re
import unicodedata
from re import Match

from bot.language.names import LANGUAGES

OPEN, CLOSE = "\u2066", "\u2069"  # left-to-right isolate, pop directional isolate

_PIECE = r"[A-Za-z0-9+@](?:[A-Za-z0-9+@./:_&'?=%#-]*[A-Za-z0-9])?"
# What cannot be taken apart: one word, one number, a decimal, a clock time. "5pm" can: it becomes "pm5".
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9]*|[0-9]+(?:[.:/][0-9]+)*")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_RUN = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}|{_PIECE}(?: {_PIECE})*")


def runs_right_to_left(language: str) -> bool:
    """True for Urdu, Arabic, Farsi and the like."""
    known = LANGUAGES.get(language)
    return known is not None and known.direction == "rtl"


def isolated(text: str, language: str) -> str:
    """The text with marks round each left-to-right run that a phone could reorder; unchanged for other languages.

    A single word or number cannot be reordered and gets none. What has its marks keeps them as they are.
    """
    if not runs_right_to_left(language):
        return text
    return "\n".join(
        _RUN.sub(_mark if _RIGHT_TO_LEFT.search(line) else _mark_number, line) for line in text.split("\n")
    )


def isolate(text: str, language: str) -> str:
    """One piece, such as a name or an address, kept together whatever letters it begins with."""
    if not runs_right_to_left(language) or not text or _WHOLE.fullmatch(text) or _begins_right_to_left(text):
        return text
    return text if text.startswith(OPEN) else f"{OPEN}{text}{CLOSE}"


def _mark(found: Match[str]) -> str:
    run = found.group()
    return run if run.startswith(OPEN) or _WHOLE.fullmatch(run) else f"{OPEN}{run}{CLOSE}"


def _mark_number(found: Match[str]) -> str:
    """In a line with no right-to-left letter only what begins with a digit can go wrong: a phone may take its
    direction from the lines above."""
    run = found.group()
    return _mark(found) if run[0].isdigit() or run[0] == "+" else run


def _begins_right_to_left(text: str) -> bool:
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in {"R", "AL"} for kind in kinds if kind in {"L", "R", "AL"}), False)
