"""Counters of changes: a process whose copy has another number reads again."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from bot.store.schema import revision


def numbers(conn: Connection) -> dict[str, int]:
    """Every counter by its name; what has never changed is not there."""
    return {row.name: row.number for row in conn.execute(select(revision.c.name, revision.c.number))}


def bump(conn: Connection, name: str) -> None:
    """Tell every process that its copy is old."""
    counted = update(revision).where(revision.c.name == name).values(number=revision.c.number + 1)
    if conn.execute(counted).rowcount == 0:
        conn.execute(insert(revision).values(name=name, number=1))
