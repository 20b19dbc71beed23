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

from tests.stand_in.checks import check_answer
from tests.stand_in.published import CREATE, CREATE_MESSAGE, LIST, MESSAGE, NEWER, STATUSES
from tests.stand_in.twilio import ACCOUNT, SERVICE, SMS_FROM, TOKEN, WHATSAPP_FROM, TwilioStandIn


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


def wire_names(source: str) -> set[str]:
    return set(re.findall(r'"([A-Z][A-Za-z]+[<>]?)": ', source))


def post(twilio: TwilioStandIn, fields: dict[str, str], token: str = TOKEN) -> tuple[int, str]:
    kind = "application/x-www-form-urlencoded"
    return call(twilio, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", urlencode(fields).encode(), kind, token)


def call(
    twilio: TwilioStandIn, path: str, body: bytes | None = None, kind: str = "", token: str = TOKEN
) -> tuple[int, str]:
    request = urllib.request.Request(
        twilio.url + path,
        body,
        {"Authorization": "Basic " + b64encode(f"{ACCOUNT}:{token}".encode()).decode(), "Content-Type": kind},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_it_knows_exactly_the_parameters_that_twilio_publishes() -> None:
    assert wire_names(inspect.getsource(sdk.MessageList._create)) - {"Content-Type", "Accept"} == {*CREATE, *NEWER}
    assert wire_names(inspect.getsource(sdk.MessageList.page)) - {"Accept"} == set(LIST)


def test_it_knows_exactly_the_words_that_twilio_publishes() -> None:
    words = {name: _words(value) for name, value in vars(sdk.MessageInstance).items() if isinstance(value, type)}
    assert words["Status"] == set(STATUSES)
    assert words["Direction"] == set(MESSAGE["direction"]["enum"])
    for name in ("ContentRetention", "AddressRetention", "TrafficType", "ScheduleType", "RiskCheck"):
        assert words[name] == set(CREATE[name]["enum"]), name


def _words(kind: type) -> set[str]:
    return {value for name, value in vars(kind).items() if name.isupper()}


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
        ("a host with an underscore", {"StatusCallback": "https://my_bot.example.org/"}, 20001),
        ("a moment without its place", {"SendAt": "2026-07-01T09:00:00"}, 20001),
        ("a word that is none of them", {"ScheduleType": "tomorrow"}, 20001),
        ("yes where true is wanted", {"SmartEncoded": "yes"}, 20001),
        ("words where a number is wanted", {"ValidityPeriod": "an hour"}, 20001),
        ("an id of something else", {"ContentSid": "MG" + "0" * 32}, 20001),
        ("an id that is too short", {"ContentSid": "HX123"}, 20001),
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


@pytest.fixture
def client(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> Client:
    made = Client(ACCOUNT, TOKEN)
    monkeypatch.setattr(made.api, "base_url", twilio.url)
    return made


def test_the_sdk_itself_understands_the_list(twilio: TwilioStandIn, client: Client) -> None:
    post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "first"})
    post(twilio, {"To": "+447700900124", "From": SMS_FROM, "Body": "to another"})
    post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "second"})
    assert [kept.body for kept in client.messages.list(to="+447700900123")] == ["second", "first"]


def test_the_sdk_turns_the_pages_of_a_long_list(twilio: TwilioStandIn, client: Client) -> None:
    for number in range(5):
        post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": f"text {number}"})
    assert [kept.body[-1] for kept in client.messages.list(page_size=2)] == ["4", "3", "2", "1", "0"]


def test_the_sdk_asks_by_day_and_by_id(twilio: TwilioStandIn, client: Client) -> None:
    post(twilio, {"To": "+447700900123", "From": SMS_FROM, "Body": "first"})
    message = twilio.messages[0]
    assert client.messages.list(date_sent=message.created) == []  # it waits in the queue, and has no such date yet
    message.status = "sent"
    assert [kept.sid for kept in client.messages.list(date_sent=message.created.date())] == [message.sid]
    assert client.messages(message.sid).fetch().status == "sent"


@pytest.mark.parametrize(
    ("what", "path", "http", "code"),
    [
        ("another account", f"/2010-04-01/Accounts/AC{'1' * 32}/Messages.json", 404, 20404),
        ("an account with a slip", "/2010-04-01/Accounts/AC1/Messages.json", 400, 20001),
        ("a place that is not published", f"/2010-04-01/Accounts/{ACCOUNT}/Texts.json", 404, 20404),
        ("a message that is not there", f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM{'1' * 32}.json", 404, 20404),
        ("a page larger than the largest", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=1001", 400, 20001),
        ("a date that is none", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?DateSent=today", 400, 20001),
        ("a question it does not know", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Since=1", 400, 20001),
    ],
)
def test_it_refuses_to_show(twilio: TwilioStandIn, what: str, path: str, http: int, code: int) -> None:
    status, answer = call(twilio, path)
    assert (status, f'"code": {code},' in answer) == (http, True), what


def test_what_is_no_form_is_refused(twilio: TwilioStandIn) -> None:
    body = b'{"To": "+447700900123"}'
    status, answer = call(twilio, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", body, "application/json")
    assert status == 415, answer
    assert twilio.messages == []


def test_a_parameter_that_comes_twice_is_refused(twilio: TwilioStandIn) -> None:
    body = urlencode([("To", "+447700900123"), ("From", SMS_FROM), ("Body", "a"), ("Body", "b")]).encode()
    kind = "application/x-www-form-urlencoded"
    status, answer = call(twilio, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", body, kind)
    assert (status, "given twice" in answer) == (400, True)


def test_it_would_not_answer_what_twilio_does_not() -> None:
    with pytest.raises(AssertionError, match="is not Twilio's"):
        check_answer(CREATE_MESSAGE, {"sid": "SM1", "status": "on its way"})
