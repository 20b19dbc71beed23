"""Answers and services as the desk lists, reads and checks them, those that are switched off among them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.knowledge.answers import Answer
from bot.knowledge.services import Service, from_document, to_document
from bot.store import audit, upkeep
from bot.store.audit import Event
from bot.store.content import CHANGED, CONTENT, DESK, TABLES, Kind, answer_of, checked
from bot.store.counter import bump
from bot.store.imported import FEED, together
from bot.store.locks import Lock, hold
from bot.store.schema import answer, service
from bot.store.swap import Gone

CHANGED_HERE = frozenset({DESK, FEED})


@dataclass(frozen=True)
class ServiceEntry:
    """One service, whether it is in use, and whose the row is: the files', the demo's or the desk's."""

    id: int
    origin: str
    active: bool
    service: Service
    source_id: int | None = None
    closed: str = ""  # its directory's word for why it is not offered
    gone_at: int | None = None  # since when its directory lacks it, in ms
    changes: frozenset[str] = frozenset()  # the fields that the desk says otherwise than its directory


@dataclass(frozen=True)
class AnswerEntry:
    """One answer, whether it is in use, and whose the row is: the files' or the desk's."""

    id: int
    origin: str
    active: bool
    answer: Answer


def services(
    conn: Connection,
    *,
    words: str = "",
    topic: str = "",
    area: str = "",
    unchecked: bool = False,
    offset: int = 0,
    limit: int = 25,
) -> list[ServiceEntry]:
    """Services by name. ``words`` must all stand in the name, the summary or the address, in any order and case.

    The documents are looked through here, for the two databases search JSON differently: 3 ms for 2,000 services.
    """
    query = select(service).order_by(service.c.name, service.c.id)
    if area:
        query = query.where(service.c.area == area)
    if unchecked:
        query = query.where(service.c.verified.is_(None))
    wanted = words.casefold().split()
    fits = [row for row in conn.execute(query) if _fits(row.document, wanted, topic)]
    return [_service(row) for row in fits[offset : offset + limit]]


def answers(
    conn: Connection, *, words: str = "", topic: str = "", unchecked: bool = False, offset: int = 0, limit: int = 25
) -> list[AnswerEntry]:
    """Answers by topic and title. ``words`` must all stand in the title, the questions or the short answer."""
    query = select(answer).order_by(answer.c.topic, answer.c.title, answer.c.id)
    if topic:
        query = query.where(answer.c.topic == topic)
    if unchecked:
        query = query.where(answer.c.verified.is_(None))
    wanted = words.casefold().split()
    fits = [row for row in conn.execute(query) if _holds((row.title, *row.questions, row.short), wanted)]
    return [_answer(row) for row in fits[offset : offset + limit]]


def areas(conn: Connection) -> list[str]:
    """Every area that some service is for."""
    return list(conn.scalars(select(service.c.area).distinct().order_by(service.c.area)))


def one_service(conn: Connection, id: int) -> ServiceEntry | None:
    """One service, or None when there is none."""
    row = conn.execute(select(service).where(service.c.id == id)).first()
    return _service(row) if row else None


def one_answer(conn: Connection, id: int) -> AnswerEntry | None:
    """One answer, or None when there is none."""
    row = conn.execute(select(answer).where(answer.c.id == id)).first()
    return _answer(row) if row else None


def change(conn: Connection, *, id: int, changes: Mapping[str, Any], user_id: int, now_ms: int) -> None:
    """Say these fields of a service otherwise. None takes a field away.

    Of a directory's service its own words are kept beside ours, and the next fetch does not undo it. A file's service
    follows its file. Raises Gone when there is no such row that the desk may change, and ContentErrors when it would
    not make a service; then nothing is changed.
    """
    hold(conn, Lock.CONTENT)
    row = conn.execute(select(service).where(service.c.id == id).with_for_update()).first()
    if row is None or row.origin not in CHANGED_HERE:
        raise Gone("There is no service with this number that can be changed here.")
    own = row.changes or {}
    together_now = _merged(own, changes) if row.imported else None
    day = row.verified.isoformat() if row.verified else None
    document = together(row.imported or row.document, together_now or changes, day)
    made = to_document(from_document(document))
    values = {
        "document": made,
        "name": made["name"],
        "area": made["area"],
        "changes": together_now,
        "updated_at": now_ms,
    }
    conn.execute(update(service).where(service.c.id == id).values(**values))
    bump(conn, CONTENT)
    _record(conn, Event.SERVICE_CHANGED, f"service:{id}", {"before": None, "after": "changed"}, user_id, now_ms)


