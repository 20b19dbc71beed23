"""How well personal details are found, on the evaluation set: precision and recall by language and by kind."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.story.personal.find import find
from bot.story.personal.kinds import Kind, Span

FILE = Path(__file__).with_name("personal_details.csv")
MARKED = re.compile(r"\{(\w+):([^{}]*)\}")


@dataclass(frozen=True)
class Sentence:
    """One sentence, in which language, which half of the set it is in, and the details that stand in it."""

    language: str
    half: str
    text: str
    details: tuple[Span, ...]


@dataclass(frozen=True)
class Score:
    """Of ``details`` that are there, ``whole`` were found to the last letter; of ``marks`` set, ``right`` hit one."""

    name: str
    details: int
    whole: int
    marks: int
    right: int

    @property
    def recall(self) -> float:
        """Per cent; 100 when there was nothing to find."""
        return 100 * self.whole / self.details if self.details else 100.0

    @property
    def precision(self) -> float:
        """Per cent; 100 when nothing was marked."""
        return 100 * self.right / self.marks if self.marks else 100.0


def sentences(half: str) -> list[Sentence]:
    """The sentences of one half."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_read(row) for row in csv.DictReader(file) if row["half"] == half]


def _read(row: dict[str, str]) -> Sentence:
    text, details, end = "", [], 0
    for found in MARKED.finditer(row["text"]):
        text += row["text"][end : found.start()]
        details.append(Span(len(text), len(text) + len(found[2]), Kind(found[1])))
        text, end = text + found[2], found.end()
    return Sentence(row["language"], row["half"], text + row["text"][end:], tuple(details))


def by_language(asked: Iterable[Sentence]) -> list[Score]:
    """One score a language, and one of all."""
    asked = list(asked)
    named = [
        (name, [one for one in asked if one.language == name]) for name in dict.fromkeys(one.language for one in asked)
    ]
    return [_score(name, those, lambda kind: True) for name, those in [*named, ("all", asked)]]


def by_kind(asked: Iterable[Sentence]) -> list[Score]:
    """One score a kind: recall by the kind it is, precision by the kind it was taken for."""
    asked = list(asked)
    return [_score(kind.value, asked, kind.__eq__) for kind in Kind]


def _score(name: str, asked: Iterable[Sentence], of: Callable[[Kind], bool]) -> Score:
    details = whole = marks = right = 0
    for one in asked:
        found = find(one.text)
        there = [detail for detail in one.details if of(detail.kind)]
        details += len(there)
        whole += sum(_covered(detail, found) for detail in there)
        mine = [span for span in found if of(span.kind)]
        marks += len(mine)
        right += sum(any(span.overlaps(detail) for detail in one.details) for span in mine)
    return Score(name, details, whole, marks, right)


def _covered(detail: Span, found: Iterable[Span]) -> bool:
    """Of whatever kind it was taken for: what counts is that it goes."""
    return any(span.start <= detail.start and detail.end <= span.end for span in found)
