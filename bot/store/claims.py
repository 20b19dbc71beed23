"""Who reads which story: leases that end by themselves, and the next story for a champion."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, true, update

from bot.store import handing, reach, translating
from bot.store.audit import Event
from bot.store.schema import story
from bot.store.second_looks import NEAR_STORY
from bot.store.stories import NOTHING_OUT, held, last_act, note
from bot.store.swap import hold
from bot.story.scope import NOTHING, Scope
from bot.story.status import LEASE_MS, WAITING, MoveRefused, StoryStatus, standing

MANY = 100  # beyond this nobody counts; nor do we
FEW = 15  # of which some may be too hard for somebody to read today
FOR_ANYBODY = (StoryStatus.RECEIVED, StoryStatus.NEEDS_SECOND)  # what asks for a translation waits for who can read it


@dataclass(frozen=True)
class Reader:
    """Somebody who looks for a story. ``hers``: the languages that she reads; ``strange``: others in which something
    waits. ``others``: what of each language those see who read it, but for her. ``within``: what she may see at all,
    such as of her area.
    """

    user_id: int
    hers: frozenset[str] = frozenset()
    strange: frozenset[str] = frozenset()
    others: Mapping[str, Scope] = field(default_factory=dict)
    within: ColumnElement[bool] = true()  # noqa: RUF009 - a constant of SQL, never changed

    def others_see(self, language: str) -> ColumnElement[bool]:
        """What of this language somebody else could read; never NULL, so that the rest can be asked for, too."""
        seen = reach.within(self.others.get(language, NOTHING), story.c.area, story.c.language)
        return func.coalesce(seen, false())


def reader(conn: Connection, user_id: int, hers: Collection[str], others: Mapping[str, Scope]) -> Reader:
    """Sort the languages of what waits: ``hers`` are those she reads, ``others`` what the other champions can read."""
    mine = frozenset(hers)
    waiting = frozenset(conn.scalars(select(story.c.language).where(_in(WAITING)).distinct()))
    return Reader(user_id, mine, waiting - mine, others)


def free(one: Reader, now_ms: int) -> ColumnElement[bool]:
    """What she could read now: nobody else's lease runs, and she was not its first reader. What a lead handed to
    somebody else is left to her until that ends."""
    unclaimed = or_(story.c.claim_until.is_(None), story.c.claim_until <= now_ms, story.c.claimed_by == one.user_id)
    others = or_(
        story.c.status != StoryStatus.NEEDS_SECOND.value,
        story.c.first_by.is_(None),
        story.c.first_by != one.user_id,
    )
    return and_(unclaimed, others, ~handing.to_another(one.user_id, now_ms), one.within)


def waiting_for(conn: Connection, one: Reader, now_ms: int) -> int:
    """How many stories wait for her; MANY stands for that many or more."""
    found = _count(conn, and_(_next_for(one), free(one, now_ms)))
    return min(MANY, found + _count(conn, translated(one, now_ms)))


def translated(one: Reader, now_ms: int) -> ColumnElement[bool]:
    """What another champion has translated for her, and she could read now."""
    return and_(translating.translated_for(one.user_id, one.hers), ~_nobodys(one), free(one, now_ms))


def holding(conn: Connection, user_id: int, now_ms: int) -> int | None:
    """The story that she is reading, the oldest of several; None when there is none."""
    hers = and_(story.c.claimed_by == user_id, story.c.claim_until > now_ms, _in(WAITING))
    return conn.scalar(select(story.c.id).where(hers).order_by(story.c.claimed_at, story.c.id).limit(1))


def candidates(conn: Connection, one: Reader, now_ms: int) -> list[int]:
    """The next few stories for her, the best first.

    First what may be about danger; then what a lead handed to her, and what was translated for her; then what nobody
    else can read, by its language or its area; then what others could take, too; then what nobody reads who sees it, so
    that somebody sees to it; in each the oldest first, and last what she gave back herself. It asks for each status and
    language alone, so that the index gives the first few whatever lies behind them.
    """
    alone = [(code, ~one.others_see(code)) for code in one.hers if not _everywhere(one, code)]
    shared = [(code, one.others_see(code)) for code in one.hers if code in one.others]
    strange = [(code, ~one.others_see(code)) for code in one.strange if not _everywhere(one, code)]
    groups = ((alone, WAITING), (shared, WAITING), (strange, FOR_ANYBODY))
    near = _given_back_last(conn, one, _first_few(conn, and_(NEAR_STORY, _next_for(one), free(one, now_ms))))
    handed = handing.waiting_for(conn, one.user_id, free(one, now_ms), now_ms)
    for_others = [id for asked, states in groups for id in _oldest(conn, one, asked, states, now_ms)]
    found = list(dict.fromkeys([*_first_few(conn, translated(one, now_ms)), *for_others]))[:FEW]
    return list(dict.fromkeys([*near, *handed, *_given_back_last(conn, one, found)]))[:FEW]


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
    handing.taken(conn, id, user_id)
    note(conn, Event.STORY_CLAIMED, row, StoryStatus.CLAIMED, user_id, now_ms)


def release(conn: Connection, id: int, version: int, *, user_id: int, now_ms: int) -> None:
    """Give a story back that she took: it waits for anybody again. Raises Gone, and Stale when it is not hers now."""
    row = held(conn, id, version, user_id, now_ms)
    if row.claimed_by != user_id:
        raise last_act(conn, row)
    conn.execute(update(story).where(story.c.id == id).values(**NOTHING_OUT, version=row.version + 1))
    handing.forget(conn, id)
    note(conn, Event.STORY_RELEASED, row, StoryStatus(row.status), user_id, now_ms)


def _first_few(conn: Connection, where: ColumnElement[bool]) -> list[int]:
    return list(conn.scalars(select(story.c.id).where(where).order_by(story.c.created_at).limit(FEW)))


def _count(conn: Connection, where: ColumnElement[bool]) -> int:
    few = select(story.c.id).where(where).limit(MANY).subquery()
    return conn.scalar(select(func.count()).select_from(few)) or 0


def _given_back_last(conn: Connection, one: Reader, ids: list[int]) -> list[int]:
    back = and_(story.c.id.in_(ids), story.c.status == StoryStatus.RECEIVED.value, story.c.decided_by == one.user_id)
    hers = set(conn.scalars(select(story.c.id).where(back)))
    return sorted(ids, key=hers.__contains__)


def _in(states: Collection[StoryStatus]) -> ColumnElement[bool]:
    return story.c.status.in_([one.value for one in states])


def _everywhere(one: Reader, language: str) -> bool:
    """Whether somebody else can read everything in this language: then there is no need to look for the rest."""
    return language in one.others and one.others[language].everywhere


def _nobodys(one: Reader) -> ColumnElement[bool]:
    """What is in a language that she does not read, and that nobody reads who sees it."""
    each = [and_(story.c.language == code, ~one.others_see(code)) for code in one.strange if not _everywhere(one, code)]
    return or_(false(), *each)


def for_her(one: Reader) -> ColumnElement[bool]:
    """What is in her languages, or in one that nobody reads who sees it."""
    return or_(story.c.language.in_(one.hers), _nobodys(one))


def _next_for(one: Reader) -> ColumnElement[bool]:
    """What "Next" may give her: what waits for a translation waits for somebody who reads its language."""
    hers = and_(_in(WAITING), story.c.language.in_(one.hers))
    return or_(hers, and_(_in(FOR_ANYBODY), _nobodys(one)))


def _oldest(
    conn: Connection, one: Reader, asked: Collection[tuple[str, ColumnElement[bool]]],
    states: Collection[StoryStatus], now_ms: int,
) -> list[int]:  # fmt: skip
    def each() -> Iterator[tuple[int, int]]:
        for language, which in asked:
            for state in states:
                here = and_(story.c.status == state.value, story.c.language == language)
                where = and_(here, which, free(one, now_ms))
                query = select(story.c.created_at, story.c.id).where(where)
                yield from (tuple(row) for row in conn.execute(query.order_by(story.c.created_at).limit(FEW)))

    return [id for _, id in sorted(each())][:FEW]
