"""The log of SQLite goes home beside the turns, whoever wrote into it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.settings import new_key
from bot.store import checkpoints, migrate
from bot.store.checkpoints import EVERY, Checkpoints
from bot.store.database import Database, open_database
from bot.store.vault import Vault


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    db = open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}", Vault([new_key()]))
    migrate.upgrade(db)
    yield db
    db.close()


@pytest.fixture
def copying(sqlite: Database) -> Iterator[Checkpoints]:
    made = Checkpoints(sqlite)
    yield made
    made.stop()


def write(db: Database, times: int = 1) -> None:
    for _ in range(times):
        with db.begin() as conn:
            conn.execute(text("INSERT INTO channel_pace (channel, free_at) VALUES (hex(randomblob(8)), 0)"))


def left(db: Database) -> int:
    """Pages of the log that are not at home yet. Asking copies nothing: a checkpoint waits for its turn, this reads."""
    header = Path(f"{db.engine.url.database}-shm").read_bytes()
    newest, home = (int.from_bytes(header[at : at + 4], "little") for at in (16, 96))
    return newest - home


def soon(true: object) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if callable(true) and true():
            return True
        time.sleep(0.02)
    return False


def test_after_so_many_turns_the_log_is_copied_home(
    sqlite: Database, copying: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "SECONDS", 3600)
    with sqlite.read():  # somebody has it open: closing the last connection would copy it, too
        write(sqlite, 3)
        for _ in range(EVERY - 1):
            copying.count()
        assert left(sqlite) > 0
        copying.count()
        assert soon(lambda: left(sqlite) == 0)


def test_what_others_wrote_is_copied_home_by_and_by(
    sqlite: Database, copying: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stories, alerts and the desk go the long way, which counts no turn here."""
    monkeypatch.setattr(checkpoints, "SECONDS", 0.05)
    copying.count()
    with sqlite.read():
        write(sqlite, 3)
        assert soon(lambda: left(sqlite) == 0)


def test_a_long_log_begins_anew_unless_somebody_reads_and_nobody_waits_for_that(
    sqlite: Database, copying: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "SECONDS", 0.05)
    monkeypatch.setattr(checkpoints, "LONG", 2)
    log = Path(f"{sqlite.engine.url.database}-wal")
    copying.count()
    with sqlite.read() as conn:
        conn.execute(text("SELECT count(*) FROM channel_pace")).scalar()
        began = time.monotonic()
        write(sqlite, 20)
        assert time.monotonic() - began < sqlite.wait_s, "writers waited for who reads"
    long = log.stat().st_size

    def no_longer() -> bool:
        write(sqlite)
        return log.stat().st_size == long

    assert soon(lambda: left(sqlite) == 0)
    assert soon(no_longer)


def test_it_goes_on_after_what_goes_wrong(
    sqlite: Database, copying: Checkpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "SECONDS", 0.05)
    well, failed = sqlite.bare_connection, []

    def away() -> object:
        failed.append(1)
        if len(failed) < 3:
            raise OSError("No space left on device")
        return well()

    monkeypatch.setattr(sqlite, "bare_connection", away)
    copying.count()
    with sqlite.read():
        write(sqlite, 3)
        assert soon(lambda: left(sqlite) == 0)
    assert len(failed) == 3
