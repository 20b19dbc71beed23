"""What is to happen by itself: a silence, what a flow put off, a talk that nobody took."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.store import plain
from bot.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment that has come. ``payload`` is what a follow-up goes on with, the reference of a talk that is "late",
    "" for a silence."""

    id: int
    contact_id: int
    kind: str
    stamp: int
    payload: str


def set_timer(conn: Connection, contact_id: int, stamp: int, due_at: int) -> None:
    """Wake this contact's conversation at ``due_at`` if its stamp is still this one. One such timer a contact."""
    plain.run(conn, "DELETE FROM timer WHERE contact_id = ? AND kind = 'silence'", contact_id)
    plain.insert(conn, "timer", {"contact_id": contact_id, "kind": "silence", "stamp": stamp, "due_at": due_at})


def set_follow_up(conn: Connection, vault: Vault, contact_id: int, payload: str, due_at: int) -> None:
    """Go on with this (JSON) at ``due_at``."""
    row = {"contact_id": contact_id, "kind": "follow_up", "stamp": 0, "payload_enc": vault.seal(payload)}
    plain.insert(conn, "timer", row | {"due_at": due_at})


def put_off(conn: Connection, timer_id: int, due_at: int) -> None:
    """She is in the middle of something else: later."""
    plain.run(conn, "UPDATE timer SET due_at = ? WHERE id = ?", due_at, timer_id)


def due_timers(conn: Connection, vault: Vault, now_ms: int, limit: int) -> list[Timer]:
    """The timers that are due, the oldest first."""
    rows = plain.run(
        conn,
        "SELECT id, contact_id, kind, stamp, payload_enc FROM timer WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        now_ms,
        limit,
    )
    return [Timer(row[0], row[1], row[2], row[3], vault.open(row[4]) if row[4] else "") for row in rows]


def drop_timer(conn: Connection, timer_id: int) -> None:
    """The timer has done its work, or came too late."""
    plain.run(conn, "DELETE FROM timer WHERE id = ?", timer_id)
