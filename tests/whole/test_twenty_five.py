"""The twenty-five things that happen on a real line (messaging facts), each on real HTTP through a running server.

The server sits behind a proxy that ends TLS, with a fragment on its PUBLIC_URL: what cases 3 and 5 are about holds for
all. Only Twilio's far side is played, held to its published API description.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import regex
from sqlalchemy import select

from bot.flow.hours import civil
from bot.language.catalogue import Catalogues
from bot.language.identify import Identifier
from bot.language.phrases import COMMAND, COMMANDS, ONLY_WORDS_LOCATION, STOPPED
from bot.store.schema import timer
from bot.web.demo_accounts import DEMO_ACCOUNTS
from tests.conftest import made_database
from tests.stand_in.twilio import SMS_FROM, TOKEN, Answer, Fault, Message, refusal, too_many
from tests.whole.line import Caller, Line, line
from tests.whole.serving import until

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
PUBLIC = "https://bot.example.org"
INBOUND = f"{PUBLIC}/twilio/inbound"
LANGUAGES = ("en", "pl", "ur", "bn")
HELLO = {
    "en": "Hello, I need some help please",
    "pl": "Dzień dobry, potrzebuję pomocy z mieszkaniem",
    "ur": "السلام علیکم مجھے ڈاکٹر چاہیے",
    "bn": "আমার খাবার দরকার, কোথায় পাবো",
}
DAY_MS = 86_400_000
MINUTE_MS = 60_000
FAMILY = "👩‍👩‍👧‍👦"  # one grapheme of 11 UTF-16 units
LONG = f"flow: long\nabout: A text longer than one message.\nstart_words: [longread]\nsteps:\n  - say: {FAMILY * 200}\n"
LATER = (
    "flow: later\nabout: A text for another day.\nstart_words: [laterplease]\nsteps:\n"
    "  - say: We come back to you.\n  - wait: 20 hours\n  - say: Here we are.\n"
)
CATALOGUES = Catalogues(ROOT / "locales", LANGUAGES)


@pytest.fixture(scope="module")
def own_flows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped conversations and two small ones more."""
    folder = tmp_path_factory.mktemp("flows") / "flows"
    shutil.copytree(ROOT / "flows", folder)
    (folder / "long.yaml").write_text(LONG, encoding="utf-8")
    (folder / "later.yaml").write_text(LATER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, own_flows: Path) -> Iterator[Line]:
    """One machine: SQLite, and its own queue."""
    folder = tmp_path_factory.mktemp("small")
    environ = {"DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3", "FLOWS_DIR": str(own_flows)}
    with line(environ, folder, public_url=f"{PUBLIC}#rc=2&rp=all") as made:
        yield made


@pytest.fixture(scope="module")
def large(
    tmp_path_factory: pytest.TempPathFactory, own_flows: Path, postgres_url: str, redis_server: str
) -> Iterator[Line]:
    """As in a borough: PostgreSQL and Redis."""
    with made_database(postgres_url) as url:
        environ = {"DATABASE_URL": url, "REDIS_URL": redis_server, "FLOWS_DIR": str(own_flows)}
        with line(environ, tmp_path_factory.mktemp("large"), public_url=f"{PUBLIC}#rc=2&rp=all") as made:
            yield made


@pytest.fixture(params=["small", pytest.param("large", marks=[pytest.mark.postgres, pytest.mark.redis])])
def each(request: pytest.FixtureRequest) -> Line:
    """Both: for what happens at the same time."""
    made: Line = request.getfixturevalue(request.param)
    return made


def form(**more: str) -> dict[str, str]:
    """A text as Twilio sends it."""
    sid = f"SM{uuid4().hex}"
    return {"MessageSid": sid, "From": "+447700900123", "To": SMS_FROM, "Body": "hello", "NumMedia": "0"} | more


