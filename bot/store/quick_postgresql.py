"""A plain turn on PostgreSQL: one statement, so one round trip, and it is a transaction by itself.

With a story two more statements go in the same round trip and transaction: they wait for their turn at the end of the
audit log's chain, last of all, as bot.store.audit does, and add its entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg

from bot.store.audit import FIRST, NEWEST, Entry
from bot.store.database import Database
from bot.store.locks import NAMESPACE, Lock
from bot.store.plain import Adding, renewing
from bot.store.prepared import Prepared
from bot.store.rows import Rows
from bot.store.turn import KEEP_IF_ALONE

SOUND = (psycopg.IntegrityError, psycopg.DataError)  # after these the connection serves on
# Nothing was done: it was lost, or what was prepared on it does not hold any more (a migration, a pooler).
UNDONE = (psycopg.errors.FeatureNotSupported, psycopg.errors.InvalidSqlStatementName)
LOST = psycopg.OperationalError
# The types of what a turn inserts: without them PostgreSQL takes an empty value for a text.
MOMENTS = {"received_at", "created_at", "status_at", "at", "due_at", "chosen_at", "at_since", "last_inbound_at"}
INTEGERS = frozenset({"contact_id", *MOMENTS})
SMALL = frozenset({
    "segments", "attempts", "stamp", "session_stamp", "version", "deprivation_edition", "deprivation_decile",
})  # fmt: skip
FLAGS = frozenset({"simulated", "follow_up"})
DAYS = frozenset({"day"})


class Driver:
    """One connection, used by one turn at a time."""

    def __init__(self, db: Database) -> None:
        self._prepared = Prepared(db.bare_connection())

    def ask(self, sql: str, values: Sequence[Any]) -> Any:
        """The first row; None when there is none."""
        return self._prepared.row(sql, values)

    def write(self, rows: Rows) -> int:
        """The contact's id; 0, and nothing is written, when somebody came between."""
        written = _written(rows)
        if rows.entry:
            kept = self._prepared.together(written, (HOLD_AUDIT, ()), _recorded(rows.entry, rows.told["reference"]))
        else:
            kept = self._prepared.row(*written)
        return int(kept[0]) if kept else 0

    def close(self) -> None:
        """Close it."""
        self._prepared.close()


HOLD_AUDIT = f"SELECT pg_advisory_xact_lock({NAMESPACE}, {int(Lock.AUDIT)})"
# A statement of its own, as it must see what was committed while it waited. It finds the story by the transaction that
# wrote it, so that it finds none when somebody came between and none was written. Needs PostgreSQL 13 or newer.
RECORD = (
    f"WITH p AS (SELECT COALESCE(({NEWEST}), ?::text) AS hash),"
    " s AS (SELECT id FROM story WHERE reference = ?::text AND xmin = pg_current_xact_id()::xid)"
    " INSERT INTO audit (at, actor, event, subject, detail, previous, hash)"
    " SELECT ?::bigint, ?::text, ?::text, ?::text || ':' || s.id, ?::json, p.hash,"
    " encode(sha256(convert_to(format(?::text, p.hash, s.id), 'UTF8')), 'hex') FROM p, s RETURNING id"
)


def _recorded(entry: Entry, reference: str) -> tuple[str, list[Any]]:
    """The statement that records a story, and its values. PostgreSQL puts the story's id in, and the hash before."""
    chained = entry.about("%2$s").chained("%1$s")
    return RECORD, [
        FIRST, reference, entry.at, entry.actor, entry.event, entry.subject, entry.detail_json, chained,
    ]  # fmt: skip


def _written(rows: Rows) -> tuple[str, list[Any]]:
    """The statement and its values."""
    beside = [*rows.beside, Adding("story", rows.told)] if rows.told else rows.beside
    silence = rows.silence if rows.silence_at is not None else {}
    beginning = rows.beginning if rows.newcomer else {}
    sql = _statement(
        tuple(beginning), tuple(rows.inbound), tuple(rows.outbound[0]) if rows.outbound else (), len(rows.outbound),
        tuple((one.table, tuple(one.row), one.key) for one in beside), tuple(silence), tuple(rows.story),
    )  # fmt: skip
    values: list[Any] = [*beginning.values()] if beginning else [*rows.session, rows.stamp_before]
    values += _values(rows.inbound)
    for number, row in enumerate(rows.outbound):
        values += [number, *_values(row)]
    for one in beside:
        values += _values(one.row)
    if silence:
        values += [silence["stamp"], silence["due_at"], *_values(silence)]
    if rows.story:
        values += [*rows.story.values(), rows.reference]
    return sql, values


@lru_cache(maxsize=256)
def _statement(
    beginning: tuple[str, ...], inbound: tuple[str, ...], outbound: tuple[str, ...], replies: int,
    beside: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...], silence: tuple[str, ...], story: tuple[str, ...],
) -> str:  # fmt: skip
    """Every row takes the contact's id from ``c``. The replies are numbered, so that their ids come in the order in
    which they were said."""
    new = f"INSERT INTO contact ({', '.join(beginning)}) VALUES ({_marks(beginning)}) ON CONFLICT DO NOTHING"
    parts = [
        f"c AS ({new if beginning else KEEP_IF_ALONE} RETURNING id)",
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
    return f"WITH {', '.join(parts)} SELECT id FROM c"


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
