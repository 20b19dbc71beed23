"""Where words of stories went out: what is printed cannot be called back, but it can be marked as taken back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store.schema import issued


class Place(StrEnum):
    """Where they went."""

    BOARD = "board"  # the public page
    REPORT = "report"


@dataclass(frozen=True)
class Issued:
    """Words of a story that went out. ``withdrawn_at``: when its teller took them back; None: she did not."""

    place: Place
    name: str
    at: int
    withdrawn_at: int | None


def note(conn: Connection, story_id: int, place: Place, name: str, now_ms: int) -> None:
    """Write down that words of this story went out. ``name`` is ours: which board, which report."""
    conn.execute(insert(issued).values(story_id=story_id, place=place.value, name=name[:120], at=now_ms))


def of(conn: Connection, story_id: int) -> list[Issued]:
    """Where words of this story went out, oldest first."""
    rows = conn.execute(select(issued).where(issued.c.story_id == story_id).order_by(issued.c.id))
    return [_issued(row) for row in rows]


def taken_back(conn: Connection, limit: int = 100) -> list[Issued]:
    """What went out and was taken back since, the newest first: whoever still uses it must leave it out."""
    query = select(issued).where(issued.c.withdrawn_at.is_not(None)).order_by(issued.c.withdrawn_at.desc(), issued.c.id)
    return [_issued(row) for row in conn.execute(query.limit(limit))]


def mark(conn: Connection, story_ids: list[int], now_ms: int) -> int:
    """Mark all that went out of these stories as taken back. How many."""
    hers = issued.c.story_id.in_(story_ids) & issued.c.withdrawn_at.is_(None)
    return conn.execute(update(issued).where(hers).values(withdrawn_at=now_ms)).rowcount


def _issued(row: Row[Any]) -> Issued:
    return Issued(Place(row.place), row.name, row.at, row.withdrawn_at)
