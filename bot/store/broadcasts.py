"""Texts for many: written by a lead, confirmed by another, and who gets one. Never anybody outside consent.

Whether one person may get it at a moment is decided in ``bot.store.recipients``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, insert, literal, or_, select, update

from bot.channel.message import Channel, DeliveryStatus
from bot.flow.hours import WINDOW_MS
from bot.store import audit, consents
from bot.store.audit import Event
from bot.store.schema import broadcast, broadcast_person, contact, outbound
from bot.store.swap import Gone, stale

ALONE_WAITS_MS = 10 * 60_000  # who is the only lead confirms her own text, but not before she has slept on it a little
ENGLISH = "en"
ARRIVED = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)
BAD = (DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED)
IN_LINE = (DeliveryStatus.WAITING, DeliveryStatus.SENDING_NOW)
LANGUAGE = func.coalesce(contact.c.language, ENGLISH)


class Status(StrEnum):
    """What a broadcast can be."""

    DRAFT = "draft"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    GOING = "going"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELED = "canceled"


class Reason(StrEnum):
    """Why somebody of the group gets no text."""

    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    GONE = "gone"
    NO_TEXT = "no_text"
    WINDOW = "window"
    CANCELED = "canceled"


# What a lead can do by one press; asking, confirming, beginning and finishing have their own rules.
MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.CANCELED}),
    Status.ASKED: frozenset({Status.DRAFT, Status.CANCELED}),
    Status.CONFIRMED: frozenset({Status.DRAFT, Status.CANCELED}),
    Status.GOING: frozenset({Status.PAUSED, Status.CANCELED}),
    Status.PAUSED: frozenset({Status.GOING, Status.CANCELED}),
    Status.FINISHED: frozenset(),
    Status.CANCELED: frozenset(),
}
EVENTS: dict[Status, Event] = {
    Status.DRAFT: Event.BROADCAST_CHANGED,
    Status.PAUSED: Event.BROADCAST_PAUSED,
    Status.GOING: Event.BROADCAST_RESUMED,
}


class NotYours(Exception):
    """Who wrote it may not confirm it: somebody else must, or she must wait."""


@dataclass(frozen=True)
class Broadcast:
    """One text for many. ``languages``: whom it is for, none means everybody who said yes."""

    id: int
    title: str
    status: Status
    version: int
    texts: Mapping[str, str]
    languages: tuple[str, ...]
    english_for_rest: bool
    simulated: bool
    send_at: int | None
    asked_by: int | None
    asked_at: int | None
    confirmed_by: int | None
    acted_by: int | None
    acted_at: int
    created_at: int

    def text_for(self, language: str) -> tuple[str, str] | None:
        """(language, words) of what somebody of this language gets; None when there is nothing for her."""
        if self.texts.get(language):
            return language, self.texts[language]
        may = self.english_for_rest and self.texts.get(ENGLISH)
        return (ENGLISH, self.texts[ENGLISH]) if may else None


@dataclass(frozen=True)
class Group:
    """How many people of one language it is for: by SMS, by WhatsApp, and by WhatsApp but silent for over a day."""

    language: str
    sms: int = 0
    whatsapp: int = 0
    silent: int = 0

    @property
    def reached(self) -> int:
        """Those who can be written to now."""
        return self.sms + self.whatsapp


@dataclass(frozen=True)
class Progress:
    """How it went so far, in people. ``sent`` went and ``arrived`` is known to be there; ``left_out`` says why."""

    people: int = 0
    waiting: int = 0
    sent: int = 0
    arrived: int = 0
    failed: int = 0
    segments: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Those for whom nothing more will happen by itself."""
        return self.people - self.waiting


def begin(conn: Connection, title: str, *, simulated: bool, user_id: int, now_ms: int) -> int:
    """A new draft; its id."""
    row = {
        "title": title, "texts": {}, "languages": [], "simulated": simulated, "acted_by": user_id, "acted_at": now_ms,
        "created_at": now_ms,
    }  # fmt: skip
    made = int(conn.execute(insert(broadcast).values(row).returning(broadcast.c.id)).scalar_one())
    _audit(conn, made, Event.BROADCAST_BEGUN, f"user:{user_id}", now_ms, simulated=simulated)
    return made


def write(conn: Connection, id: int, version: int, values: Mapping[str, Any], *, user_id: int, now_ms: int) -> None:
    """Keep a draft's words and group. Raises Stale when somebody acted first or it is no draft, Gone."""
    row = _claim(conn, id, version, {Status.DRAFT})
    _put(conn, row, dict(values), user_id, now_ms)


