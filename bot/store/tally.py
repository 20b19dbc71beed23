"""Counts of what happened at each step, gathered in memory and added to the database every few seconds.

A turn only adds to a dictionary: no statement of its transaction is for counting. What a killed process (kill -9) had
gathered since it last wrote, some seconds of counts, is lost; nothing else is.
"""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from threading import Event, Lock, Thread
from typing import NamedTuple

import structlog
from sqlalchemy import text

from bot.flow.visits import Visit, What
from bot.store.database import Database, DatabaseAway

EVERY_S = 5.0
DAY_MS = 86_400_000
COLUMNS = {What.REACHED: 0, What.LEFT: 1, What.PUT_DOWN: 1, What.MISSED: 2}
# Rows are added to, never overwritten: several processes write here.
ADD = text(
    "INSERT INTO flow_count (flow, step, day, revision, language, simulated, reached, gone, missed)"
    " VALUES (:flow, :step, :day, :revision, :language, :simulated, :reached, :gone, :missed)"
    " ON CONFLICT (flow, step, day, revision, language, simulated) DO UPDATE SET"
    " reached = flow_count.reached + excluded.reached, gone = flow_count.gone + excluded.gone,"
    " missed = flow_count.missed + excluded.missed"
)

log = structlog.get_logger()


class _Key(NamedTuple):
    flow: str
    step: str
    day: int
    revision: str
    language: str
    simulated: bool


class Seen(NamedTuple):
    """One turn for the tally. ``put_down_at`` is when a conversation that she came back to had come to its end."""

    path: Sequence[Visit]
    language: str
    simulated: bool
    at: int
    put_down_at: int


class Tally:
    """The counts of this process. Safe to use from several threads."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = Lock()
        self._counts: dict[_Key, list[int]] = {}
        self._ended = Event()

    def add(self, seen: Seen) -> None:
        """Count one turn that has been committed."""
        with self._lock:
            for visit in seen.path:
                day = (seen.put_down_at if visit.what is What.PUT_DOWN else seen.at) // DAY_MS
                key = _Key(visit.flow, visit.step, day, visit.revision, seen.language, seen.simulated)
                self._counts.setdefault(key, [0, 0, 0])[COLUMNS[visit.what]] += 1

    def flush(self) -> int:
        """Write what was gathered; how many rows. While the database is away it is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return 0
        try:
            with self._db.begin() as conn:
                # Sorted: two processes that lock the same rows must lock them in the same order.
                conn.execute(ADD, [_row(key, counts[key]) for key in sorted(counts)])
        except DatabaseAway:
            self._put_back(counts)
            return 0
        return len(counts)

    def start(self) -> None:
        """Write every few seconds, and when this process ends."""
        atexit.register(self.stop)
        Thread(target=self._go_on, name="tally", daemon=True).start()

    def stop(self) -> None:
        """Write what is left, and end the thread."""
        self._ended.set()
        self._flush_safely()

    def _go_on(self) -> None:
        while not self._ended.wait(EVERY_S):
            self._flush_safely()

    def _flush_safely(self) -> None:
        try:
            self.flush()
        except Exception:  # counts are worth less than the process that answers people
            log.exception("the counts of steps could not be written")

    def _put_back(self, counts: dict[_Key, list[int]]) -> None:
        with self._lock:
            for key, numbers in counts.items():
                kept = self._counts.setdefault(key, [0, 0, 0])
                for column, number in enumerate(numbers):
                    kept[column] += number


def _row(key: _Key, numbers: Sequence[int]) -> dict[str, object]:
    return {**key._asdict(), **dict(zip(("reached", "gone", "missed"), numbers, strict=True))}
