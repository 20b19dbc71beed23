"""What a draft changes, line by line, as on a marked-up page: what goes, what comes, what stays around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3  # lines that stay, shown before and after a change


@dataclass(frozen=True)
class Line:
    """One line. ``kind`` is "stays", "goes" or "comes"; the numbers are its lines in the old and the new text."""

    kind: str
    old: int | None
    new: int | None
    text: str


def changes(before: str, after: str) -> list[list[Line]]:
    """The places where two texts differ, each with the lines around it. Empty when they are the same."""
    old, new = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)
    return [[line for opcode in group for line in _lines(opcode, old, new)] for group in groups]


def _lines(opcode: tuple[str, int, int, int, int], old: list[str], new: list[str]) -> Iterator[Line]:
    kind, first, last, new_first, new_last = opcode
    if kind == "equal":
        for at in range(last - first):
            yield Line("stays", first + at + 1, new_first + at + 1, old[first + at])
        return
    for at in range(first, last):
        yield Line("goes", at + 1, None, old[at])
    for at in range(new_first, new_last):
        yield Line("comes", None, at + 1, new[at])
