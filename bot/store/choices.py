"""What people chose for what they asked, without who they are; and what is learned from it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from bot.knowledge.learnable import Kept, Lesson
from bot.store import audit
from bot.store.audit import Event
from bot.store.content import CONTENT
from bot.store.counter import bump
from bot.store.plain import Adding
from bot.store.schema import choice, unlearned
from bot.store.vault import Vault

ENOUGH = 3  # different people; one person, however often she asks, changes nothing
NONE = ""  # in place of an answer: none of those shown


@dataclass(frozen=True)
class Learned:
    """Words that enough people asked in, the answer they chose, how many, and whether it is in use."""

    question: str
    words: str
    language: str
    answer_key: str
    people: int
    others: int
    active: bool


def counting(vault: Vault, *, contact_id: int, kept: Kept, language: str, answer_key: str, now_ms: int) -> Adding:
    """Her choice, to be counted; it renews what she chose for the same words before."""
    question = vault.lookup("question", kept.same)
    row = {
        "question": question, "person": vault.lookup("choice", str(contact_id), question),
        "words_enc": vault.seal(kept.words), "language": language, "answer_key": answer_key, "chosen_at": now_ms,
    }  # fmt: skip
    return Adding("choice", row, key=("question", "person"))


def forget(conn: Connection, vault: Vault, contact_id: int) -> int:
    """Take away all that this person chose; how many. Nothing in a row says whose it is, so each is tried."""
    hers = [
        row.id
        for row in conn.execute(select(choice.c.id, choice.c.question, choice.c.person))
        if row.person in vault.lookups("choice", str(contact_id), row.question)
    ]
    for one in hers:
        conn.execute(delete(choice).where(choice.c.id == one))
    return len(hers)


def lessons(conn: Connection, vault: Vault) -> list[Lesson]:
    """What is learned and in use."""
    return [Lesson(one.answer_key, one.language, one.words) for one in learned(conn, vault) if one.active]


def learned(conn: Connection, vault: Vault) -> list[Learned]:
    """What enough different people chose alike, and more than chose anything else for it; the most chosen first."""
    off = {(row.question, row.answer_key) for row in conn.execute(select(unlearned))}
    found = []
    for row in conn.execute(_counted().where(choice.c.answer_key != NONE).having(func.count() >= ENOUGH)):
        others = _all(conn, row.question) - row.people
        if others < row.people:
            active = (row.question, row.answer_key) not in off
            found.append(_shown(conn, vault, row, others, active))
    return sorted(found, key=lambda one: (-one.people, one.words))


def too_few(conn: Connection) -> int:
    """How many questions were answered by somebody's choice, but by too few people for their words to be shown."""
    few = select(choice.c.question).group_by(choice.c.question).having(func.count() < ENOUGH).subquery()
    return int(conn.scalar(select(func.count()).select_from(few)) or 0)


def is_there(conn: Connection, question: str, answer_key: str) -> bool:
    """Whether anybody chose this answer for this question."""
    same = (choice.c.question == question) & (choice.c.answer_key == answer_key)
    return answer_key != NONE and conn.scalar(select(choice.c.id).where(same).limit(1)) is not None


def set_active(conn: Connection, *, question: str, answer_key: str, active: bool, user_id: int, now_ms: int) -> None:
    """Use a lesson, or do not. It is counted on meanwhile."""
    one = (unlearned.c.question == question) & (unlearned.c.answer_key == answer_key)
    was_off = conn.execute(delete(unlearned).where(one)).rowcount > 0
    if not active:
        conn.execute(insert(unlearned).values(question=question, answer_key=answer_key, by=user_id, at=now_ms))
    bump(conn, CONTENT)  # what a person decides holds at once
    audit.append(
        conn, now_ms=now_ms, actor=f"user:{user_id}", event=Event.LESSON_CHANGED, subject=f"lesson:{question[:16]}",
        detail={"before": not was_off, "after": active},
    )  # fmt: skip


def _counted() -> Select[tuple[str, str, int]]:
    columns = (choice.c.question, choice.c.answer_key)
    return select(*columns, func.count().label("people")).group_by(*columns)


def _all(conn: Connection, question: str) -> int:
    return int(conn.scalar(select(func.count()).where(choice.c.question == question)) or 0)


def _shown(conn: Connection, vault: Vault, row: Row[tuple[str, str, int]], others: int, active: bool) -> Learned:
    """In the words, and the language, of who chose it last."""
    same = (choice.c.question == row.question) & (choice.c.answer_key == row.answer_key)
    newest = conn.execute(select(choice).where(same).order_by(choice.c.id.desc()).limit(1)).one()
    words = vault.open(newest.words_enc)
    return Learned(row.question, words, newest.language, row.answer_key, row.people, others, active)
