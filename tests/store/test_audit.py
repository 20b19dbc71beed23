"""The record of what was done cannot be bent unnoticed, and holds nobody's words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select, text

from bot.store import audit
from bot.store.audit import FIELDS, AuditError, Event
from bot.store.database import Database
from bot.store.schema import audit as table
from tests.store.together import run_together

CHANGED: Mapping[str, object] = {"before": True, "after": False}


def record(db: Database, now: int, subject: str = "service:1", detail: Mapping[str, object] = CHANGED) -> None:
    with db.begin() as conn:
        audit.append(conn, now_ms=now, actor="user:1", event=Event.SERVICE_CHANGED, subject=subject, detail=detail)


def broken(db: Database) -> int | None:
    with db.read() as conn:
        return audit.verify(conn)


def test_every_event_declares_its_fields() -> None:
    assert set(FIELDS) == set(Event)


def test_an_unbroken_chain_is_whole_from_the_first_row(db: Database, now: int) -> None:
    assert broken(db) is None
    for number in range(5):
        record(db, now + number)
    assert broken(db) is None
    with db.read() as conn:
        hashes = conn.execute(select(table.c.previous, table.c.hash).order_by(table.c.id)).all()
    assert [previous for previous, _ in hashes] == [audit.FIRST, *(own for _, own in hashes[:-1])]


def test_several_entries_of_one_transaction_follow_each_other(db: Database, now: int) -> None:
    with db.begin() as conn:
        for event in (Event.USER_SIGNED_IN, Event.SIGN_IN_FAILED):
            audit.append(conn, now_ms=now, actor="user:1", event=event, subject="user:1", detail={})
    with db.read() as conn:
        assert conn.scalars(select(table.c.event).order_by(table.c.id)).all() == ["user_signed_in", "sign_in_failed"]
    assert broken(db) is None


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE audit SET at = at + 1 WHERE id = :id", id="another time"),
        pytest.param("UPDATE audit SET actor = 'user:2' WHERE id = :id", id="another person"),
        pytest.param("UPDATE audit SET event = 'answer_changed' WHERE id = :id", id="another event"),
        pytest.param("UPDATE audit SET subject = 'service:9' WHERE id = :id", id="another subject"),
        pytest.param(
            """UPDATE audit SET detail = '{"before": true, "after": true}' WHERE id = :id""", id="another detail"
        ),
        pytest.param("UPDATE audit SET previous = 'x' WHERE id = :id", id="another link"),
        pytest.param("UPDATE audit SET hash = 'x' WHERE id = :id", id="another hash"),
    ],
)
def test_a_changed_row_is_found(db: Database, now: int, damage: str) -> None:
    for number in range(5):
        record(db, now + number)
    with db.begin() as conn:
        third = conn.scalars(select(table.c.id).order_by(table.c.id)).all()[2]
        conn.execute(text(damage), {"id": third})
    assert broken(db) == third


@pytest.mark.parametrize("position", [0, 2])
def test_a_row_taken_out_is_found_at_the_next_one(db: Database, now: int, position: int) -> None:
    for number in range(5):
        record(db, now + number)
    with db.begin() as conn:
        ids = conn.scalars(select(table.c.id).order_by(table.c.id)).all()
        conn.execute(table.delete().where(table.c.id == ids[position]))
    assert broken(db) == ids[position + 1]


def test_a_row_put_in_beside_is_found(db: Database, now: int) -> None:
    record(db, now)
    with db.begin() as conn:
        row = dict(conn.execute(select(table)).mappings().one())
        conn.execute(table.insert().values(**{**row, "id": 99, "previous": "a" * 64, "subject": "service:2"}))
    assert broken(db) == 99


def test_eight_threads_write_one_chain(db: Database, now: int) -> None:
    def work() -> None:
        for number in range(10):
            record(db, now + number)

    run_together([work] * 8)
    assert broken(db) is None
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(table)) == 80


def test_what_is_rolled_back_was_never_recorded(db: Database, now: int) -> None:
    def fail() -> None:
        with db.begin() as conn:
            audit.append(conn, now_ms=now, actor="user:1", event=Event.USER_SIGNED_IN, subject="user:1", detail={})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    record(db, now)
    with db.read() as conn:
        assert conn.scalars(select(table.c.event)).all() == ["service_changed"]


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        pytest.param({**CHANGED, "name": "x"}, "does not declare name", id="a field too many"),
        pytest.param({"before": True}, "must say after", id="a field too few"),
        pytest.param({**CHANGED, "after": "She said it hurts"}, "cannot keep this after", id="words"),
        pytest.param({**CHANGED, "after": "+447700900123"}, "cannot keep this after", id="a number"),
        pytest.param({**CHANGED, "after": "07700900123"}, "cannot keep this after", id="a national number"),
        pytest.param({**CHANGED, "after": "ana@example.org"}, "cannot keep this after", id="an e-mail address"),
        pytest.param({**CHANGED, "after": ["x"]}, "cannot keep this after", id="a list"),
    ],
)
def test_undeclared_missing_and_personal_fields_are_refused(
    db: Database, now: int, detail: Mapping[str, object], said: str
) -> None:
    with pytest.raises(AuditError, match=said):
        record(db, now, detail=detail)


def test_a_subject_cannot_be_a_number_or_words(db: Database, now: int) -> None:
    for subject in ("+447700900123", "my neighbour"):
        with pytest.raises(AuditError, match="subject"):
            record(db, now, subject=subject)


def test_outside_a_write_transaction_nothing_can_be_recorded(db: Database, now: int) -> None:
    with db.read() as conn, pytest.raises(AuditError, match=r"db.begin\(\)"):
        audit.append(conn, now_ms=now, actor="user:1", event=Event.USER_SIGNED_IN, subject="user:1", detail={})