def ask(conn: Connection, id: int, version: int, *, people: int, user_id: int, now_ms: int) -> None:
    """Ask for somebody to confirm it. Nobody can change it from here on without asking anew. Raises as ``write``."""
    row = _claim(conn, id, version, {Status.DRAFT})
    _put(conn, row, {"status": Status.ASKED.value, "asked_by": user_id, "asked_at": now_ms}, user_id, now_ms)
    counts = {"people": people, "languages": len(row.texts)}
    _audit(conn, id, Event.BROADCAST_ASKED, f"user:{user_id}", now_ms, **counts)


def confirm(conn: Connection, id: int, version: int, *, people: int, others: bool, user_id: int, now_ms: int) -> None:
    """The second look. ``others``: there is another lead than the one who asked.

    Raises NotYours for the one who asked, but ten minutes later for one who is alone; Stale and Gone as ``write``.
    """
    row = _claim(conn, id, version, {Status.ASKED})
    if confirm_from(_broadcast(row), others=others, user_id=user_id, now_ms=now_ms) > now_ms:
        raise NotYours("Somebody else must confirm this text, or more time must pass.")
    _put(conn, row, {"status": Status.CONFIRMED.value, "confirmed_by": user_id}, user_id, now_ms)
    detail = {"people": people, "asked_by": row.asked_by}
    _audit(conn, id, Event.BROADCAST_CONFIRMED, f"user:{user_id}", now_ms, **detail)


def confirm_from(found: Broadcast, *, others: bool, user_id: int, now_ms: int) -> int:
    """From when on this person may confirm it, in ms; the far future when another lead must."""
    if found.asked_by != user_id:
        return now_ms
    return 2**62 if others else (found.asked_at or now_ms) + ALONE_WAITS_MS


def move(conn: Connection, id: int, version: int, to: Status, *, user_id: int, now_ms: int) -> None:
    """Pause it, go on with it, take it back to be changed, or end it. Raises as ``write``."""
    row = _claim(conn, id, version, {status for status, ways in MOVES.items() if to in ways})
    _put(conn, row, {"status": to.value}, user_id, now_ms)
    detail: dict[str, object] = {"before": row.status, "after": to.value}
    if to is Status.CANCELED:
        detail["taken_back"] = progress(conn, id).waiting
    _audit(conn, id, EVENTS.get(to, Event.BROADCAST_CANCELED), f"user:{user_id}", now_ms, **detail)


def one(conn: Connection, id: int) -> Broadcast | None:
    """The broadcast of this id."""
    row = conn.execute(select(broadcast).where(broadcast.c.id == id)).first()
    return _broadcast(row) if row else None


def listed(conn: Connection, limit: int = 100) -> list[Broadcast]:
    """The newest first."""
    return [_broadcast(row) for row in conn.execute(select(broadcast).order_by(broadcast.c.id.desc()).limit(limit))]


def to_confirm(conn: Connection, user_id: int) -> int:
    """How many wait for a second look by this person: those that somebody else asked for."""
    others = broadcast.c.asked_by.is_distinct_from(user_id)
    query = select(func.count()).select_from(broadcast).where(broadcast.c.status == Status.ASKED.value, others)
    return conn.scalar(query) or 0


def due(conn: Connection, now_ms: int) -> list[Broadcast]:
    """Those that have something to do now, the oldest first."""
    begun = broadcast.c.status == Status.GOING.value
    first = or_(broadcast.c.send_at.is_(None), broadcast.c.send_at <= now_ms)
    ready = and_(broadcast.c.status == Status.CONFIRMED.value, first)
    return [
        _broadcast(row) for row in conn.execute(select(broadcast).where(or_(begun, ready)).order_by(broadcast.c.id))
    ]


def consented(conn: Connection, *, simulated: bool) -> int:
    """How many people have said yes to news."""
    query = select(func.count()).select_from(contact).where(*_may_get(simulated, ()))
    return conn.scalar(query) or 0


def groups(conn: Connection, found: Broadcast, now_ms: int) -> list[Group]:
    """Whom it is for as of now, by language, the largest first."""
    count = func.count()
    kept = _may_get(found.simulated, found.languages)
    silent = and_(contact.c.channel == Channel.WHATSAPP.value, ~_window_is_open(now_ms)).label("silent")
    query = select(LANGUAGE.label("language"), contact.c.channel, silent, count).where(*kept)
    by: dict[str, dict[str, int]] = {}
    for language, channel, is_silent, people in conn.execute(query.group_by(LANGUAGE, contact.c.channel, silent)):
        name = "silent" if is_silent else channel
        by.setdefault(language, {})[name] = people
    return sorted((Group(language, **counts) for language, counts in by.items()), key=lambda one: -one.reached)


