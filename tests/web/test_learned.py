"""The desk sees what was learned from people's choices, in words of our own answers only, and undoes it."""

from __future__ import annotations

import html

from sqlalchemy import select

from bot.knowledge.learnable import Kept
from bot.store import choices, content, plain
from bot.store.schema import audit
from tests.web.desk_stage import NOW, Desk

PAGE = "/desk/answers/learned"


def taught(desk: Desk, people: int) -> None:
    """So many people chose the warm hall for "warm place"."""
    with desk.db.begin() as conn:
        content.keep_answer(
            conn, key="warm-hall", language="en", topic="company", title="Sit in the warm hall",
            questions=["Warm hall"], short="Come in.", user_id=desk.ids["amina"], now_ms=NOW,
        )  # fmt: skip
        for who in range(people):
            plain.put(
                conn,
                choices.counting(
                    desk.db.vault,
                    contact_id=who,
                    kept=Kept("a warm place", "place warm"),
                    language="en",
                    answer_key="warm-hall",
                    now_ms=NOW,
                ),
            )


def test_it_is_shown_with_how_many_chose_it_and_can_be_undone_and_used_again(desk: Desk) -> None:
    taught(desk, 3)
    amina = desk.signed_in("amina")
    page = html.unescape(amina.get(PAGE))
    assert "a warm place" in page
    assert "Sit in the warm hall" in page
    assert "People who chose it: 3" in page
    with desk.db.read() as conn:
        (one,) = choices.learned(conn, desk.db.vault)
    form = {"question": one.question, "answer": one.answer_key}
    assert amina.send(PAGE, **form, active="").status_code == 302
    assert "Does not count" in amina.get(PAGE)
    assert amina.send(PAGE, **form, active="yes").status_code == 302
    assert "Does not count" not in amina.get(PAGE)
    with desk.db.read() as conn:
        events = conn.scalars(select(audit.c.event).where(audit.c.event == "lesson_changed")).all()
    assert len(events) == 2


def test_words_of_too_few_people_are_not_shown(desk: Desk) -> None:
    taught(desk, 2)
    page = html.unescape(desk.signed_in("amina").get(PAGE))
    assert "a warm place" not in page
    assert "too few people to show their words: 1" in page


def test_who_may_only_read_answers_cannot_change_what_was_learned(desk: Desk) -> None:
    taught(desk, 3)
    tara = desk.signed_in("tara")
    assert "Do not use this" not in tara.get(PAGE)
    with desk.db.read() as conn:
        (one,) = choices.learned(conn, desk.db.vault)
    assert tara.send(PAGE, question=one.question, answer=one.answer_key, active="").status_code == 403


def test_a_lesson_that_is_not_there_cannot_be_changed(desk: Desk) -> None:
    assert desk.signed_in("amina").send(PAGE, question="x", answer="y", active="").status_code == 404
