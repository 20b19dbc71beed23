"""What runs in the background, on each kind of queue, with real threads, real Redis and real signals."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from redis import Redis

from bot.channel.phone import SimulatedPhone
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.jobs import Jobs
from bot.outbox import Outbox
from bot.settings import Settings, load, new_key
from bot.store.database import Database, DatabaseAway, open_database
from bot.store.vault import Vault
from tests.outgoing_people import Person, person
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, Fault, TwilioStandIn, too_many


@dataclass
class House:
    """Jobs over a real database and queue, and Twilio's far side."""

    db: Database
    settings: Settings
    twilio: TwilioStandIn
    rung: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        account = TwilioAccount(ACCOUNT, TOKEN, "https://a.org", sms_from=SMS_FROM, api_url=self.twilio.url)
        sender = TwilioSender(account)
        self.outbox = Outbox(self.db, {"sms": sender, "phone": SimulatedPhone()})
        self.jobs = Jobs(self.settings, self.outbox, self.ring)

    def ring(self, now_ms: int) -> int:
        """Stands where the inbox's timers go."""
        self.rung.append(now_ms)
        return 0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def wait_for(what: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.02)
    return what()


@pytest.fixture
def sqlite_db(sqlite_template: Path, tmp_path: Path, vault: Vault) -> Iterator[Database]:
    (tmp_path / "bot.sqlite3").write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault)
    yield opened
    opened.close()


def make_settings(db: Database, redis_url: str) -> Settings:
    keys = {"SECRET_KEY": "x" * 40, "DATA_KEYS": new_key()}
    return load({"DATABASE_URL": f"sqlite:///{db.engine.url.database}", "REDIS_URL": redis_url, **keys})


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def queue_url(request: pytest.FixtureRequest) -> str:
    """The address of the queue: Redis, or none for SQLite."""
    return str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def house(sqlite_db: Database, queue_url: str, twilio: TwilioStandIn) -> Iterator[House]:
    made = House(sqlite_db, make_settings(sqlite_db, queue_url), twilio)
    yield made
    made.jobs.stop()


@pytest.fixture
def without_redis(sqlite_db: Database, twilio: TwilioStandIn) -> Iterator[House]:
    """A house whose Redis is away."""
    made = House(sqlite_db, make_settings(sqlite_db, "redis://127.0.0.1:1/0"), twilio)
    yield made
    made.jobs.stop()


@pytest.fixture
def amina(sqlite_db: Database) -> Person:
    return person(sqlite_db, now_ms())


def start_past_the_first_sweep(house: House) -> None:
    house.jobs.start()
    assert wait_for(lambda: len(house.rung) == 1)
    time.sleep(0.3)


def test_a_woken_text_goes_at_once(house: House, amina: Person) -> None:
    start_past_the_first_sweep(house)
    amina.queue("hello", now_ms())
    asked = time.monotonic()
    house.jobs.wake(amina.id)
    assert wait_for(lambda: amina.statuses() == ["queued"])
    assert time.monotonic() - asked < 3
    assert house.twilio.texts == ["hello"]


def test_what_was_never_woken_goes_with_the_sweep_and_timers_ring(house: House, amina: Person) -> None:
    amina.queue("hello", now_ms())
    house.jobs.start()
    assert wait_for(lambda: amina.statuses() == ["queued"])
    assert wait_for(lambda: len(house.rung) == 1)
    assert house.rung[0] == pytest.approx(now_ms(), abs=15_000)


def test_after_slow_down_a_text_does_not_wait_for_the_sweep(house: House, amina: Person) -> None:
    start_past_the_first_sweep(house)
    amina.queue("hello", now_ms())
    house.twilio.faults.append(too_many(1))
    house.jobs.wake(amina.id)
    assert wait_for(lambda: house.twilio.texts == ["hello"], seconds=12)
    assert len(house.rung) == 1, "the minute is not over"


