"""A channel whose configuration is wrong is stopped, said on the desk, and tried again with one text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.channel.message import Channel
from bot.channel.phone import SimulatedPhone
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.line import DAY, HOUR, MINUTE, SECOND
from bot.outbox import NEWS_AFTER, Outbox
from bot.store import audit, pauses
from bot.store.database import Database
from bot.store.schema import audit as audit_table
from tests.outgoing_people import Person, person
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM, TwilioStandIn, refusal


@dataclass
class House:
    """The outbox, its database, and Twilio's far side."""

    db: Database
    outbox: Outbox
    twilio: TwilioStandIn

    def paused(self) -> list[str]:
        """The channels that are paused."""
        with self.db.read() as conn:
            return [one.channel.value for one in pauses.everywhere(conn)]

    def recorded(self) -> list[str]:
        """What the record says of channels."""
        with self.db.read() as conn:
            assert audit.verify(conn) is None
            here = audit_table.c.subject.like("channel:%")
            return list(conn.scalars(select(audit_table.c.event).where(here).order_by(audit_table.c.id)))


@pytest.fixture
def house(db: Database) -> Iterator[House]:
    with TwilioStandIn() as twilio:
        account = TwilioAccount(
            ACCOUNT, TOKEN, "https://a.org", sms_from=SMS_FROM, whatsapp_from=WHATSAPP_FROM, api_url=twilio.url
        )
        sender = TwilioSender(account)
        yield House(db, Outbox(db, {"sms": sender, "whatsapp": sender, "phone": SimulatedPhone()}), twilio)


@pytest.fixture
def people(db: Database, now: int) -> list[Person]:
    """Three on SMS, each with a text waiting."""
    found = [person(db, now, f"+44770090{number:04}") for number in range(3)]
    for number, someone in enumerate(found):
        someone.queue(f"text {number}", now)
    return found


@pytest.mark.parametrize("code", [20003, 21408, 21606, 63007])
def test_after_one_refusal_for_our_own_configuration_nobody_elses_text_is_tried(
    house: House, people: list[Person], now: int, code: int
) -> None:
    house.twilio.faults.append(refusal(code))
    assert house.outbox.sweep(now) == 0
    assert house.twilio.requests == 1
    assert house.paused() == ["sms"]
    assert people[1].row().attempts == 0
    assert house.outbox.due(now + SECOND) == []
    assert house.recorded() == ["channel_paused"]


def test_the_other_channel_goes_on(house: House, people: list[Person], db: Database, now: int) -> None:
    house.twilio.faults.append(refusal(21606))
    house.outbox.sweep(now)
    hodan = person(db, now, "+447700900999", channel="whatsapp")
    hodan.queue("salaan", now)
    assert house.outbox.sweep(now + SECOND) == 1
    assert house.twilio.texts == ["salaan"]


def test_one_text_tries_again_after_a_minute_and_when_it_goes_all_go(
    house: House, people: list[Person], now: int
) -> None:
    house.twilio.faults.append(refusal(20003))
    house.outbox.sweep(now)
    assert house.outbox.sweep(now + 61 * SECOND) >= 1
    house.outbox.sweep(now + 62 * SECOND)
    assert sorted(house.twilio.texts) == ["text 0", "text 1", "text 2"]
    assert house.paused() == []
    assert house.recorded() == ["channel_paused", "channel_resumed"]


def test_while_it_stays_wrong_it_is_tried_with_one_text_at_a_time_and_ever_more_seldom(
    house: House, people: list[Person], now: int
) -> None:
    house.twilio.faults.extend([refusal(21606)] * 100)
    for minute in range(6 * 60):
        house.outbox.sweep(now + minute * MINUTE)
    assert 6 < house.twilio.requests < 16
    assert all(someone.statuses() == ["waiting"] for someone in people), "nothing is lost"


def test_danger_is_tried_all_the_same(house: House, people: list[Person], now: int) -> None:
    house.twilio.faults.append(refusal(21606))
    house.outbox.sweep(now)
    people[2].queue("Ring 999 now.", now, kind="danger")
    assert house.outbox.due(now + SECOND) == [people[2].id]
    house.outbox.sweep(now + SECOND)
    assert house.twilio.texts[0] == "Ring 999 now."
    assert house.paused() == [], "it went, so all may"


def test_somebody_at_the_desk_lets_it_send_again_at_once(house: House, people: list[Person], now: int) -> None:
    house.twilio.faults.append(refusal(21606))
    house.outbox.sweep(now)
    with house.db.begin() as conn:
        assert pauses.end(conn, Channel.SMS, now + SECOND, "user:1")
        assert not pauses.end(conn, Channel.SMS, now + SECOND, "user:2")
    assert house.outbox.sweep(now + SECOND) == 3


def test_one_message_from_a_country_we_may_not_text_does_not_silence_the_channel_for_ever(
    house: House, people: list[Person], now: int
) -> None:
    house.twilio.faults.append(refusal(21408))
    house.outbox.sweep(now)
    house.outbox.sweep(now + 2 * MINUTE)
    assert house.paused() == []
    house.twilio.faults.append(refusal(21408))
    house.outbox.sweep(now + DAY)
    assert house.paused() == []


def test_a_job_for_a_paused_channel_comes_back_when_it_is_tried_again_and_not_before(
    house: House, people: list[Person], now: int
) -> None:
    house.twilio.faults.append(refusal(21606))
    house.outbox.sweep(now)
    moment = house.outbox.next_try(people[1].id)
    assert moment is not None
    assert moment >= now + MINUTE


# ---- callbacks that never came


def test_a_text_with_no_news_for_four_hours_is_asked_after(house: House, people: list[Person], now: int) -> None:
    house.outbox.sweep(now)
    for message, status, code in zip(
        house.twilio.messages, ("delivered", "undelivered", "sent"), (None, 30006, None), strict=True
    ):
        message.status, message.error_code = status, code
    assert house.outbox.ask_for_news(now + NEWS_AFTER - MINUTE) == 0
    assert house.twilio.looks == 0
    assert house.outbox.ask_for_news(now + NEWS_AFTER + MINUTE) == 3
    assert [someone.statuses() for someone in people] == [["delivered"], ["undelivered"], ["sent"]]
    assert people[1].row().error_code == "30006"


def test_asking_for_news_is_bounded(house: House, people: list[Person], now: int) -> None:
    house.outbox.sweep(now)
    for hour in range(24 * 10):
        house.outbox.ask_for_news(now + NEWS_AFTER + hour * HOUR)
    assert house.twilio.looks <= 4 * len(people)


def test_a_text_that_twilio_does_not_know_stays_as_it_is_and_a_lost_line_does_no_harm(
    house: House, people: list[Person], now: int
) -> None:
    house.outbox.sweep(now)
    house.twilio.messages.clear()
    assert house.outbox.ask_for_news(now + NEWS_AFTER + MINUTE) == 0
    assert [someone.statuses() for someone in people] == [["queued"]] * 3


def test_old_news_that_is_asked_for_never_moves_a_status_back(house: House, people: list[Person], now: int) -> None:
    house.outbox.sweep(now)
    house.outbox.status(house.twilio.messages[0].sid, "sent", None, now)
    house.outbox.ask_for_news(now + NEWS_AFTER + MINUTE)
    assert people[0].statuses() == ["sent"]
