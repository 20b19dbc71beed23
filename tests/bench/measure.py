"""How things are measured: CPU time, in rounds that take turns, so that a machine that slows down slows all sides."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 7
Cell = str | float


@dataclass(frozen=True)
class Table:
    """What one part of the benchmark found. The first cell of a row is its name."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def text(self) -> str:
        """The table for the terminal: numbers to the right, words to the left."""
        shown = [self.columns, *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
        numbers = [isinstance(cell, float) for cell in self.rows[0]]
        lines = [
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, numbers, strict=True)
            ).rstrip()
            for row in shown
        ]
        return "\n".join([self.title, *(f"  {line}" for line in lines)])

    def as_json(self) -> dict[str, object]:
        """The table for a file."""
        return {"title": self.title, "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows]}


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:,.0f}" if cell >= 1000 else f"{cell:.1f}" if cell >= 10 else f"{cell:.2f}"


def cpu_us(work: Callable[[], object], times: int) -> float:
    """Microseconds of CPU that one call takes."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def in_turn(works: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of what each gives, round by round in turn."""
    taken = [{name: give() for name, give in works.items()} for _ in range(rounds)]
    return {name: median(one[name] for one in taken) for name in works}


def beside_first(values: Mapping[str, float]) -> Iterable[tuple[str, float, float]]:
    """Name, value and its ratio to the first: where all are about 1, the cost is flat."""
    base = next(iter(values.values()))
    return [(name, value, value / base) for name, value in values.items()]


def progress(sentence: str) -> None:
    """Say what is being measured now."""
    print(f"... {sentence}", file=sys.stderr, flush=True)
