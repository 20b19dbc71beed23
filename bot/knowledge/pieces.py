"""A long text in pieces: the first as short as a text can be, the rest with MORE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from msgspec import Struct

from bot.knowledge.bidi import CLOSE, OPEN
from bot.language.segments import measure, split

SEPTETS, UNITS = 153, 67  # in each SMS part of several; letters outside GSM-7 have less than half the room
SLACK = 6  # what graphemes kept whole may leave empty at the ends of segments
# A question whose answer would stand in the next piece, and a number of a list with nothing behind it.
_DANGLING = re.compile(r"(?:(?<=[.!…।۔])|(?<=[.!…।۔][\"')\u2069]))\s+(?:[^.!?؟…।۔]+[?؟]|\d{1,2}\.)$")


class Letters(IntEnum):
    """The letters of a text, by what they cost in an SMS: an escaped one of GSM-7 two, any other makes it all dear."""

    PLAIN = 0
    ESCAPED = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Room:
    """How long a piece may be: so many SMS parts in GSM-7, and in other letters."""

    parts: int
    in_other_letters: int

    def holds(self, text: str) -> bool:
        """Whether the text is short enough."""
        if len(text) > self.parts * SEPTETS:  # in other letters there is less room
            return False
        size = measure(text)
        return size.segments <= (self.parts if size.encoding == "GSM-7" else self.in_other_letters)

    def units(self, text: str) -> int:
        """How many UTF-16 units a piece of this text may have."""
        return self.parts * SEPTETS if measure(text).encoding == "GSM-7" else self.in_other_letters * UNITS


# Each MORE costs her a text, and what is much longer than 320 characters may not arrive.
FIRST, LATER = Room(2, 3), Room(3, 5)


class Line(Struct, frozen=True):
    """One line, made by ``measured_line``. ``rank`` says how early it is chosen for the first piece; None: it only
    comes with MORE. ``units`` are UTF-16 units; ``letters`` the dearest kind in it."""

    text: str
    rank: int | None
    units: int
    letters: Letters


def measured_line(text: str, rank: int | None = None) -> Line:
    """A line with what tells how much room it takes."""
    size = measure(text)
    if size.encoding != "GSM-7":
        return Line(text, rank, size.units, Letters.OTHER)
    return Line(text, rank, len(text), Letters.PLAIN if size.units == len(text) else Letters.ESCAPED)


def begun(lines: Iterable[Line], hint: str) -> tuple[str, list[Line]]:
    """The first piece, and the lines that are left for others: in the first are those of lowest rank that fit, in the
    order given; all, when all fit. No two have the same rank. Room is kept for ``hint``, the last line under it."""
    every, below = [line for line in lines if line.text], measured_line(hint)
    if _fits(FIRST, every, below):
        return _joined(every), []
    chosen = _chosen(every, below)
    return _joined(line for line in every if line.rank in chosen), [line for line in every if line.rank not in chosen]


def in_pieces(lines: Iterable[Line], first_hint: str, hint: str) -> list[str]:
    """The lines as pieces: the first, under which ``first_hint`` will stand, and the others, with ``hint``."""
    first, others = begun(lines, first_hint)
    return [first, *_packed(others, hint)]


def packed(texts: Iterable[str], hint: str) -> list[str]:
    """Texts in as few pieces as hold them in order, none cut. One that is too long has a piece of its own."""
    return _packed(map(measured_line, texts), hint)


def _packed(lines: Iterable[Line], hint: str) -> list[str]:
    pieces, below = list[list[Line]](), measured_line(hint)
    for one in lines:
        if pieces and _fits(LATER, [*pieces[-1], one], below):
            pieces[-1].append(one)
        else:
            pieces.append([one])
    return [_joined(piece) for piece in pieces]


def _fits(room: Room, lines: Sequence[Line], below: Line) -> bool:
    """Whether the lines with a hint below them are short enough. Mostly their lengths tell, without measuring anew."""
    whole = [*lines, below] if below.text else lines
    units, letters = len(whole) - 1, Letters.PLAIN
    for one in whole:
        units += one.units
        if one.letters > letters:
            letters = one.letters
    if letters is Letters.PLAIN:
        return units <= room.parts * SEPTETS
    if letters is Letters.OTHER and units > room.in_other_letters * UNITS:
        return False
    return room.holds(_joined(whole))


def _joined(lines: Iterable[Line]) -> str:
    return "\n".join([line.text for line in lines])


@lru_cache(maxsize=4096)
def prose(text: str, hint: str, room: Room = LATER) -> tuple[str, ...]:
    """A text of ours in pieces that end where a sentence ends, or else between words."""
    pieces = []
    while text:
        pieces.append(_piece(text, hint, room))
        text = text[len(pieces[-1]) :].strip()
    return tuple(pieces)


def _piece(text: str, hint: str, room: Room) -> str:
    units = room.units(text + hint) - (len(hint) + 1 if hint else 0)
    piece = split(text, units)[0]
    while not room.holds(_under(piece, hint)) and units > SLACK:
        units -= SLACK
        piece = split(text, units)[0]
    return piece if piece == text else _DANGLING.sub("", _whole(piece))


def _whole(piece: str) -> str:
    """Without a run at its end whose marks for right-to-left (see bidi.py) are not closed in it."""
    opened = piece.rfind(OPEN)
    return piece[:opened].rstrip() or piece if opened > piece.rfind(CLOSE) else piece


def _chosen(lines: Sequence[Line], below: Line) -> set[int]:
    """The ranks of those that fit into the first piece."""
    ranked = [line for line in lines if line.rank is not None]
    chosen: set[int] = set()
    for rank in sorted([line.rank for line in ranked if line.rank is not None]):
        tried = chosen | {rank}
        if not chosen or _fits(FIRST, [line for line in ranked if line.rank in tried], below):
            chosen = tried
    return chosen


def _under(text: str, hint: str) -> str:
    return f"{text}\n{hint}" if hint else text
