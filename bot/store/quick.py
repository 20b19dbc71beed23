"""Most turns need no lock: one read, then one write that holds only if nobody came between.

A turn reads the contact, moves the conversation on, and writes it all down on the condition that the contact's stamp is
still the one that was read. On PostgreSQL that is two round trips and no transaction of our own; on SQLite the writers'
lock is held for the write alone. Whoever loses the race reads again. What needs more than these rows goes the long way,
by ``meeting.meet``.
"""

from __future__ import annotations

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
    """Reads and writes plain turns. Connections are kept open: as many as there ever were turns at the same moment.

    They belong to no thread: a server lets idle threads go and begins new ones, and each would leave its own behind.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._idle: list[Driver] = []  # the last one put back is the first one taken; both are safe among threads
        self._checkpoints = Checkpoints(db) if db.dialect == "sqlite" else None
        self._connect = quick_sqlite.Driver if db.dialect == "sqlite" else quick_postgresql.Driver
        db.at_close(self.close)

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
            contact_id = self._writes(rows)
        if self._checkpoints:
            self._checkpoints.count()
        return contact_id

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._checkpoints:
            self._checkpoints.stop()
        self._forget()

    def _reads(self, sql: str, values: Sequence[Any]) -> Any:
        """A connection may have been lost since it was last used: reading again on a new one does no harm."""
        driver = self._taken()
        if driver:
            try:
                return self._with(driver, lambda driver: driver.ask(sql, values))
            except LOST:
                self._forget()  # what lost one has most likely lost them all
        return self._with(self._connect(self._db), lambda driver: driver.ask(sql, values))

    def _writes(self, rows: Rows) -> int:
        try:
            return self._with(self._taken() or self._connect(self._db), lambda driver: driver.write(rows))
        except UNDONE:
            self._forget()
        return self._with(self._connect(self._db), lambda driver: driver.write(rows))

    def _with(self, driver: Driver, ask: Callable[[Driver], Answer]) -> Answer:
        """One that has failed is not used again."""
        try:
            answer = ask(driver)
        except SOUND:
            self._idle.append(driver)
            raise
        except BaseException:
            driver.close()
            raise
        self._idle.append(driver)
        return answer

    def _taken(self) -> Driver | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _forget(self) -> None:
        while driver := self._taken():
            driver.close()


@lru_cache(maxsize=8)
def _asking(find: str) -> str:
    return find.replace("SELECT ", "SELECT EXISTS (SELECT 1 FROM inbound WHERE provider_id = ?), ", 1)
