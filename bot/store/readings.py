"""What is hard to read, and how each reader's day goes. Of a day that is over nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from bot.store import audit, tags
from bot.store.audit import Event
from bot.store.schema import alert, reading_day, story, story_heed
from bot.store.swap import hold
from bot.story.codebook import Codebook
from bot.story.reading import NEAR_MS, Heed, Reader, heed


class Told(Protocol):
    """What is asked of a story to look at its words: a row of the queue, or a whole story."""

    @property
    def id(self) -> int: ...
    @property
    def texts(self) -> tuple[str, ...]: ...


def heeds(conn: Connection, codebook: Codebook, stories: Sequence[Told]) -> dict[int, Heed]:
    """What to know before each of these stories is read, by its id. Three queries, however many they are."""
    ids = [one.id for one in stories]
    worn, said, danger = tags.of(conn, tags.STORY, ids), _said(conn, ids), _in_danger(conn, ids)
    return {
        one.id: heed(codebook, one.texts, worn.get(one.id, ()), danger=one.id in danger, said=said.get(one.id))
        for one in stories
    }


def say(conn: Connection, story_id: int, distressing: bool, *, user_id: int, now_ms: int) -> bool | None:
    """Keep what a champion says of a story, and give what was said before. Raises Gone."""
    hold(conn, story, story_id)
    before = _said(conn, [story_id]).get(story_id)
    _put(conn, story_id, distressing, before, user_id, now_ms)
    return before


def unsay(conn: Connection, story_id: int, before: bool | None, *, user_id: int, now_ms: int) -> None:
    """Put back what was said before. Raises Gone."""
    hold(conn, story, story_id)
    _put(conn, story_id, before, _said(conn, [story_id]).get(story_id), user_id, now_ms)


def reader(conn: Connection, user_id: int, today: date, limit: int) -> Reader:
    """How this reader's day goes."""
    mine = (reading_day.c.user_id == user_id) & (reading_day.c.day == today)
    row = conn.execute(select(reading_day.c.in_a_row, reading_day.c.not_today).where(mine)).first()
    return Reader(row.in_a_row, limit, row.not_today) if row else Reader(limit=limit)


def note_opened(conn: Connection, user_id: int, today: date, *, distressing: bool) -> None:
    """Count a story that she opened: an easier one begins the row anew."""
    _of_today(conn, user_id, today)
    in_a_row = reading_day.c.in_a_row + 1 if distressing else 0
    conn.execute(update(reading_day).where(reading_day.c.user_id == user_id).values(in_a_row=in_a_row))


def take_a_break(conn: Connection, user_id: int, today: date) -> None:
    """She rested: the row begins anew."""
    note_opened(conn, user_id, today, distressing=False)


def set_not_today(conn: Connection, user_id: int, today: date, not_today: bool) -> None:
    """Whether she wants no distressing stories today. It is not written in the audit log: it is hers, and is over at
    midnight."""
    _of_today(conn, user_id, today)
    conn.execute(update(reading_day).where(reading_day.c.user_id == user_id).values(not_today=not_today))


def not_today(conn: Connection, today: date) -> int:
    """How many readers want none today: a number for leads, and never who."""
    wanted = (reading_day.c.day == today) & reading_day.c.not_today
    return conn.scalar(select(func.count()).select_from(reading_day).where(wanted)) or 0


def forget_days(conn: Connection, today: date) -> None:
    """Delete what was noted of other days."""
    conn.execute(delete(reading_day).where(reading_day.c.day != today))


def _of_today(conn: Connection, user_id: int, today: date) -> None:
    forget_days(conn, today)
    if conn.scalar(select(reading_day.c.user_id).where(reading_day.c.user_id == user_id)) is None:
        conn.execute(insert(reading_day).values(user_id=user_id, day=today, in_a_row=0, not_today=False))


def _said(conn: Connection, ids: Collection[int]) -> Mapping[int, bool]:
    rows = conn.execute(select(story_heed.c.story_id, story_heed.c.distressing).where(story_heed.c.story_id.in_(ids)))
    return {row.story_id: row.distressing for row in rows}


def _in_danger(conn: Connection, ids: Collection[int]) -> frozenset[int]:
    near = and_(
        alert.c.contact_id == story.c.contact_id,
        alert.c.created_at.between(story.c.created_at - NEAR_MS, story.c.created_at + NEAR_MS),
    )
    query = select(story.c.id).select_from(story.join(alert, near)).where(story.c.id.in_(ids))
    return frozenset(conn.execute(query).scalars())


def _put(
    conn: Connection, story_id: int, distressing: bool | None, before: bool | None, user_id: int, now_ms: int
) -> None:
    conn.execute(delete(story_heed).where(story_heed.c.story_id == story_id))
    if distressing is not None:
        values = {"story_id": story_id, "distressing": distressing, "by": user_id, "at": now_ms}
        conn.execute(insert(story_heed).values(values))
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.CONTENT_NOTE_CHANGED, subject=f"story:{story_id}",
        detail={"before": before, "after": distressing},
    )  # fmt: skip
