"""What goes out is counted in another process than the one that answers /metrics: the sum is shown all the same."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from bot.settings import new_key
from tests.conftest import free_port
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, TwilioStandIn
from tests.whole.serving import served, until


def test_bot_serve_shows_what_came_in_and_what_went_out(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with TwilioStandIn(app_url=url, public_url=url) as twilio:
        environ = {
            "DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3",
            "SECRET_KEY": new_key(),
            "DATA_KEYS": new_key(),
            "PUBLIC_URL": url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_SMS_FROM": SMS_FROM,
            "TWILIO_API_URL": twilio.url,
        }
        with served(environ, tmp_path, port=port):
            assert twilio.text("hello").status == 200
            assert until(lambda: bool(twilio.messages), seconds=60)
            assert until(lambda: 'bot_outbound_messages_total{channel="sms",status="queued"}' in metrics(url), 30)
            assert 'bot_inbound_messages_total{channel="sms",outcome="taken"} 1.0' in metrics(url)


def metrics(url: str) -> str:
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        return str(answer.read().decode())
