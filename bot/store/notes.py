"""What champions write to one another about a story, and whom they name in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import note_mention, story, story_note, user
from bot.store.swap import hold
from bot.store.vault import Vault, opened

MOST = 100  # of one story on one page


@dataclass(frozen=True)
class Note:
    """One note, opened. ``seen`` is False when it names the reader and she has not said that she has seen it."""

    id: int
    story_id: int
    reference: str
    text: str
    by: int | None
    by_name: str
    at: int
    seen: bool = True


def of_story(conn: Connection, vault: Vault, story_id: int, reader: int) -> list[Note]:
    """The newest notes of one story, oldest first."""
    query = _query(reader).where(story_note.c.story_id == story_id).order_by(story_note.c.id.desc()).limit(MOST)
    return [_note(vault, row) for row in reversed(conn.execute(query).all())]


def naming(conn: Connection, vault: Vault, reader: int, *, offset: int = 0, limit: int = 20) -> list[Note]:
    """The notes that name this reader, newest first."""
    query = _query(reader).where(note_mention.c.user_id == reader).order_by(story_note.c.id.desc())
    return [_note(vault, row) for row in conn.execute(query.offset(offset).limit(limit))]


def unseen(conn: Connection, reader: int) -> int:
    """How many notes name this reader that she has not seen."""
    mine = (note_mention.c.user_id == reader) & note_mention.c.seen_at.is_(None)
    return conn.scalar(select(func.count()).select_from(note_mention).where(mine)) or 0


def write(
    conn: Connection, vault: Vault, story_id: int, text: str, *, named: Collection[int], user_id: int, now_ms: int
) -> int:
    """Keep a note, and tell those whom it names. Gives its id. Raises Gone when the story was taken back meanwhile."""
    hold(conn, story, story_id)
    values = {"story_id": story_id, "text_enc": vault.seal(text), "by": user_id, "at": now_ms}
    made = int(conn.execute(insert(story_note).values(values).returning(story_note.c.id)).scalar_one())
    told = [{"note_id": made, "user_id": one} for one in named if one != user_id]
    if told:
        conn.execute(insert(note_mention), told)
    _record(conn, story_id, made, kept=True, named=len(told), user_id=user_id, now_ms=now_ms)
    return made


def take_back(conn: Connection, story_id: int, id: int, *, user_id: int, now_ms: int) -> bool:
    """Delete a note of one's own. Gives False when it is another's, or gone."""
    mine = (story_note.c.id == id) & (story_note.c.story_id == story_id) & (story_note.c.by == user_id)
    conn.execute(delete(note_mention).where(note_mention.c.note_id.in_(select(story_note.c.id).where(mine))))
    gone = conn.execute(delete(story_note).where(mine)).rowcount
    if gone:
        _record(conn, story_id, id, kept=False, named=0, user_id=user_id, now_ms=now_ms)
    return bool(gone)


def see(conn: Connection, reader: int, now_ms: int) -> None:
    """Note that this reader has seen every note that names her."""
    mine = (note_mention.c.user_id == reader) & note_mention.c.seen_at.is_(None)
    conn.execute(update(note_mention).where(mine).values(seen_at=now_ms))


def _query(reader: int) -> Any:
    mine = (note_mention.c.note_id == story_note.c.id) & (note_mention.c.user_id == reader)
    source = story_note.join(story).outerjoin(user, user.c.id == story_note.c.by).outerjoin(note_mention, mine)
    columns = (
        story_note,
        story.c.reference,
        user.c.name,
        note_mention.c.user_id.label("named"),
        note_mention.c.seen_at,
    )
    return select(*columns).select_from(source)


def _note(vault: Vault, row: Row[Any]) -> Note:
    seen = row.named is None or row.seen_at is not None
    words = opened(vault, row.text_enc)
    return Note(row.id, row.story_id, row.reference, words, row.by, row.name or "", row.at, seen)


def _record(conn: Connection, story_id: int, id: int, *, kept: bool, named: int, user_id: int, now_ms: int) -> None:
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.NOTE_CHANGED, subject=f"story:{story_id}",
        detail={"note": id, "before": not kept, "after": kept, "named": named},
    )  # fmt: skip
