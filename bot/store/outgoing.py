"""The rows of texts on their way out: put in, looked at, leased, settled. What may go, and when, bot.outbox decides."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, insert, or_, select, update

from bot.channel.errors import CONFIGURATION_CODES, IN_QUEUE, ITS_TURN, OPTED_OUT, STOPPED
from bot.channel.message import Channel, DeliveryStatus, Outbound
from bot.knowledge.bidi import isolated
from bot.language.segments import measure, split
from bot.store import audit, consents
from bot.store.contacts import LEAVING
from bot.store.schema import contact, outbound
from bot.store.swap import Gone
from bot.store.vault import ERASED, Vault

OPT_OUT = "opt_out"  # the one kind of text that may follow a STOP
DANGER = "danger"  # goes before everything else
TEMPLATE = "template"  # goes next: it asks her to write back, so that the others may go
BULK = "bulk"  # goes when nothing else waits
SOON = 5_000  # ms
SLIP = 120_000  # ms; so far the clocks of two machines may stand apart
TURN_MOST = 15 * 60_000  # ms; no turn is given so far ahead by a clock that is right
UNFINISHED = (DeliveryStatus.WAITING.value, DeliveryStatus.SENDING_NOW.value)

# What every text asks, made once: making a statement takes longer than running it, and the writers' lock is held then.
_NOT_GONE = (outbound.c.contact_id == bindparam("contact_id")) & outbound.c.status.in_(UNFINISHED)
_RECEIVER = select(contact).where(contact.c.id == bindparam("contact_id")).with_for_update()
_UNFINISHED_OF = select(outbound).where(_NOT_GONE).order_by(outbound.c.id)
_ANYTHING_OF = select(outbound.c.id).where(_NOT_GONE).limit(1)
_CHANGE = update(outbound).where(outbound.c.id == bindparam("this"))  # sets whatever columns are given with it
_LEASE = _CHANGE.values(attempts=outbound.c.attempts + 1)
_LEASED_UNTIL = select(outbound.c.leased_until).where(outbound.c.id == bindparam("id"))

ON_THE_WAY = tuple(
    status.value
    for status in (
        DeliveryStatus.ACCEPTED,
        DeliveryStatus.QUEUED,
        DeliveryStatus.SENDING,
        DeliveryStatus.SENT,
    )
)


class Stopped(Exception):
    """The person has said STOP, so nothing may be queued for them."""


@dataclass(frozen=True)
class Receiver:
    """Who a text is for, locked for this transaction. The address is still sealed."""

    id: int
    pseudonym: str
    channel: Channel
    simulated: bool
    stopped: bool
    erased: bool  # her words are gone; the receipt for it is her last text
    address_enc: str
    last_inbound_at: int | None


@dataclass(frozen=True)
class Waiting:
    """A text that has not gone, or may not have. Its words are still sealed."""

    id: int
    kind: str
    text_enc: str
    status: DeliveryStatus
    error_code: str | None
    attempts: int
    next_try_at: int | None
    leased_until: int | None
    created_at: int
    status_at: int
    segments: int
    language: str | None = None
    options_enc: str | None = None
    template: str | None = None
    by_sms: bool = False  # it was tried by SMS, to the same number: WhatsApp's window is closed


def queue(
    conn: Connection,
    vault: Vault,
    *,
    contact_id: int,
    outbound: Outbound,
    kind: str,
    language: str | None,
    now_ms: int,
    inbound_id: int | None = None,
    sent_by: int | None = None,
) -> int:
    """Put a text in line; a long one becomes several rows. Gives the id of the first.

    Raises Stopped after a STOP (unless ``kind`` is "opt_out"), Gone when the person was erased, and ValueError for a
    blank text.
    """
    _check_may_queue(conn, contact_id, kind)
    parts = split(isolated(outbound.text, language or ""))  # what the bot says has its marks already
    if not parts:
        raise ValueError("There is nothing to send: the text is empty.")
    shared = {
        "contact_id": contact_id,
        "inbound_id": inbound_id,
        "kind": kind,
        "language": language,
        "created_at": now_ms,
        "status_at": now_ms,
        "sent_by": sent_by,
        "template": outbound.template or None,
    }
    last = len(parts) - 1  # the options belong under the end of the text
    ids = [
        _insert(conn, vault, part, _options(outbound) if number == last else None, shared)
        for number, part in enumerate(parts)
    ]
    return ids[0]


def _check_may_queue(conn: Connection, contact_id: int, kind: str) -> None:
    status = conn.scalar(select(contact.c.status).where(contact.c.id == contact_id).with_for_update())
    if status is None or status == LEAVING:
        raise Gone("This person is no longer here: they took back everything they sent.")
    if status == "stopped" and kind != OPT_OUT:
        raise Stopped("This person has said STOP, so nothing can be sent to them.")


def _options(message: Outbound) -> str | None:
    return json.dumps({"prompt": message.prompt, "options": message.options}) if message.options else None


def _insert(conn: Connection, vault: Vault, text: str, options: str | None, shared: dict[str, Any]) -> int:
    size = measure(text)
    row = {
        **shared,
        "text_enc": vault.seal(text),
        "options_enc": vault.seal(options) if options else None,
        "encoding": size.encoding,
        "segments": size.segments,
    }
    return int(conn.execute(insert(outbound).values(row).returning(outbound.c.id)).scalar_one())


def receiver(conn: Connection, contact_id: int) -> Receiver | None:
    """The person, locked until the transaction ends, as a turn locks them; None when erased."""
    row = conn.execute(_RECEIVER, {"contact_id": contact_id}).first()
    if row is None:
        return None
    return Receiver(
        id=row.id,
        pseudonym=row.pseudonym,
        channel=Channel(row.channel),
        simulated=row.simulated,
        stopped=row.status == "stopped",
        erased=row.status == LEAVING,
        address_enc=row.address_enc,
        last_inbound_at=row.last_inbound_at,
    )


def unfinished(conn: Connection, contact_id: int) -> list[Waiting]:
    """This person's texts that have not gone, in order."""
    return [_waiting(row) for row in conn.execute(_UNFINISHED_OF, {"contact_id": contact_id})]


