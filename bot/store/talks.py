"""Talks with a champion, as the desk reads and leads them. Her side is written by ``bot.store.turn``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from bot.store import audit, second_looks
from bot.store.audit import Event
from bot.store.schema import contact, talk, talk_line, user
from bot.store.swap import Queue, claim, count_by, stale, write
from bot.store.vault import Vault, opened
from bot.story.status import TalkStatus

QUEUE = Queue(talk, talk.c.acted_by, talk.c.acted_at)
SOURCE = talk.outerjoin(contact, contact.c.id == talk.c.contact_id).outerjoin(user, user.c.id == talk.c.taken_by)
# Of her words a list shows the newest.
NEWEST = (
    select(talk_line.c.text_enc)
    .where(talk_line.c.talk_id == talk.c.id, talk_line.c.text_enc.isnot(None))
    .order_by(talk_line.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
COLUMNS = (
    talk,
    NEWEST.label("newest_enc"),
    contact.c.pseudonym,
    contact.c.channel,
    contact.c.status.label("contact_status"),
    contact.c.last_inbound_at,
    user.c.name.label("taken_by_name"),
    second_looks.NEAR_TALK.label("near_danger"),
)


@dataclass(frozen=True)
class Talk:
    """One talk, opened. ``newest`` is the last that she wrote to us, ``waits_since`` since when that has no answer.

    ``with_bot``: she has gone back to the bot; our next text brings her here again. ``stopped``: she may not be texted.
    ``near_danger``: by what it means, something that has no answer yet may be about danger.
    """

    id: int
    reference: str
    language: str
    status: TalkStatus
    version: int
    newest: str
    with_bot: bool
    simulated: bool
    taken_by: int | None
    taken_by_name: str
    late_at: int
    waits_since: int | None
    created_at: int
    contact_id: int | None
    pseudonym: str
    channel: str
    last_inbound_at: int | None
    stopped: bool
    near_danger: bool
    area: str | None

    def is_late(self, now_ms: int) -> bool:
        """True when nobody has taken it in the time that it should have taken."""
        return self.status is TalkStatus.WAITING and now_ms >= self.late_at


@dataclass(frozen=True)
class TalkLine:
    """One text of a talk: hers, opened (``text``), or one of ours (``outbound_id``)."""

    id: int
    text: str
    danger: bool
    outbound_id: int | None
    at: int


def page(
    conn: Connection,
    vault: Vault,
    *,
    status: TalkStatus,
    languages: Collection[str] | None = None,
    within: ColumnElement[bool] | None = None,
    offset: int = 0,
    limit: int = 25,
) -> list[Talk]:
    """Talks of this state and these languages (None: all): who waits longest first, finished ones the newest first.

    ``within`` narrows it to somebody's areas.
    """
    query = select(*COLUMNS).select_from(SOURCE).where(talk.c.status == status.value)
    if within is not None:
        query = query.where(within)
    if languages is not None:
        query = query.where(talk.c.language.in_(languages))
    if status is TalkStatus.FINISHED:
        query = query.order_by(talk.c.acted_at.desc(), talk.c.id.desc())
    else:
        near = second_looks.first(second_looks.NEAR_TALK)
        query = query.order_by(near, talk.c.waits_since.is_(None), talk.c.waits_since, talk.c.created_at, talk.c.id)
    return [_talk(vault, row) for row in conn.execute(query.offset(offset).limit(limit))]


def unanswered(conn: Connection, vault: Vault, user_id: int, limit: int) -> list[Talk]:
    """The talks that this champion has taken and in which she waits for an answer, the longest waiting first."""
    query = select(*COLUMNS).select_from(SOURCE).where(*_mine_to_answer(user_id))
    return [_talk(vault, row) for row in conn.execute(query.order_by(talk.c.waits_since, talk.c.id).limit(limit))]


def counts(conn: Connection, *within: ColumnElement[bool]) -> dict[TalkStatus, int]:
    """How many talks, of those ``within`` somebody's areas, are in each state, none left out."""
    found = count_by(conn, talk.c.status, *within)
    return {status: found.get(status.value, 0) for status in TalkStatus}


def count_unanswered(conn: Connection, user_id: int) -> int:
    """In how many talks of this champion somebody waits for an answer."""
    return conn.scalar(select(func.count()).select_from(talk).where(*_mine_to_answer(user_id))) or 0


