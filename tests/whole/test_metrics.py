"""What goes out is counted in another process than the one that answers /metrics: the sum is shown all the same."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from bot.settings import new_key
from tests.whole.serving import served, until


def test_bot_serve_shows_what_came_in_and_what_went_out(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3", "SECRET_KEY": new_key(), "DATA_KEYS": new_key()}
    with served(environ, tmp_path, demo=True) as url:

        def metrics() -> str:
            with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
                return str(answer.read().decode())

        assert until(lambda: 'bot_outbound_messages_total{channel="sms",status="delivered"}' in metrics())