def anything_unfinished(conn: Connection, contact_id: int) -> bool:
    """True while some text of this person has not gone, or may not have."""
    return conn.scalar(_ANYTHING_OF, {"contact_id": contact_id}) is not None


def by_provider_id(conn: Connection, provider_id: str) -> Waiting | None:
    """The text with the provider's id, whatever its status."""
    row = conn.execute(select(outbound).where(outbound.c.provider_id == provider_id)).first()
    return _waiting(row) if row else None


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        id=row.id,
        kind=row.kind,
        text_enc=row.text_enc,
        status=DeliveryStatus(row.status),
        error_code=row.error_code,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        leased_until=row.leased_until,
        created_at=row.created_at,
        status_at=row.status_at,
        segments=row.segments,
        language=row.language,
        options_enc=row.options_enc,
        template=row.template,
        by_sms=row.by_sms,
    )


def contact_of(conn: Connection, provider_id: str) -> int | None:
    """Whose text has this provider's id."""
    found = conn.scalar(select(outbound.c.contact_id).where(outbound.c.provider_id == provider_id))
    return int(found) if found is not None else None


def known_ids(conn: Connection, provider_ids: Iterable[str]) -> set[str]:
    """Those of the provider's ids that some row already carries."""
    return set(conn.scalars(select(outbound.c.provider_id).where(outbound.c.provider_id.in_(list(provider_ids)))))


def lease(conn: Connection, id: int, *, until_ms: int, begun_ms: int | None = None, by_sms: bool = False) -> None:
    """Take the row for one worker, and count the attempt. ``begun_ms``: it is sent from then on, by that way; without
    it, only the provider is asked about it."""
    values = {"status": DeliveryStatus.SENDING_NOW.value, "leased_until": until_ms}
    begun = {} if begun_ms is None else {"status_at": begun_ms, "by_sms": by_sms}
    conn.execute(_LEASE, {"this": id, **values, **begun})


def settle(
    conn: Connection,
    id: int,
    *,
    status: DeliveryStatus,
    now_ms: int,
    provider_id: str | None = None,
    error_code: str | None = None,
    next_try_at: int | None = None,
) -> None:
    """Write what became of the row; it is no longer leased. Without a ``provider_id`` it keeps the one it has."""
    values = {"status": status.value, "status_at": now_ms, "error_code": error_code, "next_try_at": next_try_at}
    named = {"provider_id": provider_id} if provider_id else {}
    conn.execute(_CHANGE, {"this": id, **values, "leased_until": None, **named})


