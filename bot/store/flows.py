"""Flow revisions: all the flows' files as they were, so that a conversation ends as it began."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import cast

from sqlalchemy import Connection, insert, select

from bot.store.locks import Lock, hold
from bot.store.schema import flow_revision


def publish(conn: Connection, sources: Mapping[str, str], now_ms: int) -> str:
    """Keep these files (name to text), unless they are already. Gives their SHA-256 digest, 64 hex digits."""
    canonical = json.dumps(dict(sources), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    hold(conn, Lock.FLOWS)
    if not is_stored(conn, digest):
        conn.execute(insert(flow_revision).values(digest=digest, sources=canonical, published_at=now_ms))
    return digest


def is_stored(conn: Connection, digest: str) -> bool:
    """True when a conversation that begins in this revision can find it again."""
    return conn.scalar(select(flow_revision.c.digest).where(flow_revision.c.digest == digest)) is not None


def sources(conn: Connection, digest: str) -> dict[str, str] | None:
    """The files of a revision, name to text; None when it was never published here."""
    kept = conn.scalar(select(flow_revision.c.sources).where(flow_revision.c.digest == digest))
    return cast("dict[str, str]", json.loads(kept)) if kept is not None else None
