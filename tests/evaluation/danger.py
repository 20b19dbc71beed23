"""How many danger signs are seen, and how many harmless texts are taken for one, on the evaluation set."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import SHIPPED
from bot.story.danger import DangerSigns, read_signs

FILE = Path(__file__).parent / "danger.csv"
NONE = "none"


@dataclass(frozen=True)
class Said:
    """One text, its language (``ur-Latn``: typed with Latin letters), and what kind of danger it tells of, or none."""

    half: str
    language: str
    kind: str
    text: str


@dataclass(frozen=True)
class Seen:
    """Of ``told`` texts about danger: how many were seen at all, and how many as the right kind. Of ``harmless`` ones:
    how many were taken for danger."""

    told: int
    seen: int
    right: int
    harmless: int
    alarms: int

    @property
    def recall(self) -> float:
        """Per cent seen at all: who is in danger gets 999 and a person is alerted, whatever the kind."""
        return 100 * self.seen / self.told if self.told else 0.0

    @property
    def right_number(self) -> float:
        """Per cent seen as the right kind, and so answered with the right number."""
        return 100 * self.right / self.told if self.told else 0.0

    @property
    def false_alarms(self) -> float:
        """Per cent of the harmless."""
        return 100 * self.alarms / self.harmless if self.harmless else 0.0


def shipped_signs() -> DangerSigns:
    """The signs of every shipped language."""
    folder = SHIPPED / "flows" / "safety"
    return read_signs({file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))})


def said(half: str = "") -> list[Said]:
    """The texts of one half, or of both."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Said(**row) for row in csv.DictReader(file) if half in {"", row["half"]}]


def seen(signs: DangerSigns, texts: Iterable[Said]) -> Seen:
    """The counts for these texts."""
    found = [(one.kind, signs.look(one.text)) for one in texts]
    told = [(kind, danger) for kind, danger in found if kind != NONE]
    harmless = [danger for kind, danger in found if kind == NONE]
    return Seen(
        told=len(told),
        seen=sum(danger is not None for _, danger in told),
        right=sum(danger is not None and danger.value == kind for kind, danger in told),
        harmless=len(harmless),
        alarms=sum(danger is not None for danger in harmless),
    )


def by_language(signs: DangerSigns, texts: Iterable[Said]) -> Mapping[str, Seen]:
    """The counts of each language."""
    every = list(texts)
    names = dict.fromkeys(one.language for one in every)
    return {name: seen(signs, [one for one in every if one.language == name]) for name in names}


def by_kind(signs: DangerSigns, texts: Iterable[Said]) -> Mapping[str, Seen]:
    """The counts of each kind of danger, and of the harmless."""
    every = list(texts)
    kinds = dict.fromkeys(one.kind for one in every)
    return {kind: seen(signs, [one for one in every if one.kind == kind]) for kind in kinds}
