"""Flow revisions: all the flows' files as they were, so that a conversation ends as it began."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, insert, or_, select, update

import bot.flow
import bot.knowledge
from bot.flow.compiled import pack, unpack
from bot.flow.model import FlowSet
from bot.store.locks import Lock, hold
from bot.store.schema import contact, flow_revision


def publish(conn: Connection, sources: Mapping[str, str], now_ms: int) -> str:
    """Keep these files (name to text), unless they are already. Gives their SHA-256 digest, 64 hex digits."""
    canonical = json.dumps(dict(sources), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    hold(conn, Lock.FLOWS)
    if conn.scalar(select(flow_revision.c.digest).where(flow_revision.c.digest == digest)) is None:
        conn.execute(insert(flow_revision).values(digest=digest, sources=canonical, published_at=now_ms))
    return digest


def newest(conn: Connection) -> str | None:
    """The digest of the revision that was published last; None when none ever was."""
    order = (flow_revision.c.published_at.desc(), flow_revision.c.digest)
    return conn.scalar(select(flow_revision.c.digest).order_by(*order).limit(1))


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
