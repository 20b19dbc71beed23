"""WhatsApp: questions with buttons, and what becomes of a text when the 24 hours are over."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select

from bot.channel.message import Channel, Outbound
from bot.channel.sender import Parcel, Sent
from bot.line import HOUR, MINUTE, SECOND
from bot.outbox import Outbox
from bot.store import templates, window
from bot.store.database import Database
from bot.store.schema import content
from bot.store.templates import State
from bot.store.window import Way
from tests.outgoing_people import Person, person
from tests.stand_in.content import ContentFault
from tests.stand_in.twilio import SMS_FROM, Fault, broken
from tests.whatsapp_people import LATE, MENU, NUMBER, QUESTION, House, ask, on_sms, running_house, sender_of


@pytest.fixture
def house(db: Database, now: int) -> Iterator[House]:
    with running_house(db, now) as house:
        yield house


@pytest.fixture
def hodan(db: Database, now: int) -> Person:
    """A resident on WhatsApp."""
    return person(db, now, NUMBER, channel="whatsapp")


# ---- buttons


def test_a_short_menu_goes_with_quick_replies_whose_ids_are_the_steps(house: House, hodan: Person, now: int) -> None:
    ask(hodan, QUESTION, now)
    assert house.outbox.deliver(hodan.id, now) == 1
    made = house.twilio.sent_with[house.twilio.messages[0].sid]
    assert made.kind == "twilio/quick-reply"
    assert [(one["id"], one["title"]) for one in made.shown["actions"]] == [("ask.yes", "Yes"), ("ask.no", "No")]
    assert house.twilio.texts == ["Is it open?"]


def test_a_longer_menu_goes_as_a_list(house: House, hodan: Person, now: int) -> None:
    ask(hodan, MENU, now)
    house.outbox.deliver(hodan.id, now)
    made = house.twilio.sent_with[house.twilio.messages[0].sid]
    assert (made.kind, len(made.shown["items"]), made.shown["button"]) == ("twilio/list-picker", 5, "Choose here")


def test_a_menu_that_does_not_fit_goes_with_numbers_and_nothing_is_made(house: House, hodan: Person, now: int) -> None:
    long = Outbound("Which?\n1. " + "x" * 30, "Which?", (("ask.x", "x" * 30),))
    ask(hodan, long, now)
    house.outbox.deliver(hodan.id, now)
    assert house.twilio.texts == [long.text]
    assert house.contents.calls == []


def test_sms_has_no_buttons(house: House, db: Database, now: int) -> None:
    amina = person(db, now)
    ask(amina, QUESTION, now)
    house.outbox.deliver(amina.id, now)
    assert house.twilio.texts == [QUESTION.text]
    assert house.contents.calls == []


def test_a_content_is_made_once_for_everybody_and_by_every_worker(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    other = person(db, now, "+447700900125", channel="whatsapp")
    for someone in (hodan, other):
        ask(someone, QUESTION, now)
        house.outbox.deliver(someone.id, now)
    ask(other, QUESTION, now)
    fresh = sender_of(db, house.twilio, now)  # a worker that has just begun
    Outbox(db, {"whatsapp": fresh}).deliver(other.id, now)
    assert len(house.twilio.sent_with) == 3
    assert house.contents.calls == ["POST /v1/Content"]


@pytest.mark.parametrize(
    "fault",
    [ContentFault(http=500), ContentFault(http=429), ContentFault(http=400, code=20001), ContentFault(close=True)],
)
def test_a_fault_of_the_content_api_sends_the_numbers_at_once(
    house: House, hodan: Person, now: int, fault: ContentFault
) -> None:
    house.contents.faults.append(fault)
    ask(hodan, QUESTION, now)
    assert house.outbox.deliver(hodan.id, now) == 1
    assert house.twilio.texts == [QUESTION.text]


def test_a_content_api_that_does_not_answer_is_not_waited_for(
    house: House, hodan: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel.buttons.PATIENCE_SECONDS", 0.1)
    house.contents.faults.append(ContentFault(wait=0.5))
    for _ in range(3):
        ask(hodan, QUESTION, now)
    assert house.outbox.deliver(hodan.id, now) == 3
    assert house.twilio.texts == [QUESTION.text] * 3
    assert len(house.contents.calls) == 1  # and for a while it is not asked again


def test_a_message_whose_content_twilio_refuses_goes_with_numbers_in_the_same_try(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    house.twilio.content_faults.append(21655)
    ask(hodan, QUESTION, now)
    assert house.outbox.deliver(hodan.id, now) == 1
    assert house.twilio.texts == [QUESTION.text]
    assert hodan.row().attempts == 1
    with db.read() as conn:
        assert conn.execute(select(content)).all() == []


def test_a_content_that_whatsapp_gives_up_on_later_goes_again_with_numbers(
    house: House, hodan: Person, now: int
) -> None:
    ask(hodan, QUESTION, now)
    house.outbox.deliver(hodan.id, now)
    house.outbox.status(house.twilio.messages[0].sid, "undelivered", "63013", now + SECOND)
    assert house.outbox.deliver(hodan.id, now + 2 * MINUTE) == 1
    assert house.twilio.texts == ["Is it open?", QUESTION.text]


def test_slow_down_is_no_fault_of_the_buttons(house: House, hodan: Person, now: int) -> None:
    house.twilio.faults.append(broken(503))
    ask(hodan, QUESTION, now)
    house.outbox.deliver(hodan.id, now)
    house.outbox.deliver(hodan.id, now + HOUR)
    assert len(house.twilio.sent_with) == 1


def test_a_question_in_doubt_is_found_by_what_stands_above_its_buttons(house: House, hodan: Person, now: int) -> None:
    house.twilio.faults.append(Fault(close=True, taken=True))
    ask(hodan, QUESTION, now)
    house.outbox.deliver(hodan.id, now)
    assert house.outbox.deliver(hodan.id, now + MINUTE) == 1
    assert house.twilio.texts == ["Is it open?"]


# ---- 24 hours and one minute


def test_case_23_what_is_held_is_announced_by_the_approved_template_and_goes_when_she_answers(
    house: House, hodan: Person, now: int
) -> None:
    sid = house.approve(now)
    ask(hodan, Outbound("I found a place for you."), now + LATE, kind="champion")
    assert house.outbox.deliver(hodan.id, now + LATE) == 1
    assert house.twilio.texts == ["Hello. Write any word to us."]
    assert house.twilio.sent_with[house.twilio.messages[0].sid].sid == sid
    held, asked = hodan.rows()
    assert (held.status, held.error_code, asked.kind, asked.template) == ("waiting", "63016", "template", "coming_back")
    hodan.write(now + LATE + HOUR)
    assert house.outbox.deliver(hodan.id, now + LATE + HOUR) == 1
    assert house.twilio.texts[-1] == "I found a place for you."


def test_she_is_asked_once_however_much_is_held(house: House, hodan: Person, now: int) -> None:
    house.approve(now)
    for day in range(1, 4):
        ask(hodan, Outbound(f"Day {day}"), now + day * LATE, kind="champion")
        house.outbox.deliver(hodan.id, now + day * LATE)
    assert house.twilio.texts == ["Hello. Write any word to us."]


def test_case_23_twilios_63016_outranks_our_clock_and_leads_to_the_template(
    house: House, hodan: Person, now: int
) -> None:
    house.approve(now)
    house.twilio.closed.add(f"whatsapp:{NUMBER}")
    ask(hodan, Outbound("I found a place for you."), now)
    assert house.outbox.deliver(hodan.id, now) == 1
    assert house.twilio.texts == ["Hello. Write any word to us."]
    assert hodan.rows()[0].error_code == "63016"


def test_63016_by_callback_leads_to_the_template(house: House, hodan: Person, now: int) -> None:
    house.approve(now)
    ask(hodan, Outbound("I found a place for you."), now)
    house.outbox.deliver(hodan.id, now)
    house.outbox.status(house.twilio.messages[0].sid, "failed", "63016", now + SECOND)
    assert hodan.id in house.outbox.due(now + SECOND)
    house.outbox.deliver(hodan.id, now + SECOND)
    assert house.twilio.texts[-1] == "Hello. Write any word to us."


def test_the_template_is_in_her_language_or_none(house: House, hodan: Person, now: int) -> None:
    house.approve(now, "en")
    house.approve(now, "ur", "سلام")
    ask(hodan, Outbound("جگہ مل گئی"), now + LATE, kind="champion", language="ur")
    house.outbox.deliver(hodan.id, now + LATE)
    ask(hodan, Outbound("Cześć"), now + LATE, kind="champion", language="pl")
    house.outbox.deliver(hodan.id, now + LATE)
    assert house.twilio.texts == ["سلام"]


def test_a_newer_text_is_used_once_it_is_approved(house: House, hodan: Person, db: Database, now: int) -> None:
    house.approve(now)
    with db.begin() as conn:
        id = templates.keep(conn, name="coming_back", language="en", text="New words", sid="HX" + "f" * 32, now_ms=now)
        templates.note(conn, id, State.SUBMITTED, "", now)
        assert getattr(templates.approved(conn, "coming_back", "en"), "text", "") == "Hello. Write any word to us."
        templates.note(conn, id, State.APPROVED, "", now)
        assert getattr(templates.approved(conn, "coming_back", "en"), "text", "") == "New words"


def test_a_flows_template_goes_by_its_content(house: House, hodan: Person, now: int) -> None:
    house.approve(now)
    ask(hodan, Outbound("Hello. Write any word.", template="coming_back"), now + LATE, kind="template")
    assert house.outbox.deliver(hodan.id, now + LATE) == 1
    assert len(house.twilio.sent_with) == 1


def test_after_stop_nobody_is_asked_to_write_back(house: House, hodan: Person, now: int) -> None:
    house.approve(now)
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    hodan.change(status="stopped")
    assert house.outbox.deliver(hodan.id, now + LATE) == 0
    assert hodan.statuses() == ["canceled"]


# ---- no template: SMS, or it waits


def counted(channel: str) -> float:
    labels = {"channel": channel, "status": "queued"}
    return REGISTRY.get_sample_value("bot_outbound_messages_total", labels) or 0.0


def test_without_a_template_a_champions_text_goes_by_sms_to_who_texts_us_by_sms_too(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    on_sms(db, now)
    before = counted("sms")
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    assert house.outbox.deliver(hodan.id, now + LATE) == 1
    assert counted("sms") == before + 1, "it is counted for what it was"
    assert (house.twilio.messages[0].to, house.twilio.messages[0].from_) == (NUMBER, SMS_FROM)
    assert hodan.row().by_sms


@pytest.mark.parametrize(
    ("what", "values", "kind"),
    [
        ("she has said STOP by SMS", {"status": "stopped"}, "champion"),
        ("she has never written by SMS", {"last_inbound_at": None}, "champion"),
        ("it is only the bot", {}, "reply"),
    ],
)
def test_it_waits_and_no_sms_goes(
    house: House, hodan: Person, db: Database, now: int, what: str, values: dict[str, object], kind: str
) -> None:
    on_sms(db, now, **values)
    ask(hodan, Outbound("I found a place."), now + LATE, kind=kind)
    assert house.outbox.deliver(hodan.id, now + LATE) == 0, what
    assert (hodan.row().status, hodan.row().error_code) == ("waiting", "63016"), what
    assert house.twilio.requests == 0, what


def test_somebody_elses_number_is_not_hers(house: House, hodan: Person, db: Database, now: int) -> None:
    person(db, now, "+447700900199")
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    assert house.outbox.deliver(hodan.id, now + LATE) == 0


def test_a_stop_by_sms_leaves_whatsapp_alone_and_the_text_waits_there(
    house: House, hodan: Person, db: Database, now: int
) -> None:
    other = on_sms(db, now)
    house.twilio.opted_out.add(NUMBER)
    ask(hodan, Outbound("I found a place."), now + LATE, kind="champion")
    house.outbox.deliver(hodan.id, now + LATE)
    assert (hodan.row().status, hodan.row().error_code) == ("waiting", "63016")
    assert other.is_stopped()
    assert not hodan.is_stopped()
    hodan.write(now + LATE + HOUR)
    house.outbox.deliver(hodan.id, now + LATE + HOUR)
    assert house.twilio.messages[-1].to == f"whatsapp:{NUMBER}"


def test_what_will_happen_can_be_told_before(house: House, hodan: Person, db: Database, now: int) -> None:
    def told() -> Way:
        with db.read() as conn:
            return window.way(conn, db.vault, hodan.id, "en")

    assert told() is Way.WAIT
    on_sms(db, now)
    assert told() is Way.SMS
    house.approve(now)
    assert told() is Way.TEMPLATE


def test_a_template_in_doubt_is_found_by_its_approved_words(house: House, db: Database, now: int) -> None:
    house.approve(now, text="Approved words")
    parcel = Parcel(Channel.WHATSAPP, NUMBER, "Newer words", "en", "Approved words", (), "HX" + "0" * 32)
    sender = sender_of(db, house.twilio, now)
    sent: Sent = sender.send(parcel)
    assert [one.provider_id for one in sender.find(parcel, 0)] == [sent.provider_id]


def test_nobodys_words_stay_at_twilio_in_a_content(house: House, hodan: Person, now: int) -> None:
    told = Outbound("Your number is K7QM.\n1. Yes", "Your number is K7QM.", (("ask.yes", "Yes"),))
    ask(hodan, told, now)
    house.outbox.deliver(hodan.id, now)
    assert house.twilio.texts == ["Your number is K7QM."]
    assert "K7QM" not in json.dumps([one.document for one in house.contents.made.values()])
