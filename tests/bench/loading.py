"""What a long flow costs: to load, to keep, and at every turn; and whether many sessions make a turn dearer."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from itertools import cycle, islice
from random import Random

from bot.flow.compiled import pack, unpack
from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.flow.session import Frame, Session
from bot.knowledge.source import read_source
from bot.values import KNOWN_LANGUAGES
from tests.bench import engine, long_flow
from tests.bench.measure import ROUNDS, Table, beside_first, cpu_us, in_turn, progress
from tests.bench.race import the_brief

STEPS = 300
SIZES = (10, 100, 1_000, 10_000)
SESSIONS = (1, 100, 10_000)
TURNS = 3_000  # a round

Load = Callable[[], FlowSet | None]


def loading() -> list[Table]:
    """Load time, memory, and the cost of a turn by steps and by sessions."""
    return [_load_time(), _memory(), _by_steps(), _by_sessions()]


def loaders(text: str) -> dict[str, Load]:
    """Every way to load this flow."""
    sources = {"long.yaml": text}
    packed = pack(load_flows(sources))
    return {
        "cold, from its text": lambda: load_flows(sources),
        "packed, as the database keeps it": lambda: unpack(packed),
    }


def _load_time() -> Table:
    progress(f"loading a flow of {STEPS} steps")
    text = long_flow.long_flow(STEPS)
    plain = json.dumps(read_source(text, "long.yaml").value)
    works = loaders(text) | {"its plain JSON alone": lambda: json.loads(plain)}
    costs = in_turn({name: lambda work=work: cpu_us(work, 1) / 1e3 for name, work in works.items()}, rounds=5)  # type: ignore[misc]
    rows = [(name, ms, ms / costs["its plain JSON alone"]) for name, ms in costs.items()]
    return Table(f"Loading a flow of {STEPS} steps", ("how", "CPU ms", "beside JSON"), rows)


def _memory() -> Table:
    progress("its memory")
    text = long_flow.long_flow(STEPS)
    load_flows({"long.yaml": text})  # what is made once and kept for good is not the flow's
    gc.collect()
    tracemalloc.start()
    flows = load_flows({"long.yaml": text})
    gc.collect()
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert flows
    size = len(text.encode())
    rows = [(name, taken / 1024, taken / size) for name, taken in (("kept", kept), ("at most, while loading", peak))]
    return Table(f"Memory of a flow of {STEPS} steps", ("what", "KiB", "beside its text"), rows)


def _by_steps() -> Table:
    walkers = {}
    for size in SIZES:
        progress(f"a turn in a flow of {size:,} steps")
        walkers[f"{size:,} steps"] = _Walker(size)
    firsts = {name: walker.first_us() for name, walker in walkers.items()}
    costs = in_turn({name: walker.turn_us for name, walker in walkers.items()}, ROUNDS)
    rows = [(*row, firsts[row[0]]) for row in beside_first(costs)]
    columns = ("a turn in a flow of", "CPU us", "beside the first", "CPU us, first time there")
    return Table("A turn anywhere in a long flow, with its JSON", columns, rows)


class _Walker:
    """People at places all over a flow, in every language, who each answer the question that is open there."""

    def __init__(self, steps: int) -> None:
        flows = load_flows({"long.yaml": long_flow.long_flow(steps)})
        self._world, self._luck = engine.world_with(flows), Random(7)
        self._turns = [
            (self._at(flows.digest, at, language), words)
            for at in long_flow.places(flows)
            for language in KNOWN_LANGUAGES
            for words in islice(long_flow.answers(flows, at, self._luck), 2)
        ]
        self._luck.shuffle(self._turns)
        self._next = cycle(self._turns)

    def first_us(self) -> float:
        """Each place once: what a question needs is made ready when somebody first answers it."""
        return cpu_us(self._take, len(self._turns))

    def turn_us(self) -> float:
        """Microseconds of CPU that a turn takes in one round."""
        return cpu_us(self._take, TURNS)

    def _take(self) -> None:
        kept, words = next(self._next)
        engine.take_turn(self._world, kept, words, self._luck)

    def _at(self, revision: str, at: int, language: str) -> str:
        frames = [Frame(long_flow.NAME, at)]
        return Session(language=language, settled=True, revision=revision, frames=frames, trail=[(1, at)]).to_json()


def _by_sessions() -> Table:
    progress("turns with many live sessions")
    costs = in_turn({f"{count:,} live sessions": _Crowd(count).turn_us for count in SESSIONS}, ROUNDS)
    rows = [(*row, 1e6 / row[1]) for row in beside_first(costs)]
    return Table("A turn with many live sessions", ("with", "CPU us", "beside the first", "turns a second"), rows)


class _Crowd:
    """So many people in the five-turn conversation at once, who take turns; each session is kept as JSON."""

    def __init__(self, count: int) -> None:
        self._world, self._luck = engine.world_with(load_flows({"welcome.yaml": engine.FIVE_TURNS})), Random(7)
        talks = the_brief()["talks"]
        self._words = [cycle(talks[number % len(talks)]) for number in range(count)]
        self._kept = [engine.FRESH] * count
        self._turn = [0] * count
        self._next = cycle(range(count))
        for number in range(count):  # everybody is somewhere else in the conversation
            for _ in range(number % 5):
                self._take(number)

    def turn_us(self) -> float:
        """Microseconds of CPU that a turn takes in one round."""
        return cpu_us(lambda: self._take(next(self._next)), TURNS)

    def _take(self, number: int) -> None:
        kept, _ = engine.take_turn(self._world, self._kept[number], next(self._words[number]), self._luck)
        self._turn[number] = (self._turn[number] + 1) % 5
        self._kept[number] = kept if self._turn[number] else engine.FRESH