def signature(url: str, pairs: list[tuple[str, str]], token: str = TOKEN) -> str:
    """By the published rule: HMAC-SHA1 over the address and the sorted pairs, each once."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def post(line: Line, path: str, pairs: list[tuple[str, str]], signed: str | None) -> int:
    """The status that the server answers to a call made by hand."""
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "bot.example.org"}
    headers |= {} if signed is None else {"X-Twilio-Signature": signed}
    request = urllib.request.Request(line.url + path, urlencode(pairs).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


# Who may call ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/twilio/inbound", "/twilio/status"])
def test_case_01_no_signature_is_403_and_never_500(small: Line, path: str) -> None:
    for signed in (None, "", "bm90IGl0", "é"):
        assert post(small, path, list(form().items()), signed) == 403


@pytest.mark.parametrize("vector", json.loads((DATA / "signatures.json").read_text()), ids=lambda one: one["name"])
def test_case_02_every_published_signature_vector_gets_its_verdict(small: Line, vector: dict[str, object]) -> None:
    """The vector's own pairs and query, signed for our address: taken when the vector is valid, else 403."""
    pairs = [(name, value) for name, value in vector["params"] or []]  # type: ignore[attr-defined]
    query = str(vector["url"]).partition("#")[0].partition("?")[2]
    path = "/twilio/status" + (f"?{query}" if query else "")
    good = signature(PUBLIC + path, pairs)
    assert post(small, path, pairs, good) == 204
    assert post(small, path, pairs, vector["signature"]) == 403  # type: ignore[arg-type] # signed for elsewhere
    assert post(small, path, [*pairs, ("More", "")], good) == 403


def test_case_03_what_was_signed_for_https_is_valid_behind_a_tls_proxy(small: Line) -> None:
    pairs = list(form().items())
    assert post(small, "/twilio/inbound", pairs, signature(INBOUND, pairs)) == 200
    as_the_app_sees_it = signature(f"{small.url}/twilio/inbound", pairs)
    assert post(small, "/twilio/inbound", pairs, as_the_app_sees_it) == 403


@pytest.mark.parametrize("query", ["?x=%27", "?x='", "?name=%D8%B3%D9%84%D8%A7%D9%85", "?a=1&b=&a=2", "?x=a+b%20c"])
def test_case_04_a_query_is_checked_as_it_was_sent(small: Line, query: str) -> None:
    pairs = list(form().items())
    assert post(small, f"/twilio/inbound{query}", pairs, signature(INBOUND + query, pairs)) == 200
    assert post(small, f"/twilio/inbound{query}", pairs, signature(INBOUND, pairs)) == 403


def test_case_05_the_fragment_of_the_configured_address_is_not_signed(small: Line) -> None:
    pairs = list(form().items())
    assert post(small, "/twilio/inbound", pairs, signature(INBOUND, pairs)) == 200
    assert post(small, "/twilio/inbound", pairs, signature(f"{INBOUND}#rc=2&rp=all", pairs)) == 403
    caller = Caller(small)
    caller.says("Hello")
    assert {said["StatusCallback"] for said in small.twilio.forms} == {f"{PUBLIC}/twilio/status"}


def test_case_06_blank_fields_and_unknown_parameters_are_valid(small: Line) -> None:
    pairs = [*form(Body="").items(), ("FromCity", ""), ("BrandNew", "ż 'ت' %27 +"), ("Twice", "a"), ("Twice", "")]
    assert post(small, "/twilio/inbound", pairs, signature(INBOUND, pairs)) == 200
    without_the_blank = [pair for pair in pairs if pair[1]]
    assert post(small, "/twilio/inbound", pairs, signature(INBOUND, without_the_blank)) == 403


# One message, one effect ----------------------------------------------------------------------------------------------


def test_case_07_the_same_message_twice_and_at_once_has_one_effect_and_one_reply(each: Line) -> None:
    caller, sid = Caller(each), f"SM{uuid4().hex}"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.sends("Hi", MessageSid=sid), range(8)))
    answers.append(caller.sends("Hi", MessageSid=sid))
    assert {answer.status for answer in answers} == {200}
    assert until(lambda: len(caller.heard) == 1)
    assert caller.hears_nothing_more()
    assert caller.received() == 1


