"""A server process whose main process was killed (kill -9) ends too: else it keeps the port, and nobody minds it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.process import BaseProcess
from threading import Thread

import structlog

log = structlog.get_logger("serving")

GOODBYE = 25  # seconds to finish what is under way


def end_with_parent() -> None:
    """Watch the process that began this one. Nothing to watch where a server starts its processes in another way."""
    parent = multiprocessing.parent_process()
    if parent:
        Thread(target=_follow, args=(parent,), name="orphan", daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    """The parent holds one end of a pipe: the system closes it, however the parent ends.

    SIGTERM is said again each second: while a forked process still starts, it is heard by its parent's handler alone.
    """
    parent.join()
    log.warning("the main process has gone, and this one follows")
    for _ in range(GOODBYE):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    os._exit(1)
