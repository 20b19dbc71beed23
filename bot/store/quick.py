"""Most turns need no lock: one read, then one write that holds only if nobody came between.

A turn reads the contact, moves the conversation on, and writes it all down on the condition that the contact's stamp is
still the one that was read. On PostgreSQL that is two round trips and no transaction of our own; on SQLite the writers'
lock is held for the write alone. Whoever loses the race reads again. What needs more than these rows goes the long way,
by ``meeting.meet``.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol

import psycopg
from msgspec import Struct

from bot.channel.message import Inbound
from bot.store import meeting
from bot.store.checkpoints import Checkpoints
from bot.store.database import Database
from bot.store.meeting import Known
from bot.store.plain import Adding, putting, renewing
from bot.store.turn import KEEP_SESSION, STATE, completing_story

# The types of what a turn inserts: without them PostgreSQL takes an empty value for a text.
MOMENTS = {"received_at", "created_at", "status_at", "at", "due_at", "chosen_at", "at_since", "last_inbound_at"}
INTEGERS = frozenset({"contact_id", *MOMENTS})
SMALL = frozenset({"segments", "attempts", "stamp", "session_stamp"})
LOST = (psycopg.OperationalError, sqlite3.OperationalError)
FLAGS = frozenset({"simulated", "follow_up"})
DAYS = frozenset({"day"})


class Rows(Struct):
    """What a plain turn writes: the conversation's new state, her message, the replies, and little else.

    ``session`` are the values of turn.KEEP_SESSION. ``beside``: what was not understood or not found,
    and what she chose. ``silence_at`` sets the timer of a silence. ``story`` are the
    columns of turn.completing for her story of that reference. ``newcomer`` is the row of somebody who writes for the
    first time: it is written with the rest, and the id in all the others is 0.
    """

    contact_id: int
    stamp_before: int
    session: tuple[Any, ...]
    inbound: Mapping[str, Any]
    outbound: Sequence[Mapping[str, Any]]
    beside: Sequence[Adding] = ()
    silence_at: int | None = None
    stamp: int = 0
    reference: str = ""
    story: Mapping[str, Any] = {}
    newcomer: Mapping[str, Any] = {}

    @property
    def beginning(self) -> dict[str, Any]:
        """A newcomer's whole row: who she is, and where her conversation stands now."""
        state = dict(zip(STATE, self.session, strict=False))
        return {**self.newcomer, **state, "last_inbound_at": self.inbound["received_at"]}


class Found(Struct, frozen=True):
    """The contact who wrote, not locked. ``duplicate``: this very message was taken before. ``newcomer`` is the row of
    somebody who writes for the first time, to be written with her turn."""

    known: Known
    duplicate: bool = False
    newcomer: Mapping[str, Any] = {}


class Driver(Protocol):
    """A connection of the database's own driver, as far as a turn needs it."""

    def execute(self, sql: str, values: Sequence[Any], /) -> Any: ...
    def close(self) -> None: ...


class Quick:
    """Reads and writes plain turns. Each thread has a connection of its own, kept open."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._own = threading.local()
        self._open: list[Driver] = []
        self._checkpoints = Checkpoints(db) if db.dialect == "sqlite" else None
        self._write = _write_sqlite if db.dialect == "sqlite" else _write_postgresql

    def read(self, inbound: Inbound, now_ms: int) -> Found | None:
        """The contact who wrote, when nothing about who she is has to be changed; None: go the long way.

        Raises DatabaseAway.
        """
        vault = self._db.vault
        sql, keys = meeting.finding(vault, inbound)
        with self._db.away_as_one_error():
            row = self._reads(_asking(sql, self._db.dialect), (inbound.provider_id, *keys))
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
        with self._db.away_as_one_error(), self._db.turn(self._db.wait_s):
            driver = self._driver()
            try:
                contact_id = self._write(driver, rows)
            except LOST:
                self._drop(driver)
                raise
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
            return self._read_once(sql, values)
        except LOST:
            if fresh:
                raise
        return self._read_once(sql, values)

    def _read_once(self, sql: str, values: Sequence[Any]) -> Any:
        driver = self._driver()
        try:
            return driver.execute(sql, values).fetchone()
        except LOST:
            self._drop(driver)
            raise

    def _driver(self) -> Driver:
        """This thread's connection."""
        driver: Driver | None = getattr(self._own, "driver", None)
        if driver is None:
            driver = self._own.driver = self._db.bare_connection()
            self._open.append(driver)
        return driver

    def _drop(self, driver: Driver) -> None:
        """One that has failed is not used again."""
        self._own.driver = None
        if driver in self._open:
            self._open.remove(driver)
        driver.close()


@lru_cache(maxsize=8)
def _asking(find: str, dialect: str) -> str:
    sql = find.replace("SELECT ", "SELECT EXISTS (SELECT 1 FROM inbound WHERE provider_id = ?), ", 1)
    return sql.replace("?", "%s") if dialect == "postgresql" else sql


_ALONE = " AND session_stamp = ? AND status = 'active'"
_KEEP_IF_ALONE = KEEP_SESSION + _ALONE


def _write_sqlite(driver: Driver, rows: Rows) -> int:
    driver.execute("BEGIN IMMEDIATE", ())
    try:
        contact_id = _keep_contact(driver, rows)
        if not contact_id:
            driver.execute("ROLLBACK", ())
            return 0
        hers = {"contact_id": contact_id}
        inbound_id = driver.execute(*_insert("inbound", {**rows.inbound, **hers})).lastrowid
        for row in rows.outbound:
            driver.execute(*_insert("outbound", {**row, **hers, "inbound_id": inbound_id}))
        for one in rows.beside:
            row = {**one.row, **hers} if "contact_id" in one.row else one.row
            driver.execute(putting(one.table, tuple(row), one.key), tuple(row.values()))
        if rows.silence_at is not None:
            _keep_silence(driver, {**_silence(rows), **hers})
        if rows.story:
            done = completing_story(tuple(rows.story))
            driver.execute(done, (*rows.story.values(), rows.reference, rows.contact_id))
        driver.execute("COMMIT", ())
    except BaseException:
        with suppress(sqlite3.OperationalError):  # a full disk has rolled it back already
            driver.execute("ROLLBACK", ())
        raise
    return contact_id