def test_case_08_while_twilio_is_slow_to_take_texts_the_webhook_still_answers_at_once(each: Line) -> None:
    each.twilio.faults.extend(Fault(wait=4) for _ in range(4))
    callers = [Caller(each) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        took = list(pool.map(_seconds_to_answer, callers))
    assert max(took) < 4, took
    assert until(lambda: all(caller.heard for caller in callers), seconds=30)


def _seconds_to_answer(caller: Caller) -> float:
    started = time.monotonic()
    assert caller.sends("Hello").status == 200
    return time.monotonic() - started


# Who writes -----------------------------------------------------------------------------------------------------------


def test_case_09_a_whatsapp_user_id_is_never_taken_for_a_phone_number(small: Line) -> None:
    caller = Caller(small, whatsapp=True, number=f"US.1234{uuid4().int % 10**6}")
    assert caller.says("Hello")
    assert caller.address.startswith("whatsapp:US.1234")
    assert not [one for one in small.twilio.messages if "+441234" in one.to]


def test_case_10_a_number_with_an_id_and_later_the_id_alone_are_one_person(small: Line) -> None:
    user_id = f"GB.{uuid4().hex}"
    first = Caller(small, whatsapp=True)
    first.says(HELLO["pl"], ExternalUserId=user_id)
    first.says("1", ExternalUserId=user_id)
    contact_id = first.row["id"]
    later = Caller(small, whatsapp=True, number=user_id)
    later.sends("MENU", ExternalUserId=user_id)
    assert until(lambda: bool(later.heard))
    assert CATALOGUES.text("What do you need?", "pl") in later.heard[0]
    assert later.row["id"] == contact_id


# What is not words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fields", [{"MediaContentType0": "audio/ogg"}, {}], ids=["a type", "no type"])
def test_case_11_a_voice_note_without_a_body_is_answered_in_her_language(
    small: Line, language: str, fields: dict[str, str]
) -> None:
    caller = Caller(small, whatsapp=True).settled(HELLO[language])
    sid = f"SM{uuid4().hex}"
    sent = {"NumMedia": "1", "MediaUrl0": media_url(sid), **fields}
    answer = post_whatsapp(caller, sid, {name: value for name, value in sent.items() if name != "Body"})
    assert answer.status == 200
    assert until(lambda: caller.queued(sid) > 0)
    assert caller.row["language"] == language
    assert until(lambda: len(caller.heard) >= len(caller.texts))
    first_words = caller.heard[-caller.queued(sid)]
    assert Identifier(LANGUAGES).guess(first_words).language == language


def media_url(sid: str) -> str:
    return f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Messages/{sid}/Media/ME{'0' * 32}"


def post_whatsapp(caller: Caller, sid: str, fields: Mapping[str, str]) -> Answer:
    """A message with no Body at all, as a voice note has."""
    said = {"MessageSid": sid, "From": caller.address, "ProfileName": "Amina", **fields}
    return caller.line.twilio.call(INBOUND, said)


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[str]]]:
    """A server that is not Twilio's, and the requests that reach it."""
    seen: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", seen
    server.shutdown()
    server.server_close()


def test_case_12_media_that_is_not_twilios_is_never_fetched(small: Line, stranger: tuple[str, list[str]]) -> None:
    """Not when it comes at the menu, nor as part of a story."""
    address, seen = stranger
    caller = Caller(small, whatsapp=True).settled()
    photo = {"NumMedia": "1", "MediaUrl0": f"{address}/photo", "MediaContentType0": "image/jpeg"}
    assert caller.says("", **photo)
    caller.says("3")
    caller.says("1")
    caller.says("It began in May")
    caller.says("", **photo)
    caller.says("DONE")
    assert caller.hears_nothing_more()
    assert seen == []


