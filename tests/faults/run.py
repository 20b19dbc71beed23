"""One run: a house, people who text it, a fault at seeded moments, quiet, and the ledger."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from random import Random

from bot.store.database import Database, DatabaseAway, open_database
from bot.store.vault import Vault
from tests.bench.wire.posts import PUBLIC_URL
from tests.bench.wire.talks import number_of
from tests.faults import ledger
from tests.faults.ground import Ground, laid
from tests.faults.kinds import Fault, Scene
from tests.faults.ledger import Reply
from tests.faults.senders import Heard, Line, send, sid_of
from tests.stand_in.twilio import Message, TwilioStandIn

PEOPLE = 50
LAST_STRIKE = 0.95  # of all messages taken and answered
DRAINED_S = 420.0
PATIENCE_S = 2.0  # in a hurry: so long nothing may happen before the clock is put forward; each time twice as long,
MOST_PATIENCE_S = 30.0  # for a worker on a busy machine needs some seconds to begin
FORWARD_S = 75.0  # past the end of a lease
LOOK_EVERY_S = 0.1
STATUSES = ("delivered", "sent", "delivered")

Told = Callable[[str], None]


# What a text may be answered: taken, come again with Retry-After, or a line that broke. Never a 500.
ANSWERS = frozenset({"200", "503", "ConnectionResetError", "ConnectionRefusedError", "BrokenPipeError", "TimeoutError"})


@dataclass(frozen=True)
class Plan:
    """What to run. ``hurry`` puts the processes' clock forward in the quiet instead of waiting for leases to end."""

    fault: Fault
    database: str
    messages: int
    seed: int
    hurry: bool = False


@dataclass(frozen=True)
class Result:
    """What a run found. Times in seconds; ``pause_s``: the longest from a text's first sending to its reply."""

    fault: str
    database: str
    messages: int
    strikes: int
    lost: int
    repeated: int
    out_of_order: int
    strange: int
    webhook_retries: int
    send_retries: int
    pause_s: float
    seconds: float
    answers: Mapping[str, int]
    amiss: Sequence[str] = field(default_factory=tuple)

    @property
    def clean(self) -> bool:
        wrong = self.lost or self.repeated or self.out_of_order or self.strange or self.amiss
        return not wrong and ANSWERS.issuperset(self.answers)

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"clean": self.clean}


def run(plan: Plan, told: Told = lambda line: None) -> Result:
    """Do it. ``told`` hears how far it is, now and then."""
    replies: list[Reply] = []
    far_side = TwilioStandIn(public_url=PUBLIC_URL)
    far_side.on_message = lambda message: replies.append(Reply(message.to, message.body, time.monotonic()))
    fault = plan.fault
    with (
        far_side,
        laid(plan.database, far_side.port, with_redis=fault.with_redis, small_disk=fault.small_disk) as ground,
    ):
        return _Run(plan, ground, far_side, replies, told).result()


