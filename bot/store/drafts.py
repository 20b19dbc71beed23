"""Drafts of conversations: edited flow files, kept as they were typed, right or wrong, until published or thrown away.

A draft carries a version: of two who write in it at once, the second is told what the first one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import flow_draft, flow_draft_file, user
from bot.store.swap import Gone, stale

LISTED = 100


class DraftStatus(StrEnum):
    """What became of a draft. Thrown away is not gone: it can be taken back."""

    OPEN = "open"
    PUBLISHED = "published"
    THROWN_AWAY = "thrown_away"


@dataclass(frozen=True)
class DraftFile:
    """One edited file. ``base`` is the text in use that the edit began from; None for a new conversation."""

    file: str
    text: str
    base: str | None


@dataclass(frozen=True)
class Draft:
    """A draft with its files by name. ``by`` wrote in it last, ``at``."""

    id: int
    status: DraftStatus
    version: int
    by: str
    at: int
    files: Mapping[str, DraftFile]

    @property
    def texts(self) -> dict[str, str]:
        """What it lays over the files in use."""
        return {one.file: one.text for one in self.files.values()}


def one(conn: Connection, id: int) -> Draft | None:
    """The draft of this id, whatever became of it; None when there is none."""
    found = _drafts(conn, _query().where(flow_draft.c.id == id))
    return found[0] if found else None


def listed(conn: Connection, status: DraftStatus = DraftStatus.OPEN, limit: int = LISTED) -> list[Draft]:
    """The drafts of this state, the last written first."""
    query = _query().where(flow_draft.c.status == status.value)
    return _drafts(conn, query.order_by(flow_draft.c.changed_at.desc(), flow_draft.c.id.desc()).limit(limit))


def begin(conn: Connection, file: DraftFile, *, user_id: int, now_ms: int) -> int:
    """A new draft with this file in it; gives its id."""
    row = {"status": DraftStatus.OPEN.value, "version": 1, "started_by": user_id, "changed_by": user_id}
    row |= {"changed_at": now_ms, "created_at": now_ms}
    made = int(conn.execute(insert(flow_draft).values(**row).returning(flow_draft.c.id)).scalar_one())
    _put(conn, made, file)
    _record(conn, Event.DRAFT_BEGUN, made, 1, user_id, now_ms)
    return made


def write(conn: Connection, id: int, version: int, file: DraftFile, *, user_id: int, now_ms: int) -> None:
    """Keep a file of the draft as it was typed, one that is new in it too. Raises Gone, and Stale for an old one."""
    row = _claim(conn, id, version, DraftStatus.OPEN)
    _put(conn, id, file)
    _moved_on(conn, row, {}, user_id, now_ms)


def throw_away(conn: Connection, id: int, version: int, *, user_id: int, now_ms: int) -> None:
    """Put it out of sight; ``take_back`` undoes it. Raises Gone and Stale."""
    row = _claim(conn, id, version, DraftStatus.OPEN)
    _moved_on(conn, row, {"status": DraftStatus.THROWN_AWAY.value}, user_id, now_ms)
    _record(conn, Event.DRAFT_THROWN_AWAY, id, version, user_id, now_ms)


def take_back(conn: Connection, id: int, version: int, *, user_id: int, now_ms: int) -> None:
    """Go on with a draft that was thrown away. Raises Gone and Stale."""
    row = _claim(conn, id, version, DraftStatus.THROWN_AWAY)
    _moved_on(conn, row, {"status": DraftStatus.OPEN.value}, user_id, now_ms)
    _record(conn, Event.DRAFT_TAKEN_BACK, id, version, user_id, now_ms)


def note_published(conn: Connection, id: int, version: int, *, user_id: int, now_ms: int) -> None:
    """Close the draft: this very version is being published. Raises Gone and Stale."""
    row = _claim(conn, id, version, DraftStatus.OPEN)
    _moved_on(conn, row, {"status": DraftStatus.PUBLISHED.value}, user_id, now_ms)


def _claim(conn: Connection, id: int, version: int, status: DraftStatus) -> Row[Any]:
    """The row, held until the transaction ends."""
    row = conn.execute(select(flow_draft).where(flow_draft.c.id == id).with_for_update()).first()
    if row is None:
        raise Gone("This draft is no longer here.")
    if row.version != version or row.status != status.value:
        raise stale(conn, row.status, row.changed_by, row.changed_at)
    return row


def _moved_on(conn: Connection, row: Row[Any], values: dict[str, Any], user_id: int, now_ms: int) -> None:
    stamp = {"version": row.version + 1, "changed_by": user_id, "changed_at": now_ms}
    conn.execute(update(flow_draft).where(flow_draft.c.id == row.id).values(**values, **stamp))


def _put(conn: Connection, id: int, file: DraftFile) -> None:
    values = {"text": file.text, "base": file.base}
    here = (flow_draft_file.c.draft_id == id, flow_draft_file.c.file == file.file)
    if conn.execute(update(flow_draft_file).where(*here).values(**values)).rowcount == 0:
        conn.execute(insert(flow_draft_file).values(draft_id=id, file=file.file, **values))


def _query() -> Select[Any]:
    return select(flow_draft, user.c.name, user.c.email).outerjoin(user, user.c.id == flow_draft.c.changed_by)


def _drafts(conn: Connection, query: Select[Any]) -> list[Draft]:
    rows = conn.execute(query).all()
    query_files = select(flow_draft_file).where(flow_draft_file.c.draft_id.in_([row.id for row in rows]))
    files: dict[int, dict[str, DraftFile]] = {row.id: {} for row in rows}
    for row in conn.execute(query_files.order_by(flow_draft_file.c.id)):
        files[row.draft_id][row.file] = DraftFile(row.file, row.text, row.base)
    return [
        Draft(row.id, DraftStatus(row.status), row.version, row.name or row.email or "", row.changed_at, files[row.id])
        for row in rows
    ]


def _record(conn: Connection, event: Event, id: int, version: int, user_id: int, now_ms: int) -> None:
    detail = {"version": version}
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=f"draft:{id}", detail=detail)
