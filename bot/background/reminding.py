"""E-mails to the desk's people about what waits for them: at once, once a day or once a week, as each of them chose.

The database is the clock and the line (``bot.store.reminders``): of many workers one sends each. An e-mail counts as
sent when the server has taken it, so a crash in between makes a second copy with the same Message-ID rather than none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from bot.background.loop import Loop
from bot.background.staff_words import StaffWords
from bot.channel.errors import MAIL_REFUSED
from bot.channel.mail import Mailer
from bot.channel.sender import Refused
from bot.channel.stop_link import StopLinks, headers
from bot.store import readings, reminders
from bot.store.database import Database
from bot.store.reminders import Due
from bot.story.reminding import LATE_MS, MINUTE, Pace, Thing, Waits, next_due, next_hour
from bot.story.rota import day_of

EVERY_S = 30.0
AGAIN_MS = 5 * MINUTE  # while the e-mail server is away

WhatWaits = Callable[[Connection, int], Mapping[int, Waits]]  # at this moment, for each person of the desk by id
log = structlog.get_logger("reminders")


@dataclass(frozen=True)
class Post:
    """What e-mails are sent by, and how they read. ``mailer`` is None where no e-mail is set up: then nobody is told,
    and nothing is put off for it."""

    mailer: Mailer | None
    words: StaffWords
    stops: StopLinks


class Reminding:
    """Sends what is due. ``what_waits`` knows who may see what."""

    def __init__(self, db: Database, now_ms: Callable[[], int], post: Post, what_waits: WhatWaits) -> None:
        self._db, self._now_ms, self._post, self._what_waits = db, now_ms, post, what_waits
        self._loop = Loop("reminders", EVERY_S, self.work)

    def start(self) -> None:
        """Work in a thread of this process until ``stop``; nothing is started where no e-mail is set up."""
        if self._post.mailer:
            self._loop.start()

    def stop(self) -> None:
        """Begin nothing new."""
        self._loop.stop()

    def work(self) -> int:
        """See to everybody who is due; how many e-mails went. Raises DatabaseAway."""
        if self._post.mailer is None:
            return 0
        now = self._now_ms()
        with self._db.read() as conn:
            due = reminders.due(conn, now)
            waits = self._what_waits(conn, now) if due else {}
            resting = {one.user_id for one in due if readings.reader(conn, one.user_id, day_of(now), 0).not_today}
        return sum(
            self._see_to(self._post.mailer, one, waits.get(one.user_id, Waits()), rests=one.user_id in resting)
            for one in due
            if not self._loop.ended.is_set()
        )

    def _see_to(self, mailer: Mailer, one: Due, waits: Waits, *, rests: bool) -> bool:
        hers = waits.of(one.wish.about)
        if one.wish.pace is Pace.AT_ONCE:
            return self._at_once(mailer, one, hers.only_hers, rests=rests)
        if rests or self._now_ms() - one.began_at > LATE_MS:
            self._settle(one, next_hour(one.wish, self._now_ms()))
        elif not hers.hers:
            self._settle(one, next_due(one.wish, self._now_ms(), one.sent_at))
        else:
            return self._send(mailer, one, hers.hers)
        return False

    def _at_once(self, mailer: Mailer, one: Due, things: tuple[Thing, ...], *, rests: bool) -> bool:
        """What she was told of and still waits is not told again; what comes back after it had gone is."""
        still = one.told & {thing.key for thing in things}
        if rests or still == {thing.key for thing in things}:
            if still != one.told:
                self._settle(one, one.due_at, told=still)
            return False
        return self._send(mailer, one, things)

    def _send(self, mailer: Mailer, one: Due, things: tuple[Thing, ...]) -> bool:
        with self._db.begin() as conn:
            held = reminders.lease(conn, one, self._now_ms())
        if held is None:
            return False
        told = frozenset(thing.key for thing in things) if one.wish.pace is Pace.AT_ONCE else frozenset()
        try:
            self._hand_over(mailer, held, things)
        except Refused as refused:
            self._refused(held, refused.code, told)
            return False
        self._settle(held, next_due(held.wish, self._now_ms(), self._now_ms()), told=told, sent_at=self._now_ms())
        log.info("reminder_sent", user=one.user_id, pace=one.wish.pace.value)
        return True

    def _hand_over(self, mailer: Mailer, one: Due, things: tuple[Thing, ...]) -> None:
        words, stop = self._post.words, self._post.stops.link(one.user_id)
        text = words.waits(things, one.wish, stop, one.language)
        key = f"waiting-{one.user_id}-{one.began_at}"
        mailer.send(one.email, words.waits_subject(one.language), text, key, headers(stop))

    def _refused(self, one: Due, code: str, told: frozenset[str]) -> None:
        """An address that is refused is not tried again before the next time; a server that is away soon is."""
        log.warning("reminder_refused", user=one.user_id, error=code)
        if code == MAIL_REFUSED:
            self._settle(one, next_due(one.wish, self._now_ms(), None), told=told)
            return
        with self._db.begin() as conn:
            reminders.put_off(conn, one, self._now_ms() + AGAIN_MS)

    def _settle(
        self, one: Due, next_at: int | None, *, told: frozenset[str] = frozenset(), sent_at: int | None = None
    ) -> None:
        with self._db.begin() as conn:
            reminders.settle(conn, one, next_at, told=told, sent_at=sent_at)
