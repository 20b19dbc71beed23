"""A story taken back by its teller: its words go from every table that carries them, and its row says only that.

Which tables carry them is not written here: every table with a foreign key to the story does, so that a new one is
covered from its first day. A key with ON DELETE CASCADE says that the row is about the story, and it goes; one with SET
NULL, that the row stands by itself, and it only forgets the story. What went out already is marked, in ``issued``.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, delete, select, update

from bot.flow.hours import day_of
from bot.store import audit, issuing, media, stories
from bot.store.audit import Event
from bot.store.database import Database
from bot.store.schema import alert, inbound, issued, metadata, outbound, story
from bot.store.schema import audit as audit_table
from bot.store.schema import media as media_table
from bot.store.vault import ERASED, LOCKED, Vault, opened
from bot.story.consent import Consent
from bot.story.status import StoryStatus
from bot.story.told import Told

MOST_TOLD = 50  # stories of one person that she can name: nobody has told more
OWN_WAY = (issued, media_table)  # these are marked, or deleted where the carrier keeps them, and not simply deleted
OPEN_TO_CHAMPIONS = (Consent.CHAMPIONS.value, Consent.NOBODY.value)


def told(conn: Connection, contact_id: int) -> tuple[Told, ...]:
    """The stories that this person can take back, the newest first."""
    rows = conn.execute(
        select(story.c.reference, story.c.created_at, story.c.consent)
        .where(story.c.contact_id == contact_id, story.c.status != StoryStatus.WITHDRAWN.value)
        .order_by(story.c.id.desc())
        .limit(MOST_TOLD)
    )
    return tuple(Told(row.reference, day_of(row.created_at).isoformat(), Consent(row.consent)) for row in rows)


def told_by(db: Database, contact_id: int) -> tuple[Told, ...]:
    """The same, looked up by itself. Raises DatabaseAway."""
    with db.read() as conn:
        return told(conn, contact_id)


def withdraw(conn: Connection, vault: Vault, contact_id: int, reference: str, now_ms: int) -> bool:
    """Take this story back, in the transaction of her message. False when she has no such story, or no longer.

    Her words go out of her texts and of alerts too; the audit entry says how many rows went, and nothing of what
    they said.
    """
    row = _hers(conn, contact_id, reference)
    if row is None:
        return False
    rows = forget(conn, vault, row)
    marked = issuing.mark(conn, [row.id], now_ms)
    conn.execute(update(story).where(story.c.id == row.id).values(**_blank(row, now_ms)))
    detail = {
        "before": row.status, "after": StoryStatus.WITHDRAWN.value, "language": row.language, "rows": rows,
        "issued": marked,
    }  # fmt: skip
    _audit(conn, Event.STORY_WITHDRAWN, row.id, detail, now_ms)
    return True


def narrow(conn: Connection, vault: Vault, contact_id: int, reference: str, now_ms: int) -> bool:
    """Let only the champions read this story from now on. False when nobody else could, or she has no such story."""
    row = _hers(conn, contact_id, reference)
    if row is None or row.consent in OPEN_TO_CHAMPIONS:
        return False
    issuing.mark(conn, [row.id], now_ms)
    stories.lower_consent(conn, row.id, Consent.CHAMPIONS, now_ms)
    return True


def carriers() -> list[Column[Any]]:
    """Every column that leads to a story, but those of tables that go their own way."""
    tables = [table for table in metadata.sorted_tables if table not in OWN_WAY]
    return [key.parent for table in tables for key in table.foreign_keys if key.column is story.c.id]


def forget(conn: Connection, vault: Vault, row: Row[Any]) -> int:
    """Take the words of this story, but for its own row, out of every table. How many rows went."""
    if row.contact_id is not None:
        _forget_words(conn, vault, row.contact_id, _words(vault, row))
    return _forget_replies(conn, row.id) + _empty(conn, row.id)


def _empty(conn: Connection, story_id: int) -> int:
    """What leads to this story, with its photos and the like."""
    brought = select(media_table.c.inbound_id).where(media_table.c.story_id == story_id)
    conn.execute(update(inbound).where(inbound.c.id.in_(brought)).values(media_enc=None))
    media.forget_story(conn, story_id)
    return sum(_leave(conn, column, story_id) for column in carriers())


def _leave(conn: Connection, column: Column[Any], story_id: int) -> int:
    table, key = _table(column), next(iter(column.foreign_keys))
    if key.ondelete == "SET NULL":
        conn.execute(update(table).where(column == story_id).values({column.name: None}))
        return 0
    return conn.execute(delete(table).where(column == story_id)).rowcount


def _table(column: Column[Any]) -> Table:
    table = column.table
    if not isinstance(table, Table):
        raise TypeError(f"{column} belongs to no table.")
    return table


def _hers(conn: Connection, contact_id: int, reference: str) -> Row[Any] | None:
    mine = (story.c.contact_id == contact_id) & (story.c.reference == reference)
    return conn.execute(select(story).where(mine).with_for_update()).first()


def _words(vault: Vault, row: Row[Any]) -> frozenset[str]:
    """What she texted of this story; nothing when it is locked with a key that is no longer here."""
    texts, wish = opened(vault, row.text_enc), opened(vault, row.wish_enc)
    said = json.loads(texts) if texts not in {"", LOCKED} else []
    return frozenset(one.strip() for one in [*said, wish] if one.strip() and one != LOCKED)


def _forget_words(conn: Connection, vault: Vault, contact_id: int, words: frozenset[str]) -> None:
    """Blank those of her texts, and of the alerts they set off, that hold these very words."""
    for table in (inbound, alert):
        rows = conn.execute(select(table.c.id, table.c.text_enc).where(table.c.contact_id == contact_id)).all()
        ids = [row.id for row in rows if opened(vault, row.text_enc).strip() in words]
        conn.execute(update(table).where(table.c.id.in_(ids)).values(text_enc=ERASED))


def _forget_replies(conn: Connection, story_id: int) -> int:
    """What champions texted her about it, which may repeat it; what has not gone yet, does not go."""
    sent = (audit_table.c.subject == f"story:{story_id}") & (audit_table.c.event == Event.STORY_REPLY_SENT.value)
    ids = [detail["outbound"] for detail in conn.scalars(select(audit_table.c.detail).where(sent))]
    return conn.execute(delete(outbound).where(outbound.c.id.in_(ids))).rowcount


def _blank(row: Row[Any], now_ms: int) -> dict[str, Any]:
    """Of the row stay its number, its reference, its language and its days."""
    sealed = [column for column in story.c if column.name.endswith("_enc")]
    return {
        **{column.name: None if column.nullable else ERASED for column in sealed},
        "contact_id": None,
        "consent": Consent.NOBODY.value,
        "follow_up": False,
        "deprivation_edition": None,
        "deprivation_decile": None,
        "status": StoryStatus.WITHDRAWN.value,
        "version": row.version + 1,
        "decided_by": None,
        "first_by": None,
        "area": None,
        **stories.NOTHING_OUT,
        "decided_at": now_ms,
    }


def _audit(conn: Connection, event: Event, story_id: int, detail: dict[str, object], now_ms: int) -> None:
    audit.append(conn, now_ms=now_ms, actor="resident", event=event, subject=f"story:{story_id}", detail=detail)
