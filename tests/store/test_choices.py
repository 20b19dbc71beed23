"""What people chose is learned when enough of them chose it, can be undone, and tells nothing about anybody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.knowledge.learnable import Kept, Lesson
from bot.store import choices, plain
from bot.store.choices import NONE
from bot.store.database import Database
from bot.store.schema import choice
from tests.store import rows

FOOD = Kept("need food", "food")


def chose(db: Database, who: int, key: str, kept: Kept = FOOD, now: int = 1) -> None:
    with db.begin() as conn:
        plain.put(
            conn, choices.counting(db.vault, contact_id=who, kept=kept, language="en", answer_key=key, now_ms=now)
        )


def lessons(db: Database) -> list[Lesson]:
    with db.read() as conn:
        return choices.lessons(conn, db.vault)


def test_three_different_people_teach_it(db: Database) -> None:
    for who in (1, 2):
        chose(db, who, "food-bank")
    assert lessons(db) == []
    chose(db, 3, "food-bank")
    assert lessons(db) == [Lesson("food-bank", "en", "need food")]


def test_one_person_who_asks_again_and_again_teaches_nothing(db: Database) -> None:
    for _ in range(9):
        chose(db, 1, "food-bank")
    assert lessons(db) == []


def test_the_order_of_words_does_not_matter_and_the_last_ones_words_are_shown(db: Database) -> None:
    for who, words in enumerate(("food need", "need food", "i need food pls"), start=1):
        chose(db, who, "food-bank", Kept(words, "food"))
    assert lessons(db) == [Lesson("food-bank", "en", "i need food pls")]


@pytest.mark.parametrize("other", ["food-for-faith", NONE])
def test_what_as_many_do_not_choose_is_not_learned(db: Database, other: str) -> None:
    for who in (1, 2, 3):
        chose(db, who, "food-bank")
        chose(db, who + 10, other)
    assert lessons(db) == []


def test_that_none_fitted_is_no_lesson(db: Database) -> None:
    for who in (1, 2, 3, 4):
        chose(db, who, NONE)
    assert lessons(db) == []


def test_what_she_chose_before_for_the_same_words_is_forgotten(db: Database) -> None:
    for who in (1, 2, 3):
        chose(db, who, "food-for-faith")
        chose(db, who, "food-bank")
    assert lessons(db) == [Lesson("food-bank", "en", "need food")]


def test_the_desk_undoes_it_and_uses_it_again(db: Database, now: int) -> None:
    for who in (1, 2, 3):
        chose(db, who, "food-bank")
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        (one,) = choices.learned(conn, db.vault)

        def use(active: bool) -> None:
            choices.set_active(
                conn, question=one.question, answer_key=one.answer_key, active=active, user_id=amina, now_ms=now
            )

        use(False)
        use(False)
        (seen,) = choices.learned(conn, db.vault)
        assert (seen.active, seen.people, choices.lessons(conn, db.vault)) == (False, 3, [])
        use(True)
    assert len(lessons(db)) == 1


def test_too_few_are_counted_and_their_words_are_not_shown(db: Database) -> None:
    chose(db, 1, "food-bank")
    chose(db, 1, "eviction", Kept("landlord notice", "landlord notice"))
    with db.read() as conn:
        assert (choices.learned(conn, db.vault), choices.too_few(conn)) == ([], 2)


def test_nobodys_questions_can_be_put_side_by_side_and_no_word_is_in_clear(db: Database) -> None:
    chose(db, 1, "food-bank")
    chose(db, 1, "eviction", Kept("landlord notice", "landlord notice"))
    with db.read() as conn:
        found = conn.execute(select(choice)).all()
    assert len({row.person for row in found}) == 2
    assert "food" not in "".join(f"{row.question} {row.person} {row.words_enc}" for row in found)


def test_who_erases_everything_takes_her_choices_with_her(db: Database) -> None:
    for who in (1, 2, 3):
        chose(db, who, "food-bank")
    with db.begin() as conn:
        assert choices.forget(conn, db.vault, 2) == 1
        assert choices.forget(conn, db.vault, 2) == 0
    assert lessons(db) == []
