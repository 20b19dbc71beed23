"""When WhatsApp's 24 hours are over: which way is left to reach somebody, and asking her to write back.

Outside the window only a text that WhatsApp approved may go (error 63016). What is held goes when she answers it.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, exists, insert, select

from bot.channel.errors import OPTED_OUT
from bot.channel.message import Channel, DeliveryStatus
from bot.flow.hours import WINDOW_MS
from bot.language.segments import measure
from bot.store import outgoing, templates
from bot.store.meeting import contact_lookups
from bot.store.outgoing import DANGER, TEMPLATE, Receiver, Waiting
from bot.store.schema import contact, outbound
from bot.store.templates import Kept
from bot.store.vault import Vault, VaultError

COMING_BACK = "coming_back"
BY_SMS = "champion"  # what a person wrote to her; the bot's own lines wait until she writes
ASKS = ("reply", "champion", DANGER)  # never bulk: nobody is asked to write back for the sake of news


class Way(StrEnum):
    """How a text can still reach her when the window is closed."""

    TEMPLATE = "template"
    SMS = "sms"
    WAIT = "wait"


def needs_template(channel: Channel, last_inbound_at: int | None, now_ms: int) -> bool:
    """True when only a text that WhatsApp approved reaches her: she last wrote 24 hours ago, or never (error 63016)."""
    if channel is not Channel.WHATSAPP:
        return False
    return last_inbound_at is None or now_ms - last_inbound_at >= WINDOW_MS


def way(conn: Connection, vault: Vault, contact_id: int, language: str) -> Way:
    """What will become of a champion's text that is sent now, outside the window."""
    row = conn.execute(select(contact).where(contact.c.id == contact_id)).first()
    if templates.approved(conn, COMING_BACK, language):
        return Way.TEMPLATE
    if row and _takes_sms(conn, vault, row.address_enc, simulated=row.simulated):
        return Way.SMS
    return Way.WAIT


def may_go_by_sms(conn: Connection, vault: Vault, row: Waiting, person: Receiver) -> bool:
    """True when she has texted us by SMS from this very number, has not said STOP there, and no template will do."""
    if row.kind != BY_SMS or row.by_sms or person.erased or templates.approved(conn, COMING_BACK, row.language or "en"):
        return False
    return _takes_sms(conn, vault, person.address_enc, simulated=person.simulated)


def stop_sms(conn: Connection, vault: Vault, person: Receiver, now_ms: int) -> None:
    """Her number has said STOP to us by SMS, as Twilio tells us (error 21610). By WhatsApp she has not."""
    found = _sms_contact(conn, vault, person.address_enc, simulated=person.simulated)
    other = outgoing.receiver(conn, found) if found else None
    if other:
        outgoing.fail_waiting(conn, other.id, OPTED_OUT, now_ms)
        outgoing.stop_contact(conn, other, now_ms)


def _takes_sms(conn: Connection, vault: Vault, address_enc: str, *, simulated: bool) -> bool:
    return _sms_contact(conn, vault, address_enc, simulated=simulated) is not None


def _sms_contact(conn: Connection, vault: Vault, address_enc: str, *, simulated: bool) -> int | None:
    try:
        address = vault.open(address_enc)
    except VaultError:
        return None
    lookups = contact_lookups(vault, Channel.SMS, address, simulated=simulated)
    here = contact.c.lookup.in_(lookups) & (contact.c.status == "active") & contact.c.last_inbound_at.is_not(None)
    return conn.scalar(select(contact.c.id).where(here))


def ask_back(conn: Connection, vault: Vault, row: Waiting, person: Receiver, now_ms: int) -> bool:
    """Put the approved "write back" in line for whom this text is held. Once: not again until she has written.

    False when there is none in her language, or she was asked already.
    """
    if person.erased or person.stopped or row.kind not in ASKS:
        return False
    language = row.language or "en"
    found = templates.approved(conn, COMING_BACK, language)
    if found is None or _was_asked(conn, person):
        return False
    size = measure(found.text)
    values = {
        "contact_id": person.id, "kind": TEMPLATE, "text_enc": vault.seal(found.text), "language": language,
        "encoding": size.encoding, "segments": size.segments, "template": COMING_BACK, "created_at": now_ms,
        "status": DeliveryStatus.WAITING.value, "attempts": 0, "status_at": now_ms,
    }  # fmt: skip
    conn.execute(insert(outbound).values(values))
    return True


def _was_asked(conn: Connection, person: Receiver) -> bool:
    """A template has gone, or waits, since her last message."""
    here = (outbound.c.contact_id == person.id) & (outbound.c.kind == TEMPLATE)
    since = outbound.c.created_at >= (person.last_inbound_at or 0)
    ended = outbound.c.status.in_(("failed", "undelivered", "canceled"))
    return bool(conn.scalar(select(exists().where(here & since & ~ended))))


def approved(conn: Connection, row: Waiting) -> Kept | None:
    """The approved text that this row stands for, in its language."""
    return templates.approved(conn, row.template, row.language or "en") if row.template else None
