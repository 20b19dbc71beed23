"""Flow revisions: all the flows' files as they were, so that a conversation ends as it began."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, delete, insert, or_, select, update

import bot.flow
import bot.knowledge
from bot.flow.compiled import pack, unpack
from bot.flow.model import FlowSet
from bot.store.locks import Lock, hold
from bot.store.schema import contact, flow_revision


def publish(conn: Connection, sources: Mapping[str, str], now_ms: int, *, in_use: bool = True) -> str:
    """Keep these files (name to text), unless they are already. Gives their SHA-256 digest, 64 hex digits.

    ``in_use``: people's conversations begin in it from now on. A draft that is only tried is kept without.
    """
    canonical = json.dumps(dict(sources), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    hold(conn, Lock.FLOWS)
    if not is_stored(conn, digest):
        conn.execute(insert(flow_revision).values(digest=digest, sources=canonical, published_at=now_ms))
    if in_use:
        conn.execute(update(flow_revision).where(flow_revision.c.digest == digest).values(in_use_at=now_ms))
    return digest


def newest(conn: Connection) -> str | None:
    """The digest of the revision that came into use last; None when none ever did."""
    order = (flow_revision.c.in_use_at.desc(), flow_revision.c.digest)
    used = select(flow_revision.c.digest).where(flow_revision.c.in_use_at.is_not(None))
    return conn.scalar(used.order_by(*order).limit(1))


def is_stored(conn: Connection, digest: str) -> bool:
    """True when a conversation that begins in this revision can find it again."""
    return conn.scalar(select(flow_revision.c.digest).where(flow_revision.c.digest == digest)) is not None


def forget_tried(conn: Connection) -> int:
    """Take out the drafts that were only tried, and that nobody is in any more; gives how many."""
    row = flow_revision.c
    held = [select(column).where(column.is_not(None)) for column in (contact.c.flow_revision, contact.c.rehearses)]
    gone = delete(flow_revision).where(row.in_use_at.is_(None), *(row.digest.not_in(one) for one in held))
    return conn.execute(gone).rowcount


def sources(conn: Connection, digest: str) -> dict[str, str] | None:
    """The files of a revision, name to text; None when it was never published here."""
    kept = conn.scalar(select(flow_revision.c.sources).where(flow_revision.c.digest == digest))
    return cast("dict[str, str]", json.loads(kept)) if kept is not None else None


def keep_packed(conn: Connection, flows: FlowSet) -> None:
    """Keep the flows of a published revision in the form that is read fastest."""
    of_it = flow_revision.c.digest == flows.digest
    conn.execute(update(flow_revision).where(of_it).values(packed=pack(flows), packed_by=reader()))


def packed(conn: Connection, digest: str) -> FlowSet | None:
    """The flows of a revision; None when they were not packed by this very code."""
    row = flow_revision.c
    kept = conn.scalar(select(row.packed).where(row.digest == digest, row.packed_by == reader()))
    return unpack(kept) if kept is not None else None


def unpacked_in_use(conn: Connection) -> Iterator[dict[str, str]]:
    """The files of each revision in which people are, and which other code packed or none."""
    row = flow_revision.c
    in_use = row.digest.in_(select(contact.c.flow_revision).where(contact.c.flow_revision.is_not(None)))
    other = or_(row.packed_by.is_(None), row.packed_by != reader())
    for kept in conn.scalars(select(row.sources).where(in_use, other)):
        yield json.loads(kept)


@cache
def reader() -> str:
    """Names the code that reads flows, by its text: other code may read the same files otherwise."""
    folders = [Path(package.__path__[0]) for package in (bot.flow, bot.knowledge)]
    files = sorted(file for folder in folders for file in folder.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