def wait_to_ask(conn: Connection, id: int, *, error_code: str, until_ms: int) -> None:
    """Keep the row as possibly sent. ``status_at`` stays the moment it was tried: the provider is asked from there."""
    conn.execute(
        update(outbound)
        .where(outbound.c.id == id)
        .values(error_code=error_code, leased_until=until_ms, next_try_at=None)
    )


def is_leased(conn: Connection, id: int, until_ms: int) -> bool:
    """True while the lease that ends then still holds: nobody else has taken the row, nor erased it."""
    return conn.scalar(_LEASED_UNTIL, {"id": id}) == until_ms


def cancel_after_stop(conn: Connection, contact_id: int, now_ms: int) -> int:
    """End what waits for a person who said STOP, but for the confirmation itself. Gives how many."""
    return _end_waiting(conn, contact_id, DeliveryStatus.CANCELED, STOPPED, now_ms, outbound.c.kind != OPT_OUT)


def fail_waiting(conn: Connection, contact_id: int, error_code: str, now_ms: int) -> int:
    """End everything that waits for a person who cannot be reached here. Gives how many."""
    return _end_waiting(conn, contact_id, DeliveryStatus.FAILED, error_code, now_ms)


def _end_waiting(
    conn: Connection, contact_id: int, status: DeliveryStatus, error_code: str, now_ms: int, *where: Any
) -> int:
    here = and_(outbound.c.contact_id == contact_id, outbound.c.status == DeliveryStatus.WAITING.value, *where)
    ended = {"status": status.value, "error_code": error_code, "status_at": now_ms, "next_try_at": None}
    return conn.execute(update(outbound).where(here).values(**ended)).rowcount


def stop_contact(conn: Connection, person: Receiver, now_ms: int) -> None:
    """Note a STOP that the provider knew before we did (error 21610). Of someone erased, the number goes now."""
    if person.stopped:
        return
    values = {"status": "stopped", "stopped_at": now_ms, "address_enc": ERASED if person.erased else person.address_enc}
    conn.execute(update(contact).where(contact.c.id == person.id).values(**values))
    consents.withdraw_all(conn, person.id, "stop", "en", now_ms)
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"twilio:{OPTED_OUT}",
        event=audit.Event.CONTACT_STOPPED,
        subject=f"contact:{person.id}",
        detail={"channel": person.channel.value, "simulated": person.simulated},
    )


def wait_for_turn(conn: Connection, id: int, until_ms: int, *, given: bool) -> None:
    """Put the row back until then. ``given``: that moment is its own. It counts as no attempt."""
    waits = {"error_code": ITS_TURN if given else IN_QUEUE, "next_try_at": until_ms}
    conn.execute(update(outbound).where(outbound.c.id == id).values(**waits))


def last_turn(conn: Connection, channel: Channel) -> int:
    """The latest moment that a waiting text of this channel was given as its own; 0 when there is none."""
    given = (outbound.c.status == DeliveryStatus.WAITING.value) & (outbound.c.error_code == ITS_TURN)
    query = select(func.max(outbound.c.next_try_at)).join(contact, contact.c.id == outbound.c.contact_id)
    return int(conn.scalar(query.where(given, contact.c.channel == channel.value)) or 0)


def replies_wait(conn: Connection, channel: Channel, now_ms: int) -> bool:
    """True while something other than bulk could go by this channel, or waits for its turn there."""
    held_up = outbound.alias()
    behind = select(held_up.c.id).where(
        held_up.c.contact_id == outbound.c.contact_id,
        held_up.c.id < outbound.c.id,
        held_up.c.status.in_(UNFINISHED),
        or_(held_up.c.next_try_at > now_ms + SOON, held_up.c.leased_until > now_ms),
        held_up.c.error_code.not_in((ITS_TURN, IN_QUEUE)),
    )
    ready = or_(
        outbound.c.next_try_at.is_(None) & ~behind.exists(),
        outbound.c.next_try_at <= now_ms + SOON,
        outbound.c.error_code.in_((ITS_TURN, IN_QUEUE)),
    )
    here = (contact.c.channel == channel.value) & contact.c.simulated.is_(False) & (contact.c.status != "stopped")
    # Not "<>": with that the index of statuses and kinds would read every waiting row of a broadcast.
    others = or_(outbound.c.kind < BULK, outbound.c.kind > BULK) & (outbound.c.status == DeliveryStatus.WAITING.value)
    query = select(outbound.c.id).join(contact, contact.c.id == outbound.c.contact_id).where(others, here, ready)
    return conn.scalar(query.limit(1)) is not None