def progress(conn: Connection, id: int) -> Progress:
    """How it goes, counted from what became of each text."""
    people = broadcast_person
    paid = case((contact.c.channel == Channel.SMS.value, outbound.c.segments), else_=0)
    sent = outbound.c.id == people.c.outbound_id
    count, segments = func.count(), func.coalesce(func.sum(paid), 0)
    query = select(people.c.state, people.c.reason, outbound.c.status, count, segments)
    rows = conn.execute(
        query.select_from(people.outerjoin(outbound, sent).outerjoin(contact, contact.c.id == people.c.contact_id))
        .where(people.c.broadcast_id == id)
        .group_by(people.c.state, people.c.reason, outbound.c.status)
    )
    counts: dict[str, int] = {}
    left_out: dict[str, int] = {}
    for state, reason, status, number, of_them in rows:
        why, name = _left_out(state, reason, status), _name(state, status)
        counts["people"] = counts.get("people", 0) + number
        if why:
            left_out[why] = left_out.get(why, 0) + number
            continue
        counts[name] = counts.get(name, 0) + number
        if name in {"sent", "arrived"}:
            counts["segments"] = counts.get("segments", 0) + of_them
    return Progress(**counts, left_out=left_out)


def start(conn: Connection, id: int, now_ms: int) -> None:
    """Write down who gets it, and let it go: everybody who may as of now. Nothing when it has begun already."""
    row = conn.execute(select(broadcast).where(broadcast.c.id == id).with_for_update()).first()
    if row is None or row.status != Status.CONFIRMED:
        return
    hers = select(literal(id), contact.c.id, literal("waiting"), literal(now_ms))
    hers = hers.where(*_may_get(row.simulated, row.languages)).order_by(contact.c.id)
    into = insert(broadcast_person).from_select(["broadcast_id", "contact_id", "state", "at"], hers)
    conn.execute(into)
    conn.execute(
        update(broadcast).where(broadcast.c.id == id).values(status=Status.GOING.value, version=row.version + 1)
    )


def finish(conn: Connection, id: int, now_ms: int) -> bool:
    """End it when nothing waits any more. True when that was now."""
    row = conn.execute(select(broadcast).where(broadcast.c.id == id).with_for_update()).first()
    if row is None or row.status != Status.GOING:
        return False
    seen = progress(conn, id)
    if seen.waiting:
        return False
    ended = {"status": Status.FINISHED.value, "version": row.version + 1, "acted_at": now_ms, "acted_by": None}
    conn.execute(update(broadcast).where(broadcast.c.id == id).values(ended))
    counts = {"sent": seen.sent + seen.arrived, "left_out": sum(seen.left_out.values())}
    _audit(conn, id, Event.BROADCAST_FINISHED, "system", now_ms, **counts)
    return True


def _left_out(state: str, reason: str | None, status: str | None) -> str | None:
    if state == "left_out":
        return reason
    if state == "queued" and status is None:
        return Reason.GONE
    return Reason.STOPPED if status == DeliveryStatus.CANCELED else None


def _name(state: str, status: str | None) -> str:
    if state == "waiting" or status in IN_LINE:
        return "waiting"
    if status in ARRIVED:
        return "arrived"
    return "failed" if status in BAD else "sent"


def _may_get(simulated: bool, languages: Collection[str]) -> list[ColumnElement[bool]]:
    kept = [contact.c.status == "active", contact.c.simulated == simulated, consents.has_given(consents.NEWS)]
    return [*kept, LANGUAGE.in_(languages)] if languages else kept


def _window_is_open(now_ms: int) -> ColumnElement[bool]:
    return func.coalesce(contact.c.last_inbound_at, 0) > now_ms - WINDOW_MS


def _claim(conn: Connection, id: int, version: int, allowed: Collection[Status]) -> Row[Any]:
    row = conn.execute(select(broadcast).where(broadcast.c.id == id).with_for_update()).first()
    if row is None:
        raise Gone("There is no such text.")
    if row.version != version or row.status not in allowed:
        raise stale(conn, row.status, row.acted_by, row.acted_at)
    return row


def _put(conn: Connection, row: Row[Any], values: dict[str, Any], user_id: int, now_ms: int) -> None:
    stamp = {"version": row.version + 1, "acted_by": user_id, "acted_at": now_ms}
    conn.execute(update(broadcast).where(broadcast.c.id == row.id).values({**values, **stamp}))


def _audit(conn: Connection, id: int, event: Event, actor: str, now_ms: int, **detail: object) -> None:
    audit.append(conn, now_ms=now_ms, actor=actor, event=event, subject=f"broadcast:{id}", detail=detail)


def _broadcast(row: Row[Any]) -> Broadcast:
    kept = {name: value for name, value in row._mapping.items() if name not in {"status", "languages"}}
    return Broadcast(**kept, status=Status(row.status), languages=tuple(row.languages))
