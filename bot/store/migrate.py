"""Brings the tables to the shape this code needs, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.settings import SettingError
from bot.store.database import Database
from bot.store.locks import Lock, hold

FOLDER = Path(__file__).resolve().parent / "migrations"
WAIT_S = 300.0  # another process may be half-way through a long migration


POSTGRESQL = 13  # the oldest that serves: a turn with a story asks for its own transaction (pg_current_xact_id)


class MigrationError(Exception):
    """A migration left the tables in a state they may not be in; all of it was rolled back."""


def upgrade(db: Database) -> None:
    """Create or change the tables up to the newest revision. Of two processes at once, one waits.

    Raises DatabaseAway, SettingError when the server is too old, and MigrationError when a row would point at nothing.
    """
    _run(db, lambda config: command.upgrade(config, "head"))


def downgrade(db: Database, revision: str = "base") -> None:
    """Take the tables back to ``revision``; "base" removes all with what they hold. Raises as ``upgrade``."""
    _run(db, lambda config: command.downgrade(config, revision))


def is_current(db: Database) -> bool:
    """True when the tables are at the newest revision. Raises DatabaseAway."""
    with db.read() as conn:
        return set(MigrationContext.configure(conn).get_current_heads()) == _heads()


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(FOLDER)).get_heads())


def _run(db: Database, work: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with _alone(db) as conn:
        config.attributes["connection"] = conn
        work(config)


@contextmanager
def _alone(db: Database) -> Iterator[Connection]:
    """The only migrating transaction, on a connection of its own."""
    with (
        db.away_as_one_error(),
        db.turn(WAIT_S),
        db.engine.execution_options(bot_writes=True).connect() as conn,
    ):
        conn.detach()
        if db.dialect == "sqlite":
            yield from _without_foreign_keys(conn)
        else:
            with conn.begin():
                _check_age(conn)
                conn.execute(text(f"SET LOCAL lock_timeout = '{WAIT_S:.0f}s'"))
                hold(conn, Lock.MIGRATE)
                yield conn


def _check_age(conn: Connection) -> None:
    age = int((conn.dialect.server_version_info or (0,))[0])
    if age < POSTGRESQL:
        raise SettingError(
            f"DATABASE_URL leads to PostgreSQL {age}, and {POSTGRESQL} or newer is needed. Nothing was changed."
        )


def _without_foreign_keys(conn: Connection) -> Iterator[Connection]:
    """SQLite changes a table by building it anew; with foreign keys on, dropping the old one empties its
    children. The switch does nothing inside a transaction (https://sqlite.org/pragma.html#pragma_foreign_keys)."""
    driver: Any = conn.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    with conn.begin():
        yield conn
        if orphans := conn.execute(text("PRAGMA foreign_key_check")).fetchall():
            raise MigrationError(f'The migration would leave a row of "{orphans[0][0]}" that points at nothing.')