def test_case_13_a_location_is_used_where_it_is_asked_for_else_kindly_declined(small: Line) -> None:
    caller = Caller(small, whatsapp=True).settled()
    here = {"Latitude": "50.2600", "Longitude": "-5.0500"}
    assert ONLY_WORDS_LOCATION in caller.says("", **here)[0]
    for words in ("MENU", "1", "1"):
        caller.says(words)
    assert "1. " in caller.says("", **here)[0]
    card = {"NumMedia": "1", "MediaUrl0": media_url("SM" + "1" * 32), "MediaContentType0": "text/vcard"}
    assert Caller(small, whatsapp=True).settled().says("", **card)


# Buttons --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("the payload says it", {"ButtonPayload": "need.help", "ButtonText": "?", "Body": "?"}),
        ("the button's words say it", {"ButtonText": "Find help near me", "Body": "Find help near me"}),
        ("only the button's words are there", {"ButtonText": "Find help near me", "Body": ""}),
        ("the button's words go before the body", {"ButtonText": "Find help near me", "Body": "3"}),
        ("only the body is there", {"Body": "Find help near me"}),
    ],
)
def test_case_14_a_tap_is_its_payload_else_its_words_else_the_body(
    small: Line, what: str, fields: dict[str, str]
) -> None:
    caller = Caller(small, whatsapp=True).settled()
    body = fields.get("Body", "")
    more = {name: value for name, value in fields.items() if name != "Body"}
    assert "What do you need help with?" in caller.says(body, **more)[0], what


@pytest.mark.parametrize("payload", ["confirm.yes", "0a1b2c", ""], ids=["our id", "an id unknown to us", "no id"])
def test_case_15_a_button_of_an_old_question_is_not_taken_for_the_current_one(small: Line, payload: str) -> None:
    """Both questions have a Yes. The same button, tapped on the question that is open, is taken."""
    caller = Caller(small, whatsapp=True)
    caller.says(HELLO["en"])
    old = caller.texts[-1]["provider_id"]
    for words in ("1", "MENU", "3", "1", "It began in May", "DONE", "1", "1"):
        caller.says(words)
    assert caller.row["at_step"] == "follow_up"
    tap = {"ButtonText": "Yes", **({"ButtonPayload": payload} if payload else {})}
    caller.says("Yes", OriginalRepliedMessageSid=old, **tap)
    assert caller.row["at_step"] == "follow_up"
    assert "Yes" in caller.buttons
    if "." not in payload:
        caller.says("Yes", OriginalRepliedMessageSid=caller.texts[-1]["provider_id"], **tap)
        assert caller.row["at_step"] != "follow_up"


def test_case_15_a_button_of_the_open_question_comes_back_as_twilio_was_given_it(small: Line) -> None:
    caller = Caller(small, whatsapp=True)
    caller.says(HELLO["en"])
    before, asked = caller.row["at_step"], caller.texts[-1]["provider_id"]
    words, payload = next(iter(caller.buttons.items()))
    caller.says(words, ButtonPayload=payload, ButtonText=words, OriginalRepliedMessageSid=asked)
    now = caller.row["at_step"]
    assert now != before
    caller.says(words, ButtonPayload=payload, ButtonText=words, OriginalRepliedMessageSid=asked)
    assert caller.row["at_step"] == now


def test_case_16_button_fields_on_plain_sms_mean_nothing(small: Line) -> None:
    caller = Caller(small).settled()
    fields = {"ButtonPayload": "need.story", "ButtonText": "Tell what happened to me", "OriginalRepliedMessageSid": "x"}
    assert "What do you need help with?" in caller.says("1", **fields)[0]


# Stopping -------------------------------------------------------------------------------------------------------------


def test_case_17_what_twilio_has_stopped_is_stopped_in_silence(small: Line) -> None:
    caller = Caller(small).settled()
    assert caller.says("STOP", OptOutType="STOP") == []
    assert caller.row["status"] == "stopped"
    assert caller.says("thanks") == []
    assert caller.hears_nothing_more()


