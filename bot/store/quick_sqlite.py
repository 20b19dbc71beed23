"""A plain turn on SQLite: the writers' lock is held for the write alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.store import audit, meeting
from bot.store.database import Database
from bot.store.plain import putting
from bot.store.rows import Rows
from bot.store.turn import KEEP_IF_ALONE, completing_story

SOUND = sqlite3.IntegrityError  # after it the connection serves on
LOST = sqlite3.OperationalError


class Driver:
    """One connection, used by one turn at a time."""

    def __init__(self, db: Database) -> None:
        self._db, self._conn = db, db.bare_connection()

    def ask(self, sql: str, values: Sequence[Any]) -> Any:
        """The first row; None when there is none."""
        return self._conn.execute(sql, values).fetchone()

    def write(self, rows: Rows) -> int:
        """The contact's id; 0, and nothing is written, when somebody came between."""
        with self._db.turn(self._db.wait_s):
            return _write(self._conn, rows)

    def close(self) -> None:
        """Close it."""
        self._conn.close()


def _write(driver: sqlite3.Connection, rows: Rows) -> int:
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
            _keep_silence(driver, {**rows.silence, **hers})
        if rows.story:
            done = completing_story(tuple(rows.story))
            driver.execute(done, (*rows.story.values(), rows.reference, rows.contact_id))
        if rows.entry:
            _keep_told(driver, {**rows.told, **hers}, rows.entry)
        driver.execute("COMMIT", ())
    except BaseException:
        with suppress(sqlite3.OperationalError):  # a full disk has rolled it back already
            driver.execute("ROLLBACK", ())
        raise
    return contact_id


def _keep_contact(driver: sqlite3.Connection, rows: Rows) -> int:
    if rows.newcomer:
        row = rows.beginning
        made = driver.execute(meeting.inserting(tuple(row)), tuple(row.values()))
        return made.lastrowid or 0 if made.rowcount == 1 else 0
    kept = driver.execute(KEEP_IF_ALONE, (*rows.session, rows.stamp_before))
    return rows.contact_id if kept.rowcount == 1 else 0


_KEEP_SILENCE = "UPDATE timer SET stamp = ?, due_at = ? WHERE contact_id = ? AND kind = 'silence'"


def _keep_silence(driver: sqlite3.Connection, silence: Mapping[str, Any]) -> None:
    values = (silence["stamp"], silence["due_at"], silence["contact_id"])
    if not driver.execute(_KEEP_SILENCE, values).rowcount:
        driver.execute(*_insert("timer", silence))


def _keep_told(driver: sqlite3.Connection, story: Mapping[str, Any], entry: audit.Entry) -> None:
    """The story, and its entry at the end of the audit log's chain, which the writers' lock keeps still."""
    story_id = driver.execute(*_insert("story", story)).lastrowid or 0
    newest = driver.execute(audit.NEWEST).fetchone()
    driver.execute(*_insert("audit", entry.about(story_id).row(newest[0] if newest else audit.FIRST)))


def _insert(table: str, row: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return putting(table, tuple(row)), tuple(row.values())
