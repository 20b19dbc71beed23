"""Draws the line between texts about danger and look-alikes: ``python -m tests.evaluation.teach_danger``. A minute.

It learns from ``tune`` halves and the signs' own examples, never from a held half. How far from the line a text must
lie is found by leaving out every idea in turn: of look-alikes of an idea it never saw, 8 in 100 may seem danger.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.e5 import Model
from bot.knowledge.near_danger import FILE
from bot.values import KNOWN_LANGUAGES
from tests.evaluation.danger import NONE, said, shipped_signs
from tests.evaluation.fresh_danger import fresh
from tests.evaluation.measured import questions

EXAMPLES = Path(__file__).parent.parent / "data"
ALARMS = 0.08
PARTS = 6
SCALE = 20.0  # vectors of a text lie close together: spread out, so that the steps are of a usual size
STEPS = 7
GENTLE = 3.0  # how strongly the line is held back from following single texts
DIGITS = 4

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """One text, whether it is about danger, and its idea, "" when it has none."""

    text: str
    danger: bool
    idea: str = ""


def examples() -> list[Example]:
    """All that may be learnt from."""
    cases = [
        case
        for language in KNOWN_LANGUAGES
        for case in json.loads((EXAMPLES / f"danger_{language}.json").read_text(encoding="utf-8"))
    ]
    held = {one.text for one in fresh("held")}  # by chance one of them is an older example, too
    return [
        *(Example(one.text, one.kind is not None, one.idea) for one in fresh("tune")),
        *(Example(one.text, one.kind != NONE) for one in said("tune")),
        *(Example(case["text"], case["kind"] is not None) for case in cases if case["text"] not in held),
        *(Example(one.question, danger=False) for one in questions("tune")),
    ]


def line(vectors: Numbers, danger: Flags) -> Numbers:
    """The weights of the line, and last how far it lies from the middle: logistic regression by Newton's steps, both
    classes counted alike."""
    spread = np.c_[vectors * SCALE, np.ones(len(vectors))]
    weight = np.where(danger, len(danger) / 2 / danger.sum(), len(danger) / 2 / (~danger).sum())
    held = np.r_[np.full(vectors.shape[1], GENTLE), 1e-6]
    found = np.zeros(spread.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-spread @ found))
        slope = spread.T @ (weight * (likely - danger)) + held * found
        bend = (spread * (weight * likely * (1 - likely))[:, None]).T @ spread + np.diag(held)
        found -= np.linalg.solve(bend, slope)
    return np.append(found[:-1] * SCALE, found[-1])


def sums(found: Numbers, vectors: Numbers) -> Numbers:
    """How far on the side of danger each vector lies."""
    return np.asarray(vectors @ found[:-1] + found[-1])


def unseen(vectors: Numbers, taught: Sequence[Example]) -> Numbers:
    """How far a line puts each example that was drawn without its idea; not a number for those without one."""
    danger = np.array([one.danger for one in taught])
    ideas = sorted({one.idea for one in taught if one.idea})
    far = np.full(len(taught), np.nan)
    for part in range(PARTS):
        left_out = np.array([one.idea in ideas[part::PARTS] for one in taught])
        far[left_out] = sums(line(vectors[~left_out], danger[~left_out]), vectors[left_out])
    return far


def teach() -> None:
    """Write the line down."""
    model, signs, taught = Model(), shipped_signs(), examples()
    vectors = np.array(model.embed([one.text for one in taught]), dtype=np.float64)
    middle = vectors.mean(axis=0)
    far = unseen(vectors - middle, taught)
    harmless = np.array([bool(one.idea) and not one.danger and signs.look(one.text) is None for one in taught])
    found = line(vectors - middle, np.array([one.danger for one in taught]))
    least = float(np.quantile(far[harmless], 1 - ALARMS) - found[-1] + middle @ found[:-1])
    weights = [round(float(one), DIGITS) for one in found[:-1]]
    written = {"model": model.name, "least": round(least, DIGITS), "weights": weights}
    FILE.write_text(json.dumps(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    teach()
