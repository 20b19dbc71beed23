"""Erases by itself, once a day and a little at a time, what was kept long enough."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from bot.background.loop import Loop
from bot.store import retention, unsaved
from bot.store.database import Database
from bot.store.retention import DAY_MS, Run
from bot.story.keeping import Days, Kind

EVERY_S = 1800.0
FIRST_S = 120.0
PAUSE_S = 0.2  # between portions: conversations come first
NICENESS = 10


class Retaining:
    """Looks every half hour whether a day is over since everything was looked through last."""

    def __init__(self, db: Database, days: Days, now_ms: Callable[[], int]) -> None:
        self._db, self._days, self._now_ms = db, days, now_ms
        self._loop = Loop("retention", EVERY_S, self.once_a_day, first_s=FIRST_S, niceness=NICENESS)

    @property
    def days(self) -> Days:
        """How long each kind is kept."""
        return self._days

    def start(self) -> None:
        """Do it in the background until ``stop``."""
        self._loop.start()

    def stop(self) -> None:
        """Begin no further portion."""
        self._loop.stop()

    def once_a_day(self) -> None:
        """Erase what is due, unless somebody did within a day. Two that do it at once only share the work."""
        with self._db.read() as conn:
            last = retention.last_run(conn)
        if last is None or self._now_ms() - last.ended_at >= DAY_MS:
            self.erase(self._loop.ended)

    def erase(self, ended: Event | None = None) -> dict[Kind, int]:
        """Erase all that is due, a transaction for each portion. How many of each kind. A crash loses no more than the
        portion under way, and the next time goes on. Raises DatabaseAway."""
        began, pauses = self._now_ms(), ended or Event()
        erased = {kind: self._kind(kind, began, pauses) for kind in Kind}
        if not pauses.is_set():
            with self._db.begin() as conn:
                unsaved.forget_old(conn, began)
                counts = {kind.value: number for kind, number in erased.items()}
                retention.note_run(conn, Run(began, self._now_ms(), counts))
        return erased

    def _kind(self, kind: Kind, now_ms: int, ended: Event) -> int:
        done = 0
        while not ended.is_set():
            with self._db.begin() as conn:
                rows = retention.erase(conn, self._db.vault, kind, self._days, now_ms)
            done += rows
            if not rows:
                break
            ended.wait(PAUSE_S)
        return done
