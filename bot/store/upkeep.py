"""Who looks after answers and services, who checked them when, and what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.knowledge.fresh import Freshness, freshness, review_day
from bot.store import audit, links
from bot.store.audit import Event
from bot.store.content import CHANGED, CONTENT, TABLES, Kind, unchecked
from bot.store.counter import bump
from bot.store.links import Link
from bot.store.locks import Lock, hold
from bot.store.schema import answer, checkup, service, upkeep, user
from bot.store.swap import Gone

NOTED = (Freshness.OVER, Freshness.SOON, Freshness.NEVER)  # the order of what is due, after broken links


class TooLate(Exception):
    """This check cannot be undone any more: somebody has checked it again since."""


@dataclass(frozen=True, slots=True)
class Check:
    """The last time that somebody said that it is right."""

    id: int
    day: date
    user_id: int | None
    who: str
    at: int


@dataclass(frozen=True, slots=True)
class Due:
    """An answer or a service that is to be looked at: when, why, and whose it is."""

    kind: Kind
    id: int
    key: str
    title: str
    language: str
    verified: date | None
    review_on: date | None
    state: Freshness
    owner_id: int | None
    owner: str
    broken: tuple[Link, ...]


def owner(conn: Connection, kind: Kind, key: str) -> int | None:
    """Who of the desk looks after it."""
    return conn.scalar(select(upkeep.c.owner_id).where(upkeep.c.kind == kind, upkeep.c.key == key))


def give(conn: Connection, *, kind: Kind, id: int, owner_id: int | None, user_id: int, now_ms: int) -> None:
    """Say who looks after it from now on; None: nobody. Raises Gone."""
    row = _held(conn, kind, id)
    before = owner(conn, kind, row.key)
    hers = (upkeep.c.kind == kind) & (upkeep.c.key == row.key)
    if conn.execute(update(upkeep).where(hers).values(owner_id=owner_id)).rowcount == 0:
        conn.execute(insert(upkeep).values(kind=kind, key=row.key, owner_id=owner_id))
    detail = {"before": f"owner:{before}" if before else None, "after": f"owner:{owner_id}" if owner_id else None}
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=CHANGED[kind], subject=f"{kind}:{id}", detail=detail
    )


def note(conn: Connection, kind: Kind, row: Row[Any], day: date, user_id: int, now_ms: int) -> None:
    """Remember a check, with what stood in the row before it."""
    before = {"verified_before": row.verified, "review_before": row._mapping.get("review_by")}
    conn.execute(insert(checkup).values(kind=kind, key=row.key, day=day, user_id=user_id, at=now_ms, **before))


def last(conn: Connection, kind: Kind, key: str) -> Check | None:
    """The last check that still holds."""
    query = (
        select(checkup, user.c.name.label("who"))
        .outerjoin(user, user.c.id == checkup.c.user_id)
        .where(checkup.c.kind == kind, checkup.c.key == key, checkup.c.undone_at.is_(None))
    )
    row = conn.execute(query.order_by(checkup.c.id.desc()).limit(1)).first()
    return Check(row.id, row.day, row.user_id, row.who or "", row.at) if row else None


def undo(conn: Connection, *, kind: Kind, id: int, check_id: int, user_id: int, now_ms: int) -> None:
    """Take a check back: what stood there before stands there again. Raises Gone and TooLate."""
    row = _held(conn, kind, id)
    newest = last(conn, kind, row.key)
    if newest is None or newest.id != check_id:
        raise TooLate("Somebody has checked this again, or taken the check back, since.")
    was = conn.execute(select(checkup).where(checkup.c.id == check_id)).one()
    values = unchecked(row._mapping, was.verified_before, was.review_before)
    table = TABLES[kind]
    conn.execute(update(table).where(table.c.id == id).values(**values, updated_at=now_ms))
    conn.execute(update(checkup).where(checkup.c.id == check_id).values(undone_at=now_ms))
    bump(conn, CONTENT)
    detail = {
        "before": f"checked:{row.verified}" if row.verified else None,
        "after": f"checked:{was.verified_before}" if was.verified_before else None,
    }
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.CHECK_UNDONE, subject=f"{kind}:{id}", detail=detail
    )


def due(conn: Connection, today: date) -> list[Due]:
    """What is to be looked at: broken links first, then what is over, comes soon, or nobody has ever checked; in each
    the longest overdue first."""
    owners = {(row.kind, row.key): (row.owner_id, row.who) for row in conn.execute(_owners())}
    bad = links.broken(conn)
    found = [
        _due(kind, row, owners.get((kind, row.key), (None, "")), tuple(bad.get((kind, row.key), ())), today)
        for kind, row in _rows(conn)
    ]
    wanted = [one for one in found if one.broken or one.state is not Freshness.FRESH]
    return sorted(wanted, key=lambda one: (not one.broken, _rank(one.state), one.review_on or date.max, one.title))


def last_checks(conn: Connection, user_id: int, since_ms: int) -> list[tuple[Kind, int, str, Check]]:
    """What this person checked since then, the newest first: kind, id, title, and the check."""
    query = select(checkup).where(checkup.c.user_id == user_id, checkup.c.at >= since_ms, checkup.c.undone_at.is_(None))
    newest = select(func.max(checkup.c.id)).where(checkup.c.undone_at.is_(None)).group_by(checkup.c.kind, checkup.c.key)
    rows = conn.execute(query.where(checkup.c.id.in_(newest)).order_by(checkup.c.id.desc()).limit(5)).all()
    found = {(kind, row.key): row for kind, row in _rows(conn)} if rows else {}
    known = [(row, found[row.kind, row.key]) for row in rows if (row.kind, row.key) in found]
    return [(row.kind, one.id, one.title, Check(row.id, row.day, user_id, "", row.at)) for row, one in known]


def _owners() -> Any:
    name = func.coalesce(func.nullif(user.c.name, ""), user.c.email).label("who")
    return select(upkeep.c.kind, upkeep.c.key, upkeep.c.owner_id, name).join(user, user.c.id == upkeep.c.owner_id)


def _rows(conn: Connection) -> list[tuple[Kind, Any]]:
    columns = (answer.c.id, answer.c.key, answer.c.title, answer.c.language, answer.c.verified, answer.c.review_by)
    others = (service.c.id, service.c.key, service.c.name.label("title"), service.c.verified)
    found: list[tuple[Kind, Any]] = []
    found += [("answer", row) for row in conn.execute(select(*columns).where(answer.c.active))]
    found += [("service", row) for row in conn.execute(select(*others).where(service.c.active))]
    return found


def _due(kind: Kind, row: Row[Any], hers: tuple[int | None, str], broken: tuple[Link, ...], today: date) -> Due:
    said: Mapping[Any, Any] = row._mapping
    review_by = said.get("review_by")
    return Due(
        kind, row.id, row.key, row.title, said.get("language", "en"), row.verified,
        review_day(row.verified, review_by), freshness(row.verified, review_by, today), *hers, broken,
    )  # fmt: skip


def _rank(state: Freshness) -> int:
    return NOTED.index(state) if state in NOTED else len(NOTED)


def _held(conn: Connection, kind: Kind, id: int) -> Row[Any]:
    table = TABLES[kind]
    hold(conn, Lock.CONTENT)
    row = conn.execute(select(table).where(table.c.id == id).with_for_update()).first()
    if row is None:
        raise Gone(f"There is no {kind} with this number.")
    return row
