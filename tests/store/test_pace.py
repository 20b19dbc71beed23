"""How fast each channel sends: on both databases, on a real Redis, and on a Redis that goes away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bot.channel.message import Channel
from bot.store import outgoing
from bot.store.database import Database
from bot.store.pace import InDatabase, InRedis, NoLimit, Pace, Slot, open_pace
from tests.conftest import running_redis
from tests.outgoing_people import person

RATES = {Channel.SMS: 1.0, Channel.WHATSAPP: 80.0}
FAR = 3_600_000


@pytest.fixture(params=["in the database", pytest.param("in Redis", marks=pytest.mark.redis)])
def pace(request: pytest.FixtureRequest) -> Pace:
    """Moments at one SMS and 80 WhatsApp messages a second."""
    url = str(request.getfixturevalue("redis_url")) if request.param == "in Redis" else ""
    return open_pace(url, RATES)


def take(
    pace: Pace, db: Database, now: int, *, channel: Channel = Channel.SMS, parts: int = 1, ahead: int = FAR
) -> Slot:
    with db.begin() as conn:
        return pace.take(conn, channel, parts, now, now + ahead)


def test_each_text_begins_when_the_one_before_it_has_gone(pace: Pace, db: Database, now: int) -> None:
    assert [take(pace, db, now).at_ms - now for _ in range(4)] == [0, 1000, 2000, 3000]


def test_a_text_of_three_parts_takes_the_time_of_three(pace: Pace, db: Database, now: int) -> None:
    assert [take(pace, db, now, parts=3).at_ms - now for _ in range(3)] == [0, 3000, 6000]


def test_whatsapp_and_sms_do_not_wait_for_each_other(pace: Pace, db: Database, now: int) -> None:
    take(pace, db, now, parts=10)
    given = [take(pace, db, now, channel=Channel.WHATSAPP).at_ms - now for _ in range(81)]
    assert given[0] == 0
    assert given[80] == 1000
    assert given[1] == 12


def test_what_is_too_far_ahead_is_not_given_and_takes_nobodys_moment(pace: Pace, db: Database, now: int) -> None:
    take(pace, db, now, parts=5)
    assert [take(pace, db, now, ahead=2000) for _ in range(3)] == [Slot(now + 5000, given=False)] * 3
    assert take(pace, db, now) == Slot(now + 5000, given=True)


def test_time_in_which_nothing_went_is_not_saved_up(pace: Pace, db: Database, now: int) -> None:
    take(pace, db, now)
    later = now + 60_000
    assert [take(pace, db, later).at_ms - later for _ in range(3)] == [0, 1000, 2000]


def test_several_workers_share_one_rate(pace: Pace, db: Database, now: int) -> None:
    given: list[int] = []

    def work() -> None:
        given.extend(take(pace, db, now).at_ms - now for _ in range(10))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(given) == [1000 * number for number in range(40)]


@pytest.mark.redis
def test_processes_share_one_rate_by_redis_and_begin_after_what_was_given(
    db: Database, redis_url: str, now: int
) -> None:
    one, other = InRedis(redis_url, RATES), InRedis(redis_url, RATES)
    assert [take(each, db, now).at_ms - now for each in (one, other, one, other)] == [0, 1000, 2000, 3000]


def test_no_limit_gives_every_moment_at_once(db: Database, now: int) -> None:
    pace = open_pace("", {Channel.SMS: 0, Channel.WHATSAPP: 0})
    assert isinstance(pace, NoLimit)
    assert [take(pace, db, now) for _ in range(3)] == [Slot(now, given=True)] * 3
    half = InDatabase({Channel.SMS: 0, Channel.WHATSAPP: 80})
    assert [take(half, db, now) for _ in range(3)] == [Slot(now, given=True)] * 3


def test_while_redis_is_away_the_database_gives_moments_at_half_the_rate(db: Database, now: int) -> None:
    pace = InRedis("redis://127.0.0.1:1/0", RATES)
    assert [take(pace, db, now).at_ms - now for _ in range(3)] == [0, 2000, 4000]


def test_a_clock_that_was_hours_ahead_does_not_silence_a_channel_once_it_is_right(
    pace: Pace, db: Database, now: int
) -> None:
    take(pace, db, now + 7_200_000)
    assert [take(pace, db, now).at_ms - now for _ in range(3)] == [0, 1000, 2000]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[str]:
    """A Redis for one test, which may empty it."""
    with running_redis(tmp_path) as url:
        yield url


@pytest.mark.redis
def test_a_redis_that_was_begun_anew_does_not_give_away_moments_that_others_wait_for(
    db: Database, own_redis: str, now: int
) -> None:
    pace = InRedis(own_redis, RATES)
    amina = person(db, now)
    text = amina.queue("hello", now)
    take(pace, db, now)
    waits = take(pace, db, now)
    with db.begin() as conn:
        outgoing.wait_for_turn(conn, text, waits.at_ms, given=True)
    with Redis.from_url(own_redis) as client:
        client.flushall()
    assert take(pace, db, now).at_ms > waits.at_ms
