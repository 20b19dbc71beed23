"""Where the turns are kept: SQLite alone, or PostgreSQL and Redis, set up as in production."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import redis

from tests.bench.wire.processes import cpu_of
from tests.conftest import made_database, running_postgres, running_redis


@dataclass(frozen=True)
class Place:
    """``make`` gives the addresses of a new database and of an empty Redis, "" without one.

    ``cpu_s`` is the processor time of the databases' own processes.
    """

    name: str
    make: Callable[[], tuple[str, str]]
    cpu_s: Callable[[], float]
    folder: Path


@contextmanager
def sqlite() -> Iterator[Place]:
    """SQLite: the database's work is done inside the server's processes."""
    with tempfile.TemporaryDirectory(prefix="bot-bench-") as name:
        numbers = count(1)

        def make() -> tuple[str, str]:
            return f"sqlite:///{_new(name, next(numbers))}/bot.sqlite3", ""

        yield Place("SQLite", make, lambda: 0.0, Path(name))


def _new(folder: str, number: int) -> Path:
    """A folder for each: the queue lies beside the database."""
    made = Path(folder) / f"house-{number}"
    made.mkdir()
    return made


@contextmanager
def postgresql() -> Iterator[Place]:
    """PostgreSQL that waits for the disk at each commit, and Redis."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bot-bench-")))
        url = stack.enter_context(running_postgres(durable=True)).url
        redis_url = stack.enter_context(running_redis(folder))
        pids, numbers = (_postmaster(url), _redis(redis_url)), count()

        def make() -> tuple[str, str]:
            # A queue of its own: a worker that met another house's jobs, under another key, would get through nothing.
            redis_database = f"{redis_url.rpartition('/')[0]}/{next(numbers)}"
            return stack.enter_context(made_database(url)), redis_database

        yield Place("PostgreSQL + Redis", make, lambda: sum(map(cpu_of, pids)), folder)


PLACES = {"sqlite": sqlite, "postgresql": postgresql}


def _postmaster(url: str) -> int:
    """The process that all of the server's others come from."""
    with psycopg.connect("postgresql" + url.removeprefix("postgresql+psycopg")) as conn:
        stat = Path(f"/proc/{conn.info.backend_pid}/stat").read_text()
    return int(stat.rpartition(") ")[2].split()[1])


def _redis(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return int(client.info("server")["process_id"])


def disk_commit_us(folder: Path, times: int = 200) -> float:
    """Microseconds that one small write takes to reach this disk, or whatever this machine has in its place."""
    with (folder / "probe").open("wb") as handle:
        began = time.perf_counter()
        for _ in range(times):
            handle.write(b"x")
            handle.flush()
            os.fsync(handle.fileno())
    return (time.perf_counter() - began) / times * 1e6
