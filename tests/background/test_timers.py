"""What a flow puts off comes later: not at night, not after STOP, not in the middle of something else, and once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.app import House
from bot.channel.message import Channel
from bot.settings import SHIPPED
from bot.store import schema
from bot.store.shelf import Shelf, read_folder
from tests.people import NOW_MS, Person

HOUR = 3_600_000
DAY = 24 * HOUR
FOLLOW_UPS = select(schema.timer).where(schema.timer.c.kind == "follow_up")
FLOW = """flow: check-in
about: Asks after three days.
start_words: [check on me]
steps:
  - ask: What is it about?
    id: what
    expect: text
  - say: We will ask you in three days.
  - wait: 3 days
  - ask: "Three days ago it was {what}. Is it better?"
    id: better
    options:
      - yes: Yes
      - no: No
  - say: Thank you for telling us.
"""


@pytest.fixture
def ana(house: House, tmp_path: Path) -> Person:
    """Somebody in a house whose community has written a flow that waits; she has just been told to."""
    return told_to_wait(house, tmp_path, FLOW)


def told_to_wait(house: House, tmp_path: Path, flow: str, channel: Channel = Channel.SMS) -> Person:
    folder = tmp_path / "flows"
    (folder / "safety").mkdir(parents=True)
    for file in (SHIPPED / "flows").glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "check-in.yaml").write_text(flow)
    parts = house.parts
    shelf = Shelf(parts.db, read_folder(folder, demo=False), parts.catalogues, "Tea")
    shelf.publish(NOW_MS)
    person = Person(house, language="en", channel=channel)
    person.inbox._world = person.timers._world = shelf.world
    for words in ("check on me", "my knee"):
        person.text(words)
    return person


def heard(person: Person) -> str:
    return "\n".join(line.text for line in person.new_lines())


def test_it_goes_on_when_the_time_has_come_and_only_once(ana: Person) -> None:
    assert ana.timers.wake_due(ana.now_ms + 3 * DAY - HOUR) == 0
    assert ana.timers.wake_due(ana.now_ms + 3 * DAY) == 1
    assert "Three days ago it was my knee. Is it better?" in heard(ana)
    assert ana.timers.wake_due(ana.now_ms + 4 * DAY) == 0
    ana.now_ms += 3 * DAY
    assert "Thank you for telling us." in ana.says("yes")


def test_until_then_she_can_text_about_anything_else(ana: Person) -> None:
    assert "What do you need?" in ana.says("MENU")
    assert "What do you need help with?" in ana.says("1")
    assert ana.timers.wake_due(ana.now_ms + 23 * HOUR) == 1
    assert "We did not hear from you" in heard(ana)
    assert ana.timers.wake_due(ana.now_ms + 3 * DAY + HOUR) == 1
    assert "Is it better?" in heard(ana)


def test_in_the_middle_of_something_else_it_waits_an_hour(ana: Person) -> None:
    ana.now_ms += 3 * DAY - 60_000
    ana.text("MENU")
    ana.text("1")
    assert ana.timers.wake_due(ana.now_ms + 60_000) == 0
    assert ana.timers.wake_due(ana.now_ms + 2 * HOUR) == 1
    assert "Is it better?" in heard(ana)


def test_it_does_not_come_at_night(ana: Person) -> None:
    due = ana.now_ms + 3 * DAY  # ten in the morning; set at eleven at night it would be due at eleven at night
    ana.now_ms += 13 * HOUR
    ana.text("check on me")
    ana.text("my back")
    assert ana.timers.wake_due(due) == 1  # the first one
    assert ana.timers.wake_due(due + 22 * HOUR) == 0
    assert ana.timers.wake_due(due + 24 * HOUR) == 1


def test_what_was_due_by_day_while_nothing_ran_does_not_come_at_night_either(ana: Person) -> None:
    due = ana.now_ms + 3 * DAY
    assert ana.timers.wake_due(due + 13 * HOUR) == 0
    assert ana.timers.wake_due(due + 22 * HOUR) == 0
    assert ana.timers.wake_due(due + 23 * HOUR) == 1
    assert "Is it better?" in heard(ana)


def silences(house: House) -> list[int]:
    with house.parts.db.read() as conn:
        return list(conn.scalars(select(schema.timer.c.due_at).where(schema.timer.c.kind == "silence")))


def test_a_question_that_nobody_answers_is_put_aside_with_a_kind_word_by_day(house: House) -> None:
    amina = Person(house, language="en", channel=Channel.WHATSAPP)
    amina.now_ms += 13 * HOUR  # eleven at night
    amina.says("MENU")
    assert silences(house) == []
    for words in ("3", "what?", "which?"):
        amina.says(words)
    assert len(silences(house)) == 1
    assert amina.timers.wake_due(amina.now_ms + 21 * HOUR) == 0
    assert amina.timers.wake_due(amina.now_ms + 22 * HOUR - HOUR // 2) == 1
    assert heard(amina).startswith("We did not hear from you, and that is all right.")
    assert amina.timers.wake_due(amina.now_ms + 3 * DAY) == 0
    assert silences(house) == []
    amina.now_ms += DAY
    assert amina.says("BACK").startswith("Who may read what you write?")


def test_who_answers_meanwhile_is_not_told(house: House) -> None:
    ana = Person(house, language="en")
    ana.says("MENU")
    ana.says("3")
    (due,) = silences(house)
    ana.now_ms += 21 * HOUR
    ana.says("MENU")
    assert silences(house) == [due]
    assert ana.timers.wake_due(due) == 0
    assert heard(ana) == ""
    assert silences(house) == []


def test_by_whatsapp_after_24_hours_only_the_template_comes_and_the_rest_when_she_writes(
    house: House, tmp_path: Path
) -> None:
    flow = FLOW.replace("  - wait: 3 days\n", "  - wait: 3 days\n    template: coming_back\n")
    amina = told_to_wait(house, tmp_path, flow, Channel.WHATSAPP)
    assert amina.timers.wake_due(amina.now_ms + 3 * DAY) == 1
    [asked] = amina.new_lines()
    assert asked.text.startswith("Hello, this is Tea. When you last wrote to us")
    with house.parts.db.read() as conn:
        newest = conn.execute(select(schema.outbound).order_by(schema.outbound.c.id.desc())).first()
    assert newest is not None
    assert newest.kind == "template"
    amina.now_ms += 8 * DAY
    assert "Three days ago it was my knee. Is it better?" in amina.says("hello")
    assert amina.says("yes") == "Thank you for telling us."


def test_by_whatsapp_without_a_template_nothing_comes_until_she_has_written(house: House, tmp_path: Path) -> None:
    amina = told_to_wait(house, tmp_path, FLOW, Channel.WHATSAPP)
    for days in range(3, 6):
        amina.timers.wake_due(amina.now_ms + days * DAY)
        assert heard(amina) == ""
    amina.now_ms += 6 * DAY
    assert "What do you need?" in amina.says("MENU")
    amina.timers.wake_due(amina.now_ms + 23 * HOUR)
    assert "Three days ago it was my knee. Is it better?" in heard(amina)


def test_a_follow_up_that_was_set_before_templates_were_known_still_comes(ana: Person, house: House) -> None:
    with house.parts.db.begin() as conn:
        (row,) = conn.execute(FOLLOW_UPS).all()
        revision, frames, _ = json.loads(house.parts.db.vault.open(row.payload_enc))
        old = house.parts.db.vault.seal(json.dumps([revision, frames]))
        conn.execute(update(schema.timer).values(payload_enc=old))
    assert ana.timers.wake_due(ana.now_ms + 3 * DAY) == 1
    assert "Is it better?" in heard(ana)


def test_after_stop_nothing_comes(ana: Person, house: House) -> None:
    ana.text("STOP")
    assert ana.timers.wake_due(ana.now_ms + 5 * DAY) == 0
    with house.parts.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(schema.timer)) == 0


def test_what_she_told_is_encrypted_while_it_waits(ana: Person, house: House) -> None:
    with house.parts.db.read() as conn:
        (row,) = conn.execute(FOLLOW_UPS).all()
    assert "knee" not in str(row)
    assert "knee" in house.parts.db.vault.open(row.payload_enc)
