"""The wire benchmark's tables, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.bench.wire import parts
from tests.bench.wire.databases import PLACES, Place, disk_commit_us
from tests.bench.wire.others import race
from tests.bench.wire.parts import Beside, Sending
from tests.bench.wire.rounds import Figures, figures, ratio

COLUMNS = {"turns/s": 9, "p50 ms": 9, "p99 ms": 9, "server us": 11, "database us": 13, "load us": 9, "not 200": 9}
HEAD = " " * 26 + "".join(name.rjust(width) for name, width in COLUMNS.items())

LONG = 3  # times the turns of a round: a worker takes up to a second to begin


def sections(
    places: Sequence[str] = tuple(PLACES), *, turns: int = 2000, rounds: int = 5, full: bool = False
) -> Iterator[str]:
    """One text after the other: each database, each part. A server that is not installed is said, not passed over.

    ``turns`` a round; "us" are microseconds of processor time a turn, of the web server's processes and the database's.
    """
    for name in places:
        try:
            with PLACES[name]() as place:
                yield from _of(place, turns, rounds, full=full)
        except pytest.skip.Exception as missing:
            yield f"{name}: {missing}"


def _of(place: Place, turns: int, rounds: int, *, full: bool) -> Iterator[str]:
    title = f"{place.name}: signed webhook to committed turn, 50 senders, {rounds} rounds of {turns}"
    yield beside(f"{title}, replies kept and queued", parts.turns(place, turns, rounds), "bare")
    found, sending = parts.turns_while_sending(place, LONG * turns, rounds)
    title = f"{place.name}: the same in rounds of {LONG * turns}, with a worker sending every reply"
    yield f"{beside(title, found, 'bare')}\n{_sent(sending)}"
    yield f"{place.name}: a worker alone, texts that wait, no limit on its rate\n{_sent(parts.send_throughput(place))}"
    if full:
        among, filled_s = parts.full_and_empty(place, turns, rounds)
        title = f"{place.name}: among 100 000 contacts and 1 000 000 messages (filled in {filled_s:.0f} s), and alone"
        yield beside(title, among, "empty", "full")
    yield f"{place.name}: one small write to this disk takes {disk_commit_us(place.folder):.0f} us"


def others(folder: Path, *, turns: int, rounds: int) -> str:
    """Ours on SQLite with RapidSMS and @builderbot/bot, which are installed into ``folder`` when they are not there."""
    with PLACES["sqlite"]() as place:
        found = race(place, folder, turns, rounds)
    medians = {name: figures(taken) for name, taken in found.items()}
    shares = [
        f"  ours / {name}: {ratio(found['ours'], taken):.2f} of the turns a second"
        for name, taken in found.items()
        if name != "ours"
    ]
    title = f"Ours on SQLite and others that do less, 50 senders, {rounds} rounds of {turns}"
    return "\n".join([title, HEAD, *(_row(name, one) for name, one in medians.items()), *shares])


def beside(title: str, found: Beside, other: str, ours: str = "ours") -> str:
    """A table of two rows, and what they come to."""
    rows = [_row(other, found.other), _row(ours, found.ours)]
    cost = found.other.server_us / found.ours.server_us
    return "\n".join(
        [
            title,
            HEAD,
            *rows,
            f"  {ours} / {other}: {found.ratio:.2f} of the turns a second; {cost:.2f} by the server's processor time",
            f"  lines about locks in the log: {found.locks}",
        ]
    )


def _row(name: str, figures: Figures) -> str:
    return (
        f"  {name:24}{figures.turns_s:9,.0f}{figures.p50_ms:9.1f}{figures.p99_ms:9.1f}{figures.server_us:11,.0f}"
        f"{figures.database_us:13,.0f}{figures.load_us:9,.0f}{figures.refused:9}"
    )


def _sent(sending: Sending) -> str:
    return f"  {sending.texts_s:,.0f} texts/s, {sending.worker_us:,.0f} us of the worker's processor time a text"
