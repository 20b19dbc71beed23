"""The table of the fault suite, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.faults.kinds import FAULTS
from tests.faults.run import Result

COLUMNS = (
    ("fault", 48), ("database", 10), ("messages", 8), ("struck", 6), ("lost", 4), ("repeated", 8), ("out of order", 12),
    ("webhooks again", 14), ("sends again", 11), ("longest pause s", 15),
)  # fmt: skip


def head() -> str:
    """The names of the columns, as Markdown."""
    names = " | ".join(name.ljust(width) if at < 2 else name.rjust(width) for at, (name, width) in enumerate(COLUMNS))
    rules = "|".join("-" * (width + 2) if at < 2 else "-" * (width + 1) + ":" for at, (_, width) in enumerate(COLUMNS))
    return f"| {names} |\n|{rules}|"


def row(result: Result) -> str:
    """One run."""
    cells = (
        FAULTS[result.fault].about, result.database, result.messages, result.strikes, result.lost, result.repeated,
        result.out_of_order, result.webhook_retries, result.send_retries, f"{result.pause_s:.1f}",
    )  # fmt: skip
    shown = (
        str(cell).ljust(width) if at < 2 else str(cell).rjust(width)
        for at, (cell, (_, width)) in enumerate(zip(cells, COLUMNS, strict=True))
    )
    return f"| {' | '.join(shown)} |"


def amiss(results: Sequence[Result]) -> Iterator[str]:
    """A sentence for each thing that went wrong, twenty a run at most."""
    for result in results:
        for sentence in result.amiss[:20]:
            yield f"{result.fault} on {result.database}: {sentence}"


def verdict(results: Sequence[Result]) -> str:
    """All of it in one sentence."""
    lost, repeated = sum(one.lost for one in results), sum(one.repeated for one in results)
    disorder, messages = sum(one.out_of_order for one in results), sum(one.messages for one in results)
    return f"Of {messages:,} messages: lost {lost}, repeated {repeated}, out of order {disorder}."
