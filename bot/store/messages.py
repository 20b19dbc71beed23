"""Outbound messages as the desk sees them: what waits, what went, what failed and may be tried again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from bot.channel.message import DeliveryStatus
from bot.language.catalogue import N_
from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import contact, outbound, user
from bot.store.swap import Gone, count_by, hold
from bot.store.vault import Vault, opened

State = Literal["waiting", "sent", "failed"]
STATES: dict[State, tuple[DeliveryStatus, ...]] = {
    "waiting": (DeliveryStatus.WAITING, DeliveryStatus.SENDING_NOW),
    "sent": (
        DeliveryStatus.ACCEPTED,
        DeliveryStatus.SCHEDULED,
        DeliveryStatus.QUEUED,
        DeliveryStatus.SENDING,
        DeliveryStatus.SENT,
        DeliveryStatus.DELIVERED,
        DeliveryStatus.READ,
    ),
    "failed": (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED),  # canceled is neither: STOP did that
}
SOURCE = outbound.join(contact, contact.c.id == outbound.c.contact_id).outerjoin(user, user.c.id == outbound.c.sent_by)


class RetryRefused(ValueError):
    """The message may not be sent again. The sentence says why."""


@dataclass(frozen=True)
class MessageRow:
    """One outbound message, opened. ``segments`` is what it costs."""

    id: int
    contact_id: int
    pseudonym: str
    channel: str
    simulated: bool
    stopped: bool
    kind: str
    language: str | None
    text: str
    encoding: str
    segments: int
    status: DeliveryStatus
    error_code: str | None
    attempts: int
    next_try_at: int | None
    created_at: int
    status_at: int
    sent_by: int | None
    sent_by_name: str


def page(
    conn: Connection,
    vault: Vault,
    *,
    state: State | None = None,
    without: Collection[str] = (),
    offset: int = 0,
    limit: int = 25,
) -> list[MessageRow]:
    """Messages in this state (None: all, canceled ones too) and not of the kinds ``without``, newest first."""
    names = (contact.c.pseudonym, contact.c.channel, contact.c.simulated, user.c.name.label("sent_by_name"))
    query = select(outbound, contact.c.status.label("contact_status"), *names).select_from(SOURCE)
    if state is not None:
        query = query.where(outbound.c.status.in_([status.value for status in STATES[state]]))
    query = query.where(outbound.c.kind.not_in(without))
    query = query.order_by(outbound.c.id.desc()).offset(offset).limit(limit)
    return [_message(vault, row) for row in conn.execute(query)]


def counts(conn: Connection, *, without: Collection[str] = ()) -> dict[State, int]:
    """How many messages, not of the kinds ``without``, wait, went and failed."""
    found = count_by(conn, outbound.c.status, outbound.c.kind.not_in(without))
    return {state: sum(found.get(status.value, 0) for status in each) for state, each in STATES.items()}


def retry(conn: Connection, id: int, now_ms: int, *, user_id: int | None = None, without: Collection[str] = ()) -> int:
    """Let a failed message wait to be sent anew; gives the contact's id, to wake.

    Raises Gone, also for a message of the kinds ``without``, and RetryRefused: it has not failed, or the person
    has said STOP. ``user_id`` asked for it.
    """
    row = hold(conn, outbound, id)
    if row.kind in without:
        raise Gone("There is no such message for this person.")
    if DeliveryStatus(row.status) not in STATES["failed"]:
        raise RetryRefused(N_("Only a message that failed can be sent again: this one has not."))
    if conn.scalar(select(contact.c.status).where(contact.c.id == row.contact_id)) == "stopped":
        raise RetryRefused(N_("This person has said STOP, so nothing more is sent to them."))
    unsent = dict.fromkeys(("next_try_at", "leased_until", "error_code", "provider_id"))
    waiting = {"status": DeliveryStatus.WAITING.value, "status_at": now_ms, "attempts": 0, **unsent}
    conn.execute(update(outbound).where(outbound.c.id == id).values(**waiting))
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{user_id}" if user_id else "system",
        event=Event.MESSAGE_RESENT,
        subject=f"outbound:{id}",
        detail={"before": row.status, "error_code": f"error:{row.error_code}" if row.error_code else None},
    )
    return int(row.contact_id)


def _message(vault: Vault, row: Row[Any]) -> MessageRow:
    return MessageRow(
        id=row.id,
        contact_id=row.contact_id,
        pseudonym=row.pseudonym,
        channel=row.channel,
        simulated=row.simulated,
        stopped=row.contact_status == "stopped",
        kind=row.kind,
        language=row.language,
        text=opened(vault, row.text_enc),
        encoding=row.encoding,
        segments=row.segments,
        status=DeliveryStatus(row.status),
        error_code=row.error_code,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        created_at=row.created_at,
        status_at=row.status_at,
        sent_by=row.sent_by,
        sent_by_name=row.sent_by_name or "",
    )