@pytest.mark.parametrize("language", LANGUAGES)
def test_case_18_stop_by_whatsapp_in_any_language_is_confirmed_once_and_ends_what_was_planned(
    small: Line, language: str
) -> None:
    word = CATALOGUES.words(COMMANDS["stop"], language, context=COMMAND)[0]
    for said in (" sToP ", f" {word.swapcase()} "):
        caller = Caller(small, whatsapp=True).settled(HELLO[language])
        caller.says("laterplease")
        assert planned(caller) == 1
        small.twilio.faults.append(refusal(30001))
        caller.sends("MENU")  # a text that Twilio has no room for yet: it waits
        assert until(lambda caller=caller: [one for one in caller.texts if one["error_code"] == "30001"])
        confirmed = caller.says(said)
        start = CATALOGUES.words(COMMANDS["start"], language, context=COMMAND)[0]
        assert start in confirmed[-1]
        assert confirmed[-1].startswith(CATALOGUES.text(STOPPED, language)[:12])
        assert (caller.row["status"], planned(caller)) == ("stopped", 0)
        assert caller.says("thanks") == []
        assert caller.hears_nothing_more(2.5)


def planned(caller: Caller) -> int:
    """How many moments are set at which she would be texted."""
    with caller.line.db.read() as conn:
        return len(conn.execute(select(timer.c.id).where(timer.c.contact_id == caller.row["id"])).all())


@pytest.mark.parametrize("whatsapp", [False, True], ids=["sms", "whatsapp"])
def test_case_19_can_you_stop_by_tomorrow_is_not_an_opt_out(small: Line, whatsapp: bool) -> None:
    caller = Caller(small, whatsapp=whatsapp).settled()
    assert caller.says("Can you stop by tomorrow?")
    assert caller.row["status"] == "active"
    caller.says("MENU")
    assert caller.says("1")


@pytest.mark.parametrize("how", ["at once", "by callback"])
def test_case_20_an_opted_out_number_is_suppressed_and_not_tried_again(small: Line, how: str) -> None:
    caller = Caller(small)
    if how == "at once":
        small.twilio.opted_out.add(caller.address)
        caller.sends("Hello")
    else:
        caller.says("Hello")
        assert small.twilio.report(newest(caller), "failed", 21610).status == 204
    assert until(lambda: caller.row["status"] == "stopped")
    asked = small.twilio.requests
    assert caller.says("MENU") == []
    assert caller.hears_nothing_more(2.5)
    assert small.twilio.requests == asked
    assert [text["error_code"] for text in caller.texts] == ["21610"]


def newest(caller: Caller) -> Message:
    """The last of what reached her, as Twilio keeps it."""
    return [one for one in caller.line.twilio.messages if one.to == caller.address][-1]


# How texts fare -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (("sent", "delivered"), "delivered"),
        (("delivered", "sent", "sending", "queued"), "delivered"),
        (("read", "delivered", "sent"), "read"),
        (("sent", "delivered", "read"), "read"),
        (("undelivered", "sent"), "undelivered"),
    ],
)
def test_case_21_a_later_state_is_never_overwritten_by_an_earlier_one(
    each: Line, said: tuple[str, ...], kept: str
) -> None:
    caller = Caller(each, whatsapp=True)
    caller.says("Hello")
    for status in said:
        assert each.twilio.report(newest(caller), status, 63024 if status == "undelivered" else None).status == 204
    assert caller.texts[-1]["status"] == kept


