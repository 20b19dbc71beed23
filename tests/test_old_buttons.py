"""Case 15: a button tapped on an old question is not an answer to the one that waits now."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from bot.app import House
from bot.channel.message import Channel
from bot.store.schema import outbound
from tests.people import Person


@pytest.fixture
def hodan(house: House) -> Person:
    return Person(house, channel=Channel.WHATSAPP, language="en")


def newest(hodan: Person, sid: str) -> str:
    """Twilio's id of the newest question."""
    db = hodan.house.parts.db
    here = (outbound.c.contact_id == hodan.contact_id) & outbound.c.options_enc.is_not(None)
    with db.begin() as conn:
        id = conn.scalar(select(outbound.c.id).where(here).order_by(outbound.c.id.desc()).limit(1))
        conn.execute(update(outbound).where(outbound.c.id == id).values(provider_id=sid))
    return sid


def tap(hodan: Person, button: str, label: str, question: str) -> str:
    tapped = replace(hodan.inbound(label, button=button), button_text=label, replied_to=question)
    hodan.receive(tapped)
    return "\n".join(line.text for line in hodan.new_lines())


def test_the_same_question_in_between_another_one_is_a_new_question(hodan: Person) -> None:
    menu = hodan.text("MENU")[-1]
    button, label = menu.options[0]
    old = newest(hodan, "SM" + "a" * 32)
    inside = tap(hodan, button, label, old)  # it is the newest: it counts
    hodan.text("MENU")
    assert tap(hodan, button, label, old) != inside
    hodan.text("MENU")
    assert tap(hodan, button, label, newest(hodan, "SM" + "b" * 32)) == inside


def test_a_question_that_was_only_repeated_can_still_be_tapped(hodan: Person) -> None:
    menu = hodan.text("MENU")[-1]
    button, label = menu.options[0]
    old = newest(hodan, "SM" + "a" * 32)
    first = tap(hodan, button, label, old)
    hodan.text("MENU")
    again = newest(hodan, "SM" + "b" * 32)
    hodan.text("MENU")
    assert tap(hodan, button, label, again) == first
