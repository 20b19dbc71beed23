"""How much each champion has on her hands: what she holds, what she has done lately, and what she wants on a day.

It is read from the audit log, by who acted when: nothing is counted a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import audit as audit_table
from bot.store.schema import day_limit, story, story_handed
from bot.story.status import WAITING

DAY_MS = 86_400_000
LATELY_DAYS = 7
MOST_A_DAY = 99
DECISIONS = (
    Event.STORY_APPROVED, Event.STORY_TO_SECOND, Event.STORY_DECLINED, Event.STORY_TO_LEAD, Event.STORY_TO_TRANSLATE,
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Load:
    """How many stories somebody holds, or was handed, and about how many she decided in the last LATELY_DAYS days."""

    holds: int = 0
    done: int = 0


def of(conn: Connection, ids: Collection[int], now_ms: int) -> dict[int, Load]:
    """The load of each of these people."""
    holds, done = _holds(conn, ids, now_ms), _done(conn, ids, now_ms - LATELY_DAYS * DAY_MS)
    return {id: Load(holds[id], done[f"user:{id}"]) for id in ids}


def limit(conn: Connection, user_id: int) -> int | None:
    """How many stories she wants on a day; None: as many as there are."""
    return conn.scalar(select(day_limit.c.stories).where(day_limit.c.user_id == user_id))


def set_limit(conn: Connection, user_id: int, stories: int | None, now_ms: int) -> None:
    """Keep how many she wants on a day."""
    before = limit(conn, user_id)
    if before == stories:
        return
    conn.execute(delete(day_limit).where(day_limit.c.user_id == user_id))
    if stories is not None:
        conn.execute(insert(day_limit).values(user_id=user_id, stories=stories))
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.DAY_LIMIT_CHANGED, subject=f"user:{user_id}",
        detail={"before": before, "after": stories},
    )  # fmt: skip


def at_limit(conn: Connection, user_id: int, day_began: int) -> bool:
    """Whether she took as many stories as she wants on a day, since it began (ms)."""
    wanted = limit(conn, user_id)
    return wanted is not None and taken(conn, user_id, day_began) >= wanted


def all_at_limit(conn: Connection, day_began: int) -> frozenset[int]:
    """Everybody who took as many stories as she wants on this day."""
    wanted = conn.execute(select(day_limit.c.user_id, day_limit.c.stories)).all()
    return frozenset(row.user_id for row in wanted if taken(conn, row.user_id, day_began) >= row.stories)


def taken(conn: Connection, user_id: int, day_began: int) -> int:
    """How many stories she took to read since then, or decided about; what she gave back unread does not count."""
    acts = conn.execute(
        select(audit_table.c.subject, audit_table.c.event)
        .where(_acted([user_id], day_began), _is((Event.STORY_CLAIMED, Event.STORY_RELEASED, *DECISIONS)))
        .order_by(audit_table.c.id)
    )
    last = {row.subject: row.event for row in acts}
    return sum(event != Event.STORY_RELEASED.value for event in last.values())


def _holds(conn: Connection, ids: Collection[int], now_ms: int) -> Counter[int]:
    """What somebody reads by now counts for her alone, whoever was asked to."""
    reads = and_(story.c.claimed_by.in_(ids), story.c.claim_until > now_ms)
    asked = and_(story_handed.c.user_id.in_(ids), story_handed.c.until > now_ms)
    rows = conn.execute(
        select(story.c.id, story.c.claimed_by, reads.label("reads"), story_handed.c.user_id, asked.label("asked"))
        .select_from(story.outerjoin(story_handed))
        .where(story.c.status.in_([one.value for one in WAITING]), or_(reads, asked))
    )
    held = {(row.claimed_by if row.reads else row.user_id, row.id) for row in rows}
    return Counter(user_id for user_id, _ in held)


def _done(conn: Connection, ids: Collection[int], since: int) -> Counter[str]:
    rows = conn.execute(
        select(audit_table.c.actor, func.count(audit_table.c.subject.distinct()))
        .where(_acted(ids, since), _is(DECISIONS))
        .group_by(audit_table.c.actor)
    )
    return Counter({row[0]: row[1] for row in rows})


def _acted(ids: Collection[int], since: int) -> ColumnElement[bool]:
    return and_(audit_table.c.actor.in_([f"user:{id}" for id in ids]), audit_table.c.at >= since)


def _is(events: Collection[Event]) -> ColumnElement[bool]:
    return audit_table.c.event.in_([one.value for one in events])
