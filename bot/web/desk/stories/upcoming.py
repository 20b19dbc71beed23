"""What comes next for a champion: the story that she holds already, and how many wait for her."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_login import current_user
from sqlalchemy import Connection

from bot.store import claims, handing, load, moderators
from bot.store.handing import Handed
from bot.story.status import LEASE_MS
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk.waiting import moderates
from bot.web.permissions import Permission, may
from bot.web.wording import day_began


@dataclass(frozen=True)
class Upcoming:
    """What comes next for her: the story she holds already, what a lead handed to her, and how many wait.

    ``full``: she took as many as she wants on a day, and is given no more.
    """

    holding: int | None
    waiting: int
    handed: tuple[Handed, ...] = ()
    full: bool = False
    minutes: int = LEASE_MS // 60_000

    @property
    def any(self) -> bool:
        """True when there is something to read."""
        return bool(self.holding or self.handed or self.waiting)

    @property
    def counted(self) -> str:
        """How many, as far as anybody counts."""
        return f"{claims.MANY - 1}+" if self.waiting >= claims.MANY else str(self.waiting)


def upcoming(conn: Connection) -> Upcoming | None:
    """What waits for the person signed in; None for who does not decide about stories."""
    if not (may(Permission.DECIDE_STORIES) and moderates()):
        return None
    now_ms, one = parts().now_ms(), reader(conn)
    holding, handed = claims.holding(conn, one.user_id, now_ms), tuple(handing.of(conn, one.user_id, now_ms))
    return Upcoming(holding, claims.waiting_for(conn, one, now_ms), handed, full(conn))


def full(conn: Connection) -> bool:
    """Whether the person signed in took as many stories today as she wants on a day."""
    return load.at_limit(conn, current_user.id, day_began())


def reader(conn: Connection) -> claims.Reader:
    """The person signed in, as one who looks for a story: by her languages, and by what the others here can read."""
    others = moderators.by_language(one for one in moderators.everyone(conn) if one.id != current_user.id)
    found = claims.reader(conn, current_user.id, current_user.languages, others)
    return replace(found, within=scoped.moderated_rows())
