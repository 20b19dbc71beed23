"""Texts handed in for WhatsApp's approval: what Twilio calls each, and how its approval stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store.schema import template


class State(StrEnum):
    """How a text's approval stands. ``MISSING`` was never handed in, ``CREATED`` is at Twilio and not handed in yet."""

    MISSING = "missing"
    CREATED = "created"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


# Twilio's words (www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses). One that we do not know
# counts as under way: it may come out either way.
STATES = {
    "unsubmitted": State.CREATED,
    "approved": State.APPROVED,
    "rejected": State.REJECTED,
    "paused": State.REJECTED,
    "disabled": State.REJECTED,
}


@dataclass(frozen=True)
class Kept:
    """One text in one language, as it was handed in. Moments are in ms."""

    id: int
    name: str
    language: str
    text: str
    sid: str
    state: State
    reason: str
    submitted_at: int | None
    checked_at: int | None


def state_of(status: str) -> State:
    """Twilio's word for an approval as ours."""
    return STATES.get(status, State.SUBMITTED)


def text_hash(text: str) -> str:
    """The same for the same text: SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep(conn: Connection, *, name: str, language: str, text: str, sid: str, now_ms: int) -> int:
    """Write down what Twilio made, and give its id."""
    row = {
        "name": name, "language": language, "text": text, "text_hash": text_hash(text), "sid": sid,
        "state": State.CREATED.value, "reason": "", "created_at": now_ms,
    }  # fmt: skip
    return int(conn.execute(insert(template).values(row).returning(template.c.id)).scalar_one())


def note(conn: Connection, id: int, state: State, reason: str, now_ms: int, *, submitted: bool = False) -> None:
    """Write down how its approval stands."""
    more = {"submitted_at": now_ms} if submitted else {}
    values = {"state": state.value, "reason": reason, "checked_at": now_ms, **more}
    conn.execute(update(template).where(template.c.id == id).values(**values))


def every(conn: Connection) -> list[Kept]:
    """All that were handed in, oldest first."""
    return [_kept(row) for row in conn.execute(select(template).order_by(template.c.id))]


def approved(conn: Connection, name: str, language: str) -> Kept | None:
    """The newest text of this name that WhatsApp approved in this language. A changed one waits for its own."""
    here = (template.c.name == name) & (template.c.language == language) & (template.c.state == State.APPROVED.value)
    row = conn.execute(select(template).where(here).order_by(template.c.id.desc()).limit(1)).first()
    return _kept(row) if row else None


def of_text(rows: Iterable[Kept], name: str, language: str, text: str) -> Kept | None:
    """The row of this very text."""
    return next((one for one in rows if (one.name, one.language, one.text) == (name, language, text)), None)


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        row.id, row.name, row.language, row.text, row.sid, State(row.state), row.reason, row.submitted_at,
        row.checked_at,
    )  # fmt: skip
