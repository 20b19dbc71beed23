"""What is old enough to be erased by itself: found by kind, counted beforehand, and erased a little at a time.

Never a question that waits, a story that nobody has read, a talk that is open or an alert under way; nor the row that
remembers a STOP: without it her number would be a stranger's, and be texted again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, insert, not_, or_, select, update

from bot.store import about_you, audit, contacts, media, withdrawing
from bot.store.audit import Event
from bot.store.schema import (
    alert,
    consent,
    contact,
    inbound,
    outbound,
    question,
    retention_run,
    story,
    talk,
    talk_line,
)
from bot.store.schema import media as media_table
from bot.store.vault import ERASED, Vault
from bot.story.keeping import Days, Kind
from bot.story.status import QuestionStatus, StoryStatus, TalkStatus

DAY_MS = 86_400_000
PORTION = 50  # rows a transaction: the writers' lock is held for some milliseconds


@dataclass(frozen=True)
class Run:
    """One time that what was old enough was erased: how many of each kind."""

    began_at: int
    ended_at: int
    erased: dict[str, int]


def due(conn: Connection, days: Days, now_ms: int) -> dict[Kind, int]:
    """How many of each kind are old enough at this moment, which may be one to come. Nothing is changed."""
    return {kind: _count(conn, WHICH[kind](_before(days[kind], now_ms))) if days[kind] else 0 for kind in Kind}


def erase(conn: Connection, vault: Vault, kind: Kind, days: Days, now_ms: int) -> int:
    """Erase a portion of what is old enough of one kind, in this transaction. How many; 0: nothing is left."""
    if not days[kind]:
        return 0
    ids = list(conn.scalars(WHICH[kind](_before(days[kind], now_ms)).limit(PORTION).with_for_update()))
    if not ids:
        return 0
    ERASERS[kind](conn, vault, ids)
    detail = {"kind": kind.value, "rows": len(ids)}
    what, of = Event.RETENTION_ERASED, "retention:daily"
    audit.append(conn, now_ms=now_ms, actor="system", event=what, subject=of, detail=detail)
    return len(ids)


def note_run(conn: Connection, run: Run) -> None:
    """Write down that everything was looked through once."""
    conn.execute(insert(retention_run).values(began_at=run.began_at, ended_at=run.ended_at, erased=run.erased))


def last_run(conn: Connection) -> Run | None:
    """When everything was looked through last; None: never."""
    row = conn.execute(select(retention_run).order_by(retention_run.c.id.desc()).limit(1)).first()
    return Run(row.began_at, row.ended_at, dict(row.erased)) if row else None


def _before(days: int, now_ms: int) -> int:
    return now_ms - days * DAY_MS


def _count(conn: Connection, which: Select[int]) -> int:
    return conn.scalar(select(func.count()).select_from(which.subquery())) or 0


# which ----------------------------------------------------------------------------------------------------------------
def _something_open() -> ColumnElement[bool]:
    """Somebody still owes this person something: then her texts may be needed."""
    unread = select(story.c.id).where(
        story.c.contact_id == contact.c.id,
        story.c.status.not_in([one.value for one in (StoryStatus.APPROVED, StoryStatus.DECLINED)]),
    )
    asked = select(question.c.id).where(
        question.c.contact_id == contact.c.id, question.c.status == QuestionStatus.WAITING.value
    )
    talking = select(talk.c.id).where(talk.c.contact_id == contact.c.id, talk.c.status != TalkStatus.FINISHED.value)
    danger = select(alert.c.id).where(alert.c.contact_id == contact.c.id, alert.c.acknowledged_at.is_(None))
    return or_(unread.exists(), asked.exists(), talking.exists(), danger.exists())


def _has(table: Table) -> ColumnElement[bool]:
    return select(table.c.id).where(table.c.contact_id == contact.c.id).exists()


def _silent_since(before: int) -> ColumnElement[bool]:
    return func.coalesce(contact.c.last_inbound_at, contact.c.created_at) < before


def _in_a_talk() -> ColumnElement[bool]:
    """A champion's text of a talk: it goes with the talk."""
    return select(talk_line.c.id).where(talk_line.c.outbound_id == outbound.c.id).exists()


def _messages(before: int) -> Select[int]:
    """People who have texts and have not written for so long, and whom nobody owes an answer."""
    alone = select(outbound.c.id).where(outbound.c.contact_id == contact.c.id, not_(_in_a_talk()))
    texts = or_(_has(inbound), alone.exists())
    lately = select(outbound.c.id).where(outbound.c.contact_id == contact.c.id, outbound.c.created_at >= before)
    return select(contact.c.id).where(_silent_since(before), texts, not_(lately.exists()), not_(_something_open()))


