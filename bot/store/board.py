"""The public board: stories whose tellers let everybody read them, in the words that two champions let out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.store import wordings
from bot.store.schema import story
from bot.store.vault import Vault
from bot.store.wordings import Leaving
from bot.story.consent import Audience, Consent, may_read
from bot.story.status import StoryStatus


@dataclass(frozen=True)
class Heard:
    """One story of the board. ``told_at`` may be shown as a month, and no more exactly."""

    words: Leaving
    told_at: int


def heard(conn: Connection, vault: Vault, *, made_up: bool, offset: int, limit: int) -> list[Heard]:
    """What everybody may read, the newest approved first. Stories of the practice phone only with ``made_up``."""
    query = select(story.c.id, story.c.consent, story.c.status, story.c.created_at).where(
        story.c.status == StoryStatus.APPROVED.value, story.c.consent == Consent.BOARD.value
    )
    if not made_up:
        query = query.where(story.c.simulated.is_(False))
    newest = query.order_by(story.c.decided_at.desc(), story.c.id.desc()).offset(offset).limit(limit)
    allowed = [
        row
        for row in conn.execute(newest).all()
        if may_read(Consent(row.consent), StoryStatus(row.status), Audience.PUBLIC)
    ]
    found = ((wordings.leaving(conn, vault, row.id), row.created_at) for row in allowed)
    return [Heard(words, told_at) for words, told_at in found if words]
