"""Questions that the bot had no answer to, as the desk reads and answers them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from bot.store import audit, second_looks
from bot.store.audit import Event
from bot.store.schema import contact, question, user
from bot.store.swap import Queue, claim, count_by, stale, write
from bot.store.vault import Vault, opened
from bot.story.status import QuestionStatus

QUEUE = Queue(question, question.c.answered_by, question.c.answered_at)
SOURCE = question.outerjoin(contact, contact.c.id == question.c.contact_id).outerjoin(
    user, user.c.id == question.c.answered_by
)
COLUMNS = (
    question,
    contact.c.pseudonym,
    contact.c.channel,
    contact.c.status.label("contact_status"),
    user.c.name.label("answered_by_name"),
    second_looks.NEAR_QUESTION.label("near_danger"),
)


@dataclass(frozen=True)
class Question:
    """One question, opened. ``answer`` is what a champion sent; ``answer_id`` was kept from it for others.

    ``due_on`` is the day she was told to expect an answer by.
    ``stopped`` is True when the person who asked has said STOP: she may not be texted.
    ``near_danger``: it waits, and by what it means it may be about danger.
    """

    id: int
    reference: str
    language: str
    status: QuestionStatus
    version: int
    text: str
    answer: str
    answer_id: int | None
    simulated: bool
    answered_by: int | None
    answered_by_name: str
    answered_at: int | None
    due_on: date | None
    area: str | None
    created_at: int
    contact_id: int | None
    pseudonym: str
    channel: str
    stopped: bool
    near_danger: bool


def page(
    conn: Connection,
    vault: Vault,
    *,
    status: Collection[QuestionStatus] | None = None,
    languages: Collection[str] | None = None,
    within: ColumnElement[bool] | None = None,
    newest_first: bool = False,
    offset: int = 0,
    limit: int = 25,
) -> list[Question]:
    """Questions of these states and languages (None: all), oldest first, so that nobody's waits for ever;
    before them what may be about danger.

    ``within`` narrows it to somebody's areas.
    """
    query = select(*COLUMNS).select_from(SOURCE)
    if within is not None:
        query = query.where(within)
    if status is not None:
        query = query.where(question.c.status.in_([one.value for one in status]))
    if languages is not None:
        query = query.where(question.c.language.in_(languages))
    order = (question.c.created_at, question.c.id)
    near = second_looks.first(second_looks.NEAR_QUESTION)
    query = query.order_by(*([column.desc() for column in order] if newest_first else [near, *order]))
    return [_question(vault, row) for row in conn.execute(query.offset(offset).limit(limit))]


def counts(conn: Connection, *within: ColumnElement[bool]) -> dict[QuestionStatus, int]:
    """How many questions, of those ``within`` somebody's areas, are in each state, none left out."""
    found = count_by(conn, question.c.status, *within)
    return {status: found.get(status.value, 0) for status in QuestionStatus}


def waiting_by_language(conn: Connection) -> dict[str, int]:
    """How many questions wait in each language."""
    return count_by(conn, question.c.language, question.c.status == QuestionStatus.WAITING.value)


def get(conn: Connection, vault: Vault, id: int) -> Question | None:
    """One question, or None when there is none, or no longer."""
    row = conn.execute(select(*COLUMNS).select_from(SOURCE).where(question.c.id == id)).first()
    return _question(vault, row) if row else None


def answer(conn: Connection, vault: Vault, *, id: int, version: int, text: str, user_id: int, now_ms: int) -> None:
    """Keep a champion's answer to a waiting question; sending it is the caller's part of the transaction.

    Raises Stale, with who acted, when somebody was faster; Gone when the person who asked erased it.
    """
    values = {"status": QuestionStatus.ANSWERED.value, "answer_enc": vault.seal(text)}
    _settle(conn, id, version, values, Event.QUESTION_ANSWERED, user_id, now_ms)


def close(conn: Connection, *, id: int, version: int, user_id: int, now_ms: int) -> None:
    """Close a waiting question with nothing to send. Raises as ``answer``."""
    values = {"status": QuestionStatus.CLOSED.value}
    _settle(conn, id, version, values, Event.QUESTION_CLOSED, user_id, now_ms)


def link_answer(conn: Connection, *, id: int, answer_id: int) -> None:
    """Remember which kept answer came of this question."""
    conn.execute(update(question).where(question.c.id == id).values(answer_id=answer_id))


def _settle(
    conn: Connection, id: int, version: int, values: dict[str, Any], event: Event, user_id: int, now_ms: int
) -> None:
    row = claim(conn, QUEUE, id, version)
    if row.status != QuestionStatus.WAITING:
        raise stale(conn, row.status, row.answered_by, row.answered_at)
    write(conn, QUEUE, row, values, user_id=user_id, now_ms=now_ms)
    detail = {"before": row.status, "after": values["status"], "language": row.language}
    audit.append(conn, now_ms=now_ms, actor=f"user:{user_id}", event=event, subject=f"question:{id}", detail=detail)


def _question(vault: Vault, row: Row[Any]) -> Question:
    return Question(
        id=row.id,
        reference=row.reference,
        language=row.language,
        status=QuestionStatus(row.status),
        version=row.version,
        text=opened(vault, row.text_enc),
        answer=opened(vault, row.answer_enc),
        answer_id=row.answer_id,
        simulated=row.simulated,
        answered_by=row.answered_by,
        answered_by_name=row.answered_by_name or "",
        answered_at=row.answered_at,
        due_on=row.due_on,
        area=row.area,
        created_at=row.created_at,
        contact_id=row.contact_id,
        pseudonym=row.pseudonym or "",
        channel=row.channel or "",
        stopped=row.contact_status == "stopped",
        near_danger=bool(row.near_danger),
    )
