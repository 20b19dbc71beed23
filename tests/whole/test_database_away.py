"""The database goes away under a running server: Twilio is told to try again, and the retry is taken, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import new_key
from tests.conftest import PostgresServer, free_port, named, running_postgres
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, TwilioStandIn
from tests.whole.serving import served, until

pytestmark = pytest.mark.postgres
HER = "+447700900123"


def answered(wire: TwilioStandIn, sid: str) -> bool:
    return wire.text("Hi", sender=HER, MessageSid=sid).status == 200


def test_a_message_while_the_database_is_away_is_taken_on_retry(tmp_path: Path) -> None:
    with running_postgres() as postgres:
        port = free_port()
        with TwilioStandIn(public_url=f"http://127.0.0.1:{port}") as wire:
            environ = {
                "DATABASE_URL": named(postgres.url, "postgres"),
                "SECRET_KEY": new_key(),
                "DATA_KEYS": new_key(),
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_SMS_FROM": SMS_FROM,
                "TWILIO_API_URL": wire.url,
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
            }
            with served(environ, tmp_path, port=port):
                _away_and_back(postgres, wire)


def _away_and_back(postgres: PostgresServer, wire: TwilioStandIn) -> None:
    sid = "SM" + "7" * 32
    postgres.stop()
    away = wire.text("Hi", sender=HER, MessageSid=sid)
    assert away.status == 503
    assert away.headers["retry-after"]
    assert wire.messages == []
    postgres.start()
    assert until(lambda: answered(wire, sid), seconds=20)
    assert answered(wire, sid)  # and once more, as Twilio may
    assert until(lambda: len(wire.messages) == 1)
    assert not until(lambda: len(wire.messages) > 1, seconds=1.5)
