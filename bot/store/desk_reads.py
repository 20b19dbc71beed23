"""Who of the desk opened which story, question, talk or alert, and when.

Apart from the audit log, which it would flood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true

from bot.store.reach import PLACED, within
from bot.store.schema import desk_read, user
from bot.story.scope import Scope

ONCE_IN_MS = 3_600_000  # who looks again within the hour is not noted again
KEPT_DAYS = 30
KEPT_MS = KEPT_DAYS * 24 * 3_600_000


@dataclass(frozen=True)
class Read:
    """One opening. ``reference`` is "" of alerts, and of what has been taken back since."""

    user_id: int
    who: str
    kind: str
    item_id: int
    reference: str
    here: bool
    at: int


def note(conn: Connection, user_id: int, kind: str, item_id: int, now_ms: int) -> None:
    """Write down that she opened it, with where it belongs and its language at that time."""
    table = PLACED[kind]
    row = conn.execute(select(table.c.area, table.c.language).where(table.c.id == item_id)).first()
    if row is not None:
        said = {"kind": kind, "item_id": item_id, "language": row.language or "", "area": row.area}
        conn.execute(insert(desk_read).values(user_id=user_id, at=now_ms, **said))


def noted(conn: Connection, user_id: int, kind: str, item_id: int, now_ms: int) -> bool:
    """True when this hour's opening stands there already."""
    same = (desk_read.c.user_id == user_id) & (desk_read.c.kind == kind) & (desk_read.c.item_id == item_id)
    found = conn.execute(select(desk_read.c.id).where(same, desk_read.c.at > now_ms - ONCE_IN_MS).limit(1))
    return found.first() is not None


def page(
    conn: Connection, scope: Scope, *, who: int = 0, kind: str = "", item_id: int = 0, offset: int = 0, limit: int = 25
) -> list[Read]:
    """Openings in reach, the newest first: all, or those of one person, of one kind, or of one item."""
    where = within(scope, desk_read.c.area, desk_read.c.language)
    where &= _is(desk_read.c.user_id, who) & _is(desk_read.c.kind, kind) & _is(desk_read.c.item_id, item_id)
    query = select(desk_read, user.c.name, user.c.email).join(user, user.c.id == desk_read.c.user_id).where(where)
    rows = conn.execute(query.order_by(desk_read.c.id.desc()).offset(offset).limit(limit)).all()
    names = {one: _references(conn, one, {row.item_id for row in rows if row.kind == one}) for one in PLACED}
    return [_read(row, names[row.kind]) for row in rows]


def _is(column: Any, value: int | str) -> ColumnElement[bool]:
    return column == value if value else true()


def _references(conn: Connection, kind: str, ids: set[int]) -> dict[int, str]:
    """Of those that are still here."""
    table = PLACED[kind]
    named = table.c.reference if "reference" in table.c else func.coalesce("", "")
    return {row[0]: row[1] for row in conn.execute(select(table.c.id, named).where(table.c.id.in_(ids)))} if ids else {}


def _read(row: Any, references: dict[int, str]) -> Read:
    reference = references.get(row.item_id, "")
    return Read(row.user_id, row.name or row.email, row.kind, row.item_id, reference, row.item_id in references, row.at)


def forget_old(conn: Connection, now_ms: int) -> None:
    """Delete what is older than thirty days."""
    conn.execute(delete(desk_read).where(desk_read.c.at < now_ms - KEPT_MS))
