"""The codebook's tags on stories and questions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import question, question_tag, story, story_tag
from bot.store.swap import Gone, hold


@dataclass(frozen=True)
class Tagged:
    """A kind of thing that wears tags: its name in the audit log, its table, and that of its tags."""

    name: str
    table: Table
    tags: Table

    @property
    def wearer(self) -> ColumnElement[int]:
        """The column of the tags' table that says whose tag it is."""
        return self.tags.c[f"{self.name}_id"]


STORY = Tagged("story", story, story_tag)
QUESTION = Tagged("question", question, question_tag)
KINDS = {kind.name: kind for kind in (STORY, QUESTION)}


def of(conn: Connection, kind: Tagged, ids: Collection[int]) -> dict[int, list[str]]:
    """The keys of the tags that these wear, in the order in which they were put on; nothing for those without."""
    tags, found = kind.tags, dict[int, list[str]]()
    wanted = select(kind.wearer, tags.c.key).where(kind.wearer.in_(ids)).order_by(tags.c.at, tags.c.key)
    for wearer, key in conn.execute(wanted):
        found.setdefault(wearer, []).append(key)
    return found


def put(conn: Connection, kind: Tagged, id: int, key: str, *, user_id: int, now_ms: int) -> bool:
    """Put a tag on. Gives False when it wore it already. Raises Gone when it was taken back meanwhile."""
    hold(conn, kind.table, id)
    if key in of(conn, kind, [id]).get(id, []):
        return False
    conn.execute(insert(kind.tags).values({f"{kind.name}_id": id, "key": key, "by": user_id, "at": now_ms}))
    _record(conn, kind, id, key, worn=True, user_id=user_id, now_ms=now_ms)
    return True


def take_off(conn: Connection, kind: Tagged, id: int, key: str, *, user_id: int, now_ms: int) -> bool:
    """Take a tag off. Gives False when it did not wear it."""
    gone = conn.execute(delete(kind.tags).where(kind.wearer == id, kind.tags.c.key == key)).rowcount
    if gone:
        _record(conn, kind, id, key, worn=False, user_id=user_id, now_ms=now_ms)
    return bool(gone)


def wearing(kind: Tagged, key: str) -> ColumnElement[bool]:
    """The condition that a row of the kind's table wears this tag."""
    return kind.table.c.id.in_(select(kind.wearer).where(kind.tags.c.key == key))


def _record(conn: Connection, kind: Tagged, id: int, key: str, *, worn: bool, user_id: int, now_ms: int) -> None:
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.TAG_CHANGED, subject=f"{kind.name}:{id}",
        detail={"tag": key, "before": not worn, "after": worn},
    )  # fmt: skip


__all__ = ["KINDS", "QUESTION", "STORY", "Gone", "Tagged", "of", "put", "take_off", "wearing"]