def test_case_21_all_at_once_the_furthest_stays(each: Line) -> None:
    caller = Caller(each, whatsapp=True)
    caller.says("Hello")
    message = newest(caller)
    with ThreadPoolExecutor(6) as pool:
        statuses = ["sent", "read", "delivered", "sending", "sent", "delivered"]
        assert {pool.submit(each.twilio.report, message, one).result().status for one in statuses} == {204}
    assert caller.texts[-1]["status"] == "read"


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "SM" + "9" * 32, "MessageStatus": "delivered"},
        {"MessageStatus": "delivered"},
        {},
    ],
    ids=["an id that is not ours", "no id", "nothing at all"],
)
def test_case_22_a_status_of_an_unknown_message_is_taken_and_harmless(small: Line, fields: dict[str, str]) -> None:
    assert small.twilio.call(f"{PUBLIC}/twilio/status", fields).status == 204


def test_case_22_an_unknown_status_is_taken_and_harmless(small: Line) -> None:
    caller = Caller(small)
    caller.says("Hello")
    for status in ("delivered", "teleported", "partially_delivered", ""):
        assert small.twilio.report(newest(caller), status).status == 204
    assert caller.texts[-1]["status"] == "delivered"


# WhatsApp's window ----------------------------------------------------------------------------------------------------


def test_case_23_a_day_and_a_minute_after_her_last_message_no_free_words_go(small: Line) -> None:
    """A reply that Twilio put off, whose day is over when its turn comes, is not even offered; it goes when she
    writes."""
    caller = Caller(small, whatsapp=True)
    small.twilio.faults.append(too_many(retry_after=3))
    caller.sends("Hello")
    assert until(lambda: caller.texts[0]["error_code"] == "20429")
    asked = small.twilio.requests
    caller.let_pass(DAY_MS + MINUTE_MS)
    assert until(lambda: caller.texts[0]["error_code"] == "63016")
    assert small.twilio.requests == asked
    caller.sends("Hello again")
    assert until(lambda: len(caller.heard) == 2)


def test_case_23_twilios_own_word_that_the_window_is_shut_counts(small: Line) -> None:
    caller = Caller(small, whatsapp=True)
    small.twilio.faults.append(refusal(63016))
    caller.sends("Hello")
    assert until(lambda: caller.texts[0]["error_code"] == "63016")
    assert caller.hears_nothing_more(2.5)
    caller.sends("Hello again")
    assert until(lambda: len(caller.heard) == 2)


# Cost -----------------------------------------------------------------------------------------------------------------


