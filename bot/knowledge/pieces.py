"""A long text in pieces: the first as short as a text can be, the rest with MORE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from msgspec import Struct

from bot.knowledge.bidi import CLOSE, OPEN
from bot.language.segments import measure, split

SEPTETS, UNITS = 153, 67  # in each SMS part of several; letters outside GSM-7 have less than half the room
SLACK = 6  # what graphemes kept whole may leave empty at the ends of segments
# A question whose answer would stand in the next piece, and a number of a list with nothing behind it.
_DANGLING = re.compile(r"(?:(?<=[.!…।۔])|(?<=[.!…।۔][\"')\u2069]))\s+(?:[^.!?؟…।۔]+[?؟]|\d{1,2}\.)$")


@dataclass(frozen=True, slots=True)
class Room:
    """How long a piece may be: so many SMS parts in GSM-7, and in other letters."""

    parts: int
    in_other_letters: int

    def holds(self, text: str) -> bool:
        """Whether the text is short enough."""
        size = measure(text)
        return size.segments <= (self.parts if size.encoding == "GSM-7" else self.in_other_letters)

    def units(self, text: str) -> int:
        """How many UTF-16 units a piece of this text may have."""
        return self.parts * SEPTETS if measure(text).encoding == "GSM-7" else self.in_other_letters * UNITS


# Each MORE costs her a text, and what is much longer than 320 characters may not arrive.
FIRST, LATER = Room(2, 3), Room(3, 5)


class Line(Struct, frozen=True):
    """One line. ``rank`` says how early it is chosen for the first piece; None: it only comes with MORE."""

    text: str
    rank: int | None = None


def in_pieces(lines: Iterable[Line], first_hint: str, hint: str) -> list[str]:
    """The lines as pieces, each in the order given. In the first are those of lowest rank that fit; all, when all fit.

    ``first_hint`` and ``hint`` are the last lines that will stand under the first piece and under the others: room is
    kept for them.
    """
    every = [line for line in lines if line.text]
    whole = "\n".join(line.text for line in every)
    if FIRST.holds(_under(whole, first_hint)):
        return [whole]
    chosen = _chosen(every, first_hint)
    first = "\n".join(line.text for line in every if line in chosen)
    return [first, *packed([line.text for line in every if line not in chosen], hint)]


def packed(texts: Iterable[str], hint: str) -> list[str]:
    """Texts in as few pieces as hold them in order, none cut. One that is too long has a piece of its own."""
    pieces: list[str] = []
    for text in texts:
        longer = f"{pieces[-1]}\n{text}" if pieces else ""
        if longer and LATER.holds(_under(longer, hint)):
            pieces[-1] = longer
        else:
            pieces.append(text)
    return pieces


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


def _chosen(lines: Sequence[Line], hint: str) -> set[Line]:
    chosen: set[Line] = set()
    for line in sorted((line for line in lines if line.rank is not None), key=lambda line: line.rank or 0):
        tried = chosen | {line}
        if not chosen or FIRST.holds(_under("\n".join(one.text for one in lines if one in tried), hint)):
            chosen = tried
    return chosen


def _under(text: str, hint: str) -> str:
    return f"{text}\n{hint}" if hint else text