def _keep_contact(driver: Driver, rows: Rows) -> int:
    if rows.newcomer:
        row = rows.beginning
        made = driver.execute(meeting.inserting(tuple(row)), tuple(row.values()))
        return int(made.lastrowid) if made.rowcount == 1 else 0
    kept = driver.execute(_KEEP_IF_ALONE, (*rows.session, rows.stamp_before))
    return rows.contact_id if kept.rowcount == 1 else 0


_KEEP_SILENCE = "UPDATE timer SET stamp = ?, due_at = ? WHERE contact_id = ? AND kind = 'silence'"


def _keep_silence(driver: Driver, silence: Mapping[str, Any]) -> None:
    values = (silence["stamp"], silence["due_at"], silence["contact_id"])
    if not driver.execute(_KEEP_SILENCE, values).rowcount:
        driver.execute(*_insert("timer", silence))


def _silence(rows: Rows) -> dict[str, Any]:
    return {"contact_id": rows.contact_id, "kind": "silence", "stamp": rows.stamp, "due_at": rows.silence_at}


def _insert(table: str, row: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return putting(table, tuple(row)), tuple(row.values())


def _write_postgresql(driver: Driver, rows: Rows) -> int:
    """One statement, so one round trip, and it is a transaction by itself."""
    silence = _silence(rows) if rows.silence_at is not None else {}
    beginning = rows.beginning if rows.newcomer else {}
    sql = _statement(
        tuple(beginning), tuple(rows.inbound), tuple(rows.outbound[0]) if rows.outbound else (), len(rows.outbound),
        tuple((one.table, tuple(one.row), one.key) for one in rows.beside), tuple(silence), tuple(rows.story),
    )  # fmt: skip
    values: list[Any] = [*beginning.values()] if beginning else [*rows.session, rows.stamp_before]
    values += _values(rows.inbound)
    for number, row in enumerate(rows.outbound):
        values += [number, *_values(row)]
    for one in rows.beside:
        values += _values(one.row)
    if silence:
        values += [silence["stamp"], silence["due_at"], *_values(silence)]
    if rows.story:
        values += [*rows.story.values(), rows.reference]
    kept = driver.execute(sql, values).fetchone()
    return int(kept[0]) if kept else 0


@lru_cache(maxsize=256)
def _statement(
    beginning: tuple[str, ...], inbound: tuple[str, ...], outbound: tuple[str, ...], replies: int,
    beside: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], silence: tuple[str, ...], story: tuple[str, ...],
) -> str:  # fmt: skip
    """Every row takes the contact's id from ``c``. The replies are numbered, so that their ids come in the order in
    which they were said."""
    new = f"INSERT INTO contact ({', '.join(beginning)}) VALUES ({_marks(beginning)}) ON CONFLICT DO NOTHING"
    parts = [
        f"c AS ({new if beginning else _KEEP_IF_ALONE} RETURNING id)",
        f"i AS (INSERT INTO inbound ({', '.join(inbound)}) SELECT {_hers(inbound)} FROM c RETURNING id)",
    ]
    if replies:
        own = tuple(name for name in outbound if name != "contact_id")
        given = ", ".join([f"(?::integer, {_marks(own)})"] * replies)
        named = ", ".join(f"v.{name}" for name in own)
        parts.append(
            f"o AS (INSERT INTO outbound ({', '.join(own)}, contact_id, inbound_id) SELECT {named}, c.id, i.id"
            f" FROM c, i, (VALUES {given}) AS v (n, {', '.join(own)}) ORDER BY v.n)"
        )
    parts += [
        f"b{number} AS (INSERT INTO {table} ({', '.join(row)}) SELECT {_hers(row)} FROM c{renewing(row, key)})"
        for number, (table, row, key) in enumerate(beside)
    ]
    if silence:
        parts.append(
            f"u AS (UPDATE timer SET (stamp, due_at) = ({_marks(('stamp', 'due_at'))}) FROM c"
            " WHERE contact_id = c.id AND kind = 'silence' RETURNING 1)"
        )
        parts.append(
            f"t AS (INSERT INTO timer ({', '.join(silence)}) SELECT {_hers(silence)} FROM c"
            " WHERE NOT EXISTS (SELECT 1 FROM u))"
        )
    if story:
        given = ", ".join(f"{name} = ?::{_kind(name)}" for name in story)
        parts.append(f"s AS (UPDATE story SET {given} FROM c WHERE reference = ?::text AND contact_id = c.id)")
    return f"WITH {', '.join(parts)} SELECT id FROM c".replace("?", "%s")


def _values(row: Mapping[str, Any]) -> list[Any]:
    return [value for name, value in row.items() if name != "contact_id"]


def _hers(columns: Sequence[str]) -> str:
    return ", ".join("c.id" if name == "contact_id" else f"?::{_kind(name)}" for name in columns)


def _marks(columns: Sequence[str]) -> str:
    return ", ".join(f"?::{_kind(name)}" for name in columns)


def _kind(column: str) -> str:
    if column in INTEGERS:
        return "bigint"
    if column in FLAGS:
        return "boolean"
    if column in DAYS:
        return "date"
    return "integer" if column in SMALL else "text"
