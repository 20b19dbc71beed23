"""Everything that is kept about one person, opened: for her own copy of it, and for nothing else.

Which tables hold something of hers is not written here: every table that leads to her, or to something of hers, does.
Left out is what is not about her, but about those who help her: who of the desk did what. So is what a lead noted about
an alert, which may speak of others: a lead decides about that by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, func, or_, select

from bot.store import about_you, audit, media
from bot.store.audit import Event
from bot.store.media import Item, State
from bot.store.schema import alert, contact, metadata, question, story, story_unsaved, talk, user
from bot.store.schema.messages import media_part
from bot.store.vault import Vault, opened

Record = dict[str, Any]
NOT_HERS = frozenset(
    {"lookup", "external_lookup", "url_enc", "note_enc", "session_stamp", "flow_revision", "rehearses"}
)
ENDS = frozenset({alert.name, media_part.name})  # what leads to these is about how we work, or comes as a file
LEFT_OUT = frozenset({media_part.name, story_unsaved.name})  # files; what a champion typed and has told nobody yet
MOMENTS = ("_at", "at", "since", "_until")


@dataclass(frozen=True)
class Held:
    """All of it: table -> rows, each a name -> value. ``about_you`` is found by a blind index of its own."""

    contact_id: int
    pseudonym: str
    language: str
    tables: Mapping[str, list[Record]]
    about_you: Mapping[str, str]
    files: list[Item]


def find(conn: Connection, wanted: str) -> list[int]:
    """The people meant by a pseudonym ("Amber Otter 417"), or the reference of a story, question or talk of theirs."""
    said = " ".join(wanted.split())
    found = set(conn.scalars(select(contact.c.id).where(func.lower(contact.c.pseudonym) == said.lower())))
    for table in (story, question, talk):
        its = select(table.c.contact_id).where(table.c.reference == said.upper(), table.c.contact_id.is_not(None))
        found |= set(conn.scalars(its))
    return sorted(found)


def held(conn: Connection, vault: Vault, contact_id: int) -> Held | None:
    """Everything about this person; None when she is not here any more."""
    tables = _rows(conn, contact_id)
    her = tables.get(contact.name)
    if not her:
        return None
    records = {name: [_record(vault, metadata.tables[name], row) for row in rows] for name, rows in tables.items()}
    files = media.of_person(conn, contact_id)
    said = about_you.of_person(conn, vault, contact_id)
    return Held(contact_id, her[0].pseudonym, her[0].language or "en", records, said, files)


def note_export(conn: Connection, one: Held, actor: str, now_ms: int) -> None:
    """Record that somebody made this copy: whose, and how much of each; nothing of what is in it."""
    counts = {
        "stories": len(one.tables.get(story.name, ())),
        "questions": len(one.tables.get(question.name, ())),
        "messages": len(one.tables.get("inbound", ())) + len(one.tables.get("outbound", ())),
        "media": sum(item.state is State.KEPT for item in one.files),
    }
    subject = f"contact:{one.contact_id}"
    audit.append(conn, now_ms=now_ms, actor=actor, event=Event.PERSON_EXPORTED, subject=subject, detail=counts)


def _rows(conn: Connection, contact_id: int) -> dict[str, list[Row[Any]]]:
    """Her row, and in the order of the tables all that leads to a row found already."""
    found: dict[str, list[Row[Any]]] = {}
    for table in metadata.sorted_tables:
        keys = [key for key in table.foreign_keys if key.column.table.name in found.keys() - ENDS]
        if table is contact:
            found[table.name] = list(conn.execute(select(table).where(table.c.id == contact_id)))
        elif keys and table.name not in LEFT_OUT:
            hers = or_(*(key.parent.in_([row.id for row in found[key.column.table.name]]) for key in keys))
            rows = list(conn.execute(select(table).where(hers).order_by(*table.primary_key.columns)))
            found |= {table.name: rows} if rows else {}
    return found


def _record(vault: Vault, table: Table, row: Row[Any]) -> Record:
    shown = [column for column in table.c if column.name not in NOT_HERS and not _is_of_the_desk(column)]
    return {column.name.removesuffix("_enc"): _value(vault, column, row._mapping[column.name]) for column in shown}


def _is_of_the_desk(column: Column[Any]) -> bool:
    return any(key.column.table is user for key in column.foreign_keys)


def _value(vault: Vault, column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if column.name.endswith("_enc"):
        return opened(vault, value)
    if isinstance(value, int) and not isinstance(value, bool) and column.name.endswith(MOMENTS):
        return datetime.fromtimestamp(value / 1000, UTC).isoformat(timespec="seconds")
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


def file_bytes(conn: Connection, vault: Vault, item: Item) -> bytes:
    """One photo or the like, whole. Raises VaultError when no key opens it."""
    return media.read(conn, vault, item, 0, item.size)


def name_of(item: Item) -> str:
    """What the file is called in the copy."""
    ending = {"jpeg": "jpg"}.get(item.content_type.partition("/")[2], item.content_type.partition("/")[2])
    return f"files/{item.kind}-{item.id}.{ending.partition(';')[0] or 'bin'}"
