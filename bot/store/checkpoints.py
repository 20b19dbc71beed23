"""Copies SQLite's write-ahead log home beside the turns, so that none of them waits for the disk.

SQLite does it within a commit that finds 1,000 pages in the log: once in some eighty turns a commit then waited 7 ms
for the disk, with the writers' lock in its hand. (https://sqlite.org/wal.html, Checkpointing)
"""

from __future__ import annotations

import sqlite3
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from bot.store.database import Database

log = structlog.get_logger("checkpoints")

EVERY = 64  # turns, of some ten pages each
SECONDS = 5.0  # and after so long, whoever wrote
LONG = 8_000  # pages, 16 MB of 2 KB: writers that never pause never let the log begin anew by itself
COPY = "PRAGMA wal_checkpoint(PASSIVE)"  # waits for nobody, and nobody for it
BEGIN_ANEW = "PRAGMA wal_checkpoint(RESTART)"


class Checkpoints:
    """One thread of this process, started with the first turns."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._turns = 0
        self._due, self._ended, self._starting = Event(), Event(), Lock()
        self._thread: Thread | None = None

    def count(self) -> None:
        """One more turn was written. Threads may lose one of each other's: the copy only comes a little later."""
        self._turns += 1
        if self._thread is None:
            self._begin()
        if self._turns % EVERY == 0:
            self._due.set()

    def stop(self) -> None:
        """End the thread, when what it is doing is done."""
        self._ended.set()
        self._due.set()
        if self._thread:
            self._thread.join()

    def _begin(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._go_on, name="checkpoints", daemon=True)
                self._thread.start()

    def _go_on(self) -> None:
        raw: sqlite3.Connection | None = None
        while not self._ended.is_set():
            self._due.wait(SECONDS)
            self._due.clear()
            try:
                raw = raw or self._connected()
                self._copy(raw)
            except Exception as error:  # a full disk, say: the turns hear of that themselves
                log.warning("checkpoint_failed", error=type(error).__name__)
        if raw:
            raw.close()

    def _connected(self) -> sqlite3.Connection:
        raw: sqlite3.Connection = self._db.bare_connection()
        raw.execute("PRAGMA busy_timeout=0")  # somebody who reads for long keeps the log long: writers must not wait
        return raw

    def _copy(self, raw: sqlite3.Connection) -> None:
        _, pages, _ = raw.execute(COPY).fetchone()
        if pages >= LONG:
            with self._db.turn(self._db.wait_s):
                raw.execute(BEGIN_ANEW).fetchone()
