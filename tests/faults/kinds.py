"""The faults: what each does to a running house, how often, and on which database it can happen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from tests.faults.ground import Ground
from tests.faults.senders import Heard, Volley
from tests.stand_in import twilio
from tests.stand_in.twilio import TwilioStandIn

BOTH = ("sqlite", "postgresql")
AWAY_S = (0.5, 2.5)  # how long a server or the disk's room is gone
FELT_S = 30.0
HOUR = 3600.0
STEPS_S = (-200.0, -150.0, 0.0, 150.0, 200.0)  # a machine whose clock nobody keeps
JUMPS_S = (-2 * HOUR, -HOUR, -600.0, -90.0, 90.0, 600.0, HOUR, 2 * HOUR)
SLOW_S = 20.0  # twice what we wait for an answer


@dataclass(frozen=True)
class Scene:
    """Where a fault strikes."""

    ground: Ground
    far_side: TwilioStandIn
    luck: Random
    heard: Heard


def in_order(_luck: Random, texts: int) -> list[Volley]:
    """One text after the other."""
    return [(number,) for number in range(1, texts + 1)]


@dataclass(frozen=True)
class Fault:
    """``every``: it strikes about once in so many messages, and ``least`` times at least; ``mend`` comes at the end.

    ``amid`` is what goes on while it strikes: texts that come "in", replies that go "out", or both. ``prepare`` comes
    before the texts that it is to hit.
    """

    name: str
    about: str
    strike: Callable[[Scene], None] = lambda scene: None
    prepare: Callable[[Scene], None] = lambda scene: None
    every: int = 250
    least: int = 2
    amid: str = "in and out"
    databases: Sequence[str] = BOTH
    volleys: Callable[[Random, int], list[Volley]] = in_order
    mend: Callable[[Scene], None] = lambda scene: None
    with_redis: bool = False
    small_disk: bool = False
    status_calls: bool = False

    def strikes(self, messages: int) -> int:
        """How often it strikes among so many messages."""
        return max(self.least, messages // self.every) if self.every else 0


def _kill_web(scene: Scene) -> None:
    """Any of the web processes. Of "bot serve" a server process: its first one is the worker."""
    scene.ground.web.kill(scene.luck, children=scene.ground.postgres is None)


def _kill_worker(scene: Scene) -> None:
    scene.luck.choice(scene.ground.workers).kill_first()


def _pause(scene: Scene) -> None:
    time.sleep(scene.luck.uniform(*AWAY_S))


def _restart_redis(scene: Scene) -> None:
    assert scene.ground.redis
    scene.ground.redis.stop()
    _pause(scene)
    scene.ground.redis.start()


def _restart_postgres(scene: Scene) -> None:
    assert scene.ground.postgres
    scene.ground.postgres.stop()
    _pause(scene)
    scene.ground.postgres.start()


def _bad_day(scene: Scene) -> None:
    """The next request to send goes wrong, in one of Twilio's ways."""
    luck = scene.luck
    scene.far_side.faults.append(
        luck.choices(
            (
                twilio.too_many(luck.choice((None, 1, 2))),
                twilio.broken(luck.choice((500, 503))),
                twilio.Fault(wait=SLOW_S),
                twilio.Fault(close=True, taken=True),
                twilio.Fault(close=True),
                twilio.Fault(half=True),
            ),
            weights=(6, 6, 1, 4, 3, 4),
        )[0]
    )


def shuffled(luck: Random, texts: int) -> list[Volley]:
    """Doubles at the same moment, neighbours that swap, pairs that race, and old ones that come again."""
    volleys: list[Volley] = []
    numbers = count(1)
    while (number := next(numbers)) <= texts:
        kind, last = luck.random(), number == texts
        if kind < 0.1:
            volleys.append((number, number))
        elif kind < 0.2 and not last:
            volleys += [(next(numbers),), (number,)]
        elif kind < 0.3 and not last:
            volleys.append((number, next(numbers)))
        elif kind < 0.4:
            volleys += [(number,), (luck.randint(1, number),)]
        else:
            volleys.append((number,))
    return volleys


def _jump(scene: Scene) -> None:
    scene.ground.jump(scene.luck.choice(JUMPS_S))


def _jump_and_close(scene: Scene) -> None:
    """Twilio takes a text and says nothing; the clock we asked by is another when we ask about it."""
    scene.ground.jump(scene.luck.choice(STEPS_S))
    scene.far_side.faults.append(twilio.Fault(close=True, taken=True))


def _right_clock(scene: Scene) -> None:
    scene.ground.jump(0)


def _fill_disk(scene: Scene) -> None:
    scene.ground.disk.fill(scene.ground.web.pids())


def _stay_full(scene: Scene) -> None:
    """Until somebody has felt it: on a busy machine nothing may come for a while."""
    until = time.monotonic() + FELT_S
    before = scene.heard.answers["503"]
    _pause(scene)
    while scene.heard.answers["503"] == before and time.monotonic() < until:
        time.sleep(0.01)
    _make_room(scene)


def _make_room(scene: Scene) -> None:
    scene.ground.disk.empty(scene.ground.web.pids())


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("none", "nothing fails, to compare with", every=0),
        Fault("kill-web", "kill -9 of a web process", _kill_web, every=150, amid="in"),
        Fault("kill-worker", "kill -9 of a worker", _kill_worker, amid="out"),
        Fault("redis", "Redis killed, and back empty", _restart_redis, amid="out", with_redis=True),
        Fault("postgresql", "PostgreSQL stopped at once, and back", _restart_postgres, databases=("postgresql",)),
        Fault("twilio", "Twilio: 429, 5xx, slow, closed, half an answer", _bad_day, every=20, least=10, amid="out"),
        Fault("webhooks", "webhooks doubled, racing, swapped, old", every=0, volleys=shuffled, status_calls=True),
        Fault("clock", "the clock jumps, up to 2 h either way", _jump, every=100, least=4, mend=_right_clock),
        Fault(
            "clock-and-twilio", "the clock jumps, and Twilio's answer is lost", _jump_and_close, every=100, least=4,
            amid="out", mend=_right_clock,
        ),
        Fault(
            "disk", "the disk is full", _stay_full, prepare=_fill_disk, amid="in", databases=("sqlite",),
            small_disk=True, mend=_make_room,
        ),
    )
}  # fmt: skip
