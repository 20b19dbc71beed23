"""A thread that does one kind of work again and again until the process ends. The database is its queue."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread, get_native_id

import structlog

from bot.store.database import DatabaseAway

log = structlog.get_logger("background")


class Loop:
    """Does ``work`` every ``every_s`` seconds in a daemon thread; what breaks is logged and tried again next time.

    ``first_s``: how long it waits at first. ``niceness``: above 0, conversations come first.
    """

    def __init__(
        self, name: str, every_s: float, work: Callable[[], object], *, first_s: float | None = None, niceness: int = 0
    ) -> None:
        self._name, self._every_s, self._work = name, every_s, work
        self._first_s = every_s if first_s is None else first_s
        self._niceness = niceness
        self.ended = Event()

    def start(self) -> None:
        """Work until ``stop``."""
        Thread(target=self._go_on, name=self._name, daemon=True).start()

    def stop(self) -> None:
        """Begin nothing new; who works looks at ``ended`` between its steps."""
        self.ended.set()

    def _go_on(self) -> None:
        if self._niceness:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, get_native_id(), self._niceness)
        wait_s = self._first_s
        while not self.ended.wait(wait_s):
            self._once()
            wait_s = self._every_s

    def _once(self) -> None:
        try:
            self._work()
        except DatabaseAway as away:
            log.warning("database_away", why=str(away), of=self._name)
        except Exception:
            log.exception("background_broke", of=self._name)
