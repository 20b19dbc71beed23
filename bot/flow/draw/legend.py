"""What the signs of a picture mean: a row of samples at its foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow.draw import words
from bot.flow.draw.cards import SMALL
from bot.flow.draw.chart import Chart, Kind
from bot.flow.draw.lettering import line_height, width
from bot.flow.draw.words import Tongue

SAMPLE = 34.0
APART = 22.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One sign and its meaning; ``left`` and ``top`` from the legend's own corner."""

    sign: str
    text: str
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Legend:
    """The signs that this picture has."""

    entries: tuple[Entry, ...]
    height: float
    row: float


def legend(chart: Chart, tongue: Tongue, room: float, *, has_back: bool) -> Legend:
    """The legend, in rows no wider than ``room``."""
    row = max(26.0, SMALL * line_height(tongue.language) + 4)
    entries: list[Entry] = []
    left = top = 0.0
    for sign, msgid in _signs(chart, has_back=has_back):
        text = tongue.named(msgid)
        wide = SAMPLE + width(text, SMALL)
        if left and left + wide > room:
            left, top = 0.0, top + row
        entries.append(Entry(sign, text, left, top))
        left += wide + APART
    return Legend(tuple(entries), top + row, row)


def _signs(chart: Chart, *, has_back: bool) -> Sequence[tuple[str, str]]:
    kinds = {node.kind for node in chart.nodes}
    signs = [("wire", words.GOES_ON)]
    signs += [("back", words.GOES_BACK)] if has_back else []
    signs += [("choice", words.CHOICE)] if Kind.CHOICE in kinds else []
    signs += [("flow", words.ANOTHER_FLOW)] if Kind.FLOW in kinds else []
    return [*signs, ("end", words.END)] if Kind.END in kinds else signs
