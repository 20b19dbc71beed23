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

_TOKEN = r"[A-Za-z0-9+@](?:[A-Za-z0-9+@./:_&'?=%#-]*[A-Za-z0-9])?"
_RUN = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}|{_TOKEN}(?: {_TOKEN})*")


def runs_right_to_left(language: str) -> bool:
    """True for Urdu, Arabic, Farsi and the like."""
    known = LANGUAGES.get(language)
    return known is not None and known.direction == "rtl"


def isolated(text: str, language: str) -> str:
    """The text with marks round each left-to-right run that a phone could reorder; unchanged for other languages.

    A single word or number cannot be reordered and gets none. What has its marks keeps them as they are.
    """
    return _RUN.sub(_mark, text) if runs_right_to_left(language) else text


def isolate(text: str, language: str) -> str:
    """One piece, such as a name or an address, kept together whatever letters it begins with."""
    if not text or not runs_right_to_left(language) or _begins_right_to_left(text):
        return text
    return text if text.startswith(OPEN) else f"{OPEN}{text}{CLOSE}"


def _mark(found: Match[str]) -> str:
    run = found.group()
    return run if run.startswith(OPEN) or run.isalnum() else f"{OPEN}{run}{CLOSE}"


def _begins_right_to_left(text: str) -> bool:
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in {"R", "AL"} for kind in kinds if kind in {"L", "R", "AL"}), False)
