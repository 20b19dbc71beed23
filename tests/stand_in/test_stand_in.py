"""The stand-in is as strict as Twilio: held to Twilio's own SDK, which is made from its published API description."""

from __future__ import annotations

import inspect
import re
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from twilio.rest import Client  # type: ignore[import-untyped] # Twilio ships no types
from twilio.rest.api.v2010.account import message as sdk  # type: ignore[import-untyped]

from tests.stand_in.rules import CREATE_PARAMETERS, LIST_PARAMETERS
from tests.stand_in.twilio import ACCOUNT, SERVICE, SMS_FROM, TOKEN, WHATSAPP_FROM, TwilioStandIn


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


def wire_names(source: str) -> set[str]:
    return set(re.findall(r'"([A-Z][A-Za-z]+[<>]?)": ', source))


def post(twilio: TwilioStandIn, fields: dict[str, str], token: str = TOKEN) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{twilio.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        urlencode(fields).encode(),
        {"Authorization": "Basic " + b64encode(f"{ACCOUNT}:{token}".encode()).decode()},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_it_knows_exactly_the_parameters_that_twilio_publishes() -> None:
    assert wire_names(inspect.getsource(sdk.MessageList._create)) - {"Content-Type", "Accept"} == CREATE_PARAMETERS
    assert wire_names(inspect.getsource(sdk.MessageList.page)) - {"Accept"} == LIST_PARAMETERS


def test_what_it_answers_has_exactly_the_fields_that_twilio_publishes(twilio: TwilioStandIn) -> None:
    published = set(re.findall(r'payload\.get\(\s*"([a-z_]+)"', inspect.getsource(sdk.MessageInstance)))
    status, answer = post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "hello"})
    assert status == 201
    assert set(re.findall(r'"([a-z_]+)": ', answer)) - {"media"} == published


@pytest.mark.parametrize(
    ("what", "changes", "code"),
    [
        ("no receiver", {"To": ""}, 21604),
        ("a receiver without a country", {"To": "07700900123"}, 21211),
        ("no sender", {"From": ""}, 21603),
        ("somebody else's number", {"From": "+447700900999"}, 21606),
        ("somebody else's service", {"From": "", "MessagingServiceSid": "MG" + "9" * 32}, 21701),
        ("two channels", {"To": "whatsapp:+447700900123"}, 21910),
        ("no words", {"Body": ""}, 21602),
        ("1,601 characters", {"Body": "x" * 1601}, 21617),
        ("a slip in a name", {"Boddy": "hello"}, 20001),
        ("a callback that is no address", {"StatusCallback": "/twilio/status"}, 21609),
    ],
)
def test_it_refuses(twilio: TwilioStandIn, what: str, changes: dict[str, str], code: int) -> None:
    status, answer = post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "hello"} | changes)
    assert status == 400, what
    assert f'"code": {code},' in answer, what
    assert twilio.messages == []


def test_it_refuses_a_wrong_token(twilio: TwilioStandIn) -> None:
    status, answer = post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "hello"}, token="wrong")
    assert status == 401
    assert '"code": 20003' in answer


@pytest.mark.parametrize(
    ("to", "sender"),
    [
        ("+447700900123", {"From": SMS_FROM}),
        ("+447700900123", {"MessagingServiceSid": SERVICE}),
        ("whatsapp:+447700900123", {"From": f"whatsapp:{WHATSAPP_FROM}"}),
        ("whatsapp:US.1234", {"From": f"whatsapp:{WHATSAPP_FROM}"}),
    ],
)
def test_it_takes_1600_characters_on_each_channel(twilio: TwilioStandIn, to: str, sender: dict[str, str]) -> None:
    assert post(twilio, {"To": to, "Body": "x" * 1600} | sender)[0] == 201


def test_the_sdk_itself_understands_the_list(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "first"})
    post(twilio, {"To": "+447700900124", "From": SMS_FROM, "Body": "to another"})
    post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "second"})
    client = Client(ACCOUNT, TOKEN)
    monkeypatch.setattr(client.api, "base_url", twilio.url)
    assert [kept.body for kept in client.messages.list(to="+447700900123")] == ["second", "first"]
