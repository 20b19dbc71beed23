"""Alerts: somebody wrote danger words, and a person must look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import alert, contact, user
from bot.store.swap import hold, stale
from bot.store.vault import Vault, opened

OPEN = alert.c.acknowledged_at.is_(None)
SOURCE = alert.outerjoin(contact, contact.c.id == alert.c.contact_id).outerjoin(
    user, user.c.id == alert.c.acknowledged_by
)
COLUMNS = (
    alert,
    contact.c.pseudonym,
    contact.c.channel,
    contact.c.status.label("contact_status"),
    user.c.name.label("acknowledged_by_name"),
)


@dataclass(frozen=True)
class Alert:
    """One alert, opened. ``text`` is "" and ``contact_id`` None when its writer has erased herself since.

    It is "" too when she chose the danger from a list. ``answered``: she was sent the numbers; not after a STOP.
    ``note`` is what was done about it. ``stopped`` is True when she has said STOP: she may not be texted.
    """

    id: int
    kind: str
    language: str | None
    text: str
    answered: bool
    simulated: bool
    created_at: int
    acknowledged_by: int | None
    acknowledged_by_name: str
    acknowledged_at: int | None
    note: str
    contact_id: int | None
    pseudonym: str
    channel: str
    stopped: bool
    area: str | None


def open_alerts(conn: Connection, vault: Vault, *within: ColumnElement[bool]) -> list[Alert]:
    """Every alert that nobody has acknowledged, oldest first: the one that has waited longest.

    Here and below ``within`` narrows it to somebody's areas.
    """
    query = select(*COLUMNS).select_from(SOURCE).where(OPEN, *within).order_by(alert.c.created_at, alert.c.id)
    return [_alert(vault, row) for row in conn.execute(query)]


def page(conn: Connection, vault: Vault, *within: ColumnElement[bool], offset: int = 0, limit: int = 25) -> list[Alert]:
    """All alerts: the open ones first, then the newest."""
    order = (alert.c.acknowledged_at.isnot(None), alert.c.created_at.desc(), alert.c.id.desc())
    query = select(*COLUMNS).select_from(SOURCE).where(*within).order_by(*order).offset(offset).limit(limit)
    return [_alert(vault, row) for row in conn.execute(query)]


def counts(conn: Connection, *within: ColumnElement[bool]) -> dict[str, int]:
    """How many alerts are "open" and how many "acknowledged"."""
    total = conn.scalar(select(func.count()).select_from(alert).where(*within)) or 0
    still_open = conn.scalar(select(func.count()).select_from(alert).where(OPEN, *within)) or 0
    return {"open": still_open, "acknowledged": total - still_open}


def unanswered(conn: Connection, *within: ColumnElement[bool]) -> int:
    """How many open alerts are of people who were sent no numbers, for they had said STOP."""
    return conn.scalar(select(func.count()).select_from(alert).where(OPEN, alert.c.answered.is_(False), *within)) or 0


def get(conn: Connection, vault: Vault, id: int) -> Alert | None:
    """One alert, or None when there is none."""
    row = conn.execute(select(*COLUMNS).select_from(SOURCE).where(alert.c.id == id)).first()
    return _alert(vault, row) if row else None


def acknowledge(conn: Connection, vault: Vault, *, id: int, note: str, user_id: int, now_ms: int) -> None:
    """Say that a person has seen to an open alert, and what was done.

    Raises Stale, with who acted, when somebody was faster; Gone when there is no such alert.
    """
    row = hold(conn, alert, id)
    if row.acknowledged_at is not None:
        raise stale(conn, "acknowledged", row.acknowledged_by, row.acknowledged_at)
    values = {
        "acknowledged_by": user_id,
        "acknowledged_at": now_ms,
        "note_enc": vault.seal(note) if note else None,
    }
    conn.execute(update(alert).where(alert.c.id == id).values(**values))
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{user_id}",
        event=Event.ALERT_ACKNOWLEDGED,
        subject=f"alert:{id}",
        detail={"kind": row.kind},
    )


def _alert(vault: Vault, row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        kind=row.kind,
        language=row.language,
        text=opened(vault, row.text_enc),
        answered=row.answered,
        simulated=row.simulated,
        created_at=row.created_at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_by_name=row.acknowledged_by_name or "",
        acknowledged_at=row.acknowledged_at,
        note=opened(vault, row.note_enc),
        contact_id=row.contact_id,
        pseudonym=row.pseudonym or "",
        channel=row.channel or "",
        stopped=row.contact_status == "stopped",
        area=row.area,
    )
