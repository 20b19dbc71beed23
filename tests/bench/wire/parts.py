"""What is measured: turns beside the bare endpoint, the same with the worker sending, a full database, and sending."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from bot.app import now_ms
from tests.bench.wire import fill
from tests.bench.wire.databases import Place
from tests.bench.wire.ours import Prepared, bare, ours, prepared, sending
from tests.bench.wire.processes import Running
from tests.bench.wire.rounds import Crowd, Figures, Round, drive, figures, in_turn, ratio
from tests.bench.wire.talks import PEOPLE_EACH, SENDERS

SMALL = SENDERS * PEOPLE_EACH
MANY = 100_000
DRAINED_S = 120
TEXTS = 1500
LOCK_WORDS = ("database away", "database is locked", "deadlock")


class TurnLost(Exception):
    """The database does not hold what was answered with 200."""


@dataclass(frozen=True)
class Beside:
    """Ours beside another, over the same rounds: ``ratio`` of turns a second; ``locks`` in our log."""

    ours: Figures
    other: Figures
    ratio: float
    locks: int


@dataclass(frozen=True)
class Sending:
    """What a worker does, a second and a text. ``texts_s`` with the web server busy, or alone."""

    texts_s: float
    worker_us: float


def turns(place: Place, turns: int, rounds: int) -> Beside:
    """Signed webhook to committed turn, and the bare endpoint, in turn. What they queue is sent by nobody meanwhile."""
    with ExitStack() as stack:
        made = stack.enter_context(prepared(place, range(SMALL)))
        crowd = Crowd(range(SMALL), turns)
        us, other = stack.enter_context(ours(made)), stack.enter_context(bare(made))
        found = in_turn(
            {
                "bare": lambda number: drive(other, crowd, number),
                "ours": lambda number: drive(us, crowd, number, place.cpu_s),
            },
            rounds,
        )
        _check_kept(made, found["ours"])
        return _beside(found["ours"], found["bare"], us)


def turns_while_sending(place: Place, turns: int, rounds: int) -> tuple[Beside, Sending]:
    """The same with a worker that sends every reply through the stand-in; each round waits until all have gone."""
    texts: list[tuple[float, float]] = []
    with ExitStack() as stack:
        made = stack.enter_context(prepared(place, range(SMALL)))
        crowd = Crowd(range(SMALL), turns)
        us, other = stack.enter_context(ours(made)), stack.enter_context(bare(made))
        worker, far_side = stack.enter_context(sending(made))

        def busy(number: int) -> Round:
            before, cpu, began = int(far_side.ask()), worker.cpu_s(), time.monotonic()
            one = drive(us, crowd, number, place.cpu_s)
            went, seconds = int(far_side.ask()) - before, time.monotonic() - began
            texts.append((went / seconds, (worker.cpu_s() - cpu) / max(1, went)))
            drain(made)
            return one

        found = in_turn({"bare": lambda number: drive(other, crowd, number), "ours": busy}, rounds)
        _check_kept(made, found["ours"])
        went = Sending(median(rate for rate, _ in texts[1:]), median(cpu for _, cpu in texts[1:]) * 1e6)
        return _beside(found["ours"], found["bare"], us), went


def full_and_empty(place: Place, turns: int, rounds: int) -> tuple[Beside, float]:
    """The same people among 100 000 with a million old messages, and alone. Gives the seconds it took to fill, too."""
    people = range(0, MANY, MANY // SMALL)
    crowd = Crowd(people, turns)
    with ExitStack() as stack:
        alone = stack.enter_context(prepared(place, people))
        began = time.monotonic()
        among = stack.enter_context(prepared(place, range(MANY), old_messages=True))
        filled_s, before = time.monotonic() - began, among.taken()
        empty, full = stack.enter_context(ours(alone)), stack.enter_context(ours(among))
        found = in_turn(
            {
                "empty": lambda number: drive(empty, crowd, number, place.cpu_s),
                "full": lambda number: drive(full, crowd, number, place.cpu_s),
            },
            rounds,
        )
        _check_kept(alone, found["empty"])
        _check_kept(among, found["full"], before)
        return _beside(found["full"], found["empty"], full), filled_s


def send_throughput(place: Place, texts: int = TEXTS) -> Sending:
    """A worker alone with texts that wait, one a person, and no limit on its rate: from the first to the last."""
    with ExitStack() as stack:
        made = stack.enter_context(prepared(place, range(texts)))
        for contact_id in fill.waiting_texts(made.house, now_ms()):
            made.house.parts.wake(contact_id)
        worker, far_side = stack.enter_context(sending(made))
        first, began, cpu = _reaches(far_side, 1), time.monotonic(), worker.cpu_s()
        last = _reaches(far_side, texts)
        went = last - first
        return Sending(went / (time.monotonic() - began), (worker.cpu_s() - cpu) / went * 1e6)


def drain(made: Prepared) -> None:
    """Wait until nothing waits to go out. Raises TimeoutError after two minutes."""
    until = time.monotonic() + DRAINED_S
    while time.monotonic() < until:
        with made.house.parts.db.read() as conn:
            left = fill.waiting(conn)
        if not left:
            return
        time.sleep(0.2)
    raise TimeoutError(f"Texts have not gone after {DRAINED_S} s: {'; '.join(left)}.")


def _reaches(far_side: Running, wanted: int) -> int:
    until = time.monotonic() + DRAINED_S
    while time.monotonic() < until:
        if (count := int(far_side.ask())) >= wanted:
            return count
        time.sleep(0.05)
    raise TimeoutError(f"Fewer than {wanted} texts went in {DRAINED_S} s.")


def _check_kept(made: Prepared, rounds: Sequence[Round], before: int = 0) -> None:
    """Every text that was answered 200 is in the database, and none is that was refused. Raises TurnLost."""
    posted, refused = sum(one.turns for one in rounds), sum(one.refused for one in rounds)
    kept = made.taken() - before
    if kept != posted - refused:
        raise TurnLost(f"{posted} texts were sent and {refused} refused; {kept} are in the database.")


def _beside(mine: Sequence[Round], others: Sequence[Round], server: Running) -> Beside:
    locks = sum(server.complaints(word) for word in LOCK_WORDS)
    mine, others = mine[1:], others[1:]
    return Beside(figures(mine), figures(others), ratio(mine, others), locks)
