"""The contents that Twilio has of ours, by what they show: each is made once."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete, insert, select

from bot.store.database import Database
from bot.store.schema import content


class ContentShelf:
    """Keeps the SIDs. Raises DatabaseAway."""

    def __init__(self, db: Database, now_ms: Callable[[], int]) -> None:
        self._db, self._now_ms = db, now_ms

    def sid(self, key: str) -> str | None:
        """The SID of the content with this key."""
        with self._db.read() as conn:
            return conn.scalar(select(content.c.sid).where(content.c.key == key))

    def keep(self, key: str, sid: str, kind: str, language: str) -> str:
        """Keep it. Of two who made the same at the same moment both get the SID that was kept first."""
        row = {"key": key, "sid": sid, "kind": kind, "language": language, "created_at": self._now_ms()}
        try:
            with self._db.begin() as conn:
                conn.execute(insert(content).values(row))
        except self._db.conflicts:
            return self.sid(key) or sid
        return sid

    def forget(self, key: str) -> None:
        """Twilio does not take it any more: it is made anew when it is needed."""
        with self._db.begin() as conn:
            conn.execute(delete(content).where(content.c.key == key))
