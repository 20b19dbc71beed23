"""Answers and services as the desk lists, reads and checks them, those that are switched off among them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.knowledge.answers import Answer
from bot.knowledge.services import Service, from_document
from bot.store import audit
from bot.store.audit import Event
from bot.store.content import CHANGED, CONTENT, TABLES, Kind, answer_of, checked
from bot.store.counter import bump
from bot.store.locks import Lock, hold
from bot.store.schema import answer, service
from bot.store.swap import Gone


@dataclass(frozen=True)
class ServiceEntry:
    """One service, whether it is in use, and whose the row is: the files', the demo's or the desk's."""

    id: int
    origin: str
    active: bool
    service: Service


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


def check(conn: Connection, *, kind: Kind, id: int, day: date, user_id: int, now_ms: int) -> None:
    """Note that a person checked this on ``day``. Its words still follow the files.

    A day of review that has come by then is cleared. Raises Gone when there is no such row.
    """
    table = TABLES[kind]
    hold(conn, Lock.CONTENT)
    row = conn.execute(select(table).where(table.c.id == id).with_for_update()).first()
    if row is None:
        raise Gone(f"There is no {kind} with this number.")
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
    return (not topic or topic in document["topics"]) and _holds([document.get(name, "") for name in fields], wanted)


def _holds(texts: Collection[str], wanted: list[str]) -> bool:
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in wanted)


def _service(row: Row[Any]) -> ServiceEntry:
    return ServiceEntry(row.id, row.origin, row.active, from_document(row.document))


def _answer(row: Row[Any]) -> AnswerEntry:
    return AnswerEntry(row.id, row.origin, row.active, answer_of(row))
