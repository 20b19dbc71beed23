"""One text over the real wire to the stand-in, and how each way of failing is named."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bot.channel.message import Channel, DeliveryStatus
from bot.channel.phone import SimulatedPhone
from bot.channel.sender import Parcel, Refused, Unsure
from bot.channel.twilio import TwilioAccount, TwilioSender
from tests.stand_in.rules import TwilioError
from tests.stand_in.twilio import (
    ACCOUNT,
    SERVICE,
    SMS_FROM,
    TOKEN,
    WHATSAPP_FROM,
    Fault,
    TwilioStandIn,
    broken,
    refusal,
    too_many,
)

SMS = Parcel(Channel.SMS, "+447700900123", "Is it open? Yes - ring first.")
WHATSAPP = Parcel(Channel.WHATSAPP, "US.1234", "Haa")


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


def account(twilio: TwilioStandIn, **changes: str) -> TwilioAccount:
    return TwilioAccount(
        **{
            "sid": ACCOUNT,
            "token": TOKEN,
            "public_url": "https://bot.example.org#rc=2",
            "sms_from": SMS_FROM,
            "whatsapp_from": WHATSAPP_FROM,
            "api_url": twilio.url,
        }
        | changes
    )


@pytest.fixture
def sender(twilio: TwilioStandIn) -> TwilioSender:
    return TwilioSender(account(twilio))


def test_an_sms_goes_from_our_number_with_a_status_callback(twilio: TwilioStandIn, sender: TwilioSender) -> None:
    sent = sender.send(SMS)
    kept = twilio.messages[0]
    assert (kept.to, kept.from_, kept.body) == ("+447700900123", SMS_FROM, SMS.text)
    assert kept.status_callback == "https://bot.example.org/twilio/status"
    assert (sent.provider_id, sent.status) == (kept.sid, DeliveryStatus.QUEUED)


def test_a_messaging_service_chooses_the_number(twilio: TwilioStandIn) -> None:
    sent = TwilioSender(account(twilio, messaging_service_sid=SERVICE)).send(SMS)
    assert (twilio.messages[0].service, twilio.messages[0].from_) == (SERVICE, "")
    assert sent.status is DeliveryStatus.ACCEPTED


def test_case_9_a_whatsapp_user_id_is_answered_as_it_came(twilio: TwilioStandIn, sender: TwilioSender) -> None:
    sender.send(WHATSAPP)
    assert (twilio.messages[0].to, twilio.messages[0].from_) == ("whatsapp:US.1234", f"whatsapp:{WHATSAPP_FROM}")


@pytest.mark.parametrize(
    ("what", "fault", "code", "retry_after_ms"),
    [
        ("too many, with a time", too_many(7), "20429", 7000),
        ("too many, without one", too_many(), "20429", 0),
        ("Twilio's own fault", broken(500), "server_error", 0),
        ("Twilio is not available", broken(503), "server_error", 0),
        ("said STOP", refusal(21610), "21610", 0),
        ("something new", refusal(29999), "29999", 0),
    ],
)
def test_a_refusal_says_its_code(
    twilio: TwilioStandIn, sender: TwilioSender, what: str, fault: Fault, code: str, retry_after_ms: int
) -> None:
    twilio.faults.append(fault)
    with pytest.raises(Refused) as refused:
        sender.send(SMS)
    assert (refused.value.code, refused.value.retry_after_ms) == (code, retry_after_ms), what
    assert twilio.messages == []


def test_a_wrong_token_is_our_configuration(twilio: TwilioStandIn) -> None:
    with pytest.raises(Refused, match="20003"):
        TwilioSender(account(twilio, token="wrong")).send(SMS)


def test_no_sender_for_the_channel_is_our_configuration(twilio: TwilioStandIn) -> None:
    with pytest.raises(Refused, match="no_sender"):
        TwilioSender(account(twilio, whatsapp_from="")).send(WHATSAPP)


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("the line closed after it was taken", Fault(close=True, taken=True)),
        ("the line closed before it was taken", Fault(close=True)),
        ("a gateway gave up waiting", Fault(TwilioError(504, 0, "Gateway Timeout"))),
    ],
)
def test_a_lost_answer_is_not_a_refusal(twilio: TwilioStandIn, sender: TwilioSender, what: str, fault: Fault) -> None:
    twilio.faults.append(fault)
    with pytest.raises(Unsure):
        sender.send(SMS)


def test_a_slow_answer_is_given_up_on_and_may_have_been_taken(
    twilio: TwilioStandIn, sender: TwilioSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel.twilio_client.TIMEOUT_SECONDS", 0.2)
    twilio.faults.append(Fault(wait=0.6, taken=True))
    with pytest.raises(Unsure):
        sender.send(SMS)
    time.sleep(0.1)
    assert twilio.texts == [SMS.text]


def test_nobody_listening_is_certainly_not_sent(twilio: TwilioStandIn) -> None:
    sender = TwilioSender(account(twilio, api_url="http://127.0.0.1:1"))
    with pytest.raises(Refused, match="no_connection"):
        sender.send(SMS)


def test_a_text_twilio_has_is_found_by_its_words_and_its_receiver(twilio: TwilioStandIn, sender: TwilioSender) -> None:
    since = int(time.time() * 1000) - 2000
    sender.send(Parcel(Channel.SMS, "+447700900124", SMS.text))
    sender.send(Parcel(Channel.SMS, SMS.address, "Other words"))
    sent = sender.send(SMS)
    assert [found.provider_id for found in sender.find(SMS, since)] == [sent.provider_id]


def test_an_older_text_with_the_same_words_is_not_the_one(twilio: TwilioStandIn, sender: TwilioSender) -> None:
    sender.send(SMS)
    assert sender.find(SMS, int(time.time() * 1000) + 5000) == ()


def test_no_number_and_no_word_reaches_the_log(
    twilio: TwilioStandIn, sender: TwilioSender, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        sender.send(SMS)
        sender.find(SMS, 0)
        twilio.faults.append(refusal(21211))
        with pytest.raises(Refused) as refused:
            sender.send(SMS)
    assert "7700900123" not in caplog.text + str(refused.value)
    assert "ring first" not in caplog.text


def test_the_rest_client_is_not_imported_until_a_text_goes() -> None:
    code = "import sys, bot.channel.twilio; sys.exit('twilio.rest' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_simulated_phone_delivers_at_once_and_keeps_its_own_ids() -> None:
    phone = SimulatedPhone()
    first, second = phone.send(SMS), phone.send(SMS)
    assert first.status is DeliveryStatus.DELIVERED
    assert first.provider_id != second.provider_id
    assert phone.find(SMS, 0) == ()
