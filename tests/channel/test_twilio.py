"""What Twilio's webhook says, read as one message; and who may have said it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from bot.channel.form import Form
from bot.channel.message import Channel, Media, OptOut
from bot.channel.twilio import BadForm, can_answer, delivery_status, is_signed, public_address, read_inbound, same_words

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "signatures.json").read_text())


def form(**more: str) -> dict[str, str]:
    """A plain SMS as Twilio sends it."""
    return {
        "MessageSid": "SM1",
        "From": "+447700900123",
        "To": "+447700900000",
        "Body": "hello",
        "NumMedia": "0",
    } | more


def whatsapp(**more: str) -> dict[str, str]:
    """A WhatsApp message as Twilio sends it."""
    return form(From="whatsapp:+447700900123", ProfileName="Amina", WaId="447700900123") | more


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_case_2_the_published_signatures_get_the_published_verdicts(vector: dict[str, object]) -> None:
    given: MultiDict[str, str] = MultiDict(vector["params"] or {})  # type: ignore[arg-type]
    params = vector["body"] if vector["params"] is None else Form(list(given.items(multi=True)))
    verdict = is_signed((str(vector["auth_token"]),), str(vector["url"]), params, vector["signature"])  # type: ignore[arg-type]
    assert verdict is vector["expect_valid"]


def test_any_of_the_tokens_may_have_signed_while_they_are_rotated() -> None:
    base = next(vector for vector in VECTORS if vector["name"] == "base")
    params = Form(list(MultiDict(base["params"]).items(multi=True)))
    assert is_signed(("new", "12345"), base["url"], params, base["signature"])
    assert not is_signed(("new", "newer"), base["url"], params, base["signature"])


@pytest.mark.parametrize(
    ("what", "public_url", "path", "query", "address"),
    [
        ("a plain address", "https://a.org", "/twilio/inbound", "", "https://a.org/twilio/inbound"),
        ("case 4: a quote stays encoded", "https://a.org", "/t", "x=%27", "https://a.org/t?x=%27"),
        ("case 4: UTF-8 stays encoded", "https://a.org", "/t", "x=%D8%B3", "https://a.org/t?x=%D8%B3"),
        ("case 5: a fragment is left out", "https://a.org#rc=2&rp=all", "/t", "", "https://a.org/t"),
        ("a folder in front", "https://a.org/bot/", "/t", "y=1", "https://a.org/bot/t?y=1"),
        ("a port", "https://a.org:8443", "/t", "", "https://a.org:8443/t"),
    ],
)
def test_the_signed_address_is_the_public_one(what: str, public_url: str, path: str, query: str, address: str) -> None:
    assert public_address(public_url, path, query) == address, what


def test_an_sms_is_its_number_and_its_words() -> None:
    message = read_inbound(form())
    assert (message.channel, message.address, message.text, message.provider_id) == (
        Channel.SMS,
        "+447700900123",
        "hello",
        "SM1",
    )
    assert message.simulated is False


def test_a_whatsapp_message_loses_its_prefix_and_keeps_its_channel() -> None:
    message = read_inbound(whatsapp())
    assert (message.channel, message.address) == (Channel.WHATSAPP, "+447700900123")


def test_case_6_unknown_and_blank_parameters_do_no_harm() -> None:
    assert read_inbound(form(Brand="New", FromCity="", AddOns="{}")).text == "hello"


def test_case_9_a_whatsapp_user_id_is_never_read_as_a_phone_number() -> None:
    message = read_inbound(whatsapp(From="whatsapp:US.1234"))
    assert message.address == "US.1234"
    assert message.external_id == "US.1234"
    assert "44" not in message.address


@pytest.mark.parametrize("said", ["US.1234", "whatsapp:US.1234"])
def test_case_10_the_id_beside_a_number_is_the_id_that_later_comes_alone(said: str) -> None:
    first = read_inbound(whatsapp(ExternalUserId=said))
    later = read_inbound(whatsapp(From="whatsapp:US.1234", ExternalUserId=said))
    assert first.address == "+447700900123"
    assert first.external_id == later.external_id == later.address == "US.1234"


def test_case_11_a_voice_note_has_no_body_and_may_have_no_type() -> None:
    said = whatsapp(NumMedia="2", MediaUrl0="https://api.twilio.com/m/0", MediaContentType0="audio/ogg")
    said |= {"MediaUrl1": "https://api.twilio.com/m/1"}
    del said["Body"]
    message = read_inbound(said)
    assert message.text == ""
    assert message.media == (
        Media("https://api.twilio.com/m/0", "audio/ogg"),
        Media("https://api.twilio.com/m/1", ""),
    )


@pytest.mark.parametrize(
    ("what", "latitude", "longitude", "place"),
    [
        ("Ipswich", "52.0567", "1.1482", (52.0567, 1.1482)),
        ("nothing", "", "", None),
        ("words", "north", "east", None),
        ("not a number", "nan", "1", None),
        ("off the globe", "152", "1", None),
    ],
)
def test_case_13_a_location_is_taken_only_when_it_is_one(
    what: str, latitude: str, longitude: str, place: tuple[float, float] | None
) -> None:
    assert read_inbound(whatsapp(Latitude=latitude, Longitude=longitude)).location == place, what


def test_case_14_a_tapped_button_keeps_its_id_and_its_words() -> None:
    message = read_inbound(
        whatsapp(ButtonPayload="opt-2", ButtonText="Housing", Body="Housing", OriginalRepliedMessageSid="SM9")
    )
    assert (message.button, message.button_text, message.replied_to) == ("opt-2", "Housing", "SM9")


def test_case_16_button_text_on_plain_sms_is_ignored() -> None:
    message = read_inbound(form(ButtonText="Housing", ButtonPayload="opt-2", OriginalRepliedMessageSid="SM9"))
    assert (message.button, message.button_text, message.replied_to) == ("", "", "")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("STOP", OptOut.STOP),
        ("start", OptOut.START),
        ("HELP", OptOut.HELP),
        ("", None),
        ("SOMETHING_NEW", None),
    ],
)
def test_case_17_what_twilio_did_about_stop_is_passed_on(said: str, read: OptOut | None) -> None:
    assert read_inbound(form(OptOutType=said)).opt_out is read


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_form_that_is_no_message_is_refused_with_a_sentence(missing: str) -> None:
    said = form()
    del said[missing]
    with pytest.raises(BadForm, match="voice number"):
        read_inbound(said)


def test_the_older_names_of_the_message_id_are_understood() -> None:
    said = form(SmsMessageSid="SM2")
    del said["MessageSid"]
    assert read_inbound(said).provider_id == "SM2"


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("+447700900123", True),
        ("US.1234", True),
        ("US.ENT.11815799212886844830", True),
        ("60075", False),
        ("+60075", False),
        ("NHSNoReply", False),
        ("rcs:+447700900123", False),
        ("447700900123", False),
        ("", False),
    ],
)
def test_short_codes_and_names_cannot_be_answered(address: str, answer: bool) -> None:
    assert can_answer(address) is answer


def test_case_22_an_unknown_status_is_no_status() -> None:
    assert delivery_status("partially_delivered") is None
    assert delivery_status("waiting") is None, "our own word is not Twilio's"
    assert delivery_status("Delivered") == "delivered"


@pytest.mark.parametrize(
    ("what", "body", "same"),
    [
        ("the same", "It's open. Ring first - it is free.", True),
        (
            "a trial account's beginning",
            "Sent from your Twilio trial account - It's open. Ring first - it is free.",
            True,
        ),
        ("curly quotes made straight", "It’s open. Ring first – it is free.", True),
        ("other words", "It's shut. Ring first - it is free.", False),
    ],
)
def test_twilios_copy_of_a_text_is_recognised(what: str, body: str, same: bool) -> None:
    assert same_words("It's open. Ring first - it is free.")(body) is same, what
