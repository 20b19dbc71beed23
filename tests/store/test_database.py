"""Reading, writing, and saying plainly that the database is away."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from bot.store import schema
from bot.store.database import Database, DatabaseAway, open_database
from bot.store.locks import LockAway
from bot.store.vault import Vault
from tests.conftest import PostgresServer, running_postgres
from tests.store import rows
from tests.store.together import run_together

COUNT = text("SELECT count(*) FROM contact")


def bare(conn: Connection) -> Any:
    """The driver's own connection, as the turn uses it."""
    return conn.connection.dbapi_connection


def test_what_was_written_is_read_and_what_raised_is_not(db: Database, now: int) -> None:
    with db.begin() as conn:
        rows.resident(conn, db.vault, now)

    def fail() -> None:
        with db.begin() as conn:
            rows.resident(conn, db.vault, now, "+447700900124")
            raise KeyError("the body failed")

    with pytest.raises(KeyError):
        fail()
    with db.read() as conn:
        assert conn.scalar(COUNT) == 1


def test_a_reader_is_not_held_up_by_a_writer_and_sees_nothing_half_done(db: Database, now: int) -> None:
    with db.begin() as writing:
        rows.resident(writing, db.vault, now)
        with db.read() as conn:
            assert conn.scalar(COUNT) == 0


def test_rows_that_point_at_nothing_are_refused(db: Database, now: int) -> None:
    with pytest.raises(IntegrityError), db.begin() as conn:
        rows.inbound(conn, db.vault, now, contact_id=99)


def test_a_mistake_in_the_sql_is_not_called_away(db: Database) -> None:
    with pytest.raises((OperationalError, ProgrammingError)), db.read() as conn:
        conn.execute(text("SELECT * FROM no_such_table"))


def test_an_error_shows_no_values(db: Database, now: int) -> None:
    """An error ends up in a log, and logs hold nobody's number."""
    twice = [{"email": "zeb@example.org", "name": "Zebunnisa", "languages": [], "fs_uniquifier": "1"}] * 2
    with pytest.raises(IntegrityError) as raised, db.begin() as conn:
        conn.execute(schema.user.insert(), twice)
    assert "Zebunnisa" not in str(raised.value)


def test_ping_touches_the_database(db: Database) -> None:
    db.ping()


def test_many_writers_lose_no_update(db: Database, now: int) -> None:
    """Eight threads read and write the same row, twenty times each."""
    with db.begin() as conn:
        rows.resident(conn, db.vault, now)

    def work() -> None:
        for _ in range(20):
            with db.begin() as conn:
                stamp = conn.execute(select(schema.contact.c.session_stamp).with_for_update()).scalar_one()
                conn.execute(text("UPDATE contact SET session_stamp = :stamp"), {"stamp": stamp + 1})

    run_together([work] * 8)
    with db.read() as conn:
        assert conn.scalar(text("SELECT session_stamp FROM contact")) == 160


