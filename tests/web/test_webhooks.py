"""Twilio's calls, signed for our public address, over real HTTP to a real Flask app."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from flask import Flask
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped] # Twilio ships no types
from werkzeug.serving import BaseWSGIServer, make_server

from bot.channel.message import Inbound
from bot.inbox import Receipt
from bot.settings import Settings, load
from bot.store.database import DatabaseAway
from bot.web import webhooks
from bot.web.context import Parts
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, Message, TwilioStandIn

PUBLIC_URL = "https://bot.example.org"


@dataclass
class RecordingInbox:
    """Takes every message and remembers it; the database may be away, and it may be broken itself."""

    taken: list[Inbound] = field(default_factory=list)
    away: bool = False
    broken: bool = False

    def receive(self, inbound: Inbound, now_ms: int) -> Receipt:
        if self.away:
            raise DatabaseAway("The database cannot be used just now: locked.")
        if self.broken:
            raise RuntimeError("no room")
        duplicate = any(one.provider_id == inbound.provider_id for one in self.taken)
        self.taken.append(inbound)
        return Receipt(1, taken=not duplicate, duplicate=duplicate)


@dataclass
class RecordingOutbox:
    """Takes every status; ``placed`` is what it answers."""

    heard: list[tuple[str, str, str | None]] = field(default_factory=list)
    placed: bool = True

    def status(self, provider_id: str, status: str, error_code: str | None, now_ms: int) -> bool:
        self.heard.append((provider_id, status, error_code))
        return self.placed


@dataclass
class House:
    """A running app and the far side that calls it."""

    twilio: TwilioStandIn
    app: Flask
    inbox: RecordingInbox
    outbox: RecordingOutbox

    def message(self) -> Message:
        """One text that Twilio took from us."""
        callback = f"{PUBLIC_URL}/twilio/status"
        return self.twilio.take({"To": "+447700900123", "From": SMS_FROM, "Body": "hi", "StatusCallback": callback})


def settings(tmp_path: Any, **more: str) -> Settings:
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": f"{TOKEN}, the-old-one",
        "TWILIO_SMS_FROM": SMS_FROM,
        "PUBLIC_URL": PUBLIC_URL,
    }
    return load({**environ, **more})


def make_app(chosen: Settings, inbox: RecordingInbox, outbox: RecordingOutbox) -> Flask:
    app = Flask(__name__)
    parts: dict[str, Any] = dict.fromkeys(Parts.__dataclass_fields__)
    parts |= {"settings": chosen, "inbox": inbox, "outbox": outbox, "now_ms": lambda: 1_780_394_400_000}
    app.extensions["bot"] = Parts(**cast(Any, parts))
    webhooks.init_app(app)
    return app


def serve(app: Flask) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@pytest.fixture
def house(tmp_path: Any) -> Iterator[House]:
    inbox, outbox = RecordingInbox(), RecordingOutbox()
    app = make_app(settings(tmp_path), inbox, outbox)
    server = serve(app)
    app_url = f"http://127.0.0.1:{server.server_port}"
    yield House(TwilioStandIn(app_url=app_url, public_url=PUBLIC_URL), app, inbox, outbox)
    server.shutdown()
    server.server_close()


def test_a_text_is_taken_and_answered_with_empty_twiml(house: House) -> None:
    answer = house.twilio.text("hello")
    assert (answer.status, answer.body) == (200, "<Response/>")
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert [(one.address, one.text) for one in house.inbox.taken] == [("+447700900123", "hello")]


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
@pytest.mark.parametrize(
    ("what", "headers"),
    [
        ("case 1: no signature", {}),
        ("an empty one", {"X-Twilio-Signature": ""}),
        ("a wrong one", {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}),
        ("not even text", {"X-Twilio-Signature": "\u00e9\u00e9"}),
    ],
)
def test_case_1_an_unsigned_call_is_403_and_never_500(
    house: House, path: str, what: str, headers: dict[str, str]
) -> None:
    answer = house.app.test_client().post(path, data={"MessageSid": "SM1", "From": "+447700900123"}, headers=headers)
    assert answer.status_code == 403, what
    assert "not signed" in answer.text
    assert house.inbox.taken == []
    assert house.outbox.heard == []


def test_case_3_a_call_signed_for_https_is_valid_behind_a_tls_proxy(house: House) -> None:
    assert house.twilio.app_url.startswith("http://")
    assert house.twilio.text("hello").status == 200


@pytest.mark.parametrize("query", ["?x=%27", "?x='", "?name=%D8%B3%D9%84%D8%A7%D9%85", "?a=1&b=&a=2", "?x=a+b%20c"])
def test_case_4_any_query_is_checked_as_it_was_sent(house: House, query: str) -> None:
    form = {"MessageSid": "SM1", "From": "+447700900123", "Body": "hello"}
    assert house.twilio.call(f"{PUBLIC_URL}/twilio/inbound{query}", form).status == 200
    assert house.twilio.call(f"{PUBLIC_URL}/twilio/inbound", form, signature="bm90IGl0").status == 403


def test_case_4_a_path_is_checked_as_it_was_sent(house: House) -> None:
    form = {"MessageSid": "SM1", "From": "+447700900123", "Body": "hello"}
    assert house.twilio.call(f"{PUBLIC_URL}/twilio/%69nbound", form).status == 200


def test_case_5_a_fragment_on_the_public_address_is_not_signed(tmp_path: Any) -> None:
    app = make_app(settings(tmp_path, PUBLIC_URL=f"{PUBLIC_URL}#rc=2&rp=all"), RecordingInbox(), RecordingOutbox())
    form = {"MessageSid": "SM1", "From": "+447700900123", "Body": "hello"}
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC_URL}/twilio/inbound", form)
    answer = app.test_client().post("/twilio/inbound", data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200


def test_case_6_blank_unknown_and_repeated_parameters_are_part_of_the_signature(house: House) -> None:
    assert house.twilio.text("", FromCity="", BrandNew="yes", Body="  ").status == 200
    assert house.inbox.taken[0].text == "  "


def test_a_token_that_is_being_rotated_out_still_signs(house: House) -> None:
    house.twilio.token = "the-old-one"
    assert house.twilio.text("hello").status == 200
    house.twilio.token = "another-accounts"
    assert house.twilio.text("hello").status == 403


def test_case_7_the_same_message_again_is_answered_the_same(house: House) -> None:
    first = house.twilio.text("hello", MessageSid="SM1")
    again = house.twilio.text("hello", MessageSid="SM1")
    assert (first.status, first.body) == (again.status, again.body) == (200, "<Response/>")


def test_case_11_a_voice_note_without_a_body_is_taken(house: House) -> None:
    answer = house.twilio.text(
        "",
        sender="whatsapp:US.1234",
        NumMedia="1",
        MediaUrl0="https://api.twilio.com/2010-04-01/m",
        MediaContentType0="audio/ogg",
    )
    assert answer.status == 200
    assert [one.media[0].content_type for one in house.inbox.taken] == ["audio/ogg"]


def test_a_call_that_is_no_message_gets_a_sentence(house: House) -> None:
    answer = house.twilio.call(f"{PUBLIC_URL}/twilio/inbound", {"CallSid": "CA1", "From": "+447700900123"})
    assert answer.status == 400
    assert "voice number" in answer.body


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_a_form_over_64_kb_is_refused(house: House, path: str) -> None:
    large = urlencode({"Body": "x" * 66_000})
    answer = house.app.test_client().post(
        path,
        data=large,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": "c2lnbmVk"},
    )
    assert answer.status_code == 413


def test_while_the_database_is_away_twilio_is_asked_to_come_again(house: House) -> None:
    house.inbox.away = True
    answer = house.twilio.text("hello")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    house.inbox.away = False
    assert house.twilio.text("hello").status == 200


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_without_a_twilio_account_there_is_nothing_here(tmp_path: Any, path: str) -> None:
    chosen = load({"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"})
    answer = make_app(chosen, RecordingInbox(), RecordingOutbox()).test_client().post(path, data={"Body": "hello"})
    assert answer.status_code == 404
    assert "TWILIO_ACCOUNT_SID" in answer.text


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_a_browser_has_no_business_here(house: House, path: str) -> None:
    answer = house.app.test_client().get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_what_breaks_is_500_and_told_to_the_operator(house: House) -> None:
    """Twilio hears a sentence; the next call is answered as ever."""
    house.inbox.broken = True
    with capture_logs() as logged:
        answer = house.twilio.text("my secret")
    assert (answer.status, answer.body) == (500, "Something broke on our side. It was noted.\n")
    assert [(line["event"], line["path"], line["exc_info"]) for line in logged] == [
        ("call broke", "/twilio/inbound", True)
    ]
    house.inbox.broken = False
    assert house.twilio.text("hello").status == 200


def test_these_two_addresses_stand_before_the_pages_and_no_page_has_them(house: House) -> None:
    """One way leads to each: Flask knows none of them, and gets every other address."""
    assert not [rule for rule in house.app.url_map.iter_rules() if rule.rule.startswith("/twilio")]
    for path in ("/", "/twilio", "/twilio/", "/twilio/inbound/", "/twilio/other", "/Twilio/inbound"):
        answer = house.app.test_client().post(path, data={"Body": "hello"})
        assert answer.status_code == 404, path


def test_a_call_makes_no_session_and_no_context_of_the_pages(house: House) -> None:
    asked: list[str] = []
    house.app.before_request(lambda: asked.append("a page"))
    answer = house.twilio.text("hello")
    assert (answer.status, asked) == (200, [])
    assert "Set-Cookie" not in answer.headers


def test_how_a_text_fared_is_passed_on(house: House) -> None:
    message = house.message()
    assert house.twilio.report(message, "sent").status == 204
    assert house.twilio.report(message, "undelivered", 30003).status == 204
    assert house.outbox.heard == [(message.sid, "sent", None), (message.sid, "undelivered", "30003")]


def test_case_22_a_status_without_an_id_or_a_word_is_taken(house: House) -> None:
    assert house.twilio.call(f"{PUBLIC_URL}/twilio/status", {"Something": "new"}).status == 204


def test_a_status_that_cannot_be_placed_yet_is_asked_to_come_again(house: House) -> None:
    house.outbox.placed = False
    answer = house.twilio.report(house.message(), "sent")
    assert answer.status == 503
    assert "Retry-After" in answer.headers


def test_no_number_and_no_word_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.twilio.text("my secret")
    house.twilio.text("my secret", MessageSid="")
    house.twilio.token = "wrong"
    house.twilio.text("my secret")
    assert "7700900123" not in caplog.text
    assert "my secret" not in caplog.text


def test_case_8_many_calls_at_once_are_each_answered_well_under_five_seconds(house: House) -> None:
    slowest: list[float] = []

    def call() -> None:
        started = time.monotonic()
        assert house.twilio.text("hello").status == 200
        slowest.append(time.monotonic() - started)

    callers = [threading.Thread(target=call) for _ in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(slowest) == 20
    assert max(slowest) < 5
