"""What stands on each card, and how large that makes it. Places are counted from the card's own top and start side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow.draw.chart import Item, Kind, Node
from bot.flow.draw.lettering import line_height, lines, width

CARD, CHOICE = 252.0, 196.0  # the widest they become
PAD = 14.0
BODY, SMALL = 14.0, 12.5
MOST_LINES = 5
END_SIZE = 22.0
CHIP = 24.0
NUMBER = 22.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words; ``x`` from the start side, ``y`` where the letters stand."""

    x: float
    y: float
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A part of a card that stands for another flow: from ``top``, ``height`` tall."""

    flow: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Card:
    """A node with its size and its lines."""

    node: Node
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    chip: float = 0.0  # the width of the verb's chip
    linked: tuple[Linked, ...] = ()


def card(node: Node, language: str) -> Card:
    """The node laid out by itself."""
    if node.kind is Kind.END:
        return Card(node, END_SIZE, END_SIZE)
    if node.kind is Kind.CHOICE:
        return _choice(node, language)
    if node.kind is Kind.START:
        return _start(node, language)
    return _step(node, language)


class _Writer:
    """Puts lines one under the other."""

    def __init__(self, language: str, top: float) -> None:
        self.height, self.y = line_height(language), top
        self.lines: list[Line] = []

    def write(self, text: str, size: float, style: str, x: float = PAD) -> None:
        tall = size * self.height
        # The letters stand in the middle of their line: Nastaliq's line is tall because it hangs.
        self.lines.append(Line(x, self.y + tall / 2 + size * 0.34, text, style))
        self.y += tall


def _step(node: Node, language: str) -> Card:
    room = CARD - 2 * PAD
    chip = min(width(node.heading, SMALL) + 20, room)
    tall = max(CHIP, SMALL * line_height(language) + 4)
    writer = _Writer(language, PAD - 3 + (tall - SMALL * line_height(language)) / 2)
    writer.write(node.heading, SMALL, "verb", PAD + chip / 2)
    if node.kind is Kind.STEP and not node.key.startswith("step") and chip + width(node.key, SMALL) + 12 < room:
        writer.lines.append(Line(CARD - PAD, writer.lines[0].y, node.key, "name"))
    writer.y = PAD - 3 + tall + 7
    for text in lines(node.flow or node.text, BODY, room, MOST_LINES):
        writer.write(text, BODY, "flow" if node.flow else "said")
    for note in node.notes:
        for text in lines(note, SMALL, room):
            writer.write(text, SMALL, "note")
    writer.y += 4 if node.did else 0
    for text in packed(node.did, SMALL, room):
        writer.write(text, SMALL, "did")
    return Card(node, CARD, writer.y + PAD - 4, tuple(writer.lines), chip)


def packed(parts: Sequence[str], size: float, room: float) -> list[str]:
    """Short sayings in as few lines as hold them, a dot between two; none is broken that fits a line by itself."""
    found: list[str] = []
    for part in parts:
        longer = f"{found[-1]} \N{MIDDLE DOT} {part}" if found else ""
        if longer and width(longer, size) <= room:
            found[-1] = longer
        else:
            found += lines(part, size, room)
    return found


def _choice(node: Node, language: str) -> Card:
    numbered = any(item.number for item in node.items)
    indent = NUMBER if numbered else 0.0
    writer, linked = _Writer(language, 6), []
    for number, item in enumerate(node.items):
        if item.runs:
            writer.y += 11 if number else 5
        top = writer.y - 2
        _item(item, writer, indent, "choice" if numbered else "only")
        if item.runs:
            writer.write(item.runs, SMALL, "runs", 12 + indent)
            linked.append(Linked(item.runs, top - 1, writer.y - top + 6))
            writer.y += 6
    wide = max(width(line.text, SMALL) + line.x for line in writer.lines) + 12
    wide = CARD if linked else min(wide, CHOICE)
    return Card(node, wide, writer.y + 6, tuple(writer.lines), linked=tuple(linked))


def _item(item: Item, writer: _Writer, indent: float, style: str) -> None:
    if item.number:
        middle = writer.y + SMALL * writer.height / 2 + SMALL * 0.34
        writer.lines.append(Line(12, middle, str(item.number), "number"))
    for text in lines(item.text, SMALL, (CARD - 60 if item.runs else CHOICE - 24) - indent):
        writer.write(text, SMALL, style, 12 + indent)


def _start(node: Node, language: str) -> Card:
    writer = _Writer(language, 8)
    writer.write(node.heading, BODY, "start", 0)
    for text in lines(node.text, SMALL, CARD - 2 * PAD, 3) if node.text else ():
        writer.write(text, SMALL, "typed", 0)
    wide = max(width(line.text, BODY) for line in writer.lines) + 36
    return Card(node, min(wide, CARD), writer.y + 8, tuple(writer.lines))
