"""What a text costs to send by SMS, and where a long one may be cut.

The rule is GSM 03.38 as Twilio reads it (github.com/TwilioDevEd/message-segment-calculator): one character
outside GSM-7 makes the whole message UCS-2, and what people see as one character is never cut by the border
of two segments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Literal

import regex
from msgspec import Struct

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These cost two: an escape and the character.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
BODY_LIMIT = 1600
IN_SEGMENT = 67  # UTF-16 units of one UCS-2 segment among several
LONG_GRAPHEME = 20  # units; an emoji family has eleven

# By ``re``: its sets of letters are a dozen times as fast as those of ``regex``.
_GSM_TEXT = re.compile("[" + re.escape("".join(sorted(GSM | GSM_EXTENSION))) + "]*")
_EXTENSION = re.compile("[" + re.escape("".join(sorted(GSM_EXTENSION))) + "]")
# Bytes are told apart with two steps of the processor each, and a list has many lines to measure.
_GSM_LATIN = "".join(GSM | GSM_EXTENSION).encode("latin-1", "ignore")
_EXTENSION_LATIN = "".join(GSM_EXTENSION).encode("latin-1", "ignore")
# Letters and signs of Europe, and of Arabic script without its marks: among each other each is a grapheme of one unit.
_ALONE = re.compile(
    "[\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f"
    "\u0606-\u060f\u061b-\u064a\u0660-\u066f\u0671-\u06d5\u06ee-\u06ff"
    "\u200e\u200f\u2010-\u2027\u2030-\u205e\u2066-\u2069\u20a0-\u20bf]*"
)
_PREPENDED = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e]")  # signs that hold on to what follows
_GRAPHEME = regex.compile(r"\X")
_SENTENCE_ENDS = frozenset(".!?…।॥۔؟።።。！？")
_CLOSERS = frozenset("\"')]”’»")


class Size(Struct, frozen=True):
    """How a text travels. ``units`` are septets in GSM-7 and UTF-16 code units in UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def measure(text: str) -> Size:
    """The encoding, units and segments of a text sent by SMS. An empty text takes one segment."""
    doubles = _doubles(text)
    if doubles is not None:
        units = len(text) + doubles
        if units <= 160:
            return Size("GSM-7", units, 1)
        return Size("GSM-7", units, _packed(map(_septets, text), 153) if doubles else -(-units // 153))
    units = _utf16_units(text)
    return Size("UCS-2", units, 1 if units <= 70 else _segments(text, units))


def dear_characters(text: str) -> str:
    """Each character, once, that makes an SMS of this text UCS-2, in the order they come."""
    return "".join(dict.fromkeys(letter for letter in text if letter not in GSM and letter not in GSM_EXTENSION))


def split(text: str, limit: int = BODY_LIMIT) -> list[str]:
    """The text in parts of at most ``limit`` UTF-16 units, so never more than ``limit`` characters either.

    A part ends at a line's or a sentence's end where its second half has one, else between words, else between
    graphemes; only a grapheme longer than a whole part is cut. White space at a cut is dropped. A blank text
    gives no parts.
    """
    if limit < 2:
        raise ValueError(f"A part of {limit} units cannot hold every character: use a limit of at least 2.")
    if not text.strip():
        return []
    if _utf16_units(text) <= limit:
        return [text]
    pieces = _pieces(text, limit)
    return list(_parts(pieces, [0, *accumulate(_units(text, pieces))], limit))


def _doubles(text: str) -> int | None:
    """How many letters of a text cost two septets; None when it is no GSM-7."""
    try:
        letters = text.encode("latin-1")
    except UnicodeEncodeError:  # a euro or Greek, or no GSM-7
        return len(_EXTENSION.findall(text)) if _GSM_TEXT.fullmatch(text) else None
    if letters.translate(None, _GSM_LATIN):
        return None
    return len(letters) - len(letters.translate(None, _EXTENSION_LATIN))


def _septets(character: str) -> int:
    return 2 if character in GSM_EXTENSION else 1


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _segments(text: str, units: int) -> int:
    """How many UCS-2 segments a text of more than one takes.

    Finding every grapheme of a list in Polish or Bangla takes a quarter of a millisecond, so only those at the borders
    are looked at.
    """
    if _ALONE.fullmatch(text):
        return -(-units // IN_SEGMENT)
    if units == len(text) and not _PREPENDED.search(text) and (found := _by_borders(text)):
        return found
    return _packed(_units(text, _pieces(text, IN_SEGMENT)), IN_SEGMENT)


def _by_borders(text: str) -> int:
    """The segments of a text whose letters have one unit each; 0 when a grapheme may be too long for that."""
    segments, start = 1, 0
    while len(text) - start > IN_SEGMENT:
        full = start + IN_SEGMENT
        space = max(text.rfind(" ", start, full), text.rfind("\n", start, full))  # where a grapheme surely begins
        cut = full
        for grapheme in _GRAPHEME.finditer(text, max(space, start)):
            if grapheme.end() > full:
                cut = grapheme.start()
                break
        if full - cut > LONG_GRAPHEME:
            return 0
        segments, start = segments + 1, cut
    return segments


def _units(text: str, pieces: list[str]) -> Iterator[int]:
    """The units of each piece of a text; asking each one costs most of all, and few texts have letters of two units."""
    return map(len if _utf16_units(text) == len(text) else _utf16_units, pieces)


def _pieces(text: str, limit: int) -> list[str]:
    """Graphemes; one that no part could hold comes as its characters."""
    if text.isascii() and "\r" not in text:
        return list(text)
    pieces: list[str] = []
    for grapheme in _GRAPHEME.findall(text):
        if len(grapheme) * 2 <= limit or _utf16_units(grapheme) <= limit:
            pieces.append(grapheme)
        else:
            pieces.extend(grapheme)
    return pieces


def _packed(units: Iterable[int], room: int) -> int:
    """How many segments of ``room`` units hold these pieces in order, none of them cut."""
    segments, used = 1, 0
    for unit in units:
        used += unit
        if used > room:
            segments, used = segments + 1, unit
    return segments


def _parts(pieces: list[str], until: Sequence[int], limit: int) -> Iterator[str]:
    """``until``: how many units there are before each piece, and in all."""
    start = _past_space(pieces, 0)
    while start < len(pieces):
        full = bisect_right(until, until[start] + limit) - 1  # the end of the longest run within the limit
        end = full if full == len(pieces) else _best_cut(pieces, start, full)
        part = pieces[start:end]
        while part[-1].isspace():
            part.pop()
        yield "".join(part)
        start = _past_space(pieces, end)


def _past_space(pieces: list[str], start: int) -> int:
    while start < len(pieces) and pieces[start].isspace():
        start += 1
    return start


def _best_cut(pieces: list[str], start: int, full: int) -> int:
    second_half = range(full, start + (full - start) // 2, -1)
    for cut in second_half:
        if "\n" in pieces[cut]:
            return cut
    for cut in second_half:
        if _ends_sentence(pieces, cut):
            return cut
    for cut in range(full, start, -1):
        if pieces[cut].isspace():
            return cut
    return full


def _ends_sentence(pieces: list[str], cut: int) -> bool:
    """Whether a sentence ends just before ``cut``: a full stop inside "10.30" or a web address ends none."""
    last = cut - 1
    while last > 0 and pieces[last] in _CLOSERS:
        last -= 1
    return pieces[cut].isspace() and pieces[last] in _SENTENCE_ENDS
