"""Drafts keep what was typed, right or wrong; of two who write at once, the second is told what the first one did."""

from __future__ import annotations

import pytest

from bot.store import drafts
from bot.store.database import Database
from bot.store.drafts import Draft, DraftFile, DraftStatus
from bot.store.schema import audit as audit_table
from bot.store.swap import Gone, Stale
from tests.store import rows

BROKEN = "flow: lunch\n\tsteps: [ {\n  'never closed — اردو\n"


def begun(db: Database, now: int, text: str = "flow: lunch\n", base: str | None = "flow: lunch\n") -> tuple[int, int]:
    """(draft, its writer)."""
    with db.begin() as conn:
        ruth = rows.champion(conn, "Ruth")
        return drafts.begin(conn, DraftFile("lunch.yaml", text, base), user_id=ruth, now_ms=now), ruth


def found(db: Database, id: int) -> Draft:
    with db.read() as conn:
        draft = drafts.one(conn, id)
    assert draft is not None
    return draft


def write(db: Database, id: int, version: int, text: str, user: int, now: int) -> None:
    with db.begin() as conn:
        drafts.write(conn, id, version, DraftFile("lunch.yaml", text, "x"), user_id=user, now_ms=now)


def test_what_was_typed_is_kept_letter_by_letter_even_when_it_is_broken(db: Database, now: int) -> None:
    id, ruth = begun(db, now)
    write(db, id, 1, BROKEN, ruth, now + 5)
    draft = found(db, id)
    assert (draft.texts, draft.version, draft.by, draft.at) == ({"lunch.yaml": BROKEN}, 2, "Ruth", now + 5)


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(db: Database, now: int) -> None:
    id, ruth = begun(db, now)
    with db.begin() as conn:
        sam = rows.champion(conn, "Sam")
    write(db, id, 1, "by Ruth", ruth, now + 1)
    with pytest.raises(Stale) as told:
        write(db, id, 1, "by Sam", sam, now + 2)
    assert (told.value.by, told.value.status) == ("Ruth", "open")
    assert found(db, id).texts == {"lunch.yaml": "by Ruth"}


def test_one_draft_can_hold_several_files(db: Database, now: int) -> None:
    id, ruth = begun(db, now)
    with db.begin() as conn:
        drafts.write(conn, id, 1, DraftFile("menu.yaml", "m", "m"), user_id=ruth, now_ms=now)
    assert list(found(db, id).files) == ["lunch.yaml", "menu.yaml"]


def test_what_is_thrown_away_can_be_taken_back(db: Database, now: int) -> None:
    id, ruth = begun(db, now)
    with db.begin() as conn:
        drafts.throw_away(conn, id, 1, user_id=ruth, now_ms=now)
    with db.read() as conn:
        assert drafts.listed(conn) == []
        assert [one.id for one in drafts.listed(conn, DraftStatus.THROWN_AWAY)] == [id]
    with pytest.raises(Stale):
        write(db, id, 2, "too late", ruth, now)
    with db.begin() as conn:
        drafts.take_back(conn, id, 2, user_id=ruth, now_ms=now)
    assert (found(db, id).status, found(db, id).texts) == (DraftStatus.OPEN, {"lunch.yaml": "flow: lunch\n"})


def test_the_record_says_who_began_threw_away_and_took_back(db: Database, now: int) -> None:
    id, ruth = begun(db, now)
    with db.begin() as conn:
        drafts.throw_away(conn, id, 1, user_id=ruth, now_ms=now)
        drafts.take_back(conn, id, 2, user_id=ruth, now_ms=now)
    with db.read() as conn:
        events = conn.execute(audit_table.select().order_by(audit_table.c.id)).all()
    assert [(row.event, row.subject, row.actor) for row in events] == [
        (event, f"draft:{id}", f"user:{ruth}") for event in ("draft_begun", "draft_thrown_away", "draft_taken_back")
    ]


def test_a_draft_that_is_not_there_is_gone(db: Database, now: int) -> None:
    with db.read() as conn:
        assert drafts.one(conn, 999) is None
    with pytest.raises(Gone):
        write(db, 999, 1, "x", 1, now)
