"""Processes as a platform keeps them: what dies is started again, with nothing of the old one left."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from tests.bench.wire.processes import below

AGAIN_AFTER_S = 0.3
LOOK_EVERY_S = 0.05
ENDED_S = 40


class Supervised:
    """One command, started again whenever it ends, until ``end``. ``starts`` counts."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self._command, self._environ, self.log = command, os.environ | dict(environ), log
        self.starts = 0
        self._ending = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def pids(self) -> list[int]:
        """The process that was started first, then all that it started and that work for it."""
        pid = self._process.pid
        return [pid, *(child for child in below(pid) if "resource_tracker" not in _command_of(child))]

    def kill(self, luck: Random, *, children: bool = False) -> None:
        """SIGKILL to one of them; ``children``: not to the first. None is there while it is just starting again."""
        pids = self.pids()[1 if children else 0 :]
        if pids:
            with suppress(ProcessLookupError):
                os.kill(luck.choice(pids), signal.SIGKILL)

    def kill_first(self) -> None:
        """SIGKILL to the process that all others come from."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def restart(self) -> None:
        """SIGTERM, as a deploy does; the watcher starts it again."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def end(self) -> None:
        """SIGTERM, and no more starts. What has not ended in 40 seconds is killed."""
        self._ending.set()
        self._thread.join()
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDED_S)
        self._clear()

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        with self.log.open("ab") as out:
            return subprocess.Popen(
                self._command, env=self._environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def _watch(self) -> None:
        while not self._ending.wait(LOOK_EVERY_S):
            if self._process.poll() is not None:
                self._clear()
                time.sleep(AGAIN_AFTER_S)
                self._process = self._start()

    def _clear(self) -> None:
        """A container ends with its first process, and so does whatever that one had started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
