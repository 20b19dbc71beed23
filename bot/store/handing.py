"""A lead hands a story to a champion. A request, no lock: it ends by itself, and the story stays in every list."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import story, story_handed, user
from bot.store.stories import last_act
from bot.store.swap import hold, stale
from bot.story.consent import SameReader
from bot.story.status import HANDED_MS, WAITING, MoveRefused, StoryStatus, standing


@dataclass(frozen=True)
class Handed:
    """A story that was handed to somebody: by whom, and until when it is left to her."""

    story_id: int
    reference: str
    version: int
    by: str
    until: int


def hand(conn: Connection, id: int, version: int, to: int, *, by: int, now_ms: int) -> None:
    """Ask ``to`` to read this story, for HANDED_MS from now.

    Raises Gone; Stale when somebody acted since this version, or reads it now; MoveRefused when it does not wait;
    SameReader when she approved it first.
    """
    row = hold(conn, story, id)
    if row.version != version:
        raise last_act(conn, row)
    now = standing(StoryStatus(row.status), row.claim_until, now_ms)
    if now is StoryStatus.CLAIMED:
        raise stale(conn, now, row.claimed_by, row.claim_until)
    if now not in WAITING:
        raise MoveRefused(f"This story is {row.status.replace('_', ' ')}: it does not wait to be read.")
    if now is StoryStatus.NEEDS_SECOND and row.first_by == to:
        raise SameReader("She approved this story first: another champion must read it.")
    before = _of(conn, id, now_ms)
    forget(conn, id)
    values = {"story_id": id, "user_id": to, "by": by, "at": now_ms, "until": now_ms + HANDED_MS}
    conn.execute(insert(story_handed).values(values))
    conn.execute(update(story).where(story.c.id == id).values(version=row.version + 1))
    _note(conn, Event.STORY_HANDED, row, before, to, by, now_ms)


def hand_back(conn: Connection, id: int, *, user_id: int, now_ms: int) -> bool:
    """She cannot read it: anybody may take it again. False when it was not handed to her, or no longer. Raises Gone."""
    row = hold(conn, story, id)
    if _of(conn, id, now_ms) != user_id:
        return False
    forget(conn, id)
    _note(conn, Event.STORY_HANDED_BACK, row, user_id, None, user_id, now_ms)
    return True


def taken(conn: Connection, id: int, user_id: int) -> None:
    """Somebody took the story to read: what was handed to another is over."""
    mine = story_handed.c.user_id == user_id
    conn.execute(delete(story_handed).where(story_handed.c.story_id == id, ~mine))


def forget(conn: Connection, id: int) -> None:
    """Nobody is asked to read this story any more."""
    conn.execute(delete(story_handed).where(story_handed.c.story_id == id))


def to_another(user_id: int, now_ms: int) -> ColumnElement[bool]:
    """The condition for stories that were handed to somebody else, and are left to her just now."""
    here = (story_handed.c.story_id == story.c.id) & (story_handed.c.until > now_ms)
    return exists(select(story_handed.c.story_id).where(here, story_handed.c.user_id != user_id).correlate(story))


def waiting_for(conn: Connection, user_id: int, free: ColumnElement[bool], now_ms: int) -> list[int]:
    """The ids of what was handed to her and waits, the oldest first."""
    query = select(story.c.id).select_from(story.join(story_handed)).where(_hers(user_id, now_ms), free)
    return list(conn.scalars(query.order_by(story_handed.c.at, story.c.id)))


def of(conn: Connection, user_id: int, now_ms: int) -> list[Handed]:
    """What was handed to her and that she has not taken up yet, the oldest first."""
    lead = user.alias("lead")
    unread = story.c.claim_until.is_(None) | (story.c.claim_until <= now_ms)
    rows = conn.execute(
        select(story.c.id, story.c.reference, story.c.version, lead.c.name, story_handed.c.until)
        .select_from(story.join(story_handed).outerjoin(lead, lead.c.id == story_handed.c.by))
        .where(_hers(user_id, now_ms), unread)
        .order_by(story_handed.c.at, story.c.id)
    )
    return [Handed(row.id, row.reference, row.version, row.name or "", row.until) for row in rows]


def who(conn: Connection, ids: list[int], now_ms: int) -> dict[int, str]:
    """To whom each of these stories is handed just now, by name."""
    rows = conn.execute(
        select(story_handed.c.story_id, user.c.name, user.c.email)
        .select_from(story_handed.join(user, user.c.id == story_handed.c.user_id))
        .where(story_handed.c.story_id.in_(ids), story_handed.c.until > now_ms)
    )
    return {row.story_id: row.name or row.email for row in rows}


def _hers(user_id: int, now_ms: int) -> ColumnElement[bool]:
    waits = story.c.status.in_([one.value for one in WAITING])
    return (story_handed.c.user_id == user_id) & (story_handed.c.until > now_ms) & waits


def _of(conn: Connection, id: int, now_ms: int) -> int | None:
    here = (story_handed.c.story_id == id) & (story_handed.c.until > now_ms)
    return conn.scalar(select(story_handed.c.user_id).where(here))


def _note(
    conn: Connection, event: Event, row: Row[object], before: int | None, after: int | None, by: int, now_ms: int
) -> None:
    detail = {"before": _code(before), "after": _code(after), "language": row.language}
    audit.append(conn, now_ms=now_ms, actor=f"user:{by}", event=event, subject=f"story:{row.id}", detail=detail)


def _code(user_id: int | None) -> str | None:
    return f"user:{user_id}" if user_id else None