def undo_changes(conn: Connection, *, id: int, user_id: int, now_ms: int) -> None:
    """Let a directory's service say again what its directory says. Raises Gone when it is none."""
    hold(conn, Lock.CONTENT)
    row = conn.execute(select(service).where(service.c.id == id).with_for_update()).first()
    if row is None or not row.imported:
        raise Gone("There is no service of a directory with this number.")
    document = together(row.imported, None, row.verified.isoformat() if row.verified else None)
    values = {"document": document, "name": document["name"], "area": document["area"], "changes": None}
    conn.execute(update(service).where(service.c.id == id).values(**values, updated_at=now_ms))
    bump(conn, CONTENT)
    _record(
        conn, Event.SERVICE_CHANGED, f"service:{id}", {"before": "changed", "after": "as_directory"}, user_id, now_ms
    )


def add_service(conn: Connection, *, document: Mapping[str, Any], user_id: int, now_ms: int) -> int:
    """Keep a service that the desk wrote; gives its id. No file and no fetch ever touches it. Raises ContentErrors."""
    hold(conn, Lock.CONTENT)
    slug = "-".join(re.findall(r"[a-z0-9]+", str(document.get("name", "")).lower()))[:60].strip("-")
    key = f"desk-{slug}".rstrip("-")
    taken = set(conn.scalars(select(service.c.key).where(service.c.key.startswith(key))))
    key = next(one for number in count(1) if (one := key if number == 1 else f"{key}-{number}") not in taken)
    made = to_document(from_document({**document, "id": key}))
    row = {
        "key": key,
        "origin": DESK,
        "area": made["area"],
        "name": made["name"],
        "document": made,
        "updated_at": now_ms,
    }
    id = int(conn.execute(insert(service).values(**row).returning(service.c.id)).scalar_one())
    bump(conn, CONTENT)
    _record(conn, Event.SERVICE_CHANGED, f"service:{id}", {"before": None, "after": "added"}, user_id, now_ms)
    return id


def _merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**before, **changes}
    if "facts" in before and "facts" in changes:
        merged["facts"] = {**before["facts"], **changes["facts"]}
    return merged


def check(conn: Connection, *, kind: Kind, id: int, day: date, user_id: int, now_ms: int) -> None:
    """Note that a person checked this on ``day``. Its words still follow the files.

    A day of review that has come by then is cleared. Raises Gone when there is no such row.
    """
    table = TABLES[kind]
    hold(conn, Lock.CONTENT)
    row = conn.execute(select(table).where(table.c.id == id).with_for_update()).first()
    if row is None:
        raise Gone(f"There is no {kind} with this number.")
    upkeep.note(conn, kind, row, day, user_id, now_ms)
    conn.execute(update(table).where(table.c.id == id).values(**checked(row._mapping, day), updated_at=now_ms))
    bump(conn, CONTENT)
    detail: dict[str, object] = {
        "before": f"checked:{row.verified}" if row.verified else None,
        "after": f"checked:{day}",
    }
    _record(conn, CHANGED[kind], f"{kind}:{id}", detail, user_id, now_ms)


def _record(conn: Connection, event: Event, subject: str, detail: dict[str, object], user_id: int, now_ms: int) -> None:
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=subject, detail=detail)


def _fits(document: dict[str, Any], wanted: list[str], topic: str) -> bool:
    fields = ("name", "summary", "address", "postcode", "who")
    return (not topic or topic in document.get("topics", ())) and _holds(
        [document.get(name, "") for name in fields], wanted
    )


def _holds(texts: Collection[str], wanted: list[str]) -> bool:
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in wanted)


def _service(row: Row[Any]) -> ServiceEntry:
    changes = frozenset(row.changes or ())
    return ServiceEntry(
        row.id, row.origin, row.active, from_document(row.document), row.source_id, row.closed, row.gone_at, changes
    )


def _answer(row: Row[Any]) -> AnswerEntry:
    return AnswerEntry(row.id, row.origin, row.active, answer_of(row))
