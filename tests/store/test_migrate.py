"""The tables go up, down and up again on both databases, and are what the code thinks they are."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from bot.settings import SettingError, new_key
from bot.store import migrate, schema
from bot.store.database import Database, open_database
from bot.store.vault import Vault
from tests.store import rows


def tables(db: Database) -> set[str]:
    with db.read() as conn:
        return set(inspect(conn).get_table_names()) - {"alembic_version"}


def drift(conn: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(conn), schema.metadata))


def test_up_down_and_up_again(empty_url: str, vault: Vault) -> None:
    db = open_database(empty_url, vault)
    assert not migrate.is_current(db)
    migrate.upgrade(db)
    assert migrate.is_current(db)
    assert tables(db) == set(schema.metadata.tables)
    migrate.downgrade(db)
    assert tables(db) == set()
    assert not migrate.is_current(db)
    migrate.upgrade(db)
    migrate.upgrade(db)
    assert tables(db) == set(schema.metadata.tables)
    db.close()


def test_the_migrations_make_exactly_the_tables_of_the_schema(db: Database) -> None:
    with db.read() as conn:
        assert drift(conn) == []


def test_a_column_that_the_migrations_lack_is_noticed(db: Database) -> None:
    """The check above can fail."""
    with db.begin() as conn:
        conn.execute(text("ALTER TABLE story DROP COLUMN follow_up"))
        assert drift(conn)


def test_upgrading_again_keeps_what_is_there(db: Database, now: int) -> None:
    contact_id = rows.everything(db, now)
    migrate.upgrade(db)
    with db.read() as conn:
        assert conn.scalar(text("SELECT count(*) FROM inbound")) == 1
        assert conn.scalar(text("SELECT contact_id FROM story")) == contact_id


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str, vault: Vault) -> None:
    db = open_database(empty_url, vault)
    with db.begin() as conn:
        conn.execute(text("CREATE TABLE outbound (id INTEGER)"))  # the last table the migration makes
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(db)
    assert tables(db) == {"outbound"}
    db.close()


def test_a_server_that_is_too_old_is_refused_before_anything_is_changed(
    empty_url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "POSTGRESQL", 99)
    db = open_database(empty_url, vault)
    if db.dialect == "sqlite":
        migrate.upgrade(db)
        assert migrate.is_current(db)
    else:
        with pytest.raises(SettingError, match="99 or newer is needed"):
            migrate.upgrade(db)
        assert tables(db) == set()


def test_two_processes_that_migrate_at_once_both_succeed(empty_url: str) -> None:
    """A new release starts on several machines at the same moment."""
    program = (
        "import sys; from bot.store.vault import Vault; from bot.store.database import open_database;"
        "from bot.store import migrate; migrate.upgrade(open_database(sys.argv[1], Vault([sys.argv[2]])))"
    )
    key = new_key()
    command = (sys.executable, "-c", program, empty_url, key)
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(one.communicate()[1], one.returncode) for one in running]
    assert [code for _, code in ended] == [0, 0, 0], ended
    db = open_database(empty_url, Vault([key]))
    assert migrate.is_current(db)
    db.close()


def test_an_id_is_never_given_twice(db: Database, now: int) -> None:
    """A page left open on an erased story must not act on the next person's."""
    with db.begin() as conn:
        first = rows.story(conn, db.vault, now, None)
        conn.execute(text("DELETE FROM story"))
    with db.begin() as conn:
        assert rows.story(conn, db.vault, now, None) > first


def test_the_outbox_made_anew_keeps_its_texts_and_gives_no_id_twice(db: Database, now: int) -> None:
    """Down to what had a key to the message that was answered, and up again."""
    with db.begin() as conn:
        hers = rows.resident(conn, db.vault, now)
        kept, gone = (rows.inbound(conn, db.vault, now, hers, provider_id=one) for one in ("SM1", "SM2"))
        texts = [rows.outbound(conn, db.vault, now, hers, inbound_id=one) for one in (kept, gone, None)]
        conn.execute(text("UPDATE outbound SET provider_id = 'SM3' WHERE id = :id"), {"id": texts[0]})
        conn.execute(text("DELETE FROM inbound WHERE id = :id"), {"id": gone})
        conn.execute(text("DELETE FROM outbound WHERE id = :id"), {"id": texts[2]})
    migrate.downgrade(db, "0027")
    migrate.upgrade(db)
    with db.read() as conn:
        found = conn.execute(text("SELECT id, inbound_id, provider_id FROM outbound ORDER BY id")).fetchall()
    assert [tuple(row) for row in found] == [(texts[0], kept, "SM3"), (texts[1], None, None)]
    with db.begin() as conn:
        assert rows.outbound(conn, db.vault, now, hers) > texts[2]
    with pytest.raises(IntegrityError), db.begin() as conn:
        rows.outbound(conn, db.vault, now, hers, provider_id="SM3")
