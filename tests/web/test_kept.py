"""What is kept and erased, a person's own copy, and a story that was taken back while somebody had it open."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from bot.store import issuing, withdrawing
from bot.store.issuing import Place
from bot.store.schema import audit, contact, story
from tests.store import rows
from tests.web.desk_stage import NOW, Desk

SAID = "They told Zebunnisa to come back with papers"


@pytest.fixture
def taken(desk: Desk) -> int:
    """A story that went out and was taken back since; its id."""
    contact_id = desk.contact()
    id = desk.story(SAID, contact_id=contact_id)
    with desk.db.begin() as conn:
        issuing.note(conn, id, Place.REPORT, "Board paper", NOW)
        reference = conn.scalar(select(story.c.reference).where(story.c.id == id))
        assert withdrawing.withdraw(conn, desk.db.vault, contact_id, str(reference), NOW)
    return id


def test_a_story_that_was_taken_back_shows_that_and_where_it_had_gone(desk: Desk, taken: int) -> None:
    page = desk.signed_in("amina").get(f"/desk/stories/{taken}")
    assert "took it back" in page
    assert "Board paper" in page
    assert "Zebunnisa" not in page


def test_whoever_acts_on_it_is_told(desk: Desk, taken: int) -> None:
    answered = desk.signed_in("amina").send(f"/desk/stories/{taken}/approve", version=1)
    assert answered.status_code == 410
    assert "took it back" in answered.get_data(as_text=True)


def test_a_lead_sees_what_went_out_and_was_taken_back(desk: Desk, taken: int) -> None:
    assert "Board paper" in desk.signed_in("ruth").get("/desk/kept")


def test_a_champion_does_not_see_the_page(desk: Desk) -> None:
    desk.signed_in("amina").get("/desk/kept", status=403)


def copied(desk: Desk, whose: str) -> dict[str, str]:
    answered = desk.signed_in("sam").send("/desk/kept/copy", whose=whose)
    assert answered.status_code == 200, answered.get_data(as_text=True)[:500]
    assert answered.headers["Cache-Control"] == "private, no-store"
    with ZipFile(BytesIO(answered.data)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if not name.startswith("files/")}


def test_a_person_gets_all_that_is_kept_about_her_and_no_champion_s_name(desk: Desk) -> None:
    contact_id = desk.contact()
    desk.story(SAID, contact_id=contact_id)
    with desk.db.begin() as conn:
        conn.execute(update(contact).where(contact.c.id == contact_id).values(language="ur"))
        conn.execute(update(story).values(decided_by=desk.ids["amina"], decided_at=NOW))
        rows.alert(conn, desk.db.vault, NOW, contact_id, note_enc=desk.db.vault.seal("Rang her brother"))
        rows.inbound(conn, desk.db.vault, NOW, contact_id)
        pseudonym = str(conn.scalar(select(contact.c.pseudonym).where(contact.c.id == contact_id)))
        reference = str(conn.scalar(select(story.c.reference)))
    for whose in (pseudonym.lower(), reference.lower()):
        found = copied(desk, whose)
        assert 'dir="rtl"' in found["read-me.html"]
        assert SAID in found["read-me.html"]
        kept = json.loads(found["everything.json"])
        assert SAID in kept["story"][0]["text"]
        assert kept["inbound"][0]["text"] == rows.SAID
        assert not any(word in "".join(found.values()) for word in ("Amina", "amina", "Rang her brother", "decided_by"))
    with desk.db.read() as conn:
        details = list(conn.scalars(select(audit.c.detail).where(audit.c.event == "person_exported")))
    assert details == [{"stories": 1, "questions": 0, "messages": 1, "media": 0}] * 2


def test_what_she_wrote_stays_words_in_her_copy(desk: Desk) -> None:
    contact_id = desk.contact()
    desk.story("<script>alert(1)</script>", contact_id=contact_id)
    with desk.db.read() as conn:
        reference = str(conn.scalar(select(story.c.reference)))
    assert "<script>" not in copied(desk, reference)["read-me.html"]


def test_nobody_is_found_by_a_slip(desk: Desk) -> None:
    assert desk.signed_in("sam").send("/desk/kept/copy", whose="Amber Nobody 1").status_code == 422


@pytest.mark.parametrize("name", ["amina", "tara", "ruth"])
def test_only_an_admin_makes_a_copy(desk: Desk, name: str) -> None:
    assert desk.signed_in(name).send("/desk/kept/copy", whose="x").status_code == 403
