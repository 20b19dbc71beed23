"""What the house stands on: SQLite in a folder that can fill up, or PostgreSQL; Redis; and the processes themselves."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.wire.processes import environment
from tests.conftest import PostgresServer, _wait_for_redis, free_port, made_database, missing, running_postgres
from tests.faults.supervised import Supervised

HERE = Path(__file__).parent
READY_S = 90
DISK = "40m"
EMPTIED_S = 20.0
LEAST_FREE = 4096


class NotReady(Exception):
    """The house did not come up. The sentence has the end of its log."""


class RedisServer:
    """A Redis that keeps nothing, and can be stopped and started at the same address."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("redis-server") or missing("Redis")
        self._folder, self._port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        where = ("--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder))
        command = (self._program, *where, "--save", "", "--appendonly", "no")
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait_for_redis(self.url)

    def stop(self) -> None:
        """kill -9: what was in the queue is gone."""
        self._process.kill()
        self._process.wait()


@dataclass
class Disk:
    """The folder of an SQLite database. ``limited``: a file system of its own, or a limit on each process's files."""

    folder: Path
    mounted: bool = False

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, pids: list[int]) -> None:
        """From now on no file grows here."""
        if not self.mounted:
            _limit_files(pids, LEAST_FREE)
            return
        until = time.monotonic() + EMPTIED_S
        while not self._fill() and time.monotonic() < until:
            time.sleep(0.01)

    def _fill(self) -> bool:
        """Take all the room there is. False when the log was in use, and so has room of its own."""
        emptied = _empty_the_log(self.folder)
        with self.filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        return emptied

    def empty(self, pids: list[int]) -> None:
        """There is room again."""
        if self.mounted:
            self.filler.unlink(missing_ok=True)
        else:
            _limit_files(pids, resource.RLIM_INFINITY)


def _empty_the_log(folder: Path) -> bool:
    """Else the next hundreds of turns are written over the old part of the write-ahead log, and need no room."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as conn, suppress(sqlite3.OperationalError):
        busy, *_ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    return False


def _limit_files(pids: list[int], size: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


@dataclass
class Ground:
    """A house that runs, and everything under it that can be made to fail."""

    folder: Path
    environ: dict[str, str]
    disk: Disk
    postgres: PostgresServer | None
    redis: RedisServer | None
    web_port: int
    clock: Path
    web: Supervised = field(init=False)
    workers: list[Supervised] = field(init=False)

    @property
    def database_url(self) -> str:
        return self.environ["DATABASE_URL"]

    def jump(self, seconds: float) -> None:
        """The clock of every process stands this far from the real one from now on."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.clock)

    def is_up(self) -> bool:
        """True when the web answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def logs(self) -> str:
        """All that the processes have said."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))


@contextmanager
def laid(database: str, api_port: int, *, with_redis: bool, small_disk: bool) -> Iterator[Ground]:
    """Everything up and running on this kind of database, migrated, ready."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="bot-faults-", ignore_cleanup_errors=True))
        )
        disk = stack.enter_context(_disk(folder / "disk", small=small_disk))
        postgres = stack.enter_context(running_postgres(durable=True)) if database == "postgresql" else None
        store = RedisServer(folder) if with_redis or postgres else None
        if store:
            stack.callback(store.stop)
        url = stack.enter_context(_database(disk.folder, postgres))
        ground = Ground(
            folder, _environ(url, store.url if store else "", api_port, folder), disk, postgres, store,
            free_port(), folder / "clock",
        )  # fmt: skip
        stack.enter_context(_running(ground))
        yield ground


@contextmanager
def _database(folder: Path, postgres: PostgresServer | None) -> Iterator[str]:
    if postgres is None:
        yield f"sqlite:///{folder}/bot.sqlite3"
        return
    with made_database(postgres.url) as url:
        yield url


def _environ(url: str, redis_url: str, api_port: int, folder: Path) -> dict[str, str]:
    ours = {"FLOWS_DIR": str(HERE / "flows"), "LANGUAGES": "en", "DEMO": "no"}
    clock = {
        "PYTHONPATH": os.pathsep.join((str(HERE / "clock"), str(Path.cwd()))),
        "FAULTS_CLOCK": str(folder / "clock"),
    }
    return environment(url, redis_url, api_port) | ours | clock


@contextmanager
def _disk(folder: Path, *, small: bool) -> Iterator[Disk]:
    """A small file system of its own where this user may mount one; else a folder."""
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder))
    if not small or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield Disk(folder)
        return
    try:
        yield Disk(folder, mounted=True)
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


@contextmanager
def _running(ground: Ground) -> Iterator[None]:
    """As in production: PostgreSQL has web processes and two workers, SQLite has "bot serve"."""
    ours = (sys.executable, "-m", "bot")
    with ExitStack() as stack:

        def start(name: str, command: tuple[str, ...]) -> Supervised:
            process = Supervised(command, ground.environ, ground.folder / f"{name}.log")
            stack.callback(process.end)
            return process

        if ground.postgres is None:
            ground.web = start("serve", (*ours, "serve", "--port", str(ground.web_port)))
            ground.workers = [ground.web]
        else:
            environ = os.environ | ground.environ
            subprocess.run((*ours, "migrate"), env=environ, check=True, capture_output=True)
            ground.web = start("web", _procfile_web(ground.web_port))
            ground.workers = [start(f"worker-{number}", (*ours, "work")) for number in (1, 2)]
        _wait(ground)
        yield


def _procfile_web(port: int) -> tuple[str, ...]:
    """The Procfile's own line, here."""
    line = next(line for line in Path("Procfile").read_text().splitlines() if line.startswith("web:"))
    said = line.removeprefix("web:").replace("${WEB_WORKERS:-2}", "2").replace("${WEB_THREADS:-4}", "4")
    said = said.replace("${PORT:-8000}", str(port)).replace("0.0.0.0", "127.0.0.1")  # noqa: S104 # it is taken out
    program, *options = said.split()
    return (str(Path(sys.executable).with_name(program)), *options)


def _wait(ground: Ground) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if ground.is_up():
            return
        time.sleep(0.1)
    raise NotReady(f"The house was not ready in {READY_S} s:\n{ground.logs()[-3000:]}")
