"""Locks that make writers take turns: a file lock for SQLite, advisory locks for PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from enum import IntEnum
from pathlib import Path

from sqlalchemy import Connection, text

NOT_FINISHED = "another writer has not finished yet"
LOOK_EVERY = 1.0  # seconds: so long a lock file that was taken away may still be held by somebody
NAMESPACE = 0x63636262  # ours, so that another application in the same database never waits for us
LOCK = text("SELECT pg_advisory_xact_lock(:namespace, :number)")


class LockAway(Exception):
    """The file lock cannot be had."""


class Lock(IntEnum):
    """What only one transaction at a time may do. AUDIT comes last, so that no two wait for each other."""

    MIGRATE = 1
    CONTENT = 2
    FLOWS = 3
    AUDIT = 4


def hold(conn: Connection, lock: Lock) -> None:
    """Wait for the lock and hold it until this transaction ends. On SQLite ``Database.begin`` is enough."""
    if conn.dialect.name == "postgresql":
        conn.execute(LOCK, {"namespace": NAMESPACE, "number": int(lock)})


class FileLock:
    """Holds an exclusive flock on ``file``. Entering raises LockAway after ``wait_s`` seconds, or without a file.

    SQLite's own waiting sleeps up to 100 ms at a time while newcomers push in; asking several times a millisecond
    lets each writer in soon, as a turn holds it for a tenth of one. The kernel lets go of it when its holder dies.
    """

    def __init__(self, file: Path, wait_s: float) -> None:
        self._file, self._wait_s = file, wait_s

    def __enter__(self) -> None:
        now = time.monotonic()
        handle = self._handle = _handle(self._file, now)
        if handle.held:  # by this very thread: waiting would not help
            raise LockAway(NOT_FINISHED)
        _wait(handle.number, now + self._wait_s)
        handle.held = True

    def __exit__(self, *_: object) -> None:
        self._handle.held = False
        fcntl.flock(self._handle.number, fcntl.LOCK_UN)


class _Handle:
    """An open lock file of one thread. Opening it anew for each writer costs more than all the rest of the lock."""

    def __init__(self, file: Path) -> None:
        self.owner, self.held, self.looked_at = os.getpid(), False, time.monotonic()
        try:
            self.number = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LockAway(f"{file.name} cannot be opened: {error.strerror}") from error

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)

    def serves(self, now: float) -> bool:
        """Whether others lock this very file: no parent process shares our handle, and it was still there a moment ago.

        Asking the kernel each time costs a third of the whole lock; should the file go, SQLite's own lock still holds.
        """
        if self.owner != os.getpid():
            return False
        if now - self.looked_at >= LOOK_EVERY:
            if os.fstat(self.number).st_nlink == 0:
                return False
            self.looked_at = now
        return True


class _Own(threading.local):
    """The handles of one thread."""

    def __init__(self) -> None:
        self.kept: dict[Path, _Handle] = {}


_own = _Own()


def _handle(file: Path, now: float) -> _Handle:
    found = _own.kept.get(file)
    if found is None or not found.serves(now):
        found = _own.kept[file] = _Handle(file)
    return found


def _wait(handle: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LockAway(NOT_FINISHED) from None
            time.sleep(random.uniform(0.00001, 0.00005))  # noqa: S311 # not a secret: keeps the waiters out of step
