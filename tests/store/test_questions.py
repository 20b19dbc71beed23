"""Questions that wait for a person are answered once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.store import questions, schema
from bot.store.database import Database
from bot.store.swap import Gone, Stale
from bot.story.status import QuestionStatus
from tests.store import rows

WAITING, ANSWERED, CLOSED = QuestionStatus.WAITING, QuestionStatus.ANSWERED, QuestionStatus.CLOSED


def one_question(db: Database, now: int) -> tuple[int, int, int]:
    with db.begin() as conn:
        asker = rows.resident(conn, db.vault, now, status="stopped")
        return rows.question(conn, db.vault, now, asker), rows.champion(conn, "Amina"), rows.champion(conn, "Bilal")


def answer(db: Database, id: int, version: int, user_id: int, now: int) -> None:
    with db.begin() as conn:
        questions.answer(conn, db.vault, id=id, version=version, text="At the pool", user_id=user_id, now_ms=now)


def close(db: Database, id: int, version: int, user_id: int, now: int) -> None:
    with db.begin() as conn:
        questions.close(conn, id=id, version=version, user_id=user_id, now_ms=now)


def test_the_oldest_question_in_my_languages_comes_first(db: Database, now: int) -> None:
    with db.begin() as conn:
        rows.question(conn, db.vault, now, None, reference="new", language="ur")
        rows.question(conn, db.vault, now - 9, None, reference="old", language="ur")
        rows.question(conn, db.vault, now - 99, None, reference="other", language="pl")
        rows.question(conn, db.vault, now - 99, None, reference="done", language="ur", status="closed")
    with db.read() as conn:
        found = questions.page(conn, db.vault, status={WAITING}, languages={"ur"})
        assert [one.reference for one in found] == ["old", "new"]
        assert questions.counts(conn) == {WAITING: 3, ANSWERED: 0, CLOSED: 1}
        first = questions.page(conn, db.vault, newest_first=True, limit=1)
        assert [one.reference for one in first] == ["new"]


def test_an_answer_is_kept_sealed_with_who_gave_it(db: Database, now: int) -> None:
    id, amina, _ = one_question(db, now)
    answer(db, id, 1, amina, now)
    with db.read() as conn:
        one = questions.get(conn, db.vault, id)
        assert "pool" not in str(conn.scalar(select(schema.question.c.answer_enc)))
        entry = conn.execute(select(schema.audit)).one()
    assert one is not None
    assert (one.text, one.answer, one.status) == ("Where can I learn to swim?", "At the pool", ANSWERED)
    assert (one.answered_by, one.answered_by_name, one.answered_at, one.version) == (amina, "Amina", now, 2)
    assert one.stopped
    assert (entry.event, entry.detail["after"]) == ("question_answered", "answered")


def test_the_second_champion_is_told_who_answered(db: Database, now: int) -> None:
    id, amina, bilal = one_question(db, now)
    answer(db, id, 1, amina, now)
    for act in (answer, close):
        for version in (1, 2):  # also when her page is new: a question is answered once
            with pytest.raises(Stale, match="Amina got here first: this is now answered"):
                act(db, id, version, bilal, now)


def test_a_question_can_be_closed_with_nothing_to_send(db: Database, now: int) -> None:
    id, amina, _ = one_question(db, now)
    close(db, id, 1, amina, now)
    with db.read() as conn:
        one = questions.get(conn, db.vault, id)
        assert conn.scalars(select(schema.audit.c.event)).all() == ["question_closed"]
    assert one is not None
    assert (one.status, one.answer) == (CLOSED, "")


def test_a_question_that_is_not_there(db: Database, now: int) -> None:
    with pytest.raises(Gone):
        answer(db, 77, 1, 1, now)
    with db.read() as conn:
        assert questions.get(conn, db.vault, 77) is None


def test_a_kept_answer_is_linked_to_its_question(db: Database, now: int) -> None:
    id, _, _ = one_question(db, now)
    words = {"key": "swim", "origin": "desk", "topic": "health", "title": "Swim", "questions": [], "short": "x"}
    with db.begin() as conn:
        kept = rows.put(conn, schema.answer, **words, created_at=now, updated_at=now)
        questions.link_answer(conn, id=id, answer_id=kept)
    with db.read() as conn:
        one = questions.get(conn, db.vault, id)
    assert one is not None
    assert one.answer_id == kept
