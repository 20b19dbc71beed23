"""What no sign was found in is looked at again, by meaning: once, in the background, and nobody is texted."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import Connection, func, insert, select, update

from bot.background.second_look import AT_ONCE, SecondLook
from bot.knowledge.e5 import Model
from bot.knowledge.meaning import Vector
from bot.knowledge.near_danger import MOST_PIECES, Line, pieces, shipped
from bot.settings import new_key
from bot.store import claims, questions, stories, talks
from bot.store.claims import Reader
from bot.store.database import Database
from bot.store.schema import (
    alert,
    outbound,
    question,
    question_look,
    story,
    story_look,
    talk,
    talk_line,
    talk_line_look,
)
from bot.store.vault import Vault
from bot.story.status import WAITING, QuestionStatus, TalkStatus
from tests.evaluation.danger import shipped_signs

NOW = 1_750_000_000_000
LINE = Line("marked 1", np.array([2.0, 0.0]), 0.5)
SIGNS = shipped_signs()


class Marked(Model):
    """Finds what has the word "dark" in it near danger."""

    name = "marked 1"
    trouble = ""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.seen += texts
        return [np.array([1.0, 0.0]) if "dark" in text else np.array([0.0, 1.0]) for text in texts]


class Missing(Marked):
    trouble = "MATCH_BY_MEANING is off."


def look(db: Database, model: Model) -> SecondLook:
    return SecondLook(db, lambda: SIGNS, model, LINE, lambda: NOW)


def tell(conn: Connection, db: Database, reference: str, text: str, at: int, **values: object) -> None:
    conn.execute(
        insert(story).values(
            reference=reference,
            language="en",
            consent="champions",
            text_enc=db.vault.seal(json.dumps([text])),
            created_at=at,
            **values,
        )
    )


def ask(conn: Connection, db: Database, reference: str, text: str, at: int) -> None:
    sealed = db.vault.seal(text)
    conn.execute(insert(question).values(reference=reference, language="en", text_enc=sealed, created_at=at))


def say(conn: Connection, db: Database, reference: str, text: str, at: int, *, danger: bool = False) -> None:
    new = insert(talk).values(reference=reference, language="en", late_at=at, waits_since=at, created_at=at)
    id = conn.scalar(new.returning(talk.c.id))
    conn.execute(insert(talk_line).values(talk_id=id, text_enc=db.vault.seal(text), danger=danger, at=at))


def marks(db: Database) -> int:
    with db.read() as conn:
        tables = (story_look, question_look, talk_line_look)
        return sum(int(conn.scalar(select(func.count()).select_from(table)) or 0) for table in tables)


def test_what_may_be_about_danger_stands_first_and_says_so(db: Database) -> None:
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", "The damp is bad", NOW)
        tell(conn, db, "S-BBBB", "It is dark and nobody comes", NOW + 1)
        ask(conn, db, "Q-AAAA", "Where is the library", NOW)
        ask(conn, db, "Q-BBBB", "Who helps in the dark", NOW + 1)
        say(conn, db, "T-AAAA", "Hello", NOW)
        say(conn, db, "T-BBBB", "All is dark", NOW + 1)
    assert look(db, Marked()).work() == 6
    with db.read() as conn:
        told = stories.page(conn, db.vault, status=WAITING)
        asked = questions.page(conn, db.vault, status={QuestionStatus.WAITING})
        said = talks.page(conn, db.vault, status=TalkStatus.WAITING)
        next_ids = claims.candidates(conn, Reader(1, hers=frozenset({"en"})), NOW)
    for rows, letter in ((told, "S"), (asked, "Q"), (said, "T")):
        assert [(row.reference, row.near_danger) for row in rows] == [
            (f"{letter}-BBBB", True),
            (f"{letter}-AAAA", False),
        ]
    assert next_ids == [row.id for row in told]


def test_what_no_key_opens_is_looked_at_when_its_key_is_back(db: Database) -> None:
    key = new_key()
    with db.begin() as conn:
        sealed = Vault([key]).seal("Who helps in the dark")
        conn.execute(insert(question).values(reference="Q-AAAA", language="en", text_enc=sealed, created_at=NOW))
        ask(conn, db, "Q-BBBB", "Where is the library", NOW)
    assert look(db, Marked()).work() == 1
    assert marks(db) == 1
    with db.begin() as conn:
        again = db.vault.seal(Vault([key]).open(sealed))
        conn.execute(update(question).where(question.c.reference == "Q-AAAA").values(text_enc=again))
    assert look(db, Marked()).work() == 1
    with db.read() as conn:
        assert [row.near_danger for row in questions.page(conn, db.vault)] == [True, False]


def test_each_text_is_looked_at_once_and_nobody_is_texted(db: Database) -> None:
    model = Marked()
    with db.begin() as conn:
        for number in range(AT_ONCE + 3):
            ask(conn, db, f"Q-{number:04}", f"Question number {number} in the dark", NOW)
    assert (look(db, model).work(), look(db, model).work()) == (AT_ONCE + 3, 0)
    assert len(model.seen) == AT_ONCE + 3
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(outbound)) == 0
        assert conn.scalar(select(func.count()).select_from(alert)) == 0


def test_what_an_alert_tells_of_already_is_not_looked_at_again(db: Database) -> None:
    model = Marked()
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", "It is dark and I want to kill myself", NOW)
        say(conn, db, "T-AAAA", "It is dark", NOW, danger=True)
    assert look(db, model).work() == 1
    assert model.seen == []
    with db.read() as conn:
        assert [row.near_danger for row in stories.page(conn, db.vault, status=WAITING)] == [False]


def test_a_stop_in_the_middle_loses_nothing(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", "It is dark", NOW)
    stopped = look(db, Marked())
    monkeypatch.setattr(stopped, "_keep", _die)
    with pytest.raises(KeyboardInterrupt):
        stopped.work()
    assert marks(db) == 0
    assert (look(db, Marked()).work(), marks(db)) == (1, 1)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_without_the_model_all_waits_and_is_looked_at_when_it_is_back(db: Database) -> None:
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", "It is dark", NOW)
    assert (look(db, Missing()).work(), marks(db)) == (0, 0)
    assert (look(db, Marked()).work(), marks(db)) == (1, 1)


def test_a_line_taught_for_another_model_is_not_used(db: Database) -> None:
    other = SecondLook(db, lambda: SIGNS, Marked(), Line("marked 2", np.zeros(2), -1.0), lambda: NOW)
    assert "marked 2" in other.trouble
    assert other.work() == 0


def test_what_is_decided_stands_first_no_longer_and_the_mark_goes_with_the_story(db: Database) -> None:
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", "It is dark", NOW)
    look(db, Marked()).work()
    with db.begin() as conn:
        conn.execute(update(story).values(status="declined"))
        assert [row.near_danger for row in stories.page(conn, db.vault)] == [False]
        conn.execute(story.delete())
    assert marks(db) == 0


def test_a_long_story_is_read_in_parts(db: Database) -> None:
    model = Marked()
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", f"{'The damp is bad. ' * 40}It is dark.", NOW)
    look(db, model).work()
    assert len(model.seen) == 3
    with db.read() as conn:
        assert [row.near_danger for row in stories.page(conn, db.vault, status=WAITING)] == [True]


def test_a_story_must_lie_farther_than_a_question(db: Database) -> None:
    with db.begin() as conn:
        tell(conn, db, "S-AAAA", "It is dark", NOW)
        ask(conn, db, "Q-AAAA", "Is it dark", NOW)
    SecondLook(db, lambda: SIGNS, Marked(), Line("marked 1", np.array([1.0, 0.0]), 0.5), lambda: NOW).work()
    with db.read() as conn:
        assert [row.near_danger for row in stories.page(conn, db.vault, status=WAITING)] == [False]
        assert [row.near_danger for row in questions.page(conn, db.vault, status={QuestionStatus.WAITING})] == [True]


def test_the_parts_hold_every_word_up_to_a_limit() -> None:
    text = " ".join(f"word{number}" for number in range(150))
    assert " ".join(pieces(text)) == text
    assert (pieces(""), len(pieces("long " * 4000))) == ([], MOST_PIECES)
    assert "".join(pieces("x" * 1000)) == "x" * 300


def test_the_shipped_line_is_taught_for_the_model_that_is_installed() -> None:
    """After a new version of the model: ``python -m tests.evaluation.teach_danger``, and read its figures."""
    assert (shipped().model, shipped().weights.shape) == (Model().name, (384,))
