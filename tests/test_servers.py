"""The servers that tests run against are real, and their absence is never hidden on a build machine."""

from __future__ import annotations

import pytest
import redis
from sqlalchemy import text

from bot.store.database import Database
from tests.conftest import missing


def test_each_test_gets_a_real_and_empty_redis(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("seen", "1")


def test_the_redis_of_the_test_before_left_nothing(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.get("seen") is None


def test_each_test_gets_a_real_and_empty_database(db: Database) -> None:
    version = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}[db.dialect]
    with db.read() as conn:
        assert conn.scalar(text(version))
        assert conn.scalar(text("SELECT count(*) FROM contact")) == 0


def test_without_a_server_a_test_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="Redis is not installed"):
        missing("Redis")


def test_without_a_server_a_build_machine_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Redis is not installed"):
        missing("Redis")
