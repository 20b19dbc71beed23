"""Texts on their way out: in order, once, never after STOP, and never given up without a word."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from bot.channel.errors import NO_ANSWER, NO_SENDER, UNREADABLE, sentence
from bot.channel.message import Outbound
from bot.channel.phone import SimulatedPhone
from bot.channel.sender import Parcel, Sent
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.line import DAY, HOUR, MINUTE, SECOND, backoff
from bot.outbox import ASK_AFTER, ASKS, LEASE, Outbox
from bot.settings import new_key
from bot.store import audit, contacts, outgoing
from bot.store.database import Database, DatabaseAway
from bot.store.schema import audit as audit_table
from bot.store.schema import contact, outbound
from bot.store.swap import Gone
from bot.store.vault import Vault
from tests.outgoing_people import Person, person
from tests.stand_in.twilio import (
    ACCOUNT,
    SMS_FROM,
    TOKEN,
    WHATSAPP_FROM,
    Fault,
    Message,
    TwilioStandIn,
    broken,
    refusal,
    too_many,
)


@dataclass
class House:
    """The outbox, its database, and Twilio's far side."""

    db: Database
    outbox: Outbox
    twilio: TwilioStandIn

    def hear(self, message: Message, status: str, now: int, error_code: str | None = None) -> bool:
        """Twilio's status callback."""
        return self.outbox.status(message.sid, status, error_code, now)


@pytest.fixture
def house(db: Database) -> Iterator[House]:
    with TwilioStandIn() as twilio:
        sender = TwilioSender(
            TwilioAccount(
                ACCOUNT,
                TOKEN,
                "https://bot.example.org",
                sms_from=SMS_FROM,
                whatsapp_from=WHATSAPP_FROM,
                api_url=twilio.url,
            )
        )
        outbox = Outbox(db, {"sms": sender, "whatsapp": sender, "phone": SimulatedPhone()})
        yield House(db, outbox, twilio)


@pytest.fixture
def amina(db: Database, now: int) -> Person:
    """A resident on SMS."""
    return person(db, now)


@pytest.fixture
def hodan(db: Database, now: int) -> Person:
    """A resident on WhatsApp."""
    return person(db, now, "+447700900124", channel="whatsapp")


def queue_three(someone: Person, now: int) -> None:
    for text in ("one", "two", "three"):
        someone.queue(text, now)


# ---- going out, in order, once


def test_texts_go_in_the_order_they_were_queued(house: House, amina: Person, now: int) -> None:
    queue_three(amina, now)
    assert house.outbox.deliver(amina.id, now) == 3
    assert house.twilio.texts == ["one", "two", "three"]
    assert amina.statuses() == ["queued"] * 3
    assert [row.provider_id for row in amina.rows()] == [message.sid for message in house.twilio.messages]


def test_nothing_waiting_and_nobody_there_are_no_trouble(house: House, amina: Person, now: int) -> None:
    assert house.outbox.deliver(amina.id, now) == 0
    assert house.outbox.deliver(999_999, now) == 0


def test_a_text_that_must_wait_holds_up_those_behind_it(house: House, amina: Person, now: int) -> None:
    queue_three(amina, now)
    house.twilio.faults.append(too_many())
    assert house.outbox.deliver(amina.id, now) == 0
    assert house.twilio.texts == []
    assert house.outbox.deliver(amina.id, now + MINUTE) == 3
    assert house.twilio.texts == ["one", "two", "three"]


def test_danger_is_answered_before_what_still_waits(house: House, amina: Person, now: int) -> None:
    amina.queue("menu", now)
    house.twilio.faults.append(too_many(30))
    house.outbox.deliver(amina.id, now)
    amina.queue("Ring 999 now.", now, kind="danger")
    assert house.outbox.deliver(amina.id, now + SECOND) == 1
    assert house.twilio.texts == ["Ring 999 now."]


