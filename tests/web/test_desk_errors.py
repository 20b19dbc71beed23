"""Every way in which Twilio says that a text did not go ends where it should, and the desk says why.

The codes and what to do about each are those of Twilio's documents (www.twilio.com/docs/api/errors).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import update

from bot.channel.errors import sentence
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.outbox import Outbox
from bot.store import pauses
from bot.store.schema import contact
from tests.outgoing_people import Person, person
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM, Fault, TwilioStandIn, refusal, too_many
from tests.web.desk_stage import NOW, Desk

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

RETRIED = {"20429": 429, "30001": 400, "30410": 400, "63012": 400}
FEW = {"30003": 3, "30008": 3, "63018": 3}
NEVER = ("21211", "21610", "21614", "30005", "30006", "63003", "63014", "63024")
OURS = ("20003", "21408", "21606", "63007")
BY_CALLBACK = ("30001", "30003", "30005", "30006", "30008", "30410", "63012", "63018")


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as far_side:
        yield far_side


@pytest.fixture
def outbox(desk: Desk, twilio: TwilioStandIn) -> Outbox:
    account = TwilioAccount(
        ACCOUNT, TOKEN, "https://bot.example.org", sms_from=SMS_FROM, whatsapp_from=WHATSAPP_FROM, api_url=twilio.url
    )
    sender = TwilioSender(account)
    return Outbox(desk.db, {"sms": sender, "whatsapp": sender})


@pytest.fixture
def amina(desk: Desk, code: str) -> Person:
    """A resident on the channel that this code is about, for whom one text waits."""
    channel = "whatsapp" if code.startswith("63") else "sms"
    someone = person(desk.db, NOW, channel=channel, language="en")
    someone.queue("Did the answer help you?", NOW)
    return someone


def why(desk: Desk, state: str) -> str:
    """What a lead reads under Messages."""
    return unescape(desk.signed_in("ruth").get(f"/desk/messages?state={state}"))


@pytest.mark.parametrize("code", RETRIED)
def test_a_moments_trouble_is_said_and_mends_itself(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults += [too_many() if code == "20429" else refusal(int(code), RETRIED[code])] * 8
    moment = NOW
    for _ in range(8):
        assert outbox.deliver(amina.id, moment) == 0
        assert (amina.row().status, amina.row().error_code) == ("waiting", code)
        moment = amina.row().next_try_at
    assert sentence(code) in why(desk, "waiting")
    assert outbox.deliver(amina.id, moment) == 1
    assert twilio.texts == ["Did the answer help you?"]
    assert amina.row().error_code is None


@pytest.mark.parametrize("code", ["500", "502", "503"])
def test_so_does_a_fault_of_twilio_itself(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults.append(refusal(20500, int(code)))
    assert outbox.deliver(amina.id, NOW) == 0
    # After a gateway's 502 Twilio may have it all the same: it is asked.
    assert amina.row().status == ("sending_now" if code == "502" else "waiting")
    assert sentence(amina.row().error_code) in why(desk, "waiting")
    assert outbox.sweep(NOW + 5 * MINUTE) == 1
    assert twilio.texts == ["Did the answer help you?"]


@pytest.mark.parametrize("code", FEW)
def test_what_may_get_better_is_tried_a_few_times(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults += [refusal(int(code))] * 9
    moment, tries = NOW, 0
    while amina.row().status == "waiting" and tries < 9:
        assert outbox.deliver(amina.id, moment) == 0
        moment, tries = amina.row().next_try_at or moment, tries + 1
    assert (amina.row().status, tries) == ("failed", FEW[code] + 1)
    assert not amina.is_stopped()
    assert sentence(code) in why(desk, "failed")


@pytest.mark.parametrize("code", ["63049"])
def test_what_whatsapp_puts_off_comes_a_day_later(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults.append(refusal(int(code)))
    assert outbox.deliver(amina.id, NOW) == 0
    assert NOW + DAY <= amina.row().next_try_at < NOW + DAY + MINUTE
    assert sentence(code) in why(desk, "waiting")
    amina.write(NOW + DAY)
    assert outbox.deliver(amina.id, NOW + DAY + MINUTE) == 1


@pytest.mark.parametrize("code", NEVER)
def test_a_number_that_cannot_be_texted_is_never_tried_again(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    amina.queue("And one more", NOW)
    twilio.faults.append(refusal(int(code)))
    assert outbox.deliver(amina.id, NOW) == 0
    assert amina.rows()[0].status == "failed"
    assert amina.rows()[1].status in {"failed", "canceled"}
    assert outbox.sweep(NOW + 30 * DAY) == 0
    assert twilio.texts == []
    assert amina.is_stopped() == (code == "21610")
    assert sentence(code) in why(desk, "failed")


@pytest.mark.parametrize("code", OURS)
def test_what_is_wrong_with_us_pauses_the_channel_and_is_said_at_the_top(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults.append(refusal(int(code)))
    assert outbox.deliver(amina.id, NOW) == 0
    with desk.db.read() as conn:
        (paused,) = pauses.everywhere(conn)
    assert (paused.error_code, amina.row().status) == (code, "waiting")
    assert sentence(code) in why(desk, "waiting")
    other = person(desk.db, NOW, "+447700900177", channel=paused.channel.value, language="en")
    other.queue("hello", NOW)
    assert outbox.sweep(NOW + MINUTE) == 0, "nobody's text is burnt while we are wrong"
    assert outbox.sweep(NOW + 2 * HOUR) >= 1
    assert len(twilio.texts) >= 1


@pytest.mark.parametrize("code", ["63016"])
def test_outside_the_window_it_waits_until_she_writes(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults.append(refusal(int(code)))
    assert outbox.deliver(amina.id, NOW) == 0
    assert amina.rows()[0].status == "waiting"
    assert sentence(code) in why(desk, "waiting")
    amina.write(NOW + HOUR)
    assert outbox.deliver(amina.id, NOW + HOUR) >= 1
    assert "Did the answer help you?" in twilio.texts


@pytest.mark.parametrize("code", BY_CALLBACK)
def test_the_same_is_done_when_the_word_comes_by_callback(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    assert outbox.deliver(amina.id, NOW) == 1
    outbox.status(twilio.messages[0].sid, "undelivered", code, NOW + MINUTE)
    row = amina.row()
    if code in NEVER:
        assert (row.status, row.error_code) == ("undelivered", code)
        assert sentence(code) in why(desk, "failed")
        assert outbox.sweep(NOW + 30 * DAY) == 0
        return
    assert (row.status, row.error_code) == ("waiting", code)
    assert sentence(code) in why(desk, "waiting")
    with desk.db.begin() as conn:  # she is still within her 24 hours then
        conn.execute(update(contact).values(last_inbound_at=NOW))
    assert outbox.deliver(amina.id, row.next_try_at) == 1


@pytest.mark.parametrize("code", ["no answer"])
def test_a_lost_answer_is_said_and_settled_by_asking(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults.append(Fault(close=True, taken=True))
    assert outbox.deliver(amina.id, NOW) == 0
    assert sentence(amina.row().error_code) in why(desk, "waiting")
    assert outbox.sweep(NOW + 5 * MINUTE) == 1
    assert twilio.texts == ["Did the answer help you?"]


@pytest.mark.parametrize("code", ["30999"])
def test_a_code_that_nobody_knows_is_tried_a_few_times_and_named(
    code: str, desk: Desk, twilio: TwilioStandIn, outbox: Outbox, amina: Person
) -> None:
    twilio.faults.append(refusal(int(code)))
    assert outbox.deliver(amina.id, NOW) == 0
    assert code in why(desk, "waiting")
    assert outbox.deliver(amina.id, amina.row().next_try_at) == 1
