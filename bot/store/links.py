"""Links: which there are, which is to be tried next, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from bot.flow.hours import day_of
from bot.knowledge.links import BROKEN, CONFIRMED_DAYS, LinkState, Use
from bot.store.locks import Lock, hold
from bot.store.schema import link, link_use

DAY_MS = 86_400_000
LEASE_MS = 180_000  # longer than one link takes with all its tries
PAUSE_MS = 2_000  # between two requests to one site
NEVER = 2**53  # a moment that does not come


@dataclass(frozen=True, slots=True)
class Link:
    """One address, and what came of trying it last. ``state`` is None when nobody has tried it yet.

    ``bad_days``: on so many different days in a row it was broken. ``waits``: somebody asked for it to be tried now.
    """

    id: int
    url: str
    state: LinkState | None
    status: int | None
    leads_to: str
    asked_at: int | None
    fine_at: int | None
    bad_days: int
    waits: bool

    @property
    def broken(self) -> bool:
        """True when it was broken on two different days: no passing trouble."""
        return self.bad_days >= CONFIRMED_DAYS


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round of trying is: so many of so many are done, since then."""

    done: int
    wanted: int

    @property
    def running(self) -> bool:
        """True while some still wait."""
        return self.done < self.wanted


def sync(conn: Connection, uses: Sequence[Use], now_ms: int) -> None:
    """Take in new addresses, which are due at once, and let go of those that nobody is sent to any more."""
    hold(conn, Lock.CONTENT)
    known = {row.url: row.id for row in conn.execute(select(link.c.id, link.c.url))}
    wanted = {url for _, _, url in uses}
    if new := sorted(wanted - known.keys()):
        rows = [{"url": url, "host": urlsplit(url).hostname or "", "due_at": now_ms, "bad_days": 0} for url in new]
        conn.execute(insert(link), rows)
        known = {row.url: row.id for row in conn.execute(select(link.c.id, link.c.url))}
    conn.execute(delete(link_use))
    if uses:
        rows = [{"kind": kind, "key": key, "link_id": known[url]} for kind, key, url in dict.fromkeys(uses)]
        conn.execute(insert(link_use), rows)
    for url in known.keys() - wanted:
        conn.execute(delete(link).where(link.c.id == known[url]))


def of(conn: Connection, kind: str, key: str) -> list[Link]:
    """The links of one answer or service."""
    query = select(link).join(link_use).where(link_use.c.kind == kind, link_use.c.key == key).order_by(link.c.id)
    return [_link(row) for row in conn.execute(query)]


def broken(conn: Connection) -> dict[tuple[str, str], list[Link]]:
    """By kind and key: the links that were broken on two different days."""
    query = select(link, link_use.c.kind, link_use.c.key).join(link_use).where(link.c.bad_days >= CONFIRMED_DAYS)
    found: dict[tuple[str, str], list[Link]] = {}
    for row in conn.execute(query.order_by(link.c.id)):
        found.setdefault((row.kind, row.key), []).append(_link(row))
    return found


def want(conn: Connection, now_ms: int, ids: Collection[int] | None = None) -> int:
    """Ask for these links (None: all) to be tried now. How many."""
    query = update(link).values(wanted_at=now_ms)
    return conn.execute(query if ids is None else query.where(link.c.id.in_(ids))).rowcount


def progress(conn: Connection, since_ms: int) -> Progress:
    """How far the round is that began at this moment: what was tried since, of that and what waits."""
    waits = conn.scalar(select(func.count()).where(link.c.wanted_at.is_not(None))) or 0
    done = conn.scalar(select(func.count()).where(link.c.asked_at >= since_ms, link.c.wanted_at.is_(None))) or 0
    return Progress(done, done + waits)


def lease(conn: Connection, now_ms: int) -> Link | None:
    """The next link to be tried, kept from other workers for a while: those that somebody waits for first, and none of
    a site that was asked a moment ago, or is being asked."""
    hold(conn, Lock.CONTENT)
    other = link.alias()
    busy = select(other.c.host).where(or_(other.c.leased_until > now_ms, other.c.asked_at > now_ms - PAUSE_MS))
    due = and_(
        or_(link.c.wanted_at.is_not(None), link.c.due_at <= now_ms),
        or_(link.c.leased_until.is_(None), link.c.leased_until <= now_ms),
        link.c.host.not_in(busy),
    )
    query = select(link).where(due).order_by(link.c.wanted_at.is_(None), link.c.wanted_at, link.c.due_at, link.c.id)
    row = conn.execute(query.limit(1)).first()
    if row is None:
        return None
    conn.execute(update(link).where(link.c.id == row.id).values(leased_until=now_ms + LEASE_MS))
    return _link(row)


def is_due(conn: Connection, now_ms: int) -> bool:
    """True when any link is to be tried: asked before a lease, which makes writers wait."""
    due = or_(link.c.wanted_at.is_not(None), link.c.due_at <= now_ms)
    return conn.scalar(select(link.c.id).where(due).limit(1)) is not None


def note(
    conn: Connection,
    id: int,
    state: LinkState,
    *,
    status: int | None = None,
    leads_to: str = "",
    now_ms: int,
    every_days: int,
) -> None:
    """What came of trying it. What is broken for the first time is tried again on the next day."""
    row = conn.execute(select(link).where(link.c.id == id).with_for_update()).first()
    if row is None:
        return
    bad_days, bad_day = _bad(row, state, day_of(now_ms))
    again = 1 if bad_days and bad_days < CONFIRMED_DAYS else every_days
    values: dict[str, Any] = {
        "state": state.value, "status": status, "leads_to": leads_to or None, "asked_at": now_ms, "wanted_at": None,
        "leased_until": None, "bad_days": bad_days, "bad_day": bad_day,
        "due_at": now_ms + again * DAY_MS if again else NEVER,
    }  # fmt: skip
    if state in {LinkState.FINE, LinkState.MOVED}:
        values["fine_at"] = now_ms
    conn.execute(update(link).where(link.c.id == id).values(**values))


def _bad(row: Row[Any], state: LinkState, today: date) -> tuple[int, date | None]:
    """On how many days in a row it was broken, and the last of them. Twice on one day is once."""
    if state not in BROKEN:
        return 0, None
    return (row.bad_days if row.bad_day == today else row.bad_days + 1), today


def _link(row: Row[Any]) -> Link:
    state = LinkState(row.state) if row.state else None
    return Link(
        row.id, row.url, state, row.status, row.leads_to or "", row.asked_at, row.fine_at, row.bad_days,
        row.wanted_at is not None,
    )  # fmt: skip
