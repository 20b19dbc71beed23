"""Whether a text may be about danger, by what it means: for texts in which no sign was found.

One line through the model's space of meanings, drawn between texts about danger and look-alikes. ``python -m
tests.evaluation.teach_danger`` draws it and writes ``data/near_danger.json``; decision 0038 says how well it does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.knowledge.e5 import LONGEST
from bot.knowledge.meaning import Vector

FILE = Path(__file__).parent / "data" / "near_danger.json"
MOST_PIECES = 8  # of one text: so much is read of a very long one, from its beginning


@dataclass(frozen=True, eq=False)
class Line:
    """Which side of the line is danger. It holds for vectors of ``model`` alone."""

    model: str
    weights: Vector
    least: float  # of the sum, from which on a text may be about danger

    def near(self, vectors: Sequence[Vector], farther: float = 0.0) -> bool:
        """Whether any of the vectors of a text lies on the side of danger, so much ``farther`` than it must."""
        return any(float(self.weights @ vector) >= self.least + farther for vector in vectors)


@cache
def shipped() -> Line:
    """The line that comes with us."""
    written = json.loads(FILE.read_text(encoding="utf-8"))
    return Line(written["model"], np.array(written["weights"]), written["least"])


def pieces(text: str) -> list[str]:
    """The text in parts that the model reads whole, cut between words."""
    parts: list[str] = []
    for word in text.split():
        if parts and len(parts[-1]) + 1 + len(word) <= LONGEST:
            parts[-1] += f" {word}"
        else:
            parts.append(word[:LONGEST])
    return parts[:MOST_PIECES]
