"""The real parts that tests run against: both databases, Redis, and the vault."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
import redis

from bot.app import House, prepare
from bot.settings import new_key
from bot.store import migrate
from bot.store.database import Database, open_database
from bot.store.vault import Vault
from tests.passwords import seal_passwords_cheaply
from tests.people import house_on
from tests.read_once import read_once

# A server of a test makes no vectors in the background, half a minute's work each. What is about meaning has its own.
os.environ.setdefault("MATCH_BY_MEANING", "no")
read_once()
seal_passwords_cheaply()

DIALECTS = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 # held in memory; what is made in it has a name that cannot be guessed
MEMORY_NEEDED = 2_000_000_000  # bytes free; a container often has 64 MB there
LONG_FILES = ("tests/whole/", "tests/faults/", "tests/evaluation/", "_browser.py", "tests/test_cli", "_flow_docs.py")
FOLDERS_IN_MEMORY = "PYTEST_DEBUG_TEMPROOT"  # where pytest makes tmp_path; each goes as soon as its test has passed


def missing(what: str) -> NoReturn:
    """Skip a test whose server is not installed; on a build machine that is a failure."""
    sentence = f'{what} is not installed here. "make test" installs it where it may.'
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def in_memory() -> Path | None:
    """Where what a test writes need not reach a disk, if there is room; None means the usual temporary folder."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    return MEMORY if roomy else None


if place := in_memory():
    os.environ.setdefault(FOLDERS_IN_MEMORY, str(place))


class PostgresServer:
    """A PostgreSQL server of our own in a temporary folder, reached by a unix socket only."""

    def __init__(self, programs: Path, folder: Path, *, durable: bool = False) -> None:
        self.programs = programs
        self.folder = folder
        self.durable = durable
        self.port = free_port()
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}&port={self.port}"
        if os.geteuid() == 0:  # PostgreSQL refuses to be run by root
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses='' -c max_connections=60"
        if not self.durable:
            options += " -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", str(self.folder / "log"), "--options", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def _run(self, program: str, *arguments: str) -> None:
        as_other = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = (*as_other, self.programs / program, "--pgdata", self.folder / "data", *arguments)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


def postgres_programs() -> Path:
    """Where initdb and pg_ctl are; skips the test where they are not."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[4]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        missing("PostgreSQL")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A started server that is stopped and removed at the end. ``durable``: it waits for the disk, as in production."""
    programs = postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="bot-postgres-", dir=None if durable else in_memory()))
    try:
        server = PostgresServer(programs, folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server where databases may be made: TEST_DATABASE_URL, or a private one."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield "postgresql+psycopg://" + given.partition("://")[2]
        return
    with running_postgres() as server:
        yield server.url


def named(url: str, database: str) -> str:
    """The same server's other database."""
    before, _, query = url.partition("?")
    return f"{before.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


def administer(url: str, statement: str) -> None:
    with _administrator(url) as conn:
        conn.execute(statement.encode())


def _administrator(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect("postgresql" + url.removeprefix("postgresql+psycopg"), autocommit=True)


@contextmanager
def made_database(url: str, template: str = "template1") -> Iterator[str]:
    """The address of a new database on this server, dropped at the end."""
    name = f"bot_test_{uuid.uuid4().hex[:12]}"
    with _administrator(url) as conn:
        # Since version 15 a new database goes through the log, page by page, unless told otherwise: twice the time.
        copied = " STRATEGY FILE_COPY" if conn.info.server_version >= 150000 else ""
        conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}{copied}".encode())
    try:
        yield named(url, name)
    finally:
        administer(url, f"DROP DATABASE {name} WITH (FORCE)")


def migrated(url: str) -> None:
    db = open_database(url, Vault([new_key()]))
    migrate.upgrade(db)
    db.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "bot.sqlite3"
    migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    with made_database(postgres_url) as url:
        migrated(url)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def vault() -> Vault:
    """A vault with one key of its own."""
    return Vault([new_key()])


@pytest.fixture
def now() -> int:
    """A fixed moment: 2 June 2026, 10:00 UTC, in milliseconds since 1970."""
    return 1_780_394_400_000


def each_dialect() -> list[object]:
    return ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=each_dialect())
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database with no tables; each test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bot.sqlite3"
        return
    with made_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(params=each_dialect())
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new, migrated database; each test runs on both kinds."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "bot.sqlite3")
        yield f"sqlite:///{tmp_path}/bot.sqlite3"
        return
    template = request.getfixturevalue("postgres_template")
    with made_database(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@pytest.fixture
def db(database_url: str, vault: Vault) -> Iterator[Database]:
    """A real, migrated, empty database: each test runs on SQLite and on PostgreSQL."""
    opened = open_database(database_url, vault)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped answers, services and flows, and the made-up borough."""
    file = tmp_path_factory.mktemp("prepared") / "bot.sqlite3"
    prepared(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def prepared_postgres(postgres_url: str) -> Iterator[str]:
    """The name of such a database on the server."""
    with made_database(postgres_url) as url:
        prepared(url)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=each_dialect())
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A whole house with the shipped content in it; each test runs on both kinds of database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("prepared_sqlite"), tmp_path / "bot.sqlite3")
        yield from _opened(f"sqlite:///{tmp_path}/bot.sqlite3")
        return
    template = request.getfixturevalue("prepared_postgres")
    with made_database(request.getfixturevalue("postgres_url"), template) as url:
        yield from _opened(url)


def _opened(url: str) -> Iterator[House]:
    made = house_on(url)
    yield made
    made.parts.db.close()


def prepared(url: str) -> None:
    made = house_on(url)
    prepare(made)
    made.parts.db.close()


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """The address of a Redis of our own, which keeps nothing; skips the test where it is not installed."""
    program = shutil.which("redis-server") or missing("Redis")
    port = free_port()
    where = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder))
    command = (program, *where, "--save", "", "--appendonly", "no")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            url = f"redis://127.0.0.1:{port}/0"
            _wait_for_redis(url)
            yield url
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


def _wait_for_redis(url: str) -> None:
    for _ in range(100):
        try:
            with redis.Redis.from_url(url) as client:
                client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise RuntimeError("Redis did not start within 5 seconds.")


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of a real, empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no process is left alone with one at the end; and what needs a server is marked.

    Files are handed out in this order (--no-loadscope-reorder); xdist's own begins with those that hold most tests,
    which are quick ones, and ends with browsers and whole servers.
    """
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG_FILES))
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if "redis_url" in names:
            item.add_marker(pytest.mark.redis)
        if "postgres_url" in names:
            item.add_marker(pytest.mark.postgres)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the golden transcripts anew.")
    parser.addoption("--pictures", metavar="DIR", help="Where to put the pictures that the README shows.")
