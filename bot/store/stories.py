"""Stories, as the desk reads and decides them. Who may read which is for ``bot.story.consent`` to say."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import contact, story, user
from bot.store.swap import Queue, claim, count_by, write
from bot.store.vault import LOCKED, Vault, opened
from bot.story.consent import Audience, Consent
from bot.story.status import StoryStatus, move

QUEUE = Queue(story, story.c.decided_by, story.c.decided_at)
EVENTS = {
    StoryStatus.APPROVED: Event.STORY_APPROVED,
    StoryStatus.DECLINED: Event.STORY_DECLINED,
    StoryStatus.NEEDS_LEAD: Event.STORY_TO_LEAD,
    StoryStatus.RECEIVED: Event.STORY_REOPENED,
}
SOURCE = story.outerjoin(contact, contact.c.id == story.c.contact_id).outerjoin(user, user.c.id == story.c.decided_by)
FOR_LEADERS = (story.c.status == StoryStatus.NEEDS_LEAD.value) | (
    (story.c.status == StoryStatus.APPROVED.value) & (story.c.consent == Consent.LEADERS.value)
)
COLUMNS = (
    story,
    contact.c.pseudonym,
    contact.c.channel,
    contact.c.status.label("contact_status"),
    user.c.name.label("decided_by_name"),
)


@dataclass(frozen=True)
class StoryRow:
    """One line of the queue. ``texts`` are the messages as they were texted, opened."""

    id: int
    reference: str
    language: str
    consent: Consent
    follow_up: bool
    status: StoryStatus
    version: int
    simulated: bool
    created_at: int
    decided_at: int | None
    decided_by_name: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Story(StoryRow):
    """One story, opened. ``reason``: why it was declined, or what a lead is asked. ``decided_by`` acted last.

    ``stopped`` is True when its teller has said STOP: she may not be texted. ``media`` are the kinds of what came with
    it (``bot.flow.media.KINDS``), one for each.
    """

    wish: str
    media: tuple[str, ...]
    reason: str
    decided_by: int | None
    contact_id: int | None
    pseudonym: str
    channel: str
    stopped: bool


def page(
    conn: Connection,
    vault: Vault,
    *,
    status: Collection[StoryStatus] | None = None,
    languages: Collection[str] | None = None,
    audience: Audience = Audience.CHAMPIONS,
    newest_first: bool = False,
    but: ColumnElement[bool] | None = None,
    offset: int = 0,
    limit: int = 25,
) -> list[StoryRow]:
    """Stories of these states and languages (None: all), oldest first, so that nobody's waits for ever.

    ``but`` narrows it further. To leaders only those they may read, and those they are asked about, whose words
    ``may_read`` keeps from them.
    """
    query = select(*COLUMNS).select_from(SOURCE)
    if audience is Audience.LEADERS:
        query = query.where(FOR_LEADERS)
    if status is not None:
        query = query.where(story.c.status.in_([one.value for one in status]))
    if languages is not None:
        query = query.where(story.c.language.in_(languages))
    if but is not None:
        query = query.where(but)
    order = (story.c.created_at, story.c.id)
    query = query.order_by(*(column.desc() for column in order) if newest_first else order)
    return [StoryRow(**_row(vault, row)) for row in conn.execute(query.offset(offset).limit(limit))]


def counts(conn: Connection) -> dict[StoryStatus, int]:
    """How many stories are in each state, none left out."""
    found = count_by(conn, story.c.status)
    return {status: found.get(status.value, 0) for status in StoryStatus}


def get(conn: Connection, vault: Vault, id: int) -> Story | None:
    """One story, or None when there is none, or no longer."""
    row = conn.execute(select(*COLUMNS).select_from(SOURCE).where(story.c.id == id)).first()
    return _story(vault, row) if row else None


def decide(
    conn: Connection,
    vault: Vault,
    *,
    id: int,
    version: int,
    new_status: StoryStatus,
    reason: str = "",
    user_id: int,
    now_ms: int,
) -> None:
    """Move the story that was read at ``version`` to its new state.

    Raises Stale, with who acted, when somebody was faster; Gone when its teller took it back; MoveRefused
    when a story cannot go there from where it is.
    """
    row = claim(conn, QUEUE, id, version)
    old = StoryStatus(row.status)
    values = {"status": move(old, new_status).value, "reason_enc": vault.seal(reason) if reason else None}
    write(conn, QUEUE, row, values, user_id=user_id, now_ms=now_ms)
    detail = {"before": old, "after": new_status, "language": row.language}
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{user_id}",
        event=EVENTS[new_status],
        subject=f"story:{id}",
        detail=detail,
    )


def _row(vault: Vault, row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "reference": row.reference,
        "language": row.language,
        "consent": Consent(row.consent),
        "follow_up": row.follow_up,
        "status": StoryStatus(row.status),
        "version": row.version,
        "simulated": row.simulated,
        "created_at": row.created_at,
        "decided_at": row.decided_at,
        "decided_by_name": row.decided_by_name or "",
        "texts": _texts(opened(vault, row.text_enc)),
    }


def _texts(words: str) -> tuple[str, ...]:
    return (LOCKED,) if words == LOCKED else tuple(json.loads(words))


def _media(kept: str) -> tuple[str, ...]:
    return tuple(item["kind"] for item in json.loads(kept)) if kept and kept != LOCKED else ()


def _story(vault: Vault, row: Row[Any]) -> Story:
    return Story(
        **_row(vault, row),
        wish=opened(vault, row.wish_enc),
        media=_media(opened(vault, row.media_enc)),
        reason=opened(vault, row.reason_enc),
        decided_by=row.decided_by,
        contact_id=row.contact_id,
        pseudonym=row.pseudonym or "",
        channel=row.channel or "",
        stopped=row.contact_status == "stopped",
    )
