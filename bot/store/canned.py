"""Replies that are written often, kept on the desk for each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import canned_reply, user
from bot.store.swap import Gone, Stale


@dataclass(frozen=True)
class Canned:
    """One text that is written often. ``text`` may hold {reference}, {service_name} and {champion}."""

    id: int
    language: str
    title: str
    text: str
    version: int
    changed_by_name: str
    changed_at: int


def listed(conn: Connection, language: str = "") -> list[Canned]:
    """Those of one language, or of all, by language and title."""
    query = _query().order_by(canned_reply.c.language, canned_reply.c.title, canned_reply.c.id)
    if language:
        query = query.where(canned_reply.c.language == language)
    return [_canned(row) for row in conn.execute(query)]


def get(conn: Connection, id: int) -> Canned | None:
    """One of them; None when there is none, or no longer."""
    row = conn.execute(_query().where(canned_reply.c.id == id)).first()
    return _canned(row) if row else None


def add(conn: Connection, *, language: str, title: str, text: str, user_id: int, now_ms: int) -> int:
    """Keep a new one. Gives its id."""
    values = {"language": language, "title": title, "text": text, "version": 1}
    query = insert(canned_reply).values(**values, changed_by=user_id, changed_at=now_ms)
    made = int(conn.execute(query.returning(canned_reply.c.id)).scalar_one())
    _record(conn, made, language, before=0, after=1, user_id=user_id, now_ms=now_ms)
    return made


def change(conn: Connection, id: int, version: int, *, title: str, text: str, user_id: int, now_ms: int) -> None:
    """Change the one that was read at ``version``. Raises Stale when somebody was faster, Gone when it is gone."""
    found = _at(conn, id, version)
    values = {"title": title, "text": text, "version": version + 1, "changed_by": user_id, "changed_at": now_ms}
    conn.execute(update(canned_reply).where(canned_reply.c.id == id).values(values))
    _record(conn, id, found.language, before=version, after=version + 1, user_id=user_id, now_ms=now_ms)


def remove(conn: Connection, id: int, version: int, *, user_id: int, now_ms: int) -> Canned:
    """Delete the one that was read at ``version``, and give it, for it may be wanted back. Raises as ``change``."""
    found = _at(conn, id, version)
    conn.execute(delete(canned_reply).where(canned_reply.c.id == id))
    _record(conn, id, found.language, before=version, after=0, user_id=user_id, now_ms=now_ms)
    return found


def _at(conn: Connection, id: int, version: int) -> Canned:
    row = conn.execute(_query().where(canned_reply.c.id == id).with_for_update(of=canned_reply)).first()
    if row is None:
        raise Gone("This reply is no longer here: somebody took it away.")
    if row.version != version:
        raise Stale(by=row.name or "", by_id=row.changed_by, status="changed", at=row.changed_at)
    return _canned(row)


def _query() -> Any:
    return select(canned_reply, user.c.name).outerjoin(user, user.c.id == canned_reply.c.changed_by)


def _canned(row: Row[Any]) -> Canned:
    return Canned(row.id, row.language, row.title, row.text, row.version, row.name or "", row.changed_at)


def _record(conn: Connection, id: int, language: str, *, before: int, after: int, user_id: int, now_ms: int) -> None:
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.CANNED_REPLY_CHANGED, subject=f"canned_reply:{id}",
        detail={"language": language, "before": before, "after": after},
    )  # fmt: skip
