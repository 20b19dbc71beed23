"""Locks that make writers take turns: a file lock for SQLite, advisory locks for PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from sqlalchemy import Connection, text

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


@contextmanager
def file_lock(file: Path, wait_s: float) -> Iterator[None]:
    """Hold an exclusive flock on ``file``. Raises LockAway after ``wait_s`` seconds, or without a file.

    SQLite's own waiting sleeps up to 100 ms at a time while newcomers push in; asking several times a millisecond
    lets each writer in soon, as a turn holds it for a tenth of one. The kernel lets go of it when its holder dies.
    """
    handle = _open(file)
    try:
        _wait(handle, time.monotonic() + wait_s)
        yield
    finally:
        os.close(handle)


def _open(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LockAway(f"{file.name} cannot be opened: {error.strerror}") from error


def _wait(handle: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LockAway("another writer has not finished yet") from None
            time.sleep(random.uniform(0.0001, 0.0003))  # noqa: S311 # not a secret: keeps the waiters out of step
