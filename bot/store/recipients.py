"""Who gets a text for many: whether somebody may have it now, her place in line, and why she was left out.

``obstacle`` is the one judgement. It is asked when her text is queued, and again by the outbox just before it goes
(``may_go``).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from bot.channel.message import Channel, DeliveryStatus
from bot.flow.hours import civil
from bot.store import consents, outgoing, window
from bot.store.broadcasts import ENGLISH, LANGUAGE, Broadcast, Reason, Status, one
from bot.store.schema import broadcast_person, contact, outbound

BUSY_MS = 3_600_000  # who wrote within the hour and is in the middle of something gets no news in between
IS_IN_LINE = outbound.c.status == DeliveryStatus.WAITING.value
RUNNING = (Status.GOING, Status.FINISHED)  # of one that is finished, a text that did not arrive may be tried again
HELD_MS = 60_000


def next_people(conn: Connection, id: int, most: int, now_ms: int) -> list[int]:
    """The contacts to queue a text for now, at most so many in line at a time; none while all are busy."""
    people = broadcast_person
    hers = outbound.c.id == people.c.outbound_id
    line = select(func.count()).select_from(people.join(outbound, hers)).where(people.c.broadcast_id == id, IS_IN_LINE)
    room = most - (conn.scalar(line) or 0)
    waiting = (people.c.broadcast_id == id) & (people.c.state == "waiting")
    busy = and_(contact.c.last_inbound_at > now_ms - BUSY_MS, contact.c.at_flow.isnot(None))
    query = select(contact.c.id).join(people, people.c.contact_id == contact.c.id)
    query = query.where(waiting, or_(~busy, contact.c.last_inbound_at.is_(None), contact.c.at_flow.is_(None)))
    return list(conn.scalars(query.order_by(people.c.id).limit(room))) if room > 0 else []


def claim_person(conn: Connection, id: int, contact_id: int, now_ms: int) -> tuple[Broadcast, str] | None:
    """The broadcast and her language when a text may be queued for her now; else None, and why is written down.

    She is locked until the transaction ends: a second worker, and her own STOP, wait for it.
    """
    conn.execute(select(contact.c.id).where(contact.c.id == contact_id).with_for_update())
    found = one(conn, id)
    state = conn.scalar(select(broadcast_person.c.state).where(*_hers(id, contact_id)))
    if found is None or state != "waiting" or found.status is not Status.GOING:
        return None
    why, language = obstacle(conn, found, contact_id, now_ms)
    if why:
        _leave_out(conn, id, contact_id, why, now_ms)
        return None
    return found, language


def note_queued(conn: Connection, id: int, contact_id: int, outbound_id: int, now_ms: int) -> None:
    """Her text is in line."""
    new = {"state": "queued", "outbound_id": outbound_id, "at": now_ms}
    conn.execute(update(broadcast_person).where(*_hers(id, contact_id)).values(new))


def obstacle(conn: Connection, found: Broadcast, contact_id: int, now_ms: int) -> tuple[Reason | None, str]:
    """Why this person may not get this text now, None when she may; and her language.

    Somebody simulated never gets a real text, nor the other way round.
    """
    query = select(contact, LANGUAGE.label("spoken"), consents.has_given(consents.NEWS).label("given"))
    row = conn.execute(query.where(contact.c.id == contact_id)).first()
    if row is None or row.status == "erased" or row.simulated != found.simulated:
        return Reason.GONE, ENGLISH
    if row.status == "stopped":
        return Reason.STOPPED, row.spoken
    if not row.given:
        return Reason.WITHDRAWN, row.spoken
    if found.text_for(row.spoken) is None:
        return Reason.NO_TEXT, row.spoken
    if window.needs_template(Channel(row.channel), row.last_inbound_at, now_ms):  # news is no approved text
        return Reason.WINDOW, row.spoken
    return None, row.spoken


def may_go(conn: Connection, outbound_id: int, now_ms: int) -> bool:
    """Just before a text of a broadcast leaves, its person locked: whether it still may.

    If not, it leaves the line: she is put back among those who wait while it is paused or night, and left out when it
    was cancelled or she may not get it any more.
    """
    people = broadcast_person
    row = conn.execute(
        select(people.c.broadcast_id, people.c.contact_id).where(people.c.outbound_id == outbound_id)
    ).first()
    found = one(conn, row.broadcast_id) if row else None
    if row is None or found is None or row.contact_id is None:
        _end(conn, outbound_id, now_ms)
        return False
    why, _ = obstacle(conn, found, row.contact_id, now_ms)
    why = Reason.CANCELED if found.status is Status.CANCELED else why
    if why:
        _leave_out(conn, found.id, row.contact_id, why, now_ms)
        _end(conn, outbound_id, now_ms)
        return False
    if found.status in RUNNING and civil(now_ms) == now_ms:
        return True
    _put_off(conn, found, row.contact_id, outbound_id, now_ms)
    return False


def in_line(conn: Connection, id: int) -> list[tuple[int, int]]:
    """(contact, outbound) of each text that is in line and not leaving this moment."""
    people = broadcast_person
    query = select(people.c.contact_id, outbound.c.id).join(outbound, outbound.c.id == people.c.outbound_id)
    rows = conn.execute(query.where(people.c.broadcast_id == id, IS_IN_LINE).order_by(people.c.id))
    return [(row[0], row[1]) for row in rows]


def recheck(conn: Connection, contact_id: int, outbound_id: int, now_ms: int) -> None:
    """Take a text out of the line when it may not go any more; her row is locked first."""
    conn.execute(select(contact.c.id).where(contact.c.id == contact_id).with_for_update())
    if conn.scalar(select(outbound.c.id).where(outbound.c.id == outbound_id, IS_IN_LINE)):
        may_go(conn, outbound_id, now_ms)


def _hers(id: int, contact_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return broadcast_person.c.broadcast_id == id, broadcast_person.c.contact_id == contact_id


def _leave_out(conn: Connection, id: int, contact_id: int, why: Reason, now_ms: int) -> None:
    new = {"state": "left_out", "reason": why.value, "at": now_ms}
    conn.execute(update(broadcast_person).where(*_hers(id, contact_id)).values(new))


def _put_off(conn: Connection, found: Broadcast, contact_id: int, outbound_id: int, now_ms: int) -> None:
    """A text that was tried stays in line, to be looked at again later: taken out, it could be queued a second time."""
    if found.status is not Status.FINISHED and _take_out(conn, outbound_id):
        new = {"state": "waiting", "outbound_id": None, "at": now_ms}
        conn.execute(update(broadcast_person).where(*_hers(found.id, contact_id)).values(new))
    else:
        outgoing.wait_for_turn(conn, outbound_id, max(civil(now_ms), now_ms + HELD_MS), given=False)


def _take_out(conn: Connection, outbound_id: int) -> bool:
    """True when it was never tried, and is gone from the line now."""
    fresh = (outbound.c.id == outbound_id) & (outbound.c.attempts == 0)
    return conn.execute(delete(outbound).where(fresh)).rowcount > 0


def _end(conn: Connection, outbound_id: int, now_ms: int) -> None:
    """It will not go. One that was tried stays on the list, as failed: it may yet turn out to have arrived."""
    if not _take_out(conn, outbound_id):
        outgoing.settle(conn, outbound_id, status=DeliveryStatus.FAILED, now_ms=now_ms)
