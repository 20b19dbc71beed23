"""One round of load on one server, and rounds of several servers in turn: a slow moment slows them all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.wire.processes import Running


@dataclass(frozen=True)
class Round:
    """What one round found. Processor times in seconds: the web server's, the database's, the load's."""

    turns: int
    refused: int
    seconds: float
    latencies: Sequence[float]
    server_cpu: float
    database_cpu: float
    load_cpu: float


@dataclass(frozen=True)
class Crowd:
    """Who texts: people by number, and how many turns a round has."""

    people: range
    turns: int


@dataclass(frozen=True)
class Figures:
    """The medians over the rounds. Times in milliseconds; processor times in microseconds a turn."""

    turns_s: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float
    load_us: float
    refused: int


def drive(server: Running, crowd: Crowd, number: int, database_cpu: Callable[[], float] = lambda: 0.0) -> Round:
    """One round: every answer is waited for."""
    people = crowd.people
    given = (server.port, crowd.turns, people.start, people.stop, people.step, number)
    before = server.cpu_s(), database_cpu()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.wire.load", *map(str, given)], capture_output=True, text=True, check=False
    )
    after = server.cpu_s(), database_cpu()
    server.check()
    if done.returncode:
        raise RuntimeError(f"The load ended early: {done.stderr[-1000:]}")
    heard = json.loads(done.stdout)
    return Round(
        turns=len(heard["latencies"]),
        refused=sum(times for status, times in heard["statuses"].items() if status != "200"),
        seconds=heard["seconds"],
        latencies=sorted(heard["latencies"]),
        server_cpu=after[0] - before[0],
        database_cpu=after[1] - before[1],
        load_cpu=heard["cpu"],
    )


def in_turn(sides: Mapping[str, Callable[[int], Round]], rounds: int) -> dict[str, list[Round]]:
    """Every side once a round, in an order that turns round each time; the first of each list only warmed up."""
    found: dict[str, list[Round]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name in sorted(sides, reverse=bool(number % 2)):
            found[name].append(sides[name](number))
    return found


def figures(rounds: Sequence[Round]) -> Figures:
    """The medians."""
    return Figures(
        turns_s=median(one.turns / one.seconds for one in rounds),
        p50_ms=median(_at(one.latencies, 0.50) for one in rounds) * 1000,
        p99_ms=median(_at(one.latencies, 0.99) for one in rounds) * 1000,
        server_us=median(one.server_cpu / one.turns for one in rounds) * 1e6,
        database_us=median(one.database_cpu / one.turns for one in rounds) * 1e6,
        load_us=median(one.load_cpu / one.turns for one in rounds) * 1e6,
        refused=sum(one.refused for one in rounds),
    )


def ratio(ours: Sequence[Round], bare: Sequence[Round]) -> float:
    """Our throughput to the bare endpoint's, round by round; the median."""
    return median((a.turns / a.seconds) / (b.turns / b.seconds) for a, b in zip(ours, bare, strict=True))


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
