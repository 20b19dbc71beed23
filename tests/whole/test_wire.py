"""Twilio's wire, whole: signed forms in, texts out by the API, the same words as the phone says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from bot.app import House
from bot.channel.message import Channel
from bot.settings import new_key
from tests.conftest import each_dialect, free_port
from tests.people import Person
from tests.stand_in.twilio import ACCOUNT, SERVICE, TOKEN, WHATSAPP_FROM, TwilioStandIn
from tests.whole.serving import served, until

TALK = ("Hello", "1", "MENU", "1", "1", "ZZ1 1AA", "1", "MENU", "3", "1", "It began in May", "DONE", "1", "1", "2")


@pytest.fixture(scope="module", params=each_dialect())
def wire(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwilioStandIn]:
    """The stand-in for Twilio, with a real server of ours behind it."""
    folder = tmp_path_factory.mktemp("wire")
    url = f"sqlite:///{folder}/bot.sqlite3"
    environ = {"DATABASE_URL": url, "SECRET_KEY": new_key(), "DATA_KEYS": new_key(), "DEMO": "yes"}
    if request.param == "postgresql":
        from tests.conftest import made_database

        with made_database(request.getfixturevalue("postgres_url")) as made:
            redis_url = request.getfixturevalue("redis_server")
            yield from _wired(environ | {"DATABASE_URL": made, "REDIS_URL": redis_url}, folder)
        return
    yield from _wired(environ, folder)


def _wired(environ: dict[str, str], folder: Path) -> Iterator[TwilioStandIn]:
    port = free_port()
    with TwilioStandIn(public_url=f"http://127.0.0.1:{port}") as stand_in:
        twilio = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
            "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
            "TWILIO_API_URL": stand_in.url,
            "SMS_PER_SECOND": "0",
            "WHATSAPP_PER_SECOND": "0",
            "MESSAGES_PER_MINUTE": "0",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        with served(environ | twilio, folder, port=port):
            yield stand_in


def texts_to(wire: TwilioStandIn, number: str) -> list[str]:
    return [message.body for message in wire.messages if message.to == number]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize("channel", ["", "whatsapp:"])
def test_the_wire_says_exactly_what_the_phone_says(wire: TwilioStandIn, house: House, channel: str) -> None:
    number = f"{channel}+4477009{uuid4().int % 100_000:05d}"
    on_phone = Person(house, channel=Channel.WHATSAPP if channel else Channel.SMS)
    for words in TALK:
        on_phone.now_ms = int(time.time() * 1000) - 30_000  # lists say what is open at this moment
        expected = [line.text for line in on_phone.text(words)]
        before = len(texts_to(wire, number))
        assert wire.text(words, sender=number).status == 200
        assert until(lambda before=before, expected=expected: len(texts_to(wire, number)) >= before + len(expected))
        said = texts_to(wire, number)[before:]
        assert _without_reference(said) == _without_reference(expected)


def _without_reference(texts: list[str]) -> list[str]:
    """The reference of a story is drawn by lot."""
    return [text.partition("Your reference is")[0] for text in texts]


def test_the_same_message_at_once_and_again_is_answered_once(wire: TwilioStandIn) -> None:
    number, sid = f"+4477009{uuid4().int % 100_000:05d}", f"SM{uuid4().hex}"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: wire.text("Hi", sender=number, MessageSid=sid), range(6)))
    answers.append(wire.text("Hi", sender=number, MessageSid=sid))
    assert {answer.status for answer in answers} == {200}
    assert until(lambda: len(texts_to(wire, number)) == 1)
    assert not until(lambda: len(texts_to(wire, number)) > 1, seconds=1.5)


def test_every_answer_to_a_webhook_is_empty_twiml(wire: TwilioStandIn) -> None:
    answer = wire.text("Hi", sender=f"+4477009{uuid4().int % 100_000:05d}")
    assert "<Response" in answer.body
    assert "<Message" not in answer.body
