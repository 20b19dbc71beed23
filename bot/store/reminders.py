"""Who wants to be told by e-mail of what waits, when she is due, and what waits. No words of anybody are read here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import question, reminder, story, talk, user
from bot.story.reminding import About, Pace, Thing, Wish, next_due
from bot.story.status import WAITING, QuestionStatus, StoryStatus, TalkStatus

LEASE_MS = 2 * 60_000  # longer than an e-mail server is waited for
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Due:
    """Somebody for whom it is time to look. ``began_at`` names this e-mail: a second try after a crash has the same.

    ``due_at`` is what the row holds: whoever changes it has the turn.
    """

    user_id: int
    email: str
    language: str
    wish: Wish
    due_at: int
    began_at: int
    sent_at: int | None
    told: frozenset[str]


def of(conn: Connection, user_id: int) -> Wish:
    """What this person chose; no e-mail, until she did."""
    row = conn.execute(select(reminder).where(reminder.c.user_id == user_id)).first()
    return _wish(row) if row else Wish()


def choose(conn: Connection, user_id: int, wish: Wish, now_ms: int, *, name: str = "mails") -> None:
    """Keep what somebody chose. ``name`` is what the audit log calls it. Who begins to be told at once is told of what
    waits already, too."""
    conn.execute(select(user.c.id).where(user.c.id == user_id).with_for_update())
    row = conn.execute(select(reminder).where(reminder.c.user_id == user_id)).first()
    before = _wish(row) if row else Wish()
    values = {
        "pace": wish.pace.value, "hour": wish.hour, "weekday": wish.weekday, "about": sorted(wish.about),
        "due_at": next_due(wish, now_ms, row.sent_at if row else None), "period_at": None,
        "told": row.told if row and before.pace is wish.pace else [],
    }  # fmt: skip
    if row is None:
        conn.execute(insert(reminder).values(user_id=user_id, **values))
    else:
        conn.execute(update(reminder).where(reminder.c.user_id == user_id).values(**values))
    if before != wish:
        audit.append(
            conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.PREFERENCE_CHANGED, subject=f"user:{user_id}",
            detail={"name": name, "before": _code(before), "after": _code(wish)},
        )  # fmt: skip


def stop(conn: Connection, user_id: int, now_ms: int) -> None:
    """No e-mails any more, by the link in one of them; what they were about stays as she chose it."""
    was = of(conn, user_id)
    if was.pace is not Pace.NEVER:
        choose(conn, user_id, Wish(Pace.NEVER, was.hour, was.weekday, was.about), now_ms, name="mails_by_link")


def due(conn: Connection, now_ms: int) -> list[Due]:
    """For whom it is time to look, the longest waiting first; nobody who may not sign in."""
    query = select(reminder, user.c.email, user.c.desk_language).join(user, user.c.id == reminder.c.user_id)
    ready = query.where(reminder.c.due_at <= now_ms, user.c.active)
    return [_due(row) for row in conn.execute(ready.order_by(reminder.c.due_at, reminder.c.user_id))]


def lease(conn: Connection, one: Due, now_ms: int) -> Due | None:
    """Take the turn for this person: None when another worker has it, or she chose anew meanwhile."""
    ends = now_ms + LEASE_MS
    return _moved(conn, one, due_at=ends, period_at=one.began_at)


def put_off(conn: Connection, one: Due, until: int) -> bool:
    """The same e-mail is tried again then. False when somebody else has the turn, or she chose anew."""
    return _moved(conn, one, due_at=until, period_at=one.began_at) is not None


def settle(conn: Connection, one: Due, next_at: int | None, *, told: Collection[str], sent_at: int | None) -> None:
    """This turn is over: the next is at ``next_at``. When she chose anew while her e-mail went, that choice holds, but
    for the same day or week she has had hers."""
    if sent_at is not None:
        conn.execute(update(reminder).where(reminder.c.user_id == one.user_id).values(sent_at=sent_at))
    if _moved(conn, one, due_at=next_at, period_at=None, told=sorted(told)) is None and sent_at is not None:
        hers = (reminder.c.user_id == one.user_id, reminder.c.period_at.is_(None))
        row = conn.execute(select(reminder).where(*hers).with_for_update()).first()
        if row:
            conn.execute(update(reminder).where(*hers).values(due_at=next_due(_wish(row), sent_at, sent_at)))


def waiting(conn: Connection, now_ms: int) -> Iterator[Thing]:
    """All that waits for somebody on the desk now. Of practice nobody is told, as with alerts."""
    yield from _stories(conn, now_ms)
    asked = (question.c.id, question.c.language, question.c.area)
    waits = (question.c.status == QuestionStatus.WAITING.value, question.c.simulated.is_(False))
    for row in conn.execute(select(*asked).where(*waits)):
        yield Thing(About.QUESTIONS, row.id, row.language, row.area)
    yield from _talks(conn)


def _stories(conn: Connection, now_ms: int) -> Iterator[Thing]:
    columns = (story.c.id, story.c.language, story.c.area, story.c.status, story.c.first_by, story.c.claim_until)
    states = [one.value for one in (*WAITING, StoryStatus.NEEDS_LEAD)]
    for row in conn.execute(select(*columns).where(story.c.status.in_(states), story.c.simulated.is_(False))):
        status = StoryStatus(row.status)
        if row.claim_until is not None and row.claim_until > now_ms and status in WAITING:
            continue  # somebody is reading it
        second = status is StoryStatus.NEEDS_SECOND and row.first_by is not None
        yield Thing(
            About.STORIES, row.id, row.language, row.area,
            not_for=frozenset({row.first_by} if second else ()),
            to_leads=status is StoryStatus.NEEDS_LEAD,
            for_anybody=status is not StoryStatus.NEEDS_TRANSLATION,
        )  # fmt: skip


def _talks(conn: Connection) -> Iterator[Thing]:
    """Those that nobody has taken, and those in which somebody waits for the champion who has."""
    asked = (talk.c.id, talk.c.language, talk.c.area, talk.c.taken_by)
    untaken = talk.c.status == TalkStatus.WAITING.value
    unanswered = (talk.c.status == TalkStatus.TAKEN.value) & talk.c.waits_since.isnot(None)
    for row in conn.execute(select(*asked).where(untaken | unanswered, talk.c.simulated.is_(False))):
        yield Thing(About.TALKS, row.id, row.language, row.area, only_for=row.taken_by)


def _moved(conn: Connection, one: Due, *, due_at: int | None, **values: Any) -> Due | None:
    """Compare and swap on ``due_at``."""
    still = (reminder.c.user_id == one.user_id, reminder.c.due_at == one.due_at)
    moved = conn.execute(update(reminder).where(*still).values(due_at=due_at, **values)).rowcount
    return Due(**{**vars(one), "due_at": due_at}) if moved else None


def _due(row: Row[Any]) -> Due:
    return Due(
        user_id=row.user_id,
        email=row.email,
        language=row.desk_language or "en",
        wish=_wish(row),
        due_at=row.due_at,
        began_at=row.period_at or row.due_at,
        sent_at=row.sent_at,
        told=frozenset(row.told),
    )


def _wish(row: Row[Any]) -> Wish:
    return Wish(Pace(row.pace), row.hour, row.weekday, frozenset(map(About, row.about)))


def _code(wish: Wish) -> str:
    """Like "weekly.mon.09.questions.stories"."""
    when = {Pace.DAILY: [f"{wish.hour:02d}"], Pace.WEEKLY: [DAYS[wish.weekday], f"{wish.hour:02d}"]}.get(wish.pace, [])
    return ".".join([wish.pace.value, *when, *sorted(wish.about)])
