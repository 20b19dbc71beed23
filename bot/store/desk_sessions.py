"""Where somebody is signed in to the desk: one row a browser. A cookie without its row opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.schema import desk_session

IDLE_MS = 60 * 60_000
AT_MOST_MS = 12 * 3_600_000
NOTED_EVERY_MS = 5 * 60_000  # "last seen" is written this often: a write at each click would cost more than it tells


@dataclass(frozen=True)
class DeskSession:
    """One browser that is signed in."""

    id: str
    user_id: int
    began_at: int
    seen_at: int
    browser: str
    came_from: str


def begin(conn: Connection, user_id: int, *, browser: str, came_from: str, now_ms: int) -> str:
    """Remember a browser that has just signed in, and give the secret that its cookie is to hold."""
    secret = secrets.token_urlsafe(32)
    values = {"id": hashed(secret), "user_id": user_id, "began_at": now_ms, "seen_at": now_ms}
    conn.execute(insert(desk_session).values(**values, browser=browser[:40], came_from=came_from[:48]))
    return secret


def hashed(secret: str) -> str:
    """What stands in the table for a cookie's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(conn: Connection, id: str, now_ms: int) -> DeskSession | None:
    """The session of this hashed secret, while it lasts: an hour without a click ends it, and twelve hours do."""
    row = conn.execute(select(desk_session).where(desk_session.c.id == id)).first()
    found = DeskSession(**row._mapping) if row else None
    return found if found and _lasts(found, now_ms) else None


def _lasts(one: DeskSession, now_ms: int) -> bool:
    return now_ms - one.seen_at <= IDLE_MS + NOTED_EVERY_MS and now_ms - one.began_at <= AT_MOST_MS


def seen(conn: Connection, id: str, now_ms: int) -> None:
    """Note that it was used just now."""
    conn.execute(update(desk_session).where(desk_session.c.id == id).values(seen_at=now_ms))


def of_user(conn: Connection, user_id: int, now_ms: int) -> list[DeskSession]:
    """Where this person is signed in now, the last used first."""
    query = select(desk_session).where(desk_session.c.user_id == user_id)
    rows = conn.execute(query.order_by(desk_session.c.seen_at.desc(), desk_session.c.id))
    return [one for one in (DeskSession(**row._mapping) for row in rows) if _lasts(one, now_ms)]


def end(conn: Connection, user_id: int, *, only: str = "", keep: Sequence[str] = ()) -> int:
    """End all of her sessions, or ``only`` this one, but none of those to ``keep``. Gives how many."""
    mine = delete(desk_session).where(desk_session.c.user_id == user_id, desk_session.c.id.not_in(keep))
    return conn.execute(mine.where(desk_session.c.id == only) if only else mine).rowcount


def forget_old(conn: Connection, now_ms: int) -> None:
    """Delete those that are over."""
    conn.execute(delete(desk_session).where(desk_session.c.seen_at < now_ms - AT_MOST_MS))