def release(conn: Connection, channel: Channel) -> None:
    """Let what waits because our configuration was wrong be sent now: the channel works again."""
    here = select(contact.c.id).where(contact.c.channel == channel.value, contact.c.simulated.is_(False))
    waiting = (outbound.c.status == DeliveryStatus.WAITING.value) & outbound.c.error_code.in_(CONFIGURATION_CODES)
    conn.execute(update(outbound).where(waiting, outbound.c.contact_id.in_(here)).values(next_try_at=None))


def due(conn: Connection, now_ms: int, limit: int, *, paused: Collection[str] = ()) -> list[int]:
    """People for whom something may go now, or whose sender was lost: danger first, bulk last, else by how long they
    have waited. Of ``paused`` channels only danger, and what a lost sender left."""
    ready = or_(
        outbound.c.next_try_at.is_(None),
        outbound.c.next_try_at <= now_ms,
        contact.c.last_inbound_at > outbound.c.status_at,
    )
    works = or_(contact.c.channel.not_in(paused), contact.c.simulated, outbound.c.kind == DANGER)
    waiting = (outbound.c.status == DeliveryStatus.WAITING.value) & ready & works
    lost = (outbound.c.status == DeliveryStatus.SENDING_NOW.value) & (outbound.c.leased_until <= now_ms)
    query = select(outbound.c.contact_id).join(contact, contact.c.id == outbound.c.contact_id).where(waiting | lost)
    rank = func.min(case((outbound.c.kind == DANGER, 0), (outbound.c.kind == BULK, 2), else_=1))
    return list(
        conn.scalars(query.group_by(outbound.c.contact_id).order_by(rank, func.min(outbound.c.id)).limit(limit))
    )


def set_right(conn: Connection, now_ms: int) -> None:
    """Our clock went wrong and was put back: what was written down in its future is moved to now, and waits and leases
    last as long from here as they were meant to."""
    ahead = outbound.c.status_at - now_ms
    late = {"next_try_at": outbound.c.next_try_at - ahead, "leased_until": outbound.c.leased_until - ahead}
    wrong = outbound.c.status.in_(UNFINISHED) & (outbound.c.status_at > now_ms + SLIP)
    conn.execute(update(outbound).where(wrong).values(status_at=now_ms, **late))
    waits = (outbound.c.status == DeliveryStatus.WAITING.value) & outbound.c.error_code.in_((ITS_TURN, IN_QUEUE))
    lost_turn = waits & (outbound.c.next_try_at > now_ms + TURN_MOST)
    conn.execute(update(outbound).where(lost_turn).values(error_code=None, next_try_at=None))


@dataclass(frozen=True)
class Silent:
    """A text that the carrier took and has said nothing of for long."""

    id: int
    contact_id: int
    provider_id: str
    channel: Channel


def silent(conn: Connection, *, quiet_since: int, asked_before: int, made_after: int, limit: int) -> list[Silent]:
    """Texts that the carrier has, with no news since ``quiet_since``, longest silent first.

    None that it was asked about after ``asked_before``, nor any older than ``made_after``: some networks never tell.
    """
    here = and_(
        outbound.c.status.in_(ON_THE_WAY),
        outbound.c.status_at <= quiet_since,
        or_(outbound.c.news_asked_at.is_(None), outbound.c.news_asked_at <= asked_before),
        outbound.c.created_at > made_after,
        outbound.c.provider_id.is_not(None),
        contact.c.simulated.is_(False),
    )
    columns = (outbound.c.id, outbound.c.contact_id, outbound.c.provider_id, contact.c.channel)
    query = select(*columns).join(contact, contact.c.id == outbound.c.contact_id).where(here)
    found = conn.execute(query.order_by(outbound.c.status_at).limit(limit))
    return [Silent(row.id, row.contact_id, row.provider_id, Channel(row.channel)) for row in found]


def note_asked(conn: Connection, id: int, now_ms: int) -> None:
    """The carrier was asked for news of this text."""
    conn.execute(update(outbound).where(outbound.c.id == id).values(news_asked_at=now_ms))


def anything_leaving(conn: Connection, now_ms: int) -> bool:
    """True while some text is between "asked to send" and "its provider's id is stored"."""
    leaving = (outbound.c.status == DeliveryStatus.SENDING_NOW.value) & (outbound.c.leased_until > now_ms)
    return conn.scalar(select(outbound.c.id).where(leaving).limit(1)) is not None
