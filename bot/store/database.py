"""The one door to the database, SQLite or PostgreSQL: read, begin, ping."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.store import audit
from bot.store.locks import FileLock, LockAway
from bot.store.vault import Vault

WAIT_S = 5.0  # for the file lock, then again for SQLite's own: together under Twilio's 15 seconds
# Pages, 32 MB of 2 KB each: bot.store.checkpoints sees to it long before, a commit only if that is not there.
LONGEST_LOG = 16_000
# Primary result codes (https://sqlite.org/rescode.html) that say the file is busy, full or out of reach.
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
POSTGRESQL_READ_ONLY = "25006"  # what a server says while its standby is taking over
PING = {"sqlite": text("SELECT 1 FROM sqlite_master LIMIT 1"), "postgresql": text("SELECT 1")}


class DatabaseAway(Exception):
    """The database cannot be used just now: away, locked or full. Trying again later helps."""


class Database:
    """A pool of connections, and the rules for using one."""

    def __init__(self, engine: Engine, vault: Vault, *, wait_s: float = WAIT_S) -> None:
        self.engine = engine
        self.vault = vault
        self.dialect = engine.dialect.name
        self.wait_s = wait_s
        self._lock_file = _lock_file(engine)
        self._writer = engine.execution_options(bot_writes=True)
        # PostgreSQL: a transaction around reads costs two round trips and, READ COMMITTED, promises no more.
        reads_alone = self.dialect == "postgresql"
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT") if reads_alone else engine
        dbapi = engine.dialect.loaded_dbapi
        self._errors: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout, dbapi.Error)
        self._operational: type[Exception] = dbapi.OperationalError
        self._one_error = _OneError(self)
        self._ends: list[Callable[[], None]] = []
        # A row that is there already, from SQLAlchemy or the bare driver.
        self.conflicts: tuple[type[Exception], ...] = (IntegrityError, dbapi.IntegrityError)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back when the body raises. Audit goes in last.

        Raises DatabaseAway. On SQLite one writer at a time is inside, over all processes.
        """
        with (
            self.away_as_one_error(),
            self.turn(self.wait_s),
            self._writer.begin() as conn,
            audit.collected(conn),
        ):
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading only. Raises DatabaseAway."""
        with self.away_as_one_error(), self._reader.connect() as conn:
            yield conn

    def bare_connection(self) -> Any:
        """A new connection of the driver itself, which begins nothing by itself. Whoever asks closes it."""
        url = self.engine.url
        if self.dialect == "sqlite":
            raw = sqlite3.connect(str(url.database), timeout=self.wait_s, check_same_thread=False)
            _prepare_sqlite(raw, self.wait_s)
            return raw
        args, options = self.engine.dialect.create_connect_args(url)
        seconds = max(2, round(self.wait_s))
        conn = self.engine.dialect.loaded_dbapi.connect(*args, **{**options, **_patience(seconds)}, autocommit=True)
        conn.execute(f"SET lock_timeout = '{seconds}s'")
        return conn

    def ping(self) -> None:
        """Touch the database itself. Raises DatabaseAway."""
        with self.read() as conn:
            conn.execute(PING[self.dialect])

    def at_close(self, end: Callable[[], None]) -> None:
        """Have this called when the database is closed: by whoever has connections or a thread of its own for it."""
        self._ends.append(end)

    def close(self) -> None:
        """Close every connection that is not in use."""
        for end in self._ends:
            end()
        self.engine.dispose()

    def turn(self, wait_s: float) -> AbstractContextManager[None]:
        """The writers' file lock on SQLite (LockAway after ``wait_s`` seconds); nothing on PostgreSQL."""
        return FileLock(self._lock_file, wait_s) if self._lock_file else nullcontext()

    def away_as_one_error(self) -> AbstractContextManager[None]:
        """Turn what says "away, locked or full", from SQLAlchemy or the bare driver, into DatabaseAway."""
        return self._one_error

    def as_away(self, error: BaseException) -> DatabaseAway | None:
        """What an error is called when it says "away, locked or full"; None for any other."""
        if isinstance(error, LockAway):
            return DatabaseAway(_sentence(error))
        if isinstance(error, self._errors) and self._is_away(error):
            return DatabaseAway(_sentence(getattr(error, "orig", None) or error))
        return None

    def _is_away(self, error: Exception) -> bool:
        cause = getattr(error, "orig", None) or error
        if isinstance(error, PoolTimeout):
            return True
        if self.dialect == "sqlite":
            return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in SQLITE_AWAY
        lost = getattr(error, "connection_invalidated", False)
        return lost or isinstance(cause, self._operational) or getattr(cause, "sqlstate", "") == POSTGRESQL_READ_ONLY


class _OneError:
    """One object for all who use it: a generator for each would cost a turn as much as its signature."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if error is not None and (away := self._db.as_away(error)):
            raise away from error


def open_database(url: str, vault: Vault, *, wait_s: float = WAIT_S) -> Database:
    """The database at ``url`` (sqlite:///file or postgresql+psycopg://...). Nothing is connected yet.

    ``wait_s``: how long a writer waits for its turn, in seconds. Raises ValueError for a database in memory,
    which processes cannot share, and DatabaseAway when SQLite's folder cannot be made.
    """
    return Database(
        _sqlite(url, wait_s) if url.startswith("sqlite") else _postgresql(url, wait_s), vault, wait_s=wait_s
    )


def _sqlite(url: str, wait_s: float) -> Engine:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise ValueError('DATABASE_URL must name a file, like "sqlite:///instance/bot.sqlite3": memory is not shared.')
    try:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseAway(_sentence(error)) from error
    engine = create_engine(url, hide_parameters=True, pool_timeout=wait_s, connect_args={"timeout": wait_s})
    event.listen(engine, "connect", lambda raw, _record: _prepare_sqlite(raw, wait_s))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: sqlite3.Connection, wait_s: float) -> None:
    raw.isolation_level = None  # the driver begins nothing by itself: _begin_sqlite does
    # Of a new file only. A turn changes ten pages, and the other processes read them again: half the bytes each time.
    raw.execute("PRAGMA page_size=2048")
    _write_ahead(raw, time.monotonic() + wait_s)
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA synchronous=NORMAL")
    raw.execute(f"PRAGMA wal_autocheckpoint={LONGEST_LOG}")


def _write_ahead(raw: sqlite3.Connection, deadline: float) -> None:
    """Switching a new file to WAL does not wait for another process that is doing the same, so we do."""
    while raw.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(conn: Connection) -> None:
    writes = conn.get_execution_options().get("bot_writes")
    driver: Any = conn.connection.dbapi_connection
    # A writer that begins as a reader can be refused half-way, whatever the time-out (SQLITE_BUSY_SNAPSHOT).
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: str, wait_s: float) -> Engine:
    seconds = max(2, round(wait_s))
    engine = create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_timeout=wait_s, connect_args=_patience(seconds)
    )
    event.listen(engine, "connect", lambda raw, _record: _prepare_postgresql(raw, seconds))
    return engine


def _patience(seconds: int) -> dict[str, int]:
    return {"connect_timeout": seconds, "tcp_user_timeout": seconds * 2000, "keepalives_idle": 30}


def _prepare_postgresql(raw: Any, seconds: int) -> None:
    raw.execute(f"SET lock_timeout = '{seconds}s'")
    raw.commit()


def _lock_file(engine: Engine) -> Path | None:
    return Path(f"{engine.url.database}.lock") if engine.dialect.name == "sqlite" else None


def _sentence(error: BaseException) -> str:
    return f"The database cannot be used just now: {(str(error).splitlines() or ['no reason given'])[0]}."
