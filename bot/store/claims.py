"""Who reads which story: leases that end by themselves, and the next story for a champion."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true, update

from bot.store.audit import Event
from bot.store.schema import story
from bot.store.second_looks import NEAR_STORY
from bot.store.stories import NOTHING_OUT, held, last_act, note
from bot.store.swap import hold
from bot.story.status import LEASE_MS, WAITING, MoveRefused, StoryStatus, standing

MANY = 100  # beyond this nobody counts; nor do we
FEW = 15  # of which some may be too hard for somebody to read today
FOR_ANYBODY = (StoryStatus.RECEIVED, StoryStatus.NEEDS_SECOND)  # what asks for a translation waits for who can read it


@dataclass(frozen=True)
class Reader:
    """Somebody who looks for a story. ``only``: languages that she reads and nobody else here does; ``shared``: others
    read them, too; ``nobodys``: nobody here reads them. ``within``: what she may see at all, such as of her area.
    """

    user_id: int
    only: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    nobodys: frozenset[str] = frozenset()
    within: ColumnElement[bool] = true()  # noqa: RUF009 - a constant of SQL, never changed


def reader(conn: Connection, user_id: int, hers: Collection[str], others: Collection[str]) -> Reader:
    """Sort the languages of what waits: ``hers`` are those she reads, ``others`` those of the other champions."""
    mine, theirs = frozenset(hers), frozenset(others)
    waiting = frozenset(conn.scalars(select(story.c.language).where(_in(WAITING)).distinct()))
    return Reader(user_id, mine - theirs, mine & theirs, waiting - mine - theirs)


def free(one: Reader, now_ms: int) -> ColumnElement[bool]:
    """What she could read now: nobody else's lease runs, and she was not its first reader."""
    unclaimed = or_(story.c.claim_until.is_(None), story.c.claim_until <= now_ms, story.c.claimed_by == one.user_id)
    others = or_(
        story.c.status != StoryStatus.NEEDS_SECOND.value,
        story.c.first_by.is_(None),
        story.c.first_by != one.user_id,
    )
    return and_(unclaimed, others, one.within)


def waiting_for(conn: Connection, one: Reader, now_ms: int) -> int:
    """How many stories wait for her; MANY stands for that many or more."""
    hers = and_(_in(WAITING), story.c.language.in_(one.only | one.shared))
    anybodys = and_(_in(FOR_ANYBODY), story.c.language.in_(one.nobodys))
    few = select(story.c.id).where(or_(hers, anybodys), free(one, now_ms)).limit(MANY).subquery()
    return conn.scalar(select(func.count()).select_from(few)) or 0


def holding(conn: Connection, user_id: int, now_ms: int) -> int | None:
    """The story that she is reading, the oldest of several; None when there is none."""
    hers = and_(story.c.claimed_by == user_id, story.c.claim_until > now_ms, _in(WAITING))
    return conn.scalar(select(story.c.id).where(hers).order_by(story.c.claimed_at, story.c.id).limit(1))


def candidates(conn: Connection, one: Reader, now_ms: int) -> list[int]:
    """The next few stories for her, the best first.

    First what may be about danger, then what nobody else here can read, then her other languages, then what nobody here
    reads, so that somebody sees to it; in each the oldest first. It asks for each status and language alone, so that
    the index gives the first few whatever lies behind them.
    """
    groups = ((one.only, WAITING), (one.shared, WAITING), (one.nobodys, FOR_ANYBODY))
    found = [
        id
        for wanted in (NEAR_STORY, true())
        for languages, states in groups
        for id in _oldest(conn, one, languages, states, now_ms, wanted)
    ]
    return list(dict.fromkeys(found))[:FEW]


def take(conn: Connection, id: int, version: int | None, *, user_id: int, now_ms: int, over: bool = False) -> None:
    """Let her read this story undisturbed, for LEASE_MS from now; by whoever reads it already, for so long again.

    ``version`` is that of the page she saw; None for a story that she has not seen. With ``over`` she takes it from
    somebody else who reads it. Raises Gone; Stale when somebody was faster; MoveRefused when it does not wait.
    """
    row = hold(conn, story, id)
    now = standing(StoryStatus(row.status), row.claim_until, now_ms)
    taken = now is StoryStatus.CLAIMED and row.claimed_by != user_id
    if (version is not None and row.version != version) or (taken and not over):
        raise last_act(conn, row)
    if StoryStatus(row.status) not in WAITING:
        raise MoveRefused(f"This story is {row.status.replace('_', ' ')}: it does not wait to be read.")
    values = {"claimed_by": user_id, "claimed_at": now_ms, "claim_until": now_ms + LEASE_MS}
    conn.execute(update(story).where(story.c.id == id).values(**values, version=row.version + 1))
    note(conn, Event.STORY_CLAIMED, row, StoryStatus.CLAIMED, user_id, now_ms)


def release(conn: Connection, id: int, version: int, *, user_id: int, now_ms: int) -> None:
    """Give a story back that she took: it waits for anybody again. Raises Gone, and Stale when it is not hers now."""
    row = held(conn, id, version, user_id, now_ms)
    if row.claimed_by != user_id:
        raise last_act(conn, row)
    conn.execute(update(story).where(story.c.id == id).values(**NOTHING_OUT, version=row.version + 1))
    note(conn, Event.STORY_RELEASED, row, StoryStatus(row.status), user_id, now_ms)


def _in(states: Collection[StoryStatus]) -> ColumnElement[bool]:
    return story.c.status.in_([one.value for one in states])


def _oldest(
    conn: Connection,
    one: Reader,
    languages: Collection[str],
    states: Collection[StoryStatus],
    now_ms: int,
    wanted: ColumnElement[bool],
) -> list[int]:
    def each() -> Iterator[tuple[int, int]]:
        for language in languages:
            for state in states:
                where = and_(story.c.status == state.value, story.c.language == language, free(one, now_ms), wanted)
                query = select(story.c.created_at, story.c.id).where(where)
                yield from (tuple(row) for row in conn.execute(query.order_by(story.c.created_at).limit(FEW)))

    return [id for _, id in sorted(each())][:FEW]
