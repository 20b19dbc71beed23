"""Compare-and-swap: of two champions who act on the same item, the second is told what the first one did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, func, select, update

from bot.store.schema import contact, user

WITHDRAWN = "withdrawn"  # only a story can be: its row stays, and nothing of hers with it


class Gone(LookupError):
    """The item is no longer there: its teller took it back."""


class Stale(Exception):
    """Somebody acted first. ``by`` is her name, "" when not known; ``status`` is what the item became."""

    def __init__(self, *, by: str, by_id: int | None, status: str, at: int | None) -> None:
        super().__init__(f"{by or 'Somebody else'} got here first: this is now {status.replace('_', ' ')}.")
        self.by = by
        self.by_id = by_id
        self.status = status
        self.at = at


@dataclass(frozen=True)
class Queue:
    """A table whose rows carry a version, and its columns for who acted last, and when."""

    table: Table
    actor: Column[Any]
    acted_at: Column[Any]


def claim(conn: Connection, queue: Queue, id: int, version: int) -> Row[Any]:
    """The row, held until the transaction ends. Raises Gone, and Stale when its version moved on."""
    row = hold(conn, queue.table, id)
    if row.version != version:
        acted = row._mapping
        raise stale(conn, row.status, acted[queue.actor.name], acted[queue.acted_at.name])
    return row


def write(conn: Connection, queue: Queue, row: Row[Any], values: dict[str, Any], *, user_id: int, now_ms: int) -> None:
    """Give a claimed row new values, its next version, and who acted when."""
    stamp = {"version": row.version + 1, queue.actor.name: user_id, queue.acted_at.name: now_ms}
    conn.execute(update(queue.table).where(queue.table.c.id == row.id).values(**values, **stamp))


def hold(conn: Connection, table: Table, id: int) -> Row[Any]:
    """Lock an item until the transaction ends. Raises Gone.

    Its contact is locked first, as in a turn: two that lock in opposite orders wait for each other for ever.
    """
    owner = select(table.c.contact_id).where(table.c.id == id).scalar_subquery()
    conn.execute(select(contact.c.id).where(contact.c.id == owner).with_for_update())
    row = conn.execute(select(table).where(table.c.id == id).with_for_update()).first()
    if row is None or row._mapping.get("status") == WITHDRAWN:
        raise Gone("This is no longer here: the person who sent it took it back.")
    return row


def stale(conn: Connection, status: str, by_id: int | None, at: int | None) -> Stale:
    """What to tell the one who came second."""
    found = conn.execute(select(user.c.name, user.c.email).where(user.c.id == by_id)).first()
    return Stale(by=(found.name or found.email) if found else "", by_id=by_id, status=status, at=at)


def count_by(conn: Connection, column: Column[Any], *where: ColumnElement[bool]) -> dict[str, int]:
    """How many rows, of those that ``where`` keeps, there are of each value."""
    rows = conn.execute(select(column, func.count()).where(*where).group_by(column))
    return {row[0]: row[1] for row in rows}