def test_two_workers_at_once_send_each_text_once_and_in_order(house: House, amina: Person, now: int) -> None:
    queue_three(amina, now)
    house.twilio.faults.extend([Fault(wait=0.2)] * 3)
    workers = [threading.Thread(target=house.outbox.deliver, args=(amina.id, now)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert house.twilio.texts == ["one", "two", "three"]


def test_a_simulated_person_is_never_texted_by_twilio(house: House, db: Database, now: int) -> None:
    made_up = person(db, now, simulated=True)
    queue_three(made_up, now)
    assert house.outbox.deliver(made_up.id, now) == 3
    assert made_up.statuses() == ["delivered"] * 3
    assert house.twilio.requests == 0


def test_case_25_over_1600_characters_goes_as_several_texts_without_breaking_a_letter(
    house: House, amina: Person, now: int
) -> None:
    sentence = "আমরা আপনাকে সাহায্য করতে পারি। "
    first = amina.queue(sentence * 80, now)
    house.outbox.deliver(amina.id, now)
    assert len(house.twilio.texts) == 2
    assert all(len(text) <= 1600 and text.rstrip().endswith("।") for text in house.twilio.texts)
    assert "".join(house.twilio.texts).replace(" ", "") == (sentence * 80).replace(" ", "")
    assert amina.rows()[0].id == first


def test_what_a_text_costs_is_kept_with_it(amina: Person, now: int) -> None:
    amina.queue("dzień dobry", now)
    assert (amina.row().encoding, amina.row().segments) == ("UCS-2", 1)


# ---- trying again


def test_case_25_too_many_requests_is_retried_with_jitter_after_the_time_twilio_asks(
    house: House, amina: Person, now: int
) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(too_many(40))
    house.outbox.deliver(amina.id, now)
    row = amina.row()
    assert (row.status, row.error_code) == ("waiting", "20429")
    assert row.next_try_at >= now + 40 * SECOND
    assert house.outbox.deliver(amina.id, now + 30 * SECOND) == 0
    assert house.twilio.requests == 1
    assert house.outbox.deliver(amina.id, row.next_try_at) == 1
    assert amina.row().error_code is None


def test_each_wait_is_about_twice_the_one_before_and_never_the_same_for_all() -> None:
    waits = [[backoff(attempt) for _ in range(50)] for attempt in range(1, 12)]
    assert all(max(one) <= 15 * MINUTE and min(one) >= SECOND for one in waits)
    assert all(len(set(one)) > 5 for one in waits)
    assert min(waits[4]) > max(waits[2])


@pytest.mark.parametrize("fault", [broken(500), broken(503), refusal(30001), refusal(63012)])
def test_a_fault_of_the_carrier_is_retried_for_as_long_as_it_lasts(
    house: House, amina: Person, now: int, fault: Fault
) -> None:
    amina.queue("hello", now)
    house.twilio.faults.extend([fault] * 8)
    for hour in range(8):
        assert house.outbox.deliver(amina.id, now + hour * HOUR) == 0
    assert house.outbox.deliver(amina.id, now + 8 * HOUR) == 1


def test_a_phone_that_is_off_is_tried_a_few_times_and_then_shown_as_failed(
    house: House, amina: Person, now: int
) -> None:
    amina.queue("hello", now)
    for day in range(6):
        went = house.outbox.deliver(amina.id, now + day * DAY)
        if went:
            house.hear(house.twilio.messages[-1], "undelivered", now + day * DAY, "30003")
    assert len(house.twilio.texts) == 4
    assert (amina.row().status, amina.row().error_code) == ("undelivered", "30003")


def test_a_phone_that_is_off_is_tried_at_once_when_she_writes(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.outbox.deliver(amina.id, now)
    house.hear(house.twilio.messages[0], "undelivered", now + SECOND, "30003")
    assert house.outbox.deliver(amina.id, now + 2 * SECOND) == 0
    amina.write(now + 3 * SECOND)
    amina.queue("your answer", now + 3 * SECOND)
    assert house.outbox.due(now + 3 * SECOND) == [amina.id]
    assert house.outbox.deliver(amina.id, now + 3 * SECOND) == 2
    assert house.twilio.texts == ["hello", "hello", "your answer"]


def test_what_whatsapp_puts_off_until_tomorrow_does_not_hold_up_the_rest(house: House, hodan: Person, now: int) -> None:
    hodan.queue("news", now)
    hodan.queue("your answer", now)
    house.twilio.faults.append(refusal(63049))
    assert house.outbox.deliver(hodan.id, now) == 1
    assert house.twilio.texts == ["your answer"]
    assert hodan.rows()[0].next_try_at == pytest.approx(now + DAY, abs=5 * SECOND)
    assert house.outbox.deliver(hodan.id, now + HOUR) == 0


@pytest.mark.parametrize("code", [20003, 21408, 21606, 63007])
def test_our_own_wrong_configuration_waits_an_hour_with_its_error_shown(
    house: House, amina: Person, now: int, code: int
) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(refusal(code))
    house.outbox.deliver(amina.id, now)
    assert (amina.row().status, amina.row().error_code) == ("waiting", str(code))
    assert house.outbox.deliver(amina.id, now + 59 * MINUTE) == 0
    assert house.twilio.requests == 1
    assert house.outbox.deliver(amina.id, now + 61 * MINUTE) == 1


def test_no_sender_at_all_keeps_the_text_waiting(db: Database, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    Outbox(db, {"phone": SimulatedPhone()}).deliver(amina.id, now)
    assert (amina.row().status, amina.row().error_code) == ("waiting", NO_SENDER)


def test_a_text_no_key_opens_waits_for_the_key_and_is_never_sent_sealed(
    house: House, amina: Person, db: Database, now: int
) -> None:
    text = amina.queue("hello", now)
    with db.begin() as conn:
        conn.execute(update(outbound).where(outbound.c.id == text).values(text_enc=Vault([new_key()]).seal("hello")))
    assert house.outbox.deliver(amina.id, now) == 0
    assert (amina.row().status, amina.row().error_code) == ("waiting", UNREADABLE)
    assert house.twilio.requests == 0


# ---- when nobody knows whether it went


@pytest.mark.parametrize(
    ("what", "fault", "requests"),
    [
        ("Twilio took it, the answer was lost", Fault(close=True, taken=True), 1),
        ("Twilio never took it", Fault(close=True), 2),
    ],
)
def test_a_lost_answer_is_asked_about_before_anything_is_sent_again(
    house: House, amina: Person, now: int, what: str, fault: Fault, requests: int
) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(fault)
    assert house.outbox.deliver(amina.id, now) == 0
    assert (amina.row().status, amina.row().error_code) == ("sending_now", NO_ANSWER)
    assert house.outbox.deliver(amina.id, now + ASK_AFTER - 5 * SECOND) == 0, "too early to ask"
    assert house.outbox.deliver(amina.id, now + ASK_AFTER + MINUTE) == 1
    assert house.twilio.texts == ["hello"], what
    assert (house.twilio.requests, house.twilio.lists) == (requests, 1), what
    assert amina.row().provider_id == house.twilio.messages[0].sid
    assert amina.row().error_code is None


def test_a_worker_that_died_while_sending_leaves_nothing_lost_or_doubled(
    house: House, amina: Person, hodan: Person, db: Database, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.queue("hello", now)
    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "_went", lambda *_arguments: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            house.outbox.deliver(amina.id, now)
    hodan.queue("salaan", now)
    with db.begin() as conn:  # the other worker died before it reached Twilio
        conn.execute(
            update(outbound)
            .where(outbound.c.contact_id == hodan.id)
            .values(status="sending_now", leased_until=now + LEASE, attempts=1)
        )
    assert house.outbox.sweep(now + SECOND) == 0, "their leases still hold"
    assert house.outbox.sweep(now + LEASE + SECOND) == 1, "hodan's may be on its way yet, and is asked about once more"
    assert (amina.row().status, hodan.row().status) == ("queued", "sending_now")
    assert house.outbox.sweep(now + LEASE + 2 * SECOND) == 0
    assert house.outbox.sweep(now + LEASE + ASK_AFTER + 2 * SECOND) == 1
    assert house.twilio.texts == ["hello", "salaan"]


def test_a_request_under_way_when_another_clock_ends_its_lease_is_not_made_twice(
    house: House, amina: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines' clocks stand minutes apart, or one was set: to the other the lease of a moment ago is over."""
    amina.queue("hello", now)
    send = TwilioSender.send
    in_between: list[int] = []

    def slowly(self: TwilioSender, parcel: Parcel) -> Sent:
        if not in_between:
            in_between.append(-1)
            in_between.append(house.outbox.deliver(amina.id, now + LEASE + SECOND))
        return send(self, parcel)

    monkeypatch.setattr(TwilioSender, "send", slowly)
    house.outbox.deliver(amina.id, now)
    assert in_between == [-1, 0], "Twilio did not have it yet"
    assert house.outbox.deliver(amina.id, now + LEASE + ASK_AFTER + 2 * SECOND) == 1
    assert house.twilio.texts == ["hello"]
    assert (amina.row().status, amina.row().provider_id) == ("queued", house.twilio.messages[0].sid)


def test_whoever_stood_still_until_the_lease_was_over_sends_nothing(
    house: House, amina: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.queue("hello", now)
    clock = iter([now])
    monkeypatch.setattr("bot.outbox._running", lambda now_ms: lambda: next(clock, now + LEASE + SECOND))
    house.outbox.deliver(amina.id, now)
    assert house.twilio.texts == []
    monkeypatch.undo()
    assert house.outbox.deliver(amina.id, now + 2 * LEASE) == 1
    assert house.twilio.texts == ["hello"]


def test_the_same_words_sent_before_are_not_taken_for_the_lost_one(house: House, amina: Person, now: int) -> None:
    amina.queue("Sorry, say that again?", now)
    house.outbox.deliver(amina.id, now)
    amina.queue("Sorry, say that again?", now)
    house.twilio.faults.append(Fault(close=True))
    house.outbox.deliver(amina.id, now)
    assert house.outbox.deliver(amina.id, now + 2 * MINUTE) == 1
    assert len(house.twilio.texts) == 2
    assert len({row.provider_id for row in amina.rows()}) == 2


def test_the_same_words_from_long_before_are_not_taken_for_the_lost_one(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.outbox.deliver(amina.id, now)
    old = house.twilio.messages[0]
    old.created = datetime.fromtimestamp(now / 1000 - 3600, UTC)
    with house.db.begin() as conn:
        conn.execute(delete(outbound))  # that text was never ours
    amina.queue("hello", now)
    house.twilio.faults.append(Fault(close=True))
    house.outbox.deliver(amina.id, now)
    assert house.outbox.deliver(amina.id, now + MINUTE) == 1
    assert amina.row().provider_id not in {None, old.sid}


def test_a_clock_that_was_put_back_does_not_make_a_text_go_twice(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(Fault(close=True, taken=True))
    house.outbox.deliver(amina.id, now)
    house.twilio.messages[0].created = datetime.fromtimestamp(now / 1000 - 15 * 60, UTC)  # Twilio's clock was right
    assert house.outbox.deliver(amina.id, now + MINUTE) == 1
    assert house.twilio.texts == ["hello"]


def test_a_clock_that_was_hours_ahead_holds_up_nothing_once_it_is_right(
    house: House, amina: Person, hodan: Person, now: int
) -> None:
    ahead = now + 2 * HOUR
    amina.queue("hello", ahead)
    house.twilio.faults.append(Fault(close=True, taken=True))
    assert house.outbox.deliver(amina.id, ahead) == 0, "in doubt"
    house.twilio.messages[0].created = datetime.fromtimestamp(now / 1000, UTC)  # Twilio's clock was right
    hodan.queue("salaan", ahead)
    house.twilio.faults.append(too_many())
    assert house.outbox.deliver(hodan.id, ahead) == 0, "slow down"
    house.outbox.sweep(now + SECOND)
    house.outbox.sweep(now + 2 * MINUTE)
    assert sorted(house.twilio.texts) == ["hello", "salaan"], "each once"
    assert (amina.row().status, hodan.row().status) == ("queued", "queued")


def test_a_worker_that_was_sending_when_the_clock_was_put_back_is_given_its_time(
    house: House, amina: Person, db: Database, now: int
) -> None:
    amina.queue("hello", now)
    ahead = now + 2 * HOUR
    with db.begin() as conn:
        leased = {"status": "sending_now", "status_at": ahead, "leased_until": ahead + LEASE, "attempts": 1}
        conn.execute(update(outbound).values(**leased))
    assert house.outbox.sweep(now) == 0
    assert house.outbox.sweep(now + LEASE - SECOND) == 0
    assert house.outbox.sweep(now + LEASE + SECOND) == 0
    assert house.outbox.sweep(now + LEASE + ASK_AFTER + 2 * SECOND) == 1
    assert (house.twilio.texts, house.twilio.lists) == (["hello"], 2)


def test_a_whatsapp_text_in_doubt_is_asked_about_even_after_the_window_closed(
    house: House, hodan: Person, now: int
) -> None:
    hodan.queue("salaan", now)
    house.twilio.faults.append(Fault(close=True, taken=True))
    house.outbox.deliver(hodan.id, now)
    assert house.outbox.deliver(hodan.id, now + 2 * DAY) == 1
    assert hodan.row().status == "queued"


def test_a_database_that_goes_away_after_the_text_left_does_not_double_it(
    house: House, amina: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.queue("hello", now)

    def away(*_arguments: object) -> None:
        raise DatabaseAway("The database cannot be used just now.")

    with monkeypatch.context() as patch:
        patch.setattr(outgoing, "is_leased", away)
        with pytest.raises(DatabaseAway):
            house.outbox.deliver(amina.id, now)
    assert house.outbox.sweep(now + HOUR) == 1
    assert house.twilio.texts == ["hello"]


def test_when_twilio_cannot_even_be_asked_a_person_is_told_in_the_end(
    house: House, amina: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(Fault(close=True))
    house.outbox.deliver(amina.id, now)
    monkeypatch.setattr(house.twilio, "token", "changed")
    for hour in range(1, ASKS):
        assert amina.row().status == "sending_now"
        house.outbox.deliver(amina.id, now + hour * HOUR)
    assert (amina.row().status, amina.row().error_code) == ("failed", NO_ANSWER)


def test_danger_does_not_wait_for_the_answer_to_a_lost_text(house: House, amina: Person, now: int) -> None:
    amina.queue("menu", now)
    house.twilio.faults.append(Fault(close=True))
    house.outbox.deliver(amina.id, now)
    amina.queue("Ring 999 now.", now, kind="danger")
    assert house.outbox.deliver(amina.id, now + SECOND) == 1


# ---- STOP, and people who cannot be reached


def test_after_stop_only_the_confirmation_goes(house: House, amina: Person, now: int) -> None:
    queue_three(amina, now)
    amina.change(status="stopped", stopped_at=now)
    amina.queue("You will get no more texts.", now, kind="opt_out")
    assert house.outbox.deliver(amina.id, now) == 1
    assert house.twilio.texts == ["You will get no more texts."]
    assert amina.statuses() == ["canceled"] * 3 + ["queued"]


def test_a_text_in_doubt_is_not_sent_again_after_stop(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(Fault(close=True))
    house.outbox.deliver(amina.id, now)
    amina.change(status="stopped", stopped_at=now)
    house.outbox.sweep(now + HOUR)
    assert house.twilio.texts == []
    assert amina.statuses() == ["canceled"]


def test_nothing_can_be_queued_after_stop_but_the_confirmation(amina: Person, now: int) -> None:
    amina.change(status="stopped", stopped_at=now)
    with pytest.raises(outgoing.Stopped, match="STOP"):
        amina.queue("hello", now, kind="champion")
    amina.queue("You will get no more texts.", now, kind="opt_out")


def stops(db: Database) -> list[str]:
    with db.read() as conn:
        assert audit.verify(conn) is None
        found = conn.scalars(select(audit_table.c.subject).where(audit_table.c.event == "contact_stopped"))
        return list(found)


def test_case_20_stopped_at_twilio_is_stopped_here_at_once(house: House, amina: Person, now: int) -> None:
    queue_three(amina, now)
    house.twilio.opted_out.add("+447700900123")
    assert house.outbox.deliver(amina.id, now) == 0
    assert house.outbox.sweep(now + DAY) == 0
    assert house.twilio.requests == 1
    assert amina.is_stopped()
    assert amina.statuses() == ["failed"] * 3
    assert {row.error_code for row in amina.rows()} == {"21610"}
    assert stops(house.db) == [f"contact:{amina.id}"]


def test_case_20_stopped_by_callback_is_the_same(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.outbox.deliver(amina.id, now)
    amina.queue("more", now)
    house.hear(house.twilio.messages[0], "failed", now + SECOND, "21610")
    house.hear(house.twilio.messages[0], "failed", now + SECOND, "21610")
    assert house.outbox.sweep(now + DAY) == 0
    assert house.twilio.texts == ["hello"]
    assert amina.is_stopped()
    assert stops(house.db) == [f"contact:{amina.id}"]


@pytest.mark.parametrize("code", [21211, 21614, 30005, 30006, 63003, 63014, 63024])
def test_case_25_a_number_that_cannot_be_reached_is_never_tried_again(
    house: House, amina: Person, now: int, code: int
) -> None:
    queue_three(amina, now)
    house.twilio.faults.append(refusal(code))
    house.outbox.deliver(amina.id, now)
    assert house.outbox.sweep(now + DAY) == 0
    assert house.twilio.requests == 1
    assert amina.statuses() == ["failed"] * 3
    assert not amina.is_stopped(), "she did not say STOP: when she writes again, she is answered"


# ---- WhatsApp's 24 hours


def test_case_23_after_24_hours_and_a_minute_a_whatsapp_text_is_held_until_she_writes(
    house: House, hodan: Person, now: int
) -> None:
    later = now + DAY + MINUTE
    hodan.queue("A champion has answered you.", later, kind="champion")
    assert house.outbox.deliver(hodan.id, later) == 0
    assert house.twilio.requests == 0
    assert (hodan.row().status, hodan.row().error_code) == ("waiting", "63016")
    assert house.outbox.sweep(later + 3 * DAY) == 0
    hodan.write(later + 4 * DAY)
    assert house.outbox.sweep(later + 4 * DAY) == 1
    assert house.twilio.texts == ["A champion has answered you."]


def test_within_24_hours_it_goes(house: House, hodan: Person, now: int) -> None:
    hodan.queue("hello", now)
    assert house.outbox.deliver(hodan.id, now + DAY - MINUTE) == 1


def test_a_whatsapp_user_who_never_wrote_is_not_written_to(house: House, hodan: Person, now: int) -> None:
    hodan.change(last_inbound_at=None)
    hodan.queue("hello", now)
    assert house.outbox.deliver(hodan.id, now) == 0
    assert hodan.row().error_code == "63016"


def test_sms_knows_no_window(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    assert house.outbox.deliver(amina.id, now + 30 * DAY) == 1


def erase(hodan: Person, now: int) -> None:
    """She texted DELETE: all is gone but her number, and the receipt waits."""
    with hodan.db.begin() as conn:
        contacts.erase(conn, hodan.id, now, "resident", receipt_follows=True)
        row = {"contact_id": hodan.id, "kind": "reply", "text_enc": hodan.db.vault.seal("All gone.")}
        row |= {"encoding": "GSM-7", "segments": 1, "created_at": now, "status_at": now}
        conn.execute(insert(outbound).values(row))


def test_the_receipt_for_erasing_goes_by_whatsapp_though_nothing_else_is_known_of_her(
    house: House, hodan: Person, now: int
) -> None:
    erase(hodan, now)
    assert house.outbox.deliver(hodan.id, now + MINUTE) == 1
    assert house.twilio.texts == ["All gone."]


@pytest.mark.parametrize("what", ["found by our clock", "said by Twilio"])
def test_a_receipt_that_comes_too_late_is_given_up_and_her_number_goes(
    house: House, hodan: Person, now: int, what: str
) -> None:
    erase(hodan, now)
    if what == "said by Twilio":
        house.twilio.faults.append(refusal(63016))
        house.outbox.deliver(hodan.id, now)
    else:
        house.outbox.deliver(hodan.id, now + DAY)
    assert (hodan.row().status, hodan.row().error_code) == ("failed", "63016")
    with house.db.begin() as conn:
        assert contacts.forget_erased(conn, now + 2 * DAY) == 1


def test_of_someone_erased_who_had_stopped_at_twilio_only_the_stop_is_kept(
    house: House, amina: Person, db: Database, now: int
) -> None:
    erase(amina, now)
    house.twilio.faults.append(refusal(21610))
    house.outbox.deliver(amina.id, now)
    assert amina.is_stopped()
    with db.read() as conn:
        assert conn.scalar(select(contact.c.address_enc)) == ""


def test_nothing_more_is_queued_for_someone_erased(amina: Person, now: int) -> None:
    erase(amina, now)
    with pytest.raises(Gone):
        amina.queue("hello", now, kind="champion")


def test_case_23_twilios_word_on_the_window_outranks_our_clock(house: House, hodan: Person, now: int) -> None:
    hodan.queue("hello", now)
    house.outbox.deliver(hodan.id, now)
    house.hear(house.twilio.messages[0], "failed", now + SECOND, "63016")
    assert (hodan.row().status, hodan.row().error_code) == ("waiting", "63016")
    assert house.outbox.sweep(now + MINUTE) == 0
    hodan.write(now + HOUR)
    assert house.outbox.sweep(now + HOUR) == 1


def test_a_template_that_is_not_approved_ends_with_a_word_to_the_desk_and_holds_up_nothing(
    house: House, hodan: Person, now: int
) -> None:
    hodan.queue("Write any word to go on.", now, kind="template")
    hodan.queue("hello", now)
    assert house.outbox.deliver(hodan.id, now + DAY + MINUTE) == 0
    assert house.twilio.texts == []
    assert [(row.status, row.error_code) for row in hodan.rows()] == [("failed", "unapproved"), ("waiting", None)]
    assert "WhatsApp has not approved this text yet" in sentence("unapproved")
    assert not hodan.is_stopped()
    hodan.write(now + 2 * DAY)
    house.outbox.sweep(now + 2 * DAY)
    assert house.twilio.texts == ["hello"]


def test_a_template_that_twilio_refuses_outside_the_window_does_not_go_when_she_has_written(
    house: House, hodan: Person, now: int
) -> None:
    hodan.queue("Write any word to go on.", now, kind="template")
    house.outbox.deliver(hodan.id, now)
    house.hear(house.twilio.messages[0], "failed", now + SECOND, "63016")
    assert (hodan.row().status, hodan.row().error_code) == ("failed", "unapproved")


# ---- delivery status


@pytest.mark.parametrize(
    ("what", "said", "kept"),
    [
        ("case 21: delivered then sent", ["delivered", "sent"], "delivered"),
        ("case 21: read outranks delivered", ["delivered", "read"], "read"),
        ("read then delivered", ["read", "delivered"], "read"),
        ("in order", ["sending", "sent", "delivered"], "delivered"),
        ("the same twice", ["sent", "sent"], "sent"),
        ("case 22: an unknown word", ["sent", "partially_delivered"], "sent"),
        ("our own words are not Twilio's", ["sent", "waiting", "sending_now"], "sent"),
        ("canceled is an end", ["canceled", "sent"], "canceled"),
    ],
)
def test_a_status_only_moves_forward(
    house: House, amina: Person, now: int, what: str, said: list[str], kept: str
) -> None:
    amina.queue("hello", now)
    house.outbox.deliver(amina.id, now)
    for status in said:
        assert house.hear(house.twilio.messages[0], status, now)
    assert amina.row().status == kept, what


def test_case_22_an_unknown_id_is_taken_quickly_and_changes_nothing(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    started = time.monotonic()
    assert house.outbox.status("SM" + "f" * 32, "delivered", None, now)
    assert time.monotonic() - started < 0.5
    assert amina.statuses() == ["waiting"]


def test_a_late_sent_does_not_call_off_the_next_try_but_a_delivery_does(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.outbox.deliver(amina.id, now)
    first = house.twilio.messages[0]
    house.hear(first, "undelivered", now, "30008")
    house.hear(first, "sent", now)
    assert amina.row().status == "waiting"
    house.hear(first, "delivered", now)
    assert amina.row().status == "delivered"
    assert house.outbox.sweep(now + DAY) == 0
    assert house.twilio.texts == ["hello"]


def test_a_callback_for_an_earlier_try_does_not_touch_the_later_one(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.outbox.deliver(amina.id, now)
    house.hear(house.twilio.messages[0], "undelivered", now, "30008")
    house.outbox.deliver(amina.id, now + DAY)
    assert house.hear(house.twilio.messages[0], "failed", now + DAY, "30008")
    assert amina.row().status == "queued"
    assert amina.row().provider_id == house.twilio.messages[1].sid


def test_a_callback_that_overtakes_the_answer_waits_for_its_id(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    heard: list[bool] = []

    def overtake(message: Message) -> None:
        thread = threading.Thread(target=lambda: heard.append(house.hear(message, "sent", now)))
        thread.start()
        threads.append(thread)

    threads: list[threading.Thread] = []
    house.twilio.on_message = overtake
    house.twilio.faults.append(Fault(wait=0.3))
    house.outbox.deliver(amina.id, now)
    threads[0].join()
    assert heard == [True]
    assert amina.row().status == "sent"


def test_an_id_stored_while_a_callback_looks_for_it_is_found(
    house: House, amina: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = outgoing.anything_leaving
    finished = threading.Event()
    looks: list[bool] = []
    heard: list[bool] = []
    hearing: list[threading.Thread] = []

    def look_when_it_is_stored(conn: Connection, now_ms: int) -> bool:
        if not looks:
            finished.wait(1)  # on SQLite it cannot be stored while we hold the turn to write
        looks.append(look(conn, now_ms))
        return looks[-1]

    def overtake(message: Message) -> None:
        hearing.append(threading.Thread(target=lambda: heard.append(house.hear(message, "sent", now))))
        hearing[0].start()

    monkeypatch.setattr(outgoing, "anything_leaving", look_when_it_is_stored)
    amina.queue("hello", now)
    house.twilio.on_message = overtake
    house.twilio.faults.append(Fault(wait=0.3))
    house.outbox.deliver(amina.id, now)
    finished.set()
    hearing[0].join()
    assert looks, "the callback came before the id was known"
    assert heard == [True]
    assert amina.row().status == "sent"


def test_a_callback_that_cannot_be_placed_yet_is_asked_to_come_again(
    house: House, amina: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.OVERTAKEN", (0.01,))
    amina.queue("hello", now)
    house.twilio.faults.append(Fault(close=True, taken=True))
    house.outbox.deliver(amina.id, now)
    assert house.hear(house.twilio.messages[0], "sent", now) is False
    house.outbox.deliver(amina.id, now + MINUTE)
    assert house.hear(house.twilio.messages[0], "sent", now) is True


def test_a_text_that_failed_before_we_asked_after_it_is_not_called_sent(house: House, amina: Person, now: int) -> None:
    amina.queue("hello", now)
    house.twilio.faults.append(Fault(close=True, taken=True))
    house.outbox.deliver(amina.id, now)
    house.twilio.messages[0].status, house.twilio.messages[0].error_code = "failed", 30006
    house.outbox.deliver(amina.id, now + MINUTE)
    assert (amina.row().status, amina.row().error_code) == ("failed", "30006")


# ---- the sweep, and the rest


def test_the_sweep_finds_everyone_who_was_not_woken(house: House, db: Database, now: int) -> None:
    people = [person(db, now, f"+4477009001{number:02}") for number in range(3)]
    for someone in people:
        queue_three(someone, now)
    assert house.outbox.sweep(now) == 9
    assert house.outbox.sweep(now + DAY) == 0


def test_one_persons_trouble_does_not_keep_the_others_texts(
    house: House, amina: Person, hodan: Person, now: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.queue("hello", now)
    hodan.queue("salaan", now)
    whole = Outbox.deliver

    def broken_for_amina(self: Outbox, contact_id: int, now_ms: int) -> int:
        if contact_id == amina.id:
            raise RuntimeError("something nobody thought of")
        return whole(self, contact_id, now_ms)

    monkeypatch.setattr(Outbox, "deliver", broken_for_amina)
    assert house.outbox.sweep(now) == 1
    assert house.twilio.texts == ["salaan"]


def test_a_person_erased_while_her_text_was_leaving_is_no_trouble(
    house: House, amina: Person, db: Database, now: int
) -> None:
    amina.queue("hello", now)

    def erase(_message: Message) -> None:
        with db.begin() as conn:
            conn.execute(delete(contact).where(contact.c.id == amina.id))

    house.twilio.on_message = erase
    assert house.outbox.deliver(amina.id, now) == 0
    assert amina.rows() == []


def test_nothing_is_queued_for_an_erased_person_and_no_empty_text(amina: Person, db: Database, now: int) -> None:
    with pytest.raises(ValueError, match="empty"):
        amina.queue("  ", now)
    with pytest.raises(Gone):
        Person(db, 999_999).queue("hello", now)


def test_the_options_stay_under_the_end_of_a_long_text(amina: Person, db: Database, now: int) -> None:
    long = Outbound("A sentence about help. " * 100 + "\n1 Yes", "A question", (("yes", "Yes"),))
    with db.begin() as conn:
        outgoing.queue(conn, db.vault, contact_id=amina.id, outbound=long, kind="reply", language="en", now_ms=now)
    first, last = amina.rows()
    assert first.options_enc is None
    assert db.vault.open(last.options_enc) == '{"prompt": "A question", "options": [["yes", "Yes"]]}'


def test_when_to_come_back_is_known(house: House, amina: Person, now: int) -> None:
    assert house.outbox.next_try(amina.id) is None
    amina.queue("hello", now)
    house.twilio.faults.append(too_many(20))
    house.outbox.deliver(amina.id, now)
    assert house.outbox.next_try(amina.id) == amina.row().next_try_at
