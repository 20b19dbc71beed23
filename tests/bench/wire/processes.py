"""Processes that are started, watched and ended here, and the processor time of each with all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from bot.settings import new_key
from tests.bench.wire.posts import PUBLIC_URL
from tests.conftest import free_port
from tests.stand_in.twilio import ACCOUNT, SERVICE, TOKEN, WHATSAPP_FROM

TICKS = os.sysconf("SC_CLK_TCK")
READY_S = 60
ENDED_S = 40
PYTHON = (sys.executable, "-m")
_numbers = count(1)


class NotServing(Exception):
    """A process that was started for the benchmark is not there. The sentence has the end of its log."""


class Running:
    """A process of ours and all that it starts."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int = 0) -> None:
        self._process, self.log, self.port = process, log, port

    def cpu_s(self) -> float:
        """Seconds of processor time so far, of the process and everything below it."""
        return cpu_of(self._process.pid)

    def ask(self) -> str:
        """One line to its standard input, one line back."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return self.hear()

    def hear(self) -> str:
        """The next line of its standard output."""
        assert self._process.stdout
        return self._process.stdout.readline().decode().strip()

    def complaints(self, word: str) -> int:
        """How many lines of its log have this word."""
        return self.log.read_text(errors="replace").count(word)

    def check(self) -> None:
        """Raise NotServing when it has ended."""
        if self._process.poll() is not None:
            raise NotServing(f"A process ended by itself:\n{self.log.read_text(errors='replace')[-2000:]}")

    def end(self) -> None:
        """SIGTERM, then wait; what has not ended in 40 seconds is killed."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=ENDED_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


def environment(database_url: str, redis_url: str, api_port: int) -> dict[str, str]:
    """What a deployer would set, with the stand-in as Twilio and the made-up borough, whose postcodes the talks use."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": new_key(),
        "DATA_KEYS": new_key(),
        "DEMO": "yes",
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
        "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
        "TWILIO_API_URL": f"http://127.0.0.1:{api_port}",
        "SMS_PER_SECOND": "0",
        "WHATSAPP_PER_SECOND": "0",
        "MESSAGES_PER_MINUTE": "0",
        "MATCH_BY_MEANING": "no",  # a vector for each question takes 16 ms, and would be all that is measured
    }


@contextmanager
def server(target: str, environ: Mapping[str, str], folder: Path, *, path: str) -> Iterator[Running]:
    """An application on the product's server; ready when ``path`` gives any answer."""
    port = free_port()
    with started([*PYTHON, "tests.bench.wire.server", target, str(port)], environ, folder, port=port) as process:
        wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield process


@contextmanager
def worker(environ: Mapping[str, str], folder: Path) -> Iterator[Running]:
    """``bot work``."""
    with started([*PYTHON, "bot", "work"], environ, folder) as process:
        yield process


@contextmanager
def far_side(folder: Path, port: int) -> Iterator[Running]:
    """The stand-in for Twilio's API."""
    with started([*PYTHON, "tests.bench.wire.far_side", str(port)], {}, folder, talks=True) as process:
        process.hear()  # it says when it is ready
        yield process


@contextmanager
def started(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    *,
    port: int = 0,
    talks: bool = False,
    cwd: Path | None = None,
) -> Iterator[Running]:
    """A command as a process; it is asked to end, and must. ``talks``: its output is for us."""
    log = folder / f"process-{next(_numbers)}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env=os.environ | dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if talks else out,
            stderr=out,
            cwd=cwd,
        )
        running = Running(process, log, port)
        try:
            yield running
        finally:
            running.end()


def wait_for(url: str, process: Running) -> None:
    """Wait until anything answers there. Raises NotServing after a minute, or when the process has ended."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        process.check()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise NotServing(f"Nothing answered at {url} in {READY_S} s:\n{process.log.read_text(errors='replace')[-2000:]}")


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and of all below it, those that have ended included (proc(5), stat)."""
    family = [pid, *below(pid)]
    return sum(_ticks(one) for one in family) / TICKS


def below(pid: int) -> list[int]:
    """The processes that this one has started, and those that they have."""
    parents = {int(folder.name): _stat(int(folder.name)) for folder in Path("/proc").iterdir() if folder.name.isdigit()}
    found, looked_at = [], [pid]
    while looked_at:
        parent = looked_at.pop()
        children = [child for child, fields in parents.items() if fields and int(fields[1]) == parent]
        found += children
        looked_at += children
    return found


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name, which may have spaces; none when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []
