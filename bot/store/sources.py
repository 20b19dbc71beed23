"""Directories of services: who fetches one now, how far that is, how it went, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import service, source, source_problem, source_waiting

LEASE_MS = 120_000  # longer than any one question to a directory takes, with its three tries
HOUR_MS = 3_600_000
GOES_ON_MS = 6 * HOUR_MS  # a list moves on: one that was left off longer ago is begun again


class State(StrEnum):
    """How a directory stands. A run that broke off (``BROKEN``) goes on where it was."""

    NEW = "new"
    RUNNING = "running"
    DONE = "done"
    BROKEN = "broken"


@dataclass(frozen=True)
class Counts:
    """Records of one run: ``read`` is always the sum of the next three. ``gone`` are those no longer listed."""

    read: int = 0
    stored: int = 0
    unchanged: int = 0
    rejected: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Source:
    """One directory. Moments are in ms."""

    id: int
    key: str
    location: str
    area: str
    mapping: str | None
    active: bool
    every_hours: int
    next_at: int | None
    run: int
    state: State
    page: int | None
    first_page: int | None
    shallow: bool | None
    total: int | None
    began_at: int | None
    ended_at: int | None
    good_at: int | None
    trouble: str
    counts: Counts


@dataclass(frozen=True)
class Problem:
    """What could not be read. ``rejected``: the whole record."""

    record: str
    name: str
    rejected: bool
    sentence: str


@dataclass(frozen=True)
class Waiting:
    """A record whose own page is still to be read."""

    id: int
    record: str
    name: str


class Held(Exception):
    """Another process fetches this directory just now."""


def register(
    conn: Connection, *, key: str, location: str, area: str, mapping: str | None, alone: bool, now_ms: int
) -> int:
    """The id of the directory with this key, made when there is none. Where it is and how it is read may have changed.

    ``alone``: it is fetched by itself from now on. What is not (a file, which somebody may have written anew), and what
    is at another place than it was, begins from its beginning.
    """
    known = conn.execute(select(source).where(source.c.key == key).with_for_update()).first()
    values: dict[str, Any] = {"location": location, "area": area, "mapping": mapping}
    if not alone:
        values["active"] = False
    if known is None:
        row = {**values, "key": key, "next_at": None, "state": State.NEW.value, "created_at": now_ms}
        made = int(conn.execute(insert(source).values(**row).returning(source.c.id)).scalar_one())
        audit.append(conn, now_ms=now_ms, actor="system", event=Event.SOURCE_ADDED, subject=f"source:{made}", detail={})
        return made
    if not alone or known.location != location or known.mapping != mapping:
        values |= {"state": State.NEW.value, "page": None}
    conn.execute(update(source).where(source.c.id == known.id).values(**values))
    return int(known.id)


def every(conn: Connection) -> list[Source]:
    """All directories, by key."""
    return [_source(row) for row in conn.execute(select(source).order_by(source.c.key))]


def one(conn: Connection, id: int) -> Source | None:
    """One directory, or None."""
    row = conn.execute(select(source).where(source.c.id == id)).first()
    return _source(row) if row else None


def named(conn: Connection, word: str) -> Source | None:
    """The directory with this key, or at this place."""
    row = conn.execute(select(source).where(or_(source.c.key == word, source.c.location == word))).first()
    return _source(row) if row else None


def due(conn: Connection, now_ms: int) -> list[int]:
    """The ids of those that are to be fetched now: their time has come, or a run of theirs was killed."""
    waits = (source.c.next_at <= now_ms) | (source.c.state == State.RUNNING.value)
    free = source.c.held_until.is_(None) | (source.c.held_until < now_ms)
    query = select(source.c.id).where(source.c.active, waits, free).order_by(source.c.next_at, source.c.id)
    return list(conn.scalars(query))


def claim(conn: Connection, id: int, holder: str, now_ms: int) -> Source:
    """Take a directory for oneself: its run goes on where it broke off, or a new one begins. Raises Held."""
    row = conn.execute(select(source).where(source.c.id == id).with_for_update()).one()
    if row.held_by != holder and (row.held_until or 0) > now_ms:
        raise Held
    values: dict[str, Any] = {"held_by": holder, "held_until": now_ms + LEASE_MS, "state": State.RUNNING.value}
    unfinished = row.state in {State.RUNNING.value, State.BROKEN.value} and row.page is not None
    if not unfinished or (row.began_at or 0) < now_ms - GOES_ON_MS:
        values |= {"run": row.run + 1, "page": None, "first_page": None, "shallow": None, "total": None}
        values |= {
            "began_at": now_ms,
            "trouble": "",
            **dict.fromkeys(("read", "stored", "unchanged", "rejected", "gone"), 0),
        }
        conn.execute(delete(source_waiting).where(source_waiting.c.source_id == id))
    conn.execute(update(source).where(source.c.id == id).values(**values))
    found = one(conn, id)
    assert found is not None  # noqa: S101 # it is locked
    return found


def hold(conn: Connection, found: Source, holder: str, now_ms: int) -> bool:
    """Still ours? Then for another while. False when another process has taken it over."""
    ours = (source.c.id == found.id) & (source.c.run == found.run) & (source.c.held_by == holder)
    return conn.execute(update(source).where(ours).values(held_until=now_ms + LEASE_MS)).rowcount == 1


def advance(conn: Connection, id: int, **values: Any) -> None:
    """Write down how far a run is: ``page``, ``first_page``, ``shallow``, ``total``."""
    conn.execute(update(source).where(source.c.id == id).values(**values))


def count(conn: Connection, id: int, counts: Counts) -> None:
    """Add to the counts of the run."""
    added = {name: source.c[name] + number for name, number in vars(counts).items() if number}
    if added:
        conn.execute(update(source).where(source.c.id == id).values(**added))


def note_problems(conn: Connection, found: Source, problems: Sequence[Problem]) -> None:
    """Keep what could not be read, for the desk."""
    rows = [
        {**vars(one), "source_id": found.id, "run": found.run, "record": one.record[:200], "name": one.name[:120]}
        for one in problems
    ]
    if rows:
        conn.execute(insert(source_problem), rows)


def problems(
    conn: Connection, found: Source, *, rejected: bool | None = None, offset: int = 0, limit: int | None = None
) -> list[Problem]:
    """What could not be read in the last run, whole records first."""
    here = (source_problem.c.source_id == found.id) & (source_problem.c.run == found.run)
    if rejected is not None:
        here &= source_problem.c.rejected.is_(rejected)
    query = select(source_problem).where(here).order_by(source_problem.c.rejected.desc(), source_problem.c.id)
    query = query.offset(offset).limit(limit)
    return [Problem(row.record, row.name, row.rejected, row.sentence) for row in conn.execute(query)]


def wait(conn: Connection, id: int, records: Iterable[tuple[str, str]]) -> None:
    """Note (record, name) whose own pages are to be read."""
    rows = [{"source_id": id, "record": record, "name": name} for record, name in records]
    if rows:
        conn.execute(insert(source_waiting), rows)


def waiting(conn: Connection, id: int, limit: int) -> list[Waiting]:
    """The next records whose own pages are to be read."""
    mine = select(source_waiting).where(source_waiting.c.source_id == id).order_by(source_waiting.c.id).limit(limit)
    return [Waiting(row.id, row.record, row.name) for row in conn.execute(mine)]


def waits(conn: Connection, id: int) -> int:
    """How many they are."""
    query = select(func.count()).select_from(source_waiting).where(source_waiting.c.source_id == id)
    return int(conn.scalar(query) or 0)


def done_waiting(conn: Connection, ids: Iterable[int]) -> None:
    """These have been read."""
    conn.execute(delete(source_waiting).where(source_waiting.c.id.in_(list(ids))))


def met(conn: Connection, found: Source, records: Sequence[str]) -> set[str]:
    """Which of these were met in this run before, whatever became of them."""
    queries = (
        select(service.c.record).where(
            service.c.source_id == found.id, service.c.seen_run == found.run, service.c.record.in_(records)
        ),
        select(source_waiting.c.record).where(
            source_waiting.c.source_id == found.id, source_waiting.c.record.in_(records)
        ),
        select(source_problem.c.record).where(
            source_problem.c.source_id == found.id,
            source_problem.c.run == found.run,
            source_problem.c.rejected,
            source_problem.c.record.in_(records),
        ),
    )
    return {record for query in queries for record in conn.scalars(query)}


def finish(conn: Connection, found: Source, now_ms: int, *, trouble: str, complete: bool) -> None:
    """The run is over: complete, or broken off with a sentence why. The next one comes after the usual time."""
    values: dict[str, Any] = {
        "state": (State.DONE if complete else State.BROKEN).value, "trouble": trouble, "ended_at": now_ms,
        "held_until": None, "held_by": None, "next_at": now_ms + (found.every_hours if complete else 1) * HOUR_MS,
    }  # fmt: skip
    if complete:
        values |= {"page": None}
        if not trouble:
            values |= {"good_at": now_ms}
    conn.execute(update(source).where(source.c.id == found.id).values(**values))
    older = (source_problem.c.source_id == found.id) & (source_problem.c.run < found.run)
    conn.execute(delete(source_problem).where(older))


def let_go(conn: Connection, found: Source, holder: str) -> None:
    """Give it free in the middle of a run, for whoever goes on."""
    mine = (source.c.id == found.id) & (source.c.held_by == holder)
    conn.execute(update(source).where(mine).values(held_until=None, held_by=None))


def set_active(conn: Connection, id: int, *, active: bool, user_id: int, now_ms: int) -> None:
    """Fetch it by itself from now on, or no longer."""
    conn.execute(update(source).where(source.c.id == id).values(active=active, next_at=now_ms if active else None))
    _record(conn, id, "on" if active else "off", user_id, now_ms)


def fetch_soon(conn: Connection, id: int, *, user_id: int, now_ms: int) -> None:
    """Fetch it at the next opportunity."""
    conn.execute(update(source).where(source.c.id == id).values(next_at=now_ms))
    _record(conn, id, "fetch", user_id, now_ms)


def _record(conn: Connection, id: int, done: str, user_id: int, now_ms: int) -> None:
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.SOURCE_CHANGED, subject=f"source:{id}",
        detail={"done": done},
    )  # fmt: skip


def _source(row: Row[Any]) -> Source:
    known = {name: getattr(row, name) for name in Source.__dataclass_fields__ if name not in {"state", "counts"}}
    counts = Counts(row.read, row.stored, row.unchanged, row.rejected, row.gone)
    return Source(**known, state=State(row.state), counts=counts)
