"""How grave the worst thing said in a story is, as a champion rated it. Apart from the story, for champions alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import story, story_rating, user
from bot.store.swap import hold, stale
from bot.story.safeguarding import is_rating


@dataclass(frozen=True)
class Rating:
    """A criticality, 0 to 5; who gave it, and when."""

    value: int
    by: str
    at: int


def of_story(conn: Connection, story_id: int) -> Rating | None:
    """How it was rated last; None when it was not."""
    query = (
        select(story_rating.c.rating, story_rating.c.at, user.c.name, user.c.email)
        .outerjoin(user, user.c.id == story_rating.c.rated_by)
        .where(story_rating.c.story_id == story_id)
    )
    row = conn.execute(query).first()
    return Rating(row.rating, row.name or row.email or "", row.at) if row else None


def rate(conn: Connection, *, story_id: int, before: int | None, after: int | None, user_id: int, now_ms: int) -> None:
    """Rate a story, or take the rating back (``after`` None). ``before`` is what stood on the page.

    The audit log keeps each change. Raises ValueError for a number that is no criticality, Gone when the story is no
    longer there, and Stale when somebody rated it meanwhile.
    """
    if after is not None and not is_rating(after):
        raise ValueError("A criticality is a whole number from 0 to 5.")
    hold(conn, story, story_id)
    row = conn.execute(select(story_rating).where(story_rating.c.story_id == story_id)).first()
    now = row.rating if row else None
    if now != before:
        raise stale(conn, "rated", row.rated_by if row else None, row.at if row else None)
    if now == after:
        return
    _write(conn, story_id, after, user_id, now_ms, new=row is None)
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{user_id}",
        event=Event.STORY_RATED,
        subject=f"story:{story_id}",
        detail={"before": before, "after": after},
    )


def _write(conn: Connection, story_id: int, rating: int | None, user_id: int, now_ms: int, *, new: bool) -> None:
    values = {"rating": rating, "rated_by": user_id, "at": now_ms}
    this = story_rating.c.story_id == story_id
    if rating is None:
        conn.execute(delete(story_rating).where(this))
    elif new:
        conn.execute(insert(story_rating).values(story_id=story_id, **values))
    else:
        conn.execute(update(story_rating).where(this).values(**values))
