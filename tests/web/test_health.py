"""Is it alive, can it work, and what has it counted."""

from __future__ import annotations

from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.observe import INBOUND
from bot.settings import load
from bot.store import migrate
from bot.store.database import Database, open_database
from bot.store.vault import Vault
from bot.web import health
from bot.web.context import Parts


def client(db: Database, tmp_path: Any, redis_url: str = "") -> FlaskClient:
    app = Flask(__name__)
    chosen = load({"DATABASE_URL": f"sqlite:///{tmp_path}/keys/bot.sqlite3", "REDIS_URL": redis_url})
    parts: dict[str, Any] = dict.fromkeys(Parts.__dataclass_fields__)
    app.extensions["bot"] = Parts(**cast(Any, parts | {"db": db, "settings": chosen}))
    health.init_app(app)
    return app.test_client()


def test_a_running_process_is_alive_even_without_a_database(tmp_path: Any, vault: Vault) -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none", vault, wait_s=1)
    assert client(away, tmp_path).get("/healthz").status_code == 200


def test_all_there_is_ready(db: Database, tmp_path: Any, redis_url: str) -> None:
    answer = client(db, tmp_path, redis_url).get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "problems": {}})


def test_a_missing_database_is_named(tmp_path: Any, vault: Vault) -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none", vault, wait_s=1)
    answer = client(away, tmp_path).get("/readyz")
    assert answer.status_code == 503
    assert "DATABASE_URL" in answer.get_json()["problems"]["database"]


def test_old_tables_are_named_with_the_command_that_mends_them(db: Database, tmp_path: Any) -> None:
    migrate.downgrade(db)
    answer = client(db, tmp_path).get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "ready": False,
        "problems": {"migrations": 'The tables are not up to date: run "bot migrate".'},
    }


def test_a_missing_redis_is_named(db: Database, tmp_path: Any) -> None:
    answer = client(db, tmp_path, "redis://127.0.0.1:1/0").get("/readyz")
    assert answer.status_code == 503
    assert list(answer.get_json()["problems"]) == ["redis"]


def test_the_counters_are_there_for_prometheus(db: Database, tmp_path: Any) -> None:
    INBOUND.labels("sms", "taken").inc()
    answer = client(db, tmp_path).get("/metrics")
    assert answer.content_type.startswith("text/plain")
    for name in ("bot_inbound_messages_total", "bot_outbound_messages_total", "bot_turn_seconds_bucket"):
        assert name in answer.text


def test_the_counters_of_all_processes_are_added_up_when_asked(
    db: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert client(db, tmp_path).get("/metrics").status_code == 200
