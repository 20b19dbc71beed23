"""A story that waits for a translation: who asked for it, for whom it was translated, and its way back to her."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from bot.store import stories, wordings
from bot.store.schema import story, story_translation, user
from bot.store.stories import QUEUE
from bot.store.swap import hold, write
from bot.story.status import StoryStatus


@dataclass(frozen=True)
class Asker:
    """The champion who could not read a story. ``name`` is "" and ``languages`` empty when she has left the desk."""

    id: int | None
    name: str
    languages: tuple[str, ...]


def asker(conn: Connection, story_id: int) -> Asker | None:
    """Who asked for somebody who reads this story's language; None when it does not wait for that."""
    waits = (story.c.id == story_id) & (story.c.status == StoryStatus.NEEDS_TRANSLATION.value)
    found = conn.execute(
        select(user.c.id, user.c.name, user.c.languages)
        .select_from(story.outerjoin(user, user.c.id == story.c.decided_by))
        .where(waits)
    ).first()
    return Asker(found.id, found.name or "", tuple(found.languages or ())) if found else None


def give_back(conn: Connection, story_id: int, language: str, *, user_id: int, now_ms: int) -> str | None:
    """Put a story back in the queue that was just translated into ``language``, and give the name of who asked for it.

    None, and nothing is changed, when nobody asked, or when it is a language that she does not read. A lease of whoever
    translated it ends with that; another's stays. Raises Gone.
    """
    asked = asker(conn, story_id)
    if asked is None or (asked.languages and language not in asked.languages):
        return None
    row = hold(conn, story, story_id)
    values = {"status": StoryStatus.RECEIVED.value, **(stories.NOTHING_OUT if row.claimed_by == user_id else {})}
    write(conn, QUEUE, row, values, user_id=user_id, now_ms=now_ms)
    stories.note(conn, stories.EVENTS[StoryStatus.RECEIVED], row, StoryStatus.RECEIVED, user_id, now_ms)
    return asked.name


def translated_for(user_id: int, hers: Collection[str]) -> ColumnElement[bool]:
    """Stories in none of her languages that another champion has translated into one of them.

    Only what somebody has acted on is looked at more closely: of the others there may be thousands.
    """
    translated = exists().where(
        story_translation.c.story_id == story.c.id, story_translation.c.language.in_(hers), wordings.CURRENT
    )
    return and_(
        story.c.status == StoryStatus.RECEIVED.value,
        story.c.decided_by.is_not(None),
        story.c.decided_by != user_id,
        story.c.language.not_in(hers),
        translated,
    )