def test_after_the_database_was_away_a_text_does_not_wait_for_the_sweep(
    house: House, amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_past_the_first_sweep(house)
    amina.queue("hello", now_ms())
    deliver, tries = Outbox.deliver, count()

    def away_at_first(outbox: Outbox, contact_id: int, moment: int) -> int:
        if not next(tries):
            raise DatabaseAway("It is away for a moment.")
        return deliver(outbox, contact_id, moment)

    monkeypatch.setattr(Outbox, "deliver", away_at_first)
    house.jobs.wake(amina.id)
    assert wait_for(lambda: house.twilio.texts == ["hello"], seconds=12)
    assert len(house.rung) == 1, "the minute is not over"


def test_stopping_finishes_the_text_under_way(house: House, amina: Person) -> None:
    start_past_the_first_sweep(house)
    amina.queue("hello", now_ms())
    house.twilio.faults.append(Fault(wait=0.6))
    house.jobs.wake(amina.id)
    assert wait_for(lambda: amina.statuses() == ["sending_now"])
    house.jobs.stop()
    assert amina.statuses() == ["queued"]


def test_a_job_carries_an_id_and_nothing_about_the_person(house: House, amina: Person) -> None:
    amina.queue("my secret", now_ms())
    house.jobs.wake(amina.id)
    (job,) = house.jobs._huey.pending()
    assert (job.name, job.args, job.kwargs) == ("deliver", (amina.id,), {})


def test_people_who_are_woken_together_each_get_a_job_of_their_own(house: House) -> None:
    """A web process gathers: whoever is woken twice meanwhile has one job, and stopping leaves nobody out."""
    house.jobs.gather()
    for contact_id in (3, 5, 3, 8):
        house.jobs.wake(contact_id)
    house.jobs.stop()
    assert {job.args for job in house.jobs._huey.pending()} == {(3,), (5,), (8,)}


def test_a_gathered_text_goes_at_once(house: House, amina: Person) -> None:
    start_past_the_first_sweep(house)
    house.jobs.gather()
    amina.queue("hello", now_ms())
    house.jobs.wake(amina.id)
    assert wait_for(lambda: house.twilio.texts == ["hello"], seconds=3)


def test_two_workers_on_one_queue_send_each_text_once(house: House, amina: Person) -> None:
    other = House(house.db, house.settings, house.twilio)
    house.jobs.start()
    other.jobs.start()
    for number in range(5):
        amina.queue(f"text {number}", now_ms())
        house.jobs.wake(amina.id)
        other.jobs.wake(amina.id)
    assert wait_for(lambda: amina.statuses() == ["queued"] * 5)
    other.jobs.stop()
    assert house.twilio.texts == [f"text {number}" for number in range(5)]


def test_waking_never_raises_and_never_dawdles_while_redis_is_away(without_redis: House, amina: Person) -> None:
    started = time.monotonic()
    without_redis.jobs.wake(amina.id)
    assert time.monotonic() - started < 1


def test_while_redis_is_away_the_sweep_sends_all_the_same(without_redis: House, amina: Person) -> None:
    amina.queue("hello", now_ms())
    without_redis.jobs.wake(amina.id)
    without_redis.jobs.start()
    assert wait_for(lambda: amina.statuses() == ["queued"])
    assert wait_for(lambda: len(without_redis.rung) == 1)
    assert without_redis.twilio.texts == ["hello"]


def test_what_somebody_else_puts_into_redis_is_not_run(
    sqlite_db: Database, twilio: TwilioStandIn, redis_url: str, amina: Person, tmp_path: Path
) -> None:
    house = House(sqlite_db, make_settings(sqlite_db, redis_url), twilio)
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
            return os.mkdir, (str(trap),)

    with Redis.from_url(redis_url) as redis:
        redis.lpush("huey.redis.bot", pickle.dumps(Trap()))
    house.jobs.start()
    amina.queue("hello", now_ms())
    house.jobs.wake(amina.id)
    assert wait_for(lambda: amina.statuses() == ["queued"])
    house.jobs.stop()
    assert not trap.exists()


WORKER = """
import sys
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.jobs import Jobs
from bot.outbox import Outbox
from bot.settings import load
from bot.store.database import open_database
from bot.store.vault import Vault
url, key, api_url, account, token, sms_from = sys.argv[1:]
sender = TwilioSender(TwilioAccount(account, token, "https://a.org", sms_from=sms_from, api_url=api_url))
outbox = Outbox(open_database(url, Vault([key])), {"sms": sender})
Jobs(load({"DATABASE_URL": url, "SECRET_KEY": "x" * 40, "DATA_KEYS": key}), outbox, lambda now: 0).run()
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_end_finishes_the_text_under_way(
    sqlite_template: Path, tmp_path: Path, twilio: TwilioStandIn, ending: signal.Signals
) -> None:
    key, url = new_key(), f"sqlite:///{tmp_path}/bot.sqlite3"
    (tmp_path / "bot.sqlite3").write_bytes(sqlite_template.read_bytes())
    db = open_database(url, Vault([key]))
    someone = person(db, now_ms())
    someone.queue("hello", now_ms())
    twilio.faults.append(Fault(wait=1.0))
    command = [sys.executable, "-c", WORKER, url, key, twilio.url, ACCOUNT, TOKEN, SMS_FROM]
    with subprocess.Popen(command) as worker:
        assert wait_for(lambda: twilio.texts == ["hello"], seconds=20)
        worker.send_signal(ending)
        assert worker.wait(timeout=15) == 0
    assert someone.statuses() == ["queued"]
    db.close()


def test_where_no_queue_can_be_kept_the_start_ends_in_a_sentence() -> None:
    settings = load({"DATABASE_URL": "sqlite:////proc/no/bot.sqlite3", "SECRET_KEY": "x", "DATA_KEYS": new_key()})
    with pytest.raises(DatabaseAway, match=r"jobs\.sqlite3 cannot be kept"):
        Jobs(settings, Outbox(open_database("postgresql+psycopg://x", Vault([new_key()])), {}), lambda now: 0)


def test_no_thread_is_left_after_stopping(house: House) -> None:
    before = set(threading.enumerate())
    house.jobs.start()
    begun = set(threading.enumerate()) - before
    assert len(begun) == 3, "two workers and a scheduler"
    house.jobs.stop()
    assert not any(thread.is_alive() for thread in begun)
