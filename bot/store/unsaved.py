"""What somebody has typed into a story's page and neither sent nor kept yet: for her alone, sealed, for a week.

It goes with the story when its teller takes it back. The audit log says nothing of it: nothing was done yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from bot.store.schema import story, story_unsaved
from bot.store.swap import hold
from bot.store.vault import LOCKED, Vault, opened

KEPT_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Unsaved:
    """The words of one box. ``base`` is the version, or the last text, that she had before her when she typed them."""

    text: str
    base: int = 0
    at: int = 0


def of_story(conn: Connection, vault: Vault, story_id: int, user_id: int, now_ms: int) -> dict[str, Unsaved]:
    """What she has typed of this story, by the name of the box."""
    fresh = story_unsaved.c.at >= now_ms - KEPT_MS
    rows = conn.execute(select(story_unsaved).where(_hers(story_id, user_id), fresh).order_by(story_unsaved.c.box))
    found = {row.box: Unsaved(opened(vault, row.text_enc), row.base, row.at) for row in rows}
    return {box: one for box, one in found.items() if one.text != LOCKED}


def keep(
    conn: Connection, vault: Vault, story_id: int, typed: Mapping[str, Unsaved], *, user_id: int, now_ms: int
) -> None:
    """Keep these boxes as they are now; an empty one is forgotten. Raises Gone."""
    hold(conn, story, story_id)
    for box, one in typed.items():
        drop(conn, story_id, box, user_id=user_id)
        if one.text:
            values = {"story_id": story_id, "user_id": user_id, "box": box, "text_enc": vault.seal(one.text)}
            conn.execute(insert(story_unsaved).values(**values, base=one.base, at=now_ms))


def drop(conn: Connection, story_id: int, box: str, *, user_id: int) -> None:
    """Forget one box: its words were sent, or kept, or she threw them away."""
    conn.execute(delete(story_unsaved).where(_hers(story_id, user_id) & (story_unsaved.c.box == box)))


def forget_old(conn: Connection, now_ms: int) -> None:
    """Erase what is older than a week."""
    conn.execute(delete(story_unsaved).where(story_unsaved.c.at < now_ms - KEPT_MS))


def _hers(story_id: int, user_id: int) -> ColumnElement[bool]:
    return (story_unsaved.c.story_id == story_id) & (story_unsaved.c.user_id == user_id)
