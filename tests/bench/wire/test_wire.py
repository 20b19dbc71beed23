"""What the wire benchmark rests on: its posts are what Twilio would send, and its talks are whole."""

from __future__ import annotations

from itertools import islice
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped] # Twilio ships no types

from bot.channel.twilio import read_inbound
from tests.bench.wire import posts
from tests.bench.wire.bare import wsgi
from tests.bench.wire.load import is_whole
from tests.bench.wire.talks import RETURNING, SENDERS, WELCOME, Text, texts
from tests.stand_in.twilio import TOKEN

PEOPLE = range(1000)


def read(post: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """The headers and the form of a whole request."""
    head, _, body = post.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert int(headers["Content-Length"]) == len(body)
    return headers, dict(parse_qsl(body.decode(), keep_blank_values=True))


@pytest.mark.parametrize("address", ["+447700900123", "whatsapp:+447700900123"])
@pytest.mark.parametrize("words", ["MENU", "Can I see a doctor without papers?", "Jak się masz & co = 1+1?", ""])
def test_twilios_own_validator_takes_the_signature(address: str, words: str) -> None:
    headers, form = read(posts.post(posts.form(Text(address, words), "SM" + "0" * 32)))
    assert RequestValidator(TOKEN).validate(posts.INBOUND, form, headers["X-Twilio-Signature"])
    assert read_inbound(form).text == words


def test_the_bare_endpoint_takes_what_is_signed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    client = wsgi().test_client()
    headers, form = read(posts.post(posts.form(Text("+447700900123", "MENU"), "SM" + "0" * 32)))
    signed = {"X-Twilio-Signature": headers["X-Twilio-Signature"]}
    answer = client.post("/twilio/inbound", base_url=posts.PUBLIC_URL, data=form, headers=signed)
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    form["Body"] = "STOP"
    assert client.post("/twilio/inbound", base_url=posts.PUBLIC_URL, data=form, headers=signed).status_code == 403


def test_no_message_comes_twice_in_any_round() -> None:
    rounds = [posts.lines(500, PEOPLE, number) for number in range(3)]
    sids = [read(post)[1]["MessageSid"] for lines in rounds for line in lines for post in line]
    assert len(sids) == len(set(sids)) == 1500


def test_two_lines_share_nobody() -> None:
    said = (islice(texts(sender, PEOPLE, newcomers_from=0), 100) for sender in range(SENDERS))
    people = [{text.address for text in line} for line in said]
    assert sum(map(len, people)) == len(set().union(*people))


def test_each_person_texts_whole_talks_in_order() -> None:
    line = list(islice(texts(3, PEOPLE, newcomers_from=0), 200))
    heard: dict[str, list[str]] = {}
    for text in line:
        heard.setdefault(text.address, []).append(text.words)
    del heard[line[-1].address]  # in the middle of hers
    for words in heard.values():
        while words:
            talk = next(talk for talk in (*RETURNING, WELCOME) if tuple(words[: len(talk)]) == talk)
            del words[: len(talk)]


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<Respon", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n<Response/>", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_an_answer_is_counted_when_itis_whole(answer: bytes, whole: bool) -> None:
    assert is_whole(answer) is whole
