"""Outbound messages as the desk sees them: what waits, what went, what failed and may be tried again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, select, update

from bot.channel.message import DeliveryStatus
from bot.language.catalogue import N_
from bot.store import audit, outgoing
from bot.store.audit import Event
from bot.store.schema import contact, outbound, user
from bot.store.swap import Gone, count_by, hold
from bot.store.vault import Vault, opened

State = Literal["waiting", "sent", "failed", "done"]
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
    "done": (DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED),  # failed, and somebody needs nothing more of it
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
    done: bool


def page(
    conn: Connection,
    vault: Vault,
    *,
    state: State | None = None,
    without: Collection[str] = (),
    within: ColumnElement[bool] | None = None,
    channel: str = "",
    language: str = "",
    offset: int = 0,
    limit: int = 25,
) -> list[MessageRow]:
    """Messages in this state (None: all, canceled ones too) and not of the kinds ``without``, newest first.

    Of those that failed danger comes first. ``channel`` and ``language`` narrow it when given, and
    ``within`` narrows it to somebody's areas.
    """
    names = (contact.c.pseudonym, contact.c.channel, contact.c.simulated, user.c.name.label("sent_by_name"))
    query = select(outbound, contact.c.status.label("contact_status"), *names).select_from(SOURCE)
    if within is not None:
        query = query.where(within)
    if state is not None:
        query = query.where(_is(state))
    if channel:
        query = query.where(contact.c.channel == channel)
    if language:
        query = query.where(outbound.c.language == language)
    query = query.where(outbound.c.kind.not_in(without))
    if state == "failed":
        query = query.order_by(outbound.c.kind != outgoing.DANGER)
    query = query.order_by(outbound.c.id.desc()).offset(offset).limit(limit)
    return [_message(vault, row) for row in conn.execute(query)]


def counts(conn: Connection, *within: ColumnElement[bool], without: Collection[str] = ()) -> dict[State, int]:
    """How many messages, not of the kinds ``without`` and ``within`` somebody's areas, wait, went and failed."""
    shown = outbound.c.kind.not_in(without)
    return {state: sum(count_by(conn, outbound.c.status, _is(state), shown, *within).values()) for state in STATES}


def failed(conn: Connection, *within: ColumnElement[bool], without: Collection[str] = ()) -> int:
    """How many of these have failed, for every page tells it. What went is the archive, and is not read for that."""
    return sum(count_by(conn, outbound.c.status, _is("failed"), outbound.c.kind.not_in(without), *within).values())


def _is(state: State) -> ColumnElement[bool]:
    ended = outbound.c.done_at.is_not(None) if state == "done" else outbound.c.done_at.is_(None)
    return outbound.c.status.in_([status.value for status in STATES[state]]) & ended


def retry(conn: Connection, id: int, now_ms: int, *, user_id: int | None = None, without: Collection[str] = ()) -> int:
    """Let a failed message wait to be sent anew; gives the contact's id, to wake.

    Raises Gone, also for a message of the kinds ``without``, and RetryRefused: it has not failed, or the person
    has said STOP. ``user_id`` asked for it.
    """
    row = _failed(conn, id, without)
    if conn.scalar(select(contact.c.status).where(contact.c.id == row.contact_id)) == "stopped":
        raise RetryRefused(N_("This person has said STOP, so nothing more is sent to them."))
    unsent = dict.fromkeys(("next_try_at", "leased_until", "error_code", "provider_id", "done_at", "news_asked_at"))
    waiting = {"status": DeliveryStatus.WAITING.value, "status_at": now_ms, "attempts": 0, **unsent}
    conn.execute(update(outbound).where(outbound.c.id == id).values(**waiting))
    _audit(conn, row, Event.MESSAGE_RESENT, user_id, now_ms)
    return int(row.contact_id)


def finish(conn: Connection, id: int, now_ms: int, *, user_id: int, without: Collection[str] = ()) -> None:
    """Put a failed message aside: the person was reached another way, or need not be. Once is enough.

    Raises Gone, also for a message of the kinds ``without``, and RetryRefused when it has not failed.
    """
    row = _failed(conn, id, without)
    if row.done_at is None:
        conn.execute(update(outbound).where(outbound.c.id == id).values(done_at=now_ms))
        _audit(conn, row, Event.MESSAGE_DONE, user_id, now_ms)


def _failed(conn: Connection, id: int, without: Collection[str]) -> Row[Any]:
    row = hold(conn, outbound, id)
    if row.kind in without:
        raise Gone("There is no such message for this person.")
    if DeliveryStatus(row.status) not in STATES["failed"]:
        raise RetryRefused(N_("Only a message that failed can be sent again: this one has not."))
    return row


def _audit(conn: Connection, row: Row[Any], event: Event, user_id: int | None, now_ms: int) -> None:
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{user_id}" if user_id else "system",
        event=event,
        subject=f"outbound:{row.id}",
        detail={"before": row.status, "error_code": f"error:{row.error_code}" if row.error_code else None},
    )


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
        done=row.done_at is not None,
    )
