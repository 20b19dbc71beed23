"""News on the desk: only leads, only people who said yes, its cost known beforehand, confirmed by a second person."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select, update

from bot.store import broadcasts, consents, contacts
from bot.store.broadcasts import Status
from bot.store.consents import Said
from bot.store.schema import consent, contact, user
from tests.web.desk_stage import HOUR, NOW, Desk, Visitor, open_desk

WRITTEN = {"text-en": "You said: the bus is late. We did: it now comes at 8.", "text-ur": "بس اب آٹھ بجے آتی ہے۔"}


def agreed(desk: Desk, *, language: str = "en", channel: str = "sms", simulated: bool = False, ago: int = HOUR) -> int:
    """Somebody who said yes to news and wrote so long ago."""
    who = desk.contact(channel=channel, simulated=simulated)
    with desk.db.begin() as conn:
        values = {"language": language, "last_inbound_at": NOW - ago}
        conn.execute(update(contact).where(contact.c.id == who).values(values))
        given = {"purpose": "news", "state": "given", "how": "flow", "language": language, "at": NOW - HOUR}
        conn.execute(insert(consent).values(contact_id=who, **given))
    return who


def written(visitor: Visitor, **more: object) -> str:
    """A draft with its words, and the address of its page."""
    address = visitor.send("/desk/broadcasts", title="The bus", form="blank").location
    assert visitor.send(address, version="2", **{**WRITTEN, **more}).status_code == 302
    return address


def status(desk: Desk) -> Status:
    with desk.db.read() as conn:
        found = broadcasts.one(conn, 1)
    assert found
    return found.status


def test_the_page_shows_each_text_its_size_its_people_and_the_cost(desk: Desk) -> None:
    for _ in range(3):
        agreed(desk)
    agreed(desk, language="ur")
    agreed(desk, channel="whatsapp")
    agreed(desk, channel="whatsapp", ago=25 * HOUR)
    agreed(desk, language="pl")
    agreed(desk, simulated=True)
    ruth = desk.signed_in("ruth")
    shown = ruth.get(written(ruth))
    assert "No more news: text NEWS OFF. No texts at all: text STOP." in shown
    assert "People by SMS: 3 (segments each: 1). People by WhatsApp: 1." in shown
    assert "People by SMS: 1 (segments each: 2). People by WhatsApp: 0." in shown
    assert "UCS-2" in shown
    assert "<dd>5</dd>" in shown  # they get it
    assert "<dt>Polish</dt><dd>No text yet. So many people get nothing: 1.</dd>" in shown
    assert "1 - On WhatsApp, and has not written for a day" in shown
    assert "Segments: 5. About £0.20." in shown


def test_with_the_tick_nobody_is_left_out_for_want_of_a_translation(desk: Desk) -> None:
    agreed(desk, language="pl")
    ruth = desk.signed_in("ruth")
    shown = ruth.get(written(ruth, english_for_rest="yes"))
    assert "So many people get the English one: 1." in shown
    assert "They get the English text, as you ticked." in shown
    assert "People by SMS: 1 (segments each: 1)." in shown


def test_a_second_person_confirms(desk: Desk) -> None:
    agreed(desk)
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    address = written(ruth)
    assert ruth.send(f"{address}/ask", version="3").status_code == 302
    assert "Another lead must confirm it." in ruth.get(address)
    assert ruth.send(f"{address}/confirm", version="4").status_code == 403
    assert sam.send(f"{address}/confirm", version="4").status_code == 302
    assert status(desk) is Status.CONFIRMED


def test_the_only_lead_waits_ten_minutes(desk: Desk) -> None:
    agreed(desk)
    ruth = desk.signed_in("ruth")
    with desk.db.begin() as conn:
        conn.execute(update(user).where(user.c.id == desk.ids["sam"]).values(active=False))
    address = written(ruth)
    ruth.send(f"{address}/ask", version="3")
    assert "ten minutes after you asked" in ruth.get(address)
    assert ruth.send(f"{address}/confirm", version="4").status_code == 403
    assert status(desk) is Status.ASKED


def test_what_somebody_changed_meanwhile_is_not_confirmed(desk: Desk) -> None:
    agreed(desk)
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    address = written(ruth)
    ruth.send(f"{address}/ask", version="3")
    ruth.send(f"{address}/change", version="4")
    assert sam.send(f"{address}/confirm", version="4").status_code == 409
    assert status(desk) is Status.DRAFT


def test_it_cannot_be_asked_for_when_nobody_would_get_it(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = written(ruth)
    assert ruth.send(f"{address}/ask", version="3").status_code == 422
    assert status(desk) is Status.DRAFT


def test_a_form_that_was_not_filled_in_cannot_be_asked_for(desk: Desk) -> None:
    agreed(desk)
    ruth = desk.signed_in("ruth")
    address = ruth.send("/desk/broadcasts", title="The bus", form="you_said").location
    assert ruth.send(f"{address}/ask", version="2").status_code == 422
    assert status(desk) is Status.DRAFT


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = ruth.send("/desk/broadcasts", title="The bus", form="you_said").location
    assert "You said: [what people told us]" in ruth.get(address)
    for typed, sentence in (
        ({"text-ur": "x"}, "Write the text in English."),
        ({"text-en": "We did: [what]"}, "Put your own words in place of"),
        ({"text-en": "For help text {menu}"}, "Put your own words in place of"),
        ({"text-en": "too long " * 200}, "Make it shorter"),
        ({"text-en": "Good", "send_at": "tomorrow"}, "Write the day and the time"),
    ):
        answered = ruth.send(address, version="2", **typed)
        assert answered.status_code == 422
        shown = answered.get_data(as_text=True)
        assert sentence in shown
        assert next(iter(typed.values())).strip() in shown


def test_pause_go_on_and_cancel(desk: Desk) -> None:
    agreed(desk)
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    address = written(ruth)
    ruth.send(f"{address}/ask", version="3")
    sam.send(f"{address}/confirm", version="4")
    parts = desk.app.extensions["bot"]
    parts.broadcasting.go_on(NOW)
    assert "0 of 1 people are done." in ruth.get(f"{address}/progress")
    assert ruth.send(f"{address}/pause", version="6").status_code == 302
    assert status(desk) is Status.PAUSED
    assert ruth.client.get(f"{address}/progress").status_code == 286
    ruth.send(f"{address}/resume", version="7")
    parts.broadcasting.go_on(NOW)
    ruth.send(f"{address}/cancel", version="8")
    assert status(desk) is Status.CANCELED
    assert "1 - It was cancelled before their turn" in ruth.get(address)
    assert "cancelled it" in ruth.get(address)


def test_a_character_that_makes_it_dearer_is_shown(desk: Desk) -> None:
    ruth = desk.signed_in("ruth")
    address = ruth.send("/desk/broadcasts", title="The bus", form="blank").location
    ruth.send(address, version="2", **{"text-en": "It\u2019s open at the clinic, come and see us."})
    shown = ruth.get(address)
    assert "These characters make it dearer: \u2019 Without them it is 1 segments." in shown


def test_who_is_to_look_at_it_sees_that_it_waits(desk: Desk) -> None:
    agreed(desk)
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    address = written(ruth)
    ruth.send(f"{address}/ask", version="3")
    counts = [re.search(r"News(.*?)</a>", one.get("/desk/"), re.DOTALL) for one in (sam, ruth)]
    assert ["1" in found[1] if found else None for found in counts] == [True, False]


@pytest.mark.parametrize("made", ["story", "question"])
def test_what_somebody_said_yes_to_stands_beside_what_she_wrote_and_goes_with_her(desk: Desk, made: str) -> None:
    who = agreed(desk)
    with desk.db.begin() as conn:
        question = "May we text you <news>?"
        conn.execute(update(consent).values(wording=question, language="pl"))
        consents.keep(conn, who, Said("news", False, "stop", "pl"), NOW)
    item = getattr(desk, made)(contact_id=who)
    amina, address = desk.signed_in("amina"), f"/desk/{'stories' if made == 'story' else 'questions'}/{item}"
    shown = amina.get(address)
    assert "What they said yes or no to" in shown
    assert "Yes to news by text" in shown
    assert "They were asked in Polish:" in shown
    assert "May we text you &lt;news&gt;?" in shown
    assert "They said STOP." in shown
    with desk.db.begin() as conn:
        contacts.erase(conn, who, NOW, "resident")
        assert conn.scalars(select(consent.c.id)).all() == []


def test_on_a_demo_it_is_for_made_up_people_only(database_url: str) -> None:
    demo_desk = open_desk(database_url, demo=True)
    agreed(demo_desk)
    agreed(demo_desk, simulated=True)
    ruth = demo_desk.signed_in("ruth")
    shown = ruth.get(written(ruth))
    assert "People by SMS: 1" in shown
    assert "nothing leaves this machine" in shown
    demo_desk.db.close()