class _Run:
    """A run under way."""

    def __init__(self, plan: Plan, ground: Ground, far_side: TwilioStandIn, replies: list[Reply], told: Told) -> None:
        self.plan, self.ground, self.far_side, self.replies, self.told = plan, ground, far_side, replies, told
        self.heard = Heard()
        luck = Random(f"{plan.seed}/{plan.fault.name}/{plan.database}")
        self.scene = Scene(ground, far_side, luck, self.heard)
        self.struck, self.seen, self.forward = 0, 0, 0.0
        self.changed, self.patience = time.monotonic(), PATIENCE_S
        self.lines = self._lines()
        self.began = time.monotonic()
        self.posted = sum(len(volley) for line in self.lines for volley in line.volleys)
        self.moments = sorted(luck.uniform(0.02, LAST_STRIKE) for _ in range(plan.fault.strikes(plan.messages)))
        self.heard.let(self._held_back()[0])

    def _lines(self) -> list[Line]:
        people = min(PEOPLE, self.plan.messages)
        shares = [len(range(person, self.plan.messages, people)) for person in range(people)]
        return [Line(person, self.plan.fault.volleys(self.scene.luck, share)) for person, share in enumerate(shares)]

    def result(self) -> Result:
        """Send, strike, wait for quiet, count."""
        db = open_database(self.ground.database_url, Vault(self.ground.environ["DATA_KEYS"].split(",")))
        statuses = _StatusCalls(self.ground.web_port, self.far_side) if self.plan.fault.status_calls else None
        try:
            threads = send(self.ground.web_port, self.lines, self.heard)
            self._strike()
            self.plan.fault.mend(self.scene)
            for thread in threads:
                thread.join()
            still = self._quiet(db)
            late = statuses.finish(db) if statuses else 0
            return self._counted(db, still, late)
        finally:
            db.close()

    def _progress(self) -> float:
        taken, answered = self.heard.taken / self.posted, len(self.replies) / self.plan.messages
        return {"in": taken, "out": answered}.get(self.plan.fault.amid, (taken + answered) / 2)

    def _strike(self) -> None:
        until = time.monotonic() + DRAINED_S
        for moment, texts in zip(self.moments, self._held_back()[1:], strict=True):
            while self._progress() < moment and time.monotonic() < until:
                self._wait(0.005)
            self.plan.fault.prepare(self.scene)
            self.heard.let(max(texts, self.heard.begun + 1))
            self.plan.fault.strike(self.scene)
            self.struck += 1

    def _held_back(self) -> list[float]:
        """How many texts may be begun before each strike, and after the last: half of those that would be left."""
        return [self.posted * (1 + moment) / 2 for moment in self.moments] + [math.inf]

    def _quiet(self, db: Database) -> str:
        """Wait until nothing waits. Gives a sentence when something still does at the end."""
        until, left = time.monotonic() + DRAINED_S, -1
        while time.monotonic() < until:
            with suppress(DatabaseAway), db.read() as conn:
                left = ledger.waiting(conn)
            if left == 0:
                return ""
            self._wait(LOOK_EVERY_S)
        return f"{left} replies still wait after {DRAINED_S:.0f} s"

    def _wait(self, seconds: float) -> None:
        """A moment; in a hurry the clock is put forward when nothing has happened for some."""
        time.sleep(seconds)
        self._say()
        done = self.heard.taken + len(self.replies)
        if done != self.seen:
            self.seen, self.changed, self.patience = done, time.monotonic(), PATIENCE_S
        elif self.plan.hurry and time.monotonic() - self.changed > self.patience:
            if self.ground.is_up():  # else it is still starting, on a busy machine: hurried, it would begin anew
                self.forward += FORWARD_S
                self._hurry()
            self.changed, self.patience = time.monotonic(), min(2 * self.patience, MOST_PATIENCE_S)

    def _hurry(self) -> None:
        """A new worker looks at once for what waits."""
        self.ground.jump(self.forward)
        for worker in self.ground.workers:
            worker.restart()

    def _say(self) -> None:
        name = f"{self.plan.fault.name} on {self.plan.database}"
        so_far = f"{self.heard.taken} taken, {len(self.replies)} answered, struck {self.struck} times"
        self.told(f"{name}: {so_far}, {time.monotonic() - self.began:.0f} s")

    def _counted(self, db: Database, still: str, late: int) -> Result:
        count = ledger.counted(self.lines, ledger.kept(db), list(self.replies))
        amiss = list(count.disorder)
        if still:
            amiss.append(still)
        if late:
            amiss.append(f"{late} replies are not marked as delivered")
        if self.heard.given_up:
            amiss.append(f"{self.heard.given_up} webhooks were never answered 2xx")
        if not ledger.is_sound(db):
            amiss.append("SQLite's integrity_check finds the file broken")
        return Result(
            fault=self.plan.fault.name, database=self.plan.database, messages=self.plan.messages, strikes=self.struck,
            lost=count.lost, repeated=count.repeated, out_of_order=count.out_of_order, strange=count.strange,
            webhook_retries=self.heard.retries, send_retries=max(0, self.far_side.requests - len(self.replies)),
            pause_s=self._longest_pause(), seconds=time.monotonic() - self.began,
            answers=dict(self.heard.answers), amiss=amiss,
        )  # fmt: skip

    def _longest_pause(self) -> float:
        people = {number_of(line.person): line.person for line in self.lines}
        longest = 0.0
        for reply in self.replies:
            match = ledger.HEARD.fullmatch(reply.body)
            if match and reply.to in people:
                longest = max(longest, reply.at - self.heard.first_sent[sid_of(people[reply.to], int(match[1]))])
        return longest


class _StatusCalls:
    """Twilio's words about how each text fared: in the wrong order, and one of them twice."""

    def __init__(self, port: int, far_side: TwilioStandIn) -> None:
        far_side.app_url = f"http://127.0.0.1:{port}"
        self._far_side = far_side
        self._taken = far_side.on_message
        self._line: queue.Queue[tuple[Message, str]] = queue.Queue()
        far_side.on_message = self._note
        for _ in range(4):
            threading.Thread(target=self._call, daemon=True).start()

    def finish(self, db: Database) -> int:
        """Wait for the last call. Gives how many replies are not marked as delivered."""
        self._line.join()
        with db.read() as conn:
            return ledger.not_delivered(conn)

    def _note(self, message: Message) -> None:
        self._taken(message)
        for status in STATUSES:
            self._line.put((message, status))

    def _call(self) -> None:
        while True:
            message, status = self._line.get()
            answer = self._far_side.report(message, status)
            if answer.status >= 300:
                self._line.put((message, status))
            self._line.task_done()
