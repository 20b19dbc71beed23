"""Moments that have come: a silence in a story, and what a flow put off until later."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random, SystemRandom

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection

from bot.flow.engine import resume
from bot.flow.events import FollowUpSet
from bot.flow.hours import civil, day_of
from bot.flow.world import FromDesk, Reply, World
from bot.keeper import Keeper, session_of
from bot.store import contacts, counts, desk_reads, desk_sessions, gaps, guesses, meeting, turn, waits, withdrawing
from bot.store.database import Database, DatabaseAway
from bot.store.meeting import Known
from bot.store.tally import Seen, Tally
from bot.store.waits import Timer

AT_ONCE = 100
BUSY_MS = 3_600_000  # who wrote within the hour is in the middle of something: a follow-up waits

log = structlog.get_logger()


class Timers:
    """Rings what is due. ``wake`` is told whose messages wait then."""

    def __init__(
        self,
        db: Database,
        world: Callable[[], World],
        wake: Callable[[int], None],
        random: Random | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._db, self._world, self._wake = db, world, wake
        self._random = random or SystemRandom()
        self._kinds = {"silence": self._silence, "follow_up": self._follow_up, "late": self._late}
        self._tally = tally or Tally(db)

    def wake_due(self, now_ms: int) -> int:
        """Let every timer that is due do its work; how many conversations were woken. Raises DatabaseAway."""
        with self._db.read() as conn:
            due = waits.due_timers(conn, self._db.vault, now_ms, AT_ONCE)
        with self._db.begin() as conn:
            contacts.forget_erased(conn, now_ms)
            counts.forget_words(conn, now_ms)
            gaps.forget_old(conn, now_ms)
            desk_reads.forget_old(conn, now_ms)
            desk_sessions.forget_old(conn, now_ms)
            guesses.forget_old(conn, now_ms)
        return sum(self._ring_safely(timer, now_ms) for timer in due)

    def _ring_safely(self, timer: Timer, now_ms: int) -> bool:
        """One conversation's trouble must not keep the others' timers."""
        try:
            return self._ring(timer, now_ms)
        except DatabaseAway:
            raise
        except Exception:
            log.exception("timer_broke", contact_id=timer.contact_id)
            with self._db.begin() as conn:
                waits.drop_timer(conn, timer.id)
            return False

    def _ring(self, timer: Timer, now_ms: int) -> bool:
        with self._db.begin() as conn:
            known = meeting.lock(conn, self._db.vault, timer.contact_id)
            if known is None or known.status != "active":
                waits.drop_timer(conn, timer.id)
                return False
            if (morning := civil(now_ms)) > now_ms:  # it was due by day, and we were away then
                waits.put_off(conn, timer.id, morning)
                return False
            seen = self._kinds[timer.kind](conn, timer, known, now_ms)
        if seen:
            self._tally.add(seen)
            self._wake(timer.contact_id)
        return seen is not None

    def _silence(self, conn: Connection, timer: Timer, known: Known, now_ms: int) -> Seen | None:
        """A silence that was broken meanwhile is none."""
        waits.drop_timer(conn, timer.id)
        if known.stamp != timer.stamp:
            return None
        silent = now_ms - (known.last_inbound_at or 0)
        return self._resume(conn, known, Reply(channel=known.channel, timer=True, silent_ms=silent), now_ms)

    def _follow_up(self, conn: Connection, timer: Timer, known: Known, now_ms: int) -> Seen | None:
        """Go on with what was put off, unless she is in the middle of something else: then an hour later."""
        session = session_of(known)
        if session.person or (self._is_busy(known, now_ms) and session.frames):
            waits.put_off(conn, timer.id, civil(now_ms + BUSY_MS))
            return None
        waits.drop_timer(conn, timer.id)
        later = FollowUpSet(0, *json.loads(timer.payload))
        silent = now_ms - (known.last_inbound_at or 0)
        told = withdrawing.told(conn, known.contact_id)
        reply = Reply(channel=known.channel, timer=True, follow_up=later, silent_ms=silent, told=told)
        return self._resume(conn, known, reply, now_ms)

    def _late(self, conn: Connection, timer: Timer, known: Known, now_ms: int) -> Seen | None:
        """Nobody has taken her talk: a kind word, when she is not in the middle of something else."""
        open_talk = turn.talk_waits(conn, known.contact_id, timer.payload)
        if open_talk and self._is_busy(known, now_ms) and session_of(known).frames:
            waits.put_off(conn, timer.id, civil(now_ms + BUSY_MS))
            return None
        waits.drop_timer(conn, timer.id)
        if not open_talk:
            return None
        late = Reply(channel=known.channel, timer=True, desk=FromDesk.LATE, talk=timer.payload)
        return self._resume(conn, known, late, now_ms)

    @staticmethod
    def _is_busy(known: Known, now_ms: int) -> bool:
        return known.last_inbound_at is not None and now_ms - known.last_inbound_at < BUSY_MS

    def _resume(self, conn: Connection, known: Known, reply: Reply, now_ms: int) -> Seen:
        reply = replace(reply, today=day_of(now_ms))
        done = resume(self._world().rehearsing(known.rehearses), session_of(known), reply, self._random)
        Keeper(self._db, known, done, now_ms).keep(conn)
        return Seen(done.path, done.session.language, known.simulated, now_ms, now_ms)
