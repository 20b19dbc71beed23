"""The real server as a process of its own: ``bot serve``, on a free port, with the environment a deployer would set."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import free_port

READY_S = 60


@contextmanager
def served(environ: Mapping[str, str], folder: Path, *, demo: bool = False, port: int | None = None) -> Iterator[str]:
    """The address of a running server in a folder of its own; it is asked to end gracefully, and must."""
    port = port or free_port()
    command = [sys.executable, "-m", "bot", "serve", "--port", str(port), *(["--demo"] if demo else [])]
    log = folder / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=os.environ | dict(environ), stdout=out, stderr=out, cwd=folder)
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(timeout=40)
    assert ended in {0, -signal.SIGTERM}, log.read_text()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"The server was not ready in {READY_S} s:\n{log.read_text()}")


def until(what: object, seconds: float = 15.0) -> bool:
    """Wait until ``what()`` is true."""
    assert callable(what)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if what():
            return True
        time.sleep(0.05)
    return False
