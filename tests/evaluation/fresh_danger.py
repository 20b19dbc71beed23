"""Danger told in words nobody had in mind when the signs were written: what is seen of ``data/fresh_danger/``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Protocol

from bot.knowledge.e5 import Model
from bot.knowledge.near_danger import shipped
from bot.story.danger import Danger

FOLDER = Path(__file__).parent.parent / "data" / "fresh_danger"
LANGUAGES = ("en", "pl", "ur", "ur-Latn", "bn", "bn-Latn")
NEEDS = frozenset({"homeless", "hunger"})  # their right help is an answer about homes or food, not a number for danger
SURE = 1.96  # standard deviations either side that hold 95 in 100


class Looks(Protocol):
    """What looks for danger in a text."""

    def look(self, text: str) -> Danger | None:
        """The kind of danger, or None."""


class BothLooks:
    """The signs, and by meaning what they miss: what may be about danger counts as found, of whatever kind."""

    def __init__(self, signs: Looks) -> None:
        self._signs, self._model = signs, Model()

    def look(self, text: str) -> Danger | None:
        """The kind of danger a sign tells of; ``now`` where only the meaning points to it."""
        return self._signs.look(text) or (Danger.NOW if shipped().near(self._model.embed([text])) else None)


@dataclass(frozen=True)
class Fresh:
    """One text; ``kind`` is None where it only looks like danger."""

    language: str
    text: str
    kind: str | None
    urgent: bool
    idea: str
    half: str


@dataclass(frozen=True)
class Share:
    """``found`` of ``texts``."""

    found: int
    texts: int

    @property
    def per_cent(self) -> float:
        """Per cent found."""
        return 100 * self.found / self.texts if self.texts else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Between which per cent the true share lies, 19 times in 20: Wilson's interval, which serves few texts too."""
        if not self.texts:
            return 0.0, 100.0
        share, square = self.found / self.texts, SURE**2 / self.texts
        middle = share + square / 2
        reach = SURE * sqrt(share * (1 - share) / self.texts + square / (4 * self.texts))
        return 100 * (middle - reach) / (1 + square), 100 * (middle + reach) / (1 + square)


def fresh(half: str = "") -> list[Fresh]:
    """The texts of one half, or of both."""
    rows = [
        Fresh(language, **row)
        for language in LANGUAGES
        for row in json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    ]
    return [row for row in rows if half in {"", row.half}]


def recall(signs: Looks, texts: Iterable[Fresh]) -> Share:
    """Of the texts about danger, those in which a sign was found."""
    return _share(signs, (one for one in texts if one.kind))


def false_alarms(signs: Looks, texts: Iterable[Fresh]) -> Share:
    """Of the look-alikes, those in which a sign was found."""
    return _share(signs, (one for one in texts if not one.kind))


def _share(signs: Looks, texts: Iterable[Fresh]) -> Share:
    found = [signs.look(one.text) is not None for one in texts]
    return Share(sum(found), len(found))
