"""Services that came from directories: kept beside what the desk says of them, and hidden when no longer offered.

``imported`` is what the directory says, ``changes`` what the desk says instead; ``document`` is the two together, and
the only thing that everybody else reads. So a new fetch never undoes what a champion wrote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.knowledge.content_error import ContentErrors
from bot.knowledge.feed.service import Read
from bot.knowledge.services import from_document
from bot.store.schema import service, source_problem
from bot.store.sources import Counts, Source

FEED = "feed"
AT_ONCE = 500  # SQLite takes no more than some 32,000 values in one statement

log = structlog.get_logger("directory")


def keep(conn: Connection, found: Source, reads: Sequence[Read], now_ms: int) -> Counts:
    """Keep these records of this run: (stored, unchanged). A record that was missing is there again."""
    known = _known(conn, found.id, [one.record for one in reads])
    new = [_row(found, one, now_ms) for one in reads if one.record not in known]
    ours = [(known[one.record], one) for one in reads if one.record in known]
    changed = [_changed(row, one, found.run, now_ms) for row, one in ours if _differs(row, one)]
    same = [row.id for row, one in ours if not _differs(row, one)]
    if new:
        conn.execute(insert(service), _with_free_keys(conn, new))
    if changed:
        conn.execute(_UPDATE, changed)
    if same:
        conn.execute(update(service).where(service.c.id.in_(same)).values(seen_run=found.run))
    return Counts(stored=len(new) + len(changed), unchanged=len(same))


def missing(conn: Connection, found: Source) -> list[tuple[int, str]]:
    """(id, record) of those of this directory that this run has not met, and that were not missing before."""
    problems = _rejected(conn, found)
    query = select(service.c.id, service.c.record).where(
        service.c.source_id == found.id, service.c.gone_at.is_(None), service.c.seen_run < found.run
    )
    return [(row.id, row.record) for row in conn.execute(query) if row.record not in problems]


def known(conn: Connection, found: Source) -> int:
    """How many of this directory are kept and not missing."""
    query = select(service.c.id).where(service.c.source_id == found.id, service.c.gone_at.is_(None))
    return len(conn.execute(query).all())


def mark_gone(conn: Connection, ids: Sequence[int], now_ms: int) -> None:
    """These are not in their directory any more: kept, and hidden from residents."""
    for start in range(0, len(ids), AT_ONCE):
        some = service.c.id.in_(ids[start : start + AT_ONCE])
        conn.execute(update(service).where(some).values(gone_at=now_ms, active=False, updated_at=now_ms))


def together(imported: Mapping[str, Any], changes: Mapping[str, Any] | None, verified: str | None) -> dict[str, Any]:
    """What the directory says with what the desk says instead. A change to None takes a field away."""
    document = {**imported, **(changes or {})}
    if changes and "facts" in changes:
        document["facts"] = _told({**imported.get("facts", {}), **changes["facts"]})
    if verified:
        document["verified"] = verified
    return _told(document)


def offered(row: Mapping[Any, Any]) -> bool:
    """Whether residents may find it: nobody switched it off, and its directory offers it."""
    return not (row["off_by_desk"] or row["closed"] or row["gone_at"])


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _known(conn: Connection, id: int, records: Sequence[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(records), AT_ONCE):
        some = service.c.record.in_(records[start : start + AT_ONCE])
        rows = conn.execute(select(service).where(service.c.source_id == id, some))
        found |= {row.record: row for row in rows}
    return found


def _rejected(conn: Connection, found: Source) -> set[str]:
    problem = source_problem
    query = select(problem.c.record).where(
        problem.c.source_id == found.id, problem.c.run == found.run, problem.c.rejected
    )
    return set(conn.scalars(query))


def _row(found: Source, read: Read, now_ms: int) -> dict[str, Any]:
    document = read.document
    return {
        "key": document["id"], "origin": FEED, "area": document["area"], "name": document["name"], "document": document,
        "imported": document, "source_id": found.id, "record": read.record, "seen_run": found.run,
        "closed": read.status, "active": not read.status, "verified": None, "updated_at": now_ms,
    }  # fmt: skip


def _with_free_keys(conn: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A community's own file may have used the key already: then ours gets another, the same one each time."""
    taken = set(conn.scalars(select(service.c.key).where(service.c.key.in_([row["key"] for row in rows]))))
    for row in (row for row in rows if row["key"] in taken):
        mark = hashlib.sha256(f"{row['source_id']}/{row['record']}".encode()).hexdigest()[:10]
        row["key"] = f"{row['key'][:69].rstrip('-')}-{mark}"
        row["document"] = row["imported"] = {**row["document"], "id": row["key"]}
    return rows


def _changed(row: Row[Any], read: Read, run: int, now_ms: int) -> dict[str, Any]:
    imported = {**read.document, "id": row.key}
    document = _effective(imported, row)
    closed = {"off_by_desk": row.off_by_desk, "closed": read.status, "gone_at": None}
    return {
        "at": row.id, "area": document["area"], "name": document["name"], "document": document, "imported": imported,
        "seen_run": run, "closed": read.status, "gone_at": None, "active": offered(closed), "updated_at": now_ms,
    }  # fmt: skip


def _effective(imported: dict[str, Any], row: Row[Any]) -> dict[str, Any]:
    day = row.verified.isoformat() if row.verified else None
    document = together(imported, row.changes, day)
    if row.changes:
        try:
            from_document(document)
        except ContentErrors as bad:  # what a champion wrote no longer goes with what the directory says
            log.warning("changes_left_out", service=row.id, why=bad.errors[0].sentence)
            return together(imported, None, day)
    return document


def _differs(row: Row[Any], read: Read) -> bool:
    return bool(row.imported != {**read.document, "id": row.key} or row.closed != read.status or row.gone_at)


_UPDATE = (
    update(service)
    .where(service.c.id == bindparam("at"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "area", "name", "document", "imported", "seen_run", "closed", "gone_at", "active", "updated_at",
            )
        }
    )
)  # fmt: skip
