"""Many people at once: nobody's order is broken, no channel goes faster than it may, replies go before bulk."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from redis import Redis

from bot.channel.message import Channel
from bot.channel.phone import SimulatedPhone
from bot.channel.sender import Sender
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.line import HOUR, MINUTE, SECOND
from bot.outbox import REPLIES_AHEAD, Outbox
from bot.store.database import Database
from bot.store.pace import open_pace
from tests.broadcast_room import in_line
from tests.conftest import running_redis
from tests.outgoing_people import Person, person
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM, Fault, Message, TwilioStandIn, too_many

RATES = {Channel.SMS: 1.0, Channel.WHATSAPP: 80.0}


@dataclass
class Day:
    """A made-up day: each person's job runs when it is due, and ``sent`` says when (ms) which text left."""

    db: Database
    outbox: Outbox
    twilio: TwilioStandIn
    now: int
    sent: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.twilio.on_message = self._note

    def _note(self, message: Message) -> None:
        self.sent.append((self.now, message.body))

    def run(self, people: list[Person], *, until: int, steps: int = 100_000) -> None:
        """Let the jobs run, in the order of their moments, as the workers do."""
        due = [(self.now, someone.id) for someone in people]
        heapq.heapify(due)
        while due and steps:
            self.now, contact_id = heapq.heappop(due)
            if self.now > until:
                return
            self.outbox.deliver(contact_id, self.now)
            moment = self.outbox.next_try(contact_id)
            if moment is not None:
                heapq.heappush(due, (max(moment, self.now + 1), contact_id))
            steps -= 1

    def texts(self) -> list[str]:
        """What left, in order."""
        return [text for _, text in self.sent]

    def gaps(self) -> list[int]:
        """Milliseconds between one text and the next."""
        moments = [at for at, _ in self.sent]
        return [later - before for before, later in pairwise(moments)]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending takes no time, and no worker comes a nap early, to wait with the text in its hand."""
    monkeypatch.setattr("bot.outbox._running", lambda now: lambda: now)
    monkeypatch.setattr("bot.outbox.NAP", 0)


def a_day(db: Database, twilio: TwilioStandIn, redis_url: str, now: int) -> Day:
    account = TwilioAccount(
        ACCOUNT, TOKEN, "https://a.org", sms_from=SMS_FROM, whatsapp_from=WHATSAPP_FROM, api_url=twilio.url
    )
    sender = TwilioSender(account)
    channels: dict[str, Sender] = {"sms": sender, "whatsapp": sender, "phone": SimulatedPhone()}
    return Day(db, Outbox(db, channels, open_pace(redis_url, RATES)), twilio, now)


@pytest.fixture(params=["in the database", pytest.param("in Redis", marks=pytest.mark.redis)])
def day(request: pytest.FixtureRequest, db: Database, now: int) -> Iterator[Day]:
    """One SMS and eighty WhatsApp messages a second."""
    url = str(request.getfixturevalue("redis_url")) if request.param == "in Redis" else ""
    with TwilioStandIn() as twilio:
        yield a_day(db, twilio, url, now)


@pytest.fixture
def plain_day(db: Database, now: int) -> Iterator[Day]:
    """The same without Redis."""
    with TwilioStandIn() as twilio:
        yield a_day(db, twilio, "", now)


def crowd(db: Database, now: int, size: int, **values: object) -> list[Person]:
    return [person(db, now, f"+44770090{number:04}", **values) for number in range(size)]


@pytest.mark.usefixtures("still")
def test_one_sms_a_second_leaves_however_many_people_wait_and_everybody_gets_theirs(day: Day, now: int) -> None:
    people = crowd(day.db, now, 20)
    for number, someone in enumerate(people):
        for part in "abc":
            someone.queue(f"{number}{part}", now)
    day.run(people, until=now + HOUR)
    assert min(day.gaps()) >= 1000
    assert len(day.sent) == 60
    assert day.sent[-1][0] == now + 59 * SECOND, "no second is lost either"
    for number in range(20):
        assert [text for text in day.texts() if text[:-1] == str(number)] == [f"{number}a", f"{number}b", f"{number}c"]


@pytest.mark.usefixtures("still")
def test_a_long_sms_takes_the_time_of_its_parts(plain_day: Day, now: int) -> None:
    amina, other = crowd(plain_day.db, now, 2)
    amina.queue("x" * 400, now)
    other.queue("short", now)
    plain_day.run([amina, other], until=now + HOUR)
    assert plain_day.gaps() == [3000]


@pytest.mark.usefixtures("still")
def test_whatsapp_goes_at_its_own_rate(plain_day: Day, now: int) -> None:
    people = crowd(plain_day.db, now, 30, channel="whatsapp")
    for someone in people:
        someone.queue("salaan", now)
    plain_day.run(people, until=now + HOUR)
    assert len(plain_day.sent) == 30
    assert plain_day.sent[-1][0] <= now + SECOND


@pytest.mark.usefixtures("still")
def test_more_than_can_be_given_a_moment_waits_and_goes_all_the_same(plain_day: Day, now: int) -> None:
    people = crowd(plain_day.db, now, 80)
    for number, someone in enumerate(people):
        someone.queue(str(number), now)
    plain_day.run(people, until=now + HOUR)
    assert sorted(plain_day.texts(), key=int) == [str(number) for number in range(80)]
    assert min(plain_day.gaps()) >= 1000
    assert plain_day.sent[-1][0] < now + 80 * SECOND + 2 * REPLIES_AHEAD


@pytest.mark.usefixtures("still")
def test_danger_leaves_at_once_and_the_others_make_room_for_it(plain_day: Day, now: int) -> None:
    people = crowd(plain_day.db, now, 5)
    for someone in people:
        someone.queue("menu", now)
    plain_day.run(people, until=now)
    people[4].queue("Ring 999 now.", now + 1, kind="danger")
    plain_day.now = now + 1
    plain_day.run(people, until=now + HOUR)
    assert plain_day.sent[1] == (now + 1, "Ring 999 now.")
    assert len(plain_day.sent) == 6


@pytest.mark.usefixtures("still")
def test_replies_go_before_bulk_and_a_new_reply_waits_two_seconds_for_it_at_most(plain_day: Day, now: int) -> None:
    people = crowd(plain_day.db, now, 12)
    in_line(plain_day.db, people[:8], "bulk", now)
    for someone in people[8:11]:
        someone.queue("reply", now)
    people[0].queue("reply to one who also gets the broadcast", now)
    plain_day.run(people, until=now + 30 * SECOND)
    kinds = ["bulk" if text == "bulk" else "reply" for text in plain_day.texts()]
    assert kinds[:4] == ["reply"] * 4
    before = len(plain_day.sent)
    people[11].queue("late reply", plain_day.now)
    asked = plain_day.now
    plain_day.run(people, until=now + HOUR)
    at = next(at for at, text in plain_day.sent[before:] if text == "late reply")
    assert at - asked <= 4 * SECOND
    assert plain_day.texts().count("bulk") == 8
    assert min(plain_day.gaps()) >= 1000


@pytest.mark.usefixtures("still")
def test_a_reply_that_waits_for_something_else_does_not_hold_up_bulk(plain_day: Day, now: int) -> None:
    amina, other = crowd(plain_day.db, now, 2)
    amina.queue("first", now)
    amina.queue("second", now)
    plain_day.twilio.faults.append(too_many(600))
    plain_day.run([amina], until=now)
    in_line(plain_day.db, [other], "bulk", now)
    plain_day.now = now + SECOND
    plain_day.run([other], until=now + MINUTE)
    assert plain_day.texts() == ["bulk"]


@pytest.mark.usefixtures("still")
def test_after_an_hour_without_workers_not_all_go_at_once(plain_day: Day, now: int) -> None:
    people = crowd(plain_day.db, now, 10)
    for someone in people:
        someone.queue("hello", now)
    plain_day.run(people, until=now)
    plain_day.now = now + HOUR
    plain_day.run(people, until=now + 2 * HOUR)
    assert len(plain_day.sent) == 10
    assert min(plain_day.gaps()) >= 1000


def test_a_simulated_person_waits_for_nobody(plain_day: Day, now: int) -> None:
    made_up = person(plain_day.db, now, simulated=True)
    for _ in range(20):
        made_up.queue("hello", now)
    assert plain_day.outbox.deliver(made_up.id, now) == 20


def test_waiting_for_a_turn_counts_as_no_attempt_and_is_said_on_the_desk(plain_day: Day, now: int) -> None:
    amina = person(plain_day.db, now)
    amina.queue("one", now)
    amina.queue("two", now)
    plain_day.outbox.deliver(amina.id, now)
    waits = amina.rows()[1]
    assert (waits.status, waits.error_code, waits.attempts) == ("waiting", "its_turn", 0)
    assert now < waits.next_try_at <= now + 2 * SECOND


def test_several_workers_keep_each_persons_order_and_send_nothing_twice(day: Day, now: int) -> None:
    people = crowd(day.db, now, 6, channel="whatsapp")
    for number, someone in enumerate(people):
        for part in "abcd":
            someone.queue(f"{number}{part}", now)
    day.twilio.faults.extend([Fault(wait=0.02)] * 24)

    started = time.monotonic()

    def work(backwards: bool) -> None:
        while any(day.outbox.next_try(someone.id) is not None for someone in people):
            for someone in reversed(people) if backwards else people:
                day.outbox.deliver(someone.id, now + int((time.monotonic() - started) * 1000))

    workers = [threading.Thread(target=work, args=(number % 2 == 1,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number in range(6):
        assert [text for text in day.twilio.texts if text[0] == str(number)] == [f"{number}{part}" for part in "abcd"]


@pytest.mark.redis
@pytest.mark.usefixtures("still")
def test_redis_that_goes_away_in_the_middle_loses_nothing_and_sends_nothing_faster(
    db: Database, now: int, tmp_path: Path
) -> None:
    people = crowd(db, now, 12)
    for number, someone in enumerate(people):
        someone.queue(str(number), now)
        someone.queue(f"{number}!", now)
    with TwilioStandIn() as twilio:
        with running_redis(tmp_path) as url:
            day = a_day(db, twilio, url, now)
            day.run(people, until=now + 6 * SECOND)
            with Redis.from_url(url) as client:
                client.flushall()
            day.run(people, until=now + 10 * SECOND)
        day.run(people, until=now + HOUR)
        assert sorted(day.texts()) == sorted([f"{n}{end}" for n in range(12) for end in ("", "!")])
        assert min(day.gaps()) >= 1000
