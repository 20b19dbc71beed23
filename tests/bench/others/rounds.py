"""What every Python entrant of the race does: plays the talks it is given, round by round, and says what it cost.

Standard library only: it also runs where nothing of ours is installed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TypedDict

Converse = Callable[[list[str]], list[str]]


class Texts(TypedDict):
    """What is said in one language. ``yes`` and ``no`` are words that mean the first and second of ``confirms``."""

    topic: str
    topics: list[str]
    story: str
    confirm: str
    confirms: list[str]
    thanks: str
    fine: str
    again: str
    yes: list[str]
    no: list[str]


class Brief(TypedDict):
    """What an entrant is given. ``names`` are the languages on offer; ``texts`` are in the first two of them."""

    language: str
    names: list[str]
    spoken: list[str]
    texts: dict[str, Texts]
    talks: list[list[str]]


def serve(prepare: Callable[[Brief], Converse]) -> None:
    """Play all talks once and print what was said; then, for each number read, play so many and print the cost."""
    brief: Brief = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    converse = prepare(brief)
    print(json.dumps({"said": [converse(talk) for talk in brief["talks"]]}), flush=True)
    talks = cycle(brief["talks"])
    for line in sys.stdin:
        began = time.process_time()
        turns = sum(len(converse(talk)) for talk in islice(talks, int(line)))
        print(json.dumps({"turns": turns, "cpu_s": time.process_time() - began}), flush=True)


def choices(labels: Sequence[str], *synonyms: Sequence[str]) -> dict[str, int]:
    """Every way to choose that these talks use, and the index of what it means: number, label, or one of the synonyms
    of the first, the second..."""
    found = {str(at + 1): at for at in range(len(labels))}
    for at, words in enumerate(synonyms):
        found |= dict.fromkeys(words, at)
    return found | {label.lower(): at for at, label in enumerate(labels)}


def chosen(text: str, ways: dict[str, int]) -> int | None:
    """The index of what was chosen, or None."""
    return ways.get(text.strip().rstrip(".").lower())


def listed(question: str, labels: Sequence[str]) -> str:
    """A question with its numbered answers."""
    return "\n".join([question, *(f"{number}. {label}" for number, label in enumerate(labels, 1))])
