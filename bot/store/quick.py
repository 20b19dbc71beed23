"""Most turns need no lock: one read, then one write that holds only if nobody came between.

A turn reads the contact, moves the conversation on, and writes it all down on the condition that the contact's stamp is
still the one that was read. On PostgreSQL that is two round trips and no transaction of our own; on SQLite the writers'
lock is held for the write alone. Whoever loses the race reads again. What needs more than these rows goes the long way,
by ``meeting.meet``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from bot.channel.message import Inbound
from bot.store import meeting, quick_postgresql, quick_sqlite
from bot.store.checkpoints import Checkpoints
from bot.store.database import Database
from bot.store.meeting import Known
from bot.store.rows import Rows

SOUND = (*quick_postgresql.SOUND, quick_sqlite.SOUND)
UNDONE = quick_postgresql.UNDONE
LOST = (quick_postgresql.LOST, quick_sqlite.LOST, *UNDONE)


Answer = TypeVar("Answer")


class Found(Struct, frozen=True):
    """The contact who wrote, not locked. ``duplicate``: this very message was taken before. ``newcomer`` is the row of
    somebody who writes for the first time, to be written with her turn."""

    known: Known
    duplicate: bool = False
    newcomer: Mapping[str, Any] = {}


class Driver(Protocol):
    """A connection of the database's own driver, as far as a turn needs it."""

    def ask(self, sql: str, values: Sequence[Any], /) -> Any: ...
    def write(self, rows: Rows, /) -> int: ...
    def close(self) -> None: ...


class Quick:
    """Reads and writes plain turns. Each thread has a connection of its own, kept open."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._own = threading.local()
        self._open: list[Driver] = []
        self._checkpoints = Checkpoints(db) if db.dialect == "sqlite" else None
        self._connect = quick_sqlite.Driver if db.dialect == "sqlite" else quick_postgresql.Driver

    def read(self, inbound: Inbound, now_ms: int) -> Found | None:
        """The contact who wrote, when nothing about who she is has to be changed; None: go the long way.

        Raises DatabaseAway.
        """
        vault = self._db.vault
        sql, keys = meeting.finding(vault, inbound)
        with self._db.away_as_one_error():
            row = self._reads(_asking(sql), (inbound.provider_id, *keys))
        if row is None:
            newcomer = meeting.newcomer(vault, inbound, now_ms)
            return Found(meeting.unknown(newcomer), newcomer=newcomer)
        if not meeting.is_plain(vault, inbound, meeting.Row(*row[1:])):
            return None
        return Found(meeting.known(vault, meeting.Row(*row[1:])), bool(row[0]))

    def write(self, rows: Rows) -> int:
        """Write it all down, and give the contact's id; or nothing when somebody came between: then 0.

        Raises DatabaseAway, and one of ``Database.conflicts`` when the message was taken meanwhile.
        """
        with self._db.away_as_one_error():
            try:
                contact_id = self._with(lambda driver: driver.write(rows))
            except UNDONE:
                contact_id = self._with(lambda driver: driver.write(rows))
        if self._checkpoints:
            self._checkpoints.count()
        return contact_id

    def close(self) -> None:
        """Close every thread's connection."""
        if self._checkpoints:
            self._checkpoints.stop()
        while self._open:
            self._open.pop().close()
        self._own = threading.local()

    def _reads(self, sql: str, values: Sequence[Any]) -> Any:
        """A connection may have been lost since it was last used: reading again on a new one does no harm."""
        fresh = getattr(self._own, "driver", None) is None
        try:
            return self._with(lambda driver: driver.ask(sql, values))
        except LOST:
            if fresh:
                raise
        return self._with(lambda driver: driver.ask(sql, values))

    def _with(self, ask: Callable[[Driver], Answer]) -> Answer:
        driver = self._driver()
        try:
            return ask(driver)
        except SOUND:
            raise
        except Exception:
            self._drop(driver)
            raise

    def _driver(self) -> Driver:
        """This thread's connection."""
        driver: Driver | None = getattr(self._own, "driver", None)
        if driver is None:
            driver = self._own.driver = self._connect(self._db)
            self._open.append(driver)
        return driver

    def _drop(self, driver: Driver) -> None:
        """One that has failed is not used again."""
        self._own.driver = None
        if driver in self._open:
            self._open.remove(driver)
        driver.close()


@lru_cache(maxsize=8)
def _asking(find: str) -> str:
    return find.replace("SELECT ", "SELECT EXISTS (SELECT 1 FROM inbound WHERE provider_id = ?), ", 1)
