"""How fast each channel sends: every text is given a moment of its own, one after the other, over all processes.

What is kept of a channel is one number: when it will have sent all that it was given (the "generic cell rate algorithm"
of ATM networks, ITU-T I.371). It lies in Redis when there is one, else in the database.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import BigInteger, Connection, bindparam, select, text

from bot.channel.message import Channel
from bot.store import outgoing
from bot.store.schema import channel_pace

log = structlog.get_logger("pace")

MICRO = 1_000_000  # microseconds in a second: a text by WhatsApp takes 12.5 ms
PATIENCE = 0.25  # seconds; a worker waits with a person locked
AWAY_FOR = 5.0  # seconds in which Redis, found away, is not asked again
KEPT_FOR = 86_400_000  # ms
ASTRAY = 15 * 60 * MICRO  # so far ahead only a clock that was wrong has put it: then it counts for nothing
SLOWER = 2  # without Redis: another process may still reach it, and count for itself

# free_at only moves when the text's moment is not beyond the limit. An unknown channel (Redis was begun anew) is told
# apart, for moments may have been given that it no longer knows of.
TAKE_REDIS = """
local free = redis.call('GET', KEYS[1])
if free and tonumber(free) > tonumber(ARGV[1]) + tonumber(ARGV[6]) then free = '0' end
if not free and ARGV[4] == '' then return {-1, 0} end
local start = math.max(tonumber(free or '0'), tonumber(ARGV[4]) or 0, tonumber(ARGV[1]))
if start > tonumber(ARGV[3]) then return {0, start} end
redis.call('SET', KEYS[1], string.format('%.0f', start + tonumber(ARGV[2])), 'PX', ARGV[5])
return {1, start}
"""
TAKE_SQL = text(
    "INSERT INTO channel_pace (channel, free_at) VALUES (:channel, :start + :cost)"
    " ON CONFLICT (channel) DO UPDATE SET free_at = :cost +"
    " CASE WHEN channel_pace.free_at BETWEEN :start AND :astray THEN channel_pace.free_at ELSE :start END"
    " WHERE channel_pace.free_at <= :until OR channel_pace.free_at > :astray RETURNING free_at"
).bindparams(*(bindparam(name, type_=BigInteger) for name in ("start", "cost", "until", "astray")))


@dataclass(frozen=True)
class Slot:
    """When a text may begin, in ms. ``given``: that moment is its own; else the channel is taken until then."""

    at_ms: int
    given: bool


class Pace(Protocol):
    """Gives moments."""

    def take(self, conn: Connection, channel: Channel, parts: int, now_ms: int, until_ms: int) -> Slot:
        """The next free moment for a text of so many parts, if it is not after ``until_ms``."""


class NoLimit:
    """Every text may go at once."""

    def take(self, conn: Connection, channel: Channel, parts: int, now_ms: int, until_ms: int) -> Slot:
        """Now."""
        return Slot(now_ms, given=True)


class InDatabase:
    """Moments from the database, in the transaction that leases the text. ``rates`` are parts a second; 0: no limit."""

    def __init__(self, rates: Mapping[Channel, float]) -> None:
        self._rates = rates

    def take(self, conn: Connection, channel: Channel, parts: int, now_ms: int, until_ms: int) -> Slot:
        """As Pace says."""
        rate = self._rates.get(channel, 0)
        if not rate:
            return Slot(now_ms, given=True)
        return self.take_from(conn, channel, cost(parts, rate), now_ms * 1000, until_ms * 1000)

    def take_from(self, conn: Connection, channel: Channel, cost: int, start: int, until: int) -> Slot:
        """The same in microseconds, from ``start``."""
        if start > until:
            return Slot(start // 1000, given=False)
        values = {"channel": channel.value, "start": start, "cost": cost, "until": until, "astray": start + ASTRAY}
        free_at = conn.execute(TAKE_SQL, values).scalar()
        if free_at is not None:
            return Slot((int(free_at) - cost) // 1000, given=True)
        taken = conn.scalar(select(channel_pace.c.free_at).where(channel_pace.c.channel == channel.value))
        return Slot(int(taken or start) // 1000, given=False)


class InRedis:
    """Moments from Redis. While it is away, from the database, half as fast."""

    def __init__(self, url: str, rates: Mapping[Channel, float]) -> None:
        self._rates = rates
        self._database = InDatabase(rates)
        retry = Retry(NoBackoff(), 0)
        redis = Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=retry)
        self._take = redis.register_script(TAKE_REDIS)
        self._away_until = 0.0
        self._trusted: set[Channel] = set()  # the others may have given moments that Redis does not know of

    def take(self, conn: Connection, channel: Channel, parts: int, now_ms: int, until_ms: int) -> Slot:
        """As Pace says."""
        rate = self._rates.get(channel, 0)
        if not rate:
            return Slot(now_ms, given=True)
        slot = self._ask(conn, channel, cost(parts, rate), now_ms, until_ms)
        if slot:
            return slot
        slower = cost(parts, rate) * SLOWER
        start = max(now_ms * 1000, _after_given(conn, channel, slower))
        return self._database.take_from(conn, channel, slower, start, until_ms * 1000)

    def _ask(self, conn: Connection, channel: Channel, cost: int, now_ms: int, until_ms: int) -> Slot | None:
        """Redis's answer; None while it is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            known, start = -1, 0
            if channel in self._trusted:
                known, start = self._run(channel, cost, now_ms, until_ms)
            if known < 0:
                known, start = self._run(channel, cost, now_ms, until_ms, str(_after_given(conn, channel, cost)))
        except RedisError as away:
            log.warning("Redis is away: texts go slower", error=type(away).__name__)
            self._away_until = time.monotonic() + AWAY_FOR
            self._trusted.clear()
            return None
        self._trusted.add(channel)
        return Slot(start // 1000, given=known == 1)

    def _run(self, channel: Channel, cost: int, now_ms: int, until_ms: int, floor: str = "") -> tuple[int, int]:
        arguments: list[str | int] = [now_ms * 1000, cost, until_ms * 1000, floor, KEPT_FOR, ASTRAY]
        known, start = self._take(keys=[f"bot:pace:{channel.value}"], args=arguments)
        return int(known), int(start)


def cost(parts: int, rate: float) -> int:
    """How long the channel is taken by a text of so many parts, in microseconds."""
    return round(max(1, parts) * MICRO / rate)


def open_pace(redis_url: str, rates: Mapping[Channel, float]) -> Pace:
    """Moments from Redis when there is one, else from the database."""
    if not any(rates.values()):
        return NoLimit()
    return InRedis(redis_url, rates) if redis_url else InDatabase(rates)


def _after_given(conn: Connection, channel: Channel, cost: int) -> int:
    """When the last waiting text that was given a moment has gone, in microseconds, if it costs as much as this one."""
    given = outgoing.last_turn(conn, channel)
    return given * 1000 + cost if given else 0