class Desk:
    """A champion's browser at the desk, without the picture."""

    def __init__(self, line: Line) -> None:
        self._url = line.url
        by_proxy = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))  # ours come by the TLS in front
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(by_proxy))
        self._token = ""
        sam = DEMO_ACCOUNTS[-1]
        self._get("/desk/sign-in")
        self._token = self._found(self.post("/desk/sign-in", email=sam.email, password=sam.password))

    def _get(self, path: str) -> str:
        with self._open.open(self._url + path) as answer:
            page = str(answer.read().decode())
        self._token = self._found(page)
        return page

    def _found(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return found[1] if found else self._token

    def post(self, path: str, **fields: str) -> str:
        body = urlencode({"csrf_token": self._token, **fields}).encode()
        with self._open.open(self._url + path, body) as answer:
            return str(answer.read().decode())


def test_case_24_every_segment_vector_and_the_cost_is_shown_before_anything_is_sent(small: Line) -> None:
    """At the desk as it is typed, in the terminal a line each; and not one request to send is made."""
    vectors = json.loads((DATA / "segments.json").read_text(encoding="utf-8"))
    desk, asked = Desk(small), small.twilio.requests
    for vector in vectors:
        text = str(vector["text"])
        if (
            not text or text != text.strip() or len(text) > 1600
        ):  # the desk sends no blanks around a text, and no more than 1600
            continue
        shown = desk.post("/desk/size", text=text, channel="sms")
        assert f"Paid as this many texts: {vector['segments']}." in shown, vector
        assert ("not plain" in shown) == (vector["encoding"] == "UCS-2"), vector
    lines = [vector for vector in vectors if "\n" not in vector["text"] and "\r" not in vector["text"]]
    said = subprocess.run(
        [sys.executable, "-m", "bot", "segments", "--json"],
        input="".join(f"{vector['text']}\n" for vector in lines).encode(),
        capture_output=True,
        check=True,
    ).stdout.decode()
    counted = [json.loads(one) for one in said.splitlines()]
    assert [(one["encoding"], one["segments"]) for one in counted] == [
        (one["encoding"], one["segments"]) for one in lines
    ]
    assert small.twilio.requests == asked


# Sending --------------------------------------------------------------------------------------------------------------


def test_case_25_too_many_at_once_is_tried_again_after_a_while(small: Line) -> None:
    """The waits of many people differ, so that they do not all come back at the same moment."""
    callers = [Caller(small) for _ in range(6)]
    small.twilio.faults.extend(too_many() for _ in callers)
    for caller in callers:
        caller.sends("Hello")
    assert until(lambda: all(caller.heard for caller in callers), seconds=30)
    # On a busy machine one may be refused twice, before another's first try, who is then not refused at all.
    assert sum(text["attempts"] for caller in callers for text in caller.texts) == 2 * len(callers)
    assert all(len(caller.heard) == 1 for caller in callers)


def test_case_25_a_landline_is_never_tried_again(small: Line) -> None:
    caller = Caller(small)
    caller.says("Hello")
    asked = small.twilio.requests
    assert small.twilio.report(newest(caller), "undelivered", 30006).status == 204
    assert caller.hears_nothing_more(2.5)
    assert small.twilio.requests == asked
    assert caller.texts[-1]["status"] == "undelivered"
    at_once = Caller(small)
    small.twilio.faults.append(refusal(30006))
    at_once.sends("Hello")
    assert until(lambda: at_once.texts[0]["status"] == "failed")
    assert at_once.hears_nothing_more(2.5)


@pytest.mark.parametrize(
    ("planned_for", "goes"),
    [
        ("2026-07-01T20:30:00+00:00", "2026-07-02T08:00:00+00:00"),  # 21:30 on a summer evening here
        ("2026-07-01T23:30:00+00:00", "2026-07-02T08:00:00+00:00"),
        ("2026-07-01T07:30:00+00:00", "2026-07-01T08:00:00+00:00"),
        ("2026-01-06T23:30:00+00:00", "2026-01-07T09:00:00+00:00"),
        ("2026-07-01T09:00:00+00:00", "2026-07-01T09:00:00+00:00"),
    ],
)
def test_case_25_nine_in_the_morning_in_july_is_eight_in_utc(planned_for: str, goes: str) -> None:
    moment = int(datetime.fromisoformat(planned_for).timestamp() * 1000)
    assert datetime.fromtimestamp(civil(moment) / 1000, UTC).isoformat() == goes


def test_case_25_what_is_planned_is_ours_to_send_by_day_and_never_twilios(small: Line) -> None:
    """Nothing is left with Twilio for later: it would go out after a STOP, and an hour late in summer."""
    caller = Caller(small).settled()
    caller.says("laterplease")
    with small.db.read() as conn:
        due = conn.scalar(select(timer.c.due_at).where(timer.c.contact_id == caller.row["id"]))
    assert due
    here = datetime.fromtimestamp(due / 1000, UTC).astimezone(ZoneInfo("Europe/London"))
    assert 9 <= here.hour < 21
    assert not [said for said in small.twilio.forms if {"SendAt", "ScheduleType"} & set(said)]


@pytest.mark.parametrize("whatsapp", [False, True], ids=["sms", "whatsapp"])
def test_case_25_over_1600_characters_is_split_without_breaking_a_grapheme(small: Line, whatsapp: bool) -> None:
    caller = Caller(small, whatsapp=whatsapp).settled()
    parts = caller.says("longread")
    assert len(parts) > 1
    assert all(len(part) <= 1600 for part in parts)
    assert {one for part in parts for one in regex.findall(r"\X", part)} == {FAMILY}
    assert "".join(parts) == FAMILY * 200
