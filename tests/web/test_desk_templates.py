"""The desk's WhatsApp page, and what it says before a text goes to somebody silent since yesterday."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.background.templating import Row
from bot.store import templates
from bot.store.schema import contact
from bot.store.templates import State
from tests.web.desk_stage import HOUR, NOW, Desk


def approve(desk: Desk, language: str = "en") -> None:
    with desk.db.begin() as conn:
        id = templates.keep(
            conn, name="coming_back", language=language, text="Write any word.", sid="HX" + "0" * 32, now_ms=NOW
        )
        templates.note(conn, id, State.APPROVED, "", NOW)


def somebody(desk: Desk, hours: int) -> int:
    who = desk.contact(channel="whatsapp")
    with desk.db.begin() as conn:
        conn.execute(update(contact).where(contact.c.id == who).values(last_inbound_at=NOW - hours * HOUR))
    return who


def test_a_lead_sees_every_text_in_every_language_and_what_that_means(desk: Desk) -> None:
    page = desk.signed_in("ruth").get("/desk/templates")
    assert page.count("Not handed in") == 4
    assert "Write any word to us and we go on" in page
    assert "bot templates submit" in page
    assert "Ask how it stands" not in page  # there is no account here


def test_a_refusal_is_shown_with_its_reason(desk: Desk) -> None:
    row = next(row for row in _rows(desk) if row.language == "ur")
    with desk.db.begin() as conn:
        id = templates.keep(conn, name=row.name, language="ur", text=row.text, sid="HX" + "1" * 32, now_ms=NOW)
        templates.note(conn, id, State.REJECTED, "Sounds like advertising.", NOW)
    page = desk.signed_in("ruth").get("/desk/templates")
    assert "Refused" in page
    assert "Sounds like advertising." in page


def _rows(desk: Desk) -> list[Row]:
    return list(desk.app.extensions["bot"].templates.rows())


def test_asking_without_an_account_says_so(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    ruth.send("/desk/templates/refresh")
    assert "No Twilio account is set up here" in ruth.get("/desk/templates")


@pytest.mark.parametrize(
    ("hours", "approved", "said"),
    [
        (23, True, ""),
        (25, True, "We first ask them to write back."),
        (25, False, "WhatsApp lets your text through when they write again."),
    ],
)
def test_a_champion_is_told_before_sending(desk: Desk, hours: int, approved: bool, said: str) -> None:
    if approved:
        approve(desk)
    who = somebody(desk, hours)
    pages = [f"/desk/stories/{desk.story(contact_id=who)}", f"/desk/questions/{desk.question(contact_id=who)}"]
    for page in pages:
        shown = desk.signed_in("amina").get(page)
        assert ("more than a day ago" in shown) is bool(said), page
        assert said in shown, page
