"""What comes next for a champion: the story that she holds already, and how many wait for her."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_login import current_user
from sqlalchemy import Connection

from bot.store import claims, readers
from bot.story.status import LEASE_MS
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk.waiting import moderates
from bot.web.permissions import Permission, may


@dataclass(frozen=True)
class Upcoming:
    """What comes next for her: the story she holds already, and how many wait."""

    holding: int | None
    waiting: int
    minutes: int = LEASE_MS // 60_000

    @property
    def any(self) -> bool:
        """True when there is something to read."""
        return bool(self.holding or self.waiting)

    @property
    def counted(self) -> str:
        """How many, as far as anybody counts."""
        return f"{claims.MANY - 1}+" if self.waiting >= claims.MANY else str(self.waiting)


def upcoming(conn: Connection) -> Upcoming | None:
    """What waits for the person signed in; None for who does not decide about stories."""
    if not (may(Permission.DECIDE_STORIES) and moderates()):
        return None
    now_ms, one = parts().now_ms(), reader(conn)
    return Upcoming(claims.holding(conn, current_user.id, now_ms), claims.waiting_for(conn, one, now_ms))


def reader(conn: Connection) -> claims.Reader:
    """The person signed in, as one who looks for a story: by her languages, and by those of the others here."""
    others = {code for id, codes in readers.moderating(conn).items() if id != current_user.id for code in codes}
    found = claims.reader(conn, current_user.id, current_user.languages, others)
    return replace(found, within=scoped.moderated_rows())