def _stories(status: StoryStatus) -> Callable[[int], Select[int]]:
    return lambda before: select(story.c.id).where(
        story.c.status == status.value, func.coalesce(story.c.decided_at, story.c.created_at) < before
    )


def _questions(before: int) -> Select[int]:
    done = question.c.status != QuestionStatus.WAITING.value
    return select(question.c.id).where(done, func.coalesce(question.c.answered_at, question.c.created_at) < before)


def _talks(before: int) -> Select[int]:
    done = talk.c.status == TalkStatus.FINISHED.value
    return select(talk.c.id).where(done, func.coalesce(talk.c.acted_at, talk.c.created_at) < before)


def _alerts(before: int) -> Select[int]:
    words = or_(alert.c.text_enc != ERASED, alert.c.note_enc.is_not(None))
    return select(alert.c.id).where(alert.c.acknowledged_at < before, words)


def _taken_back(before: int) -> Select[int]:
    return select(story.c.id).where(story.c.status == StoryStatus.WITHDRAWN.value, story.c.decided_at < before)


def _people(before: int) -> Select[int]:
    """Of whom nothing is left but the row. Who has said STOP, or yes or no to news, is kept: we must go on to know."""
    nothing = and_(*(not_(_has(table)) for table in (inbound, outbound, story, question, talk, alert, consent)))
    return select(contact.c.id).where(contact.c.status == "active", _silent_since(before), nothing)


WHICH: dict[Kind, Callable[[int], Select[int]]] = {
    Kind.MESSAGES: _messages,
    Kind.DECLINED: _stories(StoryStatus.DECLINED),
    Kind.APPROVED: _stories(StoryStatus.APPROVED),
    Kind.QUESTIONS: _questions,
    Kind.TALKS: _talks,
    Kind.ALERTS: _alerts,
    Kind.TAKEN_BACK: _taken_back,
    Kind.PEOPLE: _people,
}


# erasing --------------------------------------------------------------------------------------------------------------
def _erase_messages(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    """Texts both ways, and the place of the conversation: it may hold words of hers. Talks and stories stay."""
    mine = select(media_table.c.id).where(
        media_table.c.contact_id.in_(ids), media_table.c.story_id.is_(None), media_table.c.talk_line_id.is_(None)
    )
    media.forget_these(conn, mine)
    conn.execute(update(media_table).where(media_table.c.contact_id.in_(ids)).values(inbound_id=None))
    conn.execute(delete(outbound).where(outbound.c.contact_id.in_(ids), not_(_in_a_talk())))
    conn.execute(delete(inbound).where(inbound.c.contact_id.in_(ids)))
    contacts.put_down(conn, ids)


def _erase_stories(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    for row in conn.execute(select(story).where(story.c.id.in_(ids))).all():
        withdrawing.forget(conn, vault, row)
    conn.execute(delete(story).where(story.c.id.in_(ids)))


def _erase_questions(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    conn.execute(delete(question).where(question.c.id.in_(ids)))


def _erase_talks(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    lines = select(talk_line.c.id).where(talk_line.c.talk_id.in_(ids))
    media.forget_these(conn, select(media_table.c.id).where(media_table.c.talk_line_id.in_(lines)))
    conn.execute(delete(talk).where(talk.c.id.in_(ids)))


def _erase_alerts(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    conn.execute(update(alert).where(alert.c.id.in_(ids)).values(text_enc=ERASED, note_enc=None))


def _erase_rows(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    conn.execute(delete(story).where(story.c.id.in_(ids)))


def _erase_people(conn: Connection, vault: Vault, ids: Sequence[int]) -> None:
    """With what they told about themselves: nobody could find it again."""
    for id in ids:
        about_you.erase(conn, vault, id)
    conn.execute(delete(contact).where(contact.c.id.in_(ids)))


ERASERS: dict[Kind, Callable[[Connection, Vault, Sequence[int]], None]] = {
    Kind.MESSAGES: _erase_messages,
    Kind.DECLINED: _erase_stories,
    Kind.APPROVED: _erase_stories,
    Kind.QUESTIONS: _erase_questions,
    Kind.TALKS: _erase_talks,
    Kind.ALERTS: _erase_alerts,
    Kind.TAKEN_BACK: _erase_rows,
    Kind.PEOPLE: _erase_people,
}
