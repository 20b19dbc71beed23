"""Vectors of our own texts, made once and read by every process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from sqlalchemy import Connection, delete, insert, select

from bot.store.counter import bump
from bot.store.schema import embedding

MEANING = "meaning"  # the name of the counter that tells every process there are new vectors
AT_ONCE = 500  # SQLite takes so many values in one statement and more


def vectors(conn: Connection, model: str) -> dict[bytes, bytes]:
    """Every vector made with this model, by the mark of its text."""
    rows = conn.execute(select(embedding.c.mark, embedding.c.vector).where(embedding.c.model == model))
    return {row.mark: row.vector for row in rows}


def missing(conn: Connection, model: str, marks: Collection[bytes]) -> set[bytes]:
    """Those of these marks that have no vector yet."""
    made: set[bytes] = set()
    for some in _portions(marks):
        wanted = embedding.c.mark.in_(some) & (embedding.c.model == model)
        made.update(conn.scalars(select(embedding.c.mark).where(wanted)))
    return set(marks) - made


def keep(conn: Connection, model: str, made: Mapping[bytes, bytes]) -> None:
    """Keep vectors. What another process made meanwhile stays."""
    new = missing(conn, model, made)
    if new:
        conn.execute(insert(embedding), [{"mark": mark, "model": model, "vector": made[mark]} for mark in sorted(new)])


def announce(conn: Connection) -> None:
    """Tell every process that there are new vectors."""
    bump(conn, MEANING)


def forget_unused(conn: Connection, model: str, used: Collection[bytes]) -> int:
    """Drop the vectors of other models and of texts that are no longer there; how many."""
    gone = conn.execute(delete(embedding).where(embedding.c.model != model)).rowcount
    held = set(conn.scalars(select(embedding.c.mark).where(embedding.c.model == model)))
    for some in _portions(held - set(used)):
        gone += conn.execute(delete(embedding).where(embedding.c.mark.in_(some))).rowcount
    return gone


def _portions(marks: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(marks)
    while some := list(islice(left, AT_ONCE)):
        yield some