def _mine_to_answer(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return (talk.c.taken_by == user_id, talk.c.status == TalkStatus.TAKEN.value, talk.c.waits_since.isnot(None))


def get(conn: Connection, vault: Vault, id: int) -> Talk | None:
    """One talk, or None when there is none, or no longer."""
    row = conn.execute(select(*COLUMNS).select_from(SOURCE).where(talk.c.id == id)).first()
    return _talk(vault, row) if row else None


def lines(conn: Connection, vault: Vault, id: int) -> list[TalkLine]:
    """What was said, in the order in which it came and went."""
    rows = conn.execute(select(talk_line).where(talk_line.c.talk_id == id).order_by(talk_line.c.id))
    return [TalkLine(row.id, opened(vault, row.text_enc), row.danger, row.outbound_id, row.at) for row in rows]


def take(conn: Connection, *, id: int, version: int, user_id: int, now_ms: int) -> None:
    """Take a talk: one that waits, or, when the page showed that, one that somebody else has.

    Raises Stale, with who acted, when somebody was faster; Gone when its person erased it.
    """
    row = _claim_open(conn, id, version)
    values = {"status": TalkStatus.TAKEN.value, "taken_by": user_id}
    _settle(conn, row, values, Event.TALK_TAKEN, user_id, now_ms)


def pass_on(conn: Connection, *, id: int, version: int, to: int | None, user_id: int, now_ms: int) -> None:
    """Give a talk that I have to another champion, or (None) back to all of them. Raises as ``take``."""
    row = _claim_mine(conn, id, version, user_id)
    status = TalkStatus.TAKEN if to else TalkStatus.WAITING
    values = {"status": status.value, "taken_by": to}
    _settle(conn, row, values, Event.TALK_PASSED_ON, user_id, now_ms, to=to)


def mine(conn: Connection, *, id: int, version: int, user_id: int) -> Row[Any]:
    """The talk, held until the transaction ends, when it is mine to write in. Raises as ``take``."""
    return _claim_mine(conn, id, version, user_id)


def wrote(conn: Connection, row: Row[Any], *, outbound_id: int, user_id: int, now_ms: int) -> None:
    """Note one of our texts in a talk that is held: she has an answer, and is with us."""
    conn.execute(insert(talk_line).values(talk_id=row.id, danger=False, outbound_id=outbound_id, at=now_ms))
    write(conn, QUEUE, row, {"waits_since": None, "with_bot": False}, user_id=user_id, now_ms=now_ms)
    _audit(conn, Event.TALK_TEXT_SENT, row, user_id, now_ms, {"outbound": outbound_id})


def finish(conn: Connection, row: Row[Any], *, user_id: int, now_ms: int) -> None:
    """End a talk that is held."""
    values = {"status": TalkStatus.FINISHED.value, "waits_since": None}
    _settle(conn, row, values, Event.TALK_FINISHED, user_id, now_ms)


def _claim_open(conn: Connection, id: int, version: int) -> Row[Any]:
    row = claim(conn, QUEUE, id, version)
    if row.status == TalkStatus.FINISHED:
        raise stale(conn, row.status, row.acted_by, row.acted_at)
    return row


def _claim_mine(conn: Connection, id: int, version: int, user_id: int) -> Row[Any]:
    row = _claim_open(conn, id, version)
    if row.taken_by != user_id:
        raise stale(conn, row.status, row.acted_by, row.acted_at)
    return row


def _settle(
    conn: Connection, row: Row[Any], values: dict[str, Any], event: Event, user_id: int, now_ms: int, **more: object
) -> None:
    write(conn, QUEUE, row, values, user_id=user_id, now_ms=now_ms)
    detail = {"before": row.status, "after": values["status"], "language": row.language, **more}
    _audit(conn, event, row, user_id, now_ms, detail)


def _audit(conn: Connection, event: Event, row: Row[Any], user_id: int, now_ms: int, detail: dict[str, object]) -> None:
    subject = f"talk:{row.id}"
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=subject, detail=detail)


def _talk(vault: Vault, row: Row[Any]) -> Talk:
    return Talk(
        id=row.id,
        reference=row.reference,
        language=row.language,
        status=TalkStatus(row.status),
        version=row.version,
        newest=opened(vault, row.newest_enc),
        with_bot=row.with_bot,
        simulated=row.simulated,
        taken_by=row.taken_by,
        taken_by_name=row.taken_by_name or "",
        late_at=row.late_at,
        waits_since=row.waits_since,
        created_at=row.created_at,
        contact_id=row.contact_id,
        pseudonym=row.pseudonym or "",
        channel=row.channel or "",
        last_inbound_at=row.last_inbound_at,
        stopped=row.contact_status == "stopped",
        near_danger=bool(row.near_danger),
        area=row.area,
    )