class TestSQLite:
    def test_memory_is_refused_because_processes_cannot_share_it(self, vault: Vault) -> None:
        for url in ("sqlite://", "sqlite:///:memory:"):
            with pytest.raises(ValueError, match="must name a file"):
                open_database(url, vault)

    def test_a_missing_folder_is_made(self, tmp_path: Path, vault: Vault) -> None:
        db = open_database(f"sqlite:///{tmp_path}/new/deep/bot.sqlite3", vault)
        db.ping()
        db.close()

    def test_the_file_is_set_up_for_many_readers_and_whole_references(self, tmp_path: Path, vault: Vault) -> None:
        db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault)
        with db.read() as conn:
            asked = ("journal_mode", "foreign_keys", "synchronous")
            assert [conn.scalar(text(f"PRAGMA {name}")) for name in asked] == ["wal", 1, 1]
        db.close()

    def test_a_file_that_is_no_database_is_away(self, tmp_path: Path, vault: Vault) -> None:
        file = tmp_path / "bot.sqlite3"
        file.write_bytes(b"these are not the bytes of a database " * 100)
        db = open_database(f"sqlite:///{file}", vault)
        with pytest.raises(DatabaseAway, match="not a database"):
            db.ping()
        with pytest.raises(DatabaseAway), db.begin():
            pass

    def test_a_file_that_cannot_be_opened_is_away(self, tmp_path: Path, vault: Vault) -> None:
        (tmp_path / "bot.sqlite3").mkdir()
        db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault)
        with pytest.raises(DatabaseAway, match="unable to open"):
            db.ping()

    def test_a_folder_that_cannot_be_made_is_away(self, tmp_path: Path, vault: Vault) -> None:
        (tmp_path / "taken").write_text("a file")
        with pytest.raises(DatabaseAway):
            open_database(f"sqlite:///{tmp_path}/taken/bot.sqlite3", vault)

    def test_another_program_that_holds_the_file_makes_it_away_and_then_it_is_back(
        self, tmp_path: Path, vault: Vault
    ) -> None:
        file = tmp_path / "bot.sqlite3"
        db = open_database(f"sqlite:///{file}", vault, wait_s=0.2)
        db.ping()
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseAway, match="locked"), db.begin():
            pass
        other.execute("ROLLBACK")
        with db.begin():
            pass
        other.close()
        db.close()

    def test_writers_take_turns_although_the_lock_file_was_taken_away(
        self, tmp_path: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever still holds the old file must not think for long that it locks others out."""
        db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault, wait_s=0.2)
        with db.begin():
            pass
        (tmp_path / "bot.sqlite3.lock").unlink()
        monkeypatch.setattr("bot.store.locks.LOOK_EVERY", 0.0)  # the second has passed
        refused: list[str] = []

        def another() -> None:
            try:
                with db.turn(0.2):
                    pass
            except LockAway as away:
                refused.append(str(away))

        with db.begin():
            one = threading.Thread(target=another)
            one.start()
            one.join()
        assert refused == ["another writer has not finished yet"]
        db.close()

    def test_pages_are_small_and_a_file_with_large_ones_serves_as_it_is(self, tmp_path: Path, vault: Vault) -> None:
        old = sqlite3.connect(tmp_path / "old.sqlite3")
        old.executescript("PRAGMA page_size=4096; CREATE TABLE kept (word TEXT); INSERT INTO kept VALUES ('here')")
        old.close()
        sizes = {}
        for name in ("old", "new"):
            db = open_database(f"sqlite:///{tmp_path}/{name}.sqlite3", vault)
            with db.begin() as conn:
                conn.execute(text("CREATE TABLE IF NOT EXISTS kept (word TEXT)"))
                sizes[name] = conn.scalar(text("PRAGMA page_size"))
                words = conn.scalars(text("SELECT word FROM kept")).all()
            assert words == ([] if name == "new" else ["here"])
            db.close()
        assert sizes == {"old": 4096, "new": 2048}

    def test_a_writer_that_never_ends_makes_the_next_one_give_up(self, tmp_path: Path, vault: Vault) -> None:
        db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault, wait_s=0.2)
        began = time.monotonic()
        with db.begin(), pytest.raises(DatabaseAway, match="another writer"), db.begin():
            pass
        assert time.monotonic() - began < 2
        db.close()

    def test_a_full_disk_is_away(self, tmp_path: Path, vault: Vault) -> None:
        db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault)
        with db.begin() as conn:
            conn.execute(text("CREATE TABLE big (words TEXT)"))
            conn.execute(text("PRAGMA max_page_count = 4"))
        with pytest.raises(DatabaseAway, match="full"), db.begin() as conn:
            conn.execute(text("INSERT INTO big VALUES (:words)"), {"words": "x" * 100_000})
        db.close()

    def test_the_bare_driver_is_heard_too(self, tmp_path: Path, vault: Vault) -> None:
        """The turn speaks to the driver itself, whose errors SQLAlchemy never sees."""
        db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault)
        with db.begin() as conn:
            conn.execute(text("CREATE TABLE big (words TEXT)"))
            conn.execute(text("PRAGMA max_page_count = 4"))
        with pytest.raises(DatabaseAway, match="full"), db.begin() as conn:
            bare(conn).execute("INSERT INTO big VALUES (?)", ("x" * 100_000,))
        db.close()


@pytest.mark.postgres
class TestPostgreSQL:
    @pytest.fixture
    def server(self) -> Iterator[PostgresServer]:
        with running_postgres() as server:
            yield server

    def test_a_stopped_server_is_away_and_a_started_one_is_back(self, server: PostgresServer, vault: Vault) -> None:
        db = open_database(server.url, vault, wait_s=2)
        with db.begin() as conn:
            conn.execute(text("CREATE TABLE seen (id INTEGER)"))
        server.stop()
        with pytest.raises(DatabaseAway):
            db.ping()
        with pytest.raises(DatabaseAway), db.begin() as conn:
            conn.execute(text("INSERT INTO seen VALUES (1)"))
        server.start()
        with db.begin() as conn:
            assert conn.scalar(text("SELECT count(*) FROM seen")) == 0
        db.close()

    @pytest.mark.parametrize(
        "ask",
        [
            pytest.param(lambda conn: conn.execute(text("SELECT 1")), id="SQLAlchemy"),
            pytest.param(lambda conn: bare(conn).execute("SELECT 1"), id="the bare driver"),
        ],
    )
    def test_a_server_that_stops_in_the_middle_is_away_and_then_back(
        self, server: PostgresServer, vault: Vault, ask: Callable[[Connection], object]
    ) -> None:
        db = open_database(server.url, vault, wait_s=2)

        def cut_off() -> None:
            with db.begin() as conn:
                ask(conn)
                server.stop()
                ask(conn)

        with pytest.raises(DatabaseAway):
            cut_off()
        server.start()
        db.ping()
        db.close()

    def test_a_lock_that_is_never_let_go_is_away(self, server: PostgresServer, vault: Vault) -> None:
        db = open_database(server.url, vault, wait_s=2)
        with db.begin() as conn:
            conn.execute(text("CREATE TABLE seen (id INTEGER)"))
        with db.begin() as holding:
            holding.execute(text("LOCK TABLE seen"))
            with pytest.raises(DatabaseAway, match="lock timeout"), db.begin() as conn:
                conn.execute(text("INSERT INTO seen VALUES (1)"))
        db.close()

    def test_no_server_at_all_is_away(self, vault: Vault, tmp_path: Path) -> None:
        db = open_database(f"postgresql+psycopg://bot@/bot?host={tmp_path}", vault, wait_s=2)
        with pytest.raises(DatabaseAway):
            db.ping()
