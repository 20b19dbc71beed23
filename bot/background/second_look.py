"""Looks a second time for danger, by meaning, at what no sign was found in. Never in a turn, and it texts nobody.

What it finds stands first in the champions' queues. The mark that a text was looked at and what was found are one row:
a stop loses nothing and repeats nothing. Where the model of meanings is off or missing, texts wait unmarked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

import structlog

from bot.background.loop import Loop
from bot.knowledge.e5 import Model
from bot.knowledge.near_danger import Line, pieces
from bot.store import second_looks
from bot.store.database import Database
from bot.store.second_looks import Looked
from bot.story.danger import DangerSigns

FIRST_S = 15.0
EVERY_S = 10.0
AT_ONCE = 8  # at worst two seconds' work a story: what a stop loses
GENTLE = 15  # niceness: conversations come first
OF_A_STORY = 1.0  # farther from the line: without it, of 15 sad stories without danger 5 were marked; with it 1

log = structlog.get_logger("second_look")


class SecondLook:
    """Looks at every text that waits to be read, once. ``signs``: those that were looked for in the turn."""

    def __init__(
        self, db: Database, signs: Callable[[], DangerSigns], model: Model, line: Line, now_ms: Callable[[], int]
    ) -> None:
        self._db, self._signs, self._model, self._line, self._now_ms = db, signs, model, line, now_ms
        self._loop = Loop("second look", EVERY_S, self.work, first_s=FIRST_S, niceness=GENTLE)

    @property
    def trouble(self) -> str:
        """Why it cannot look, as a sentence; empty when it can."""
        if self._model.trouble:
            return self._model.trouble
        if self._model.name != self._line.model:
            return f"The second look for danger was taught for {self._line.model}, and {self._model.name} is installed."
        return ""

    def start(self) -> None:
        """Work in a thread of this process until ``stop``."""
        if self.trouble:
            log.warning("second_look_off", why=self.trouble)
        else:
            self._loop.start()

    def stop(self) -> None:
        """Begin nothing new."""
        self._loop.stop()

    def work(self) -> int:
        """Look at all that waits; how many texts that were. Raises DatabaseAway."""
        return 0 if self.trouble else sum(self._all(kind) for kind in second_looks.EVERY)

    def _all(self, kind: Looked) -> int:
        done = 0
        while not self._loop.ended.is_set() and (texts := self._waiting(kind)):
            found = {id: self._near(kind, text) for id, text in texts.items()}
            self._keep(kind, found)
            done += len(found)
        return done

    def _waiting(self, kind: Looked) -> dict[int, str]:
        with self._db.read() as conn:
            return second_looks.waiting(conn, self._db.vault, kind, AT_ONCE)

    def _near(self, kind: Looked, text: str) -> bool:
        parts = pieces(text)
        if not parts or self._signs().look(text):  # an alert tells of it already
            return False
        farther = OF_A_STORY if kind is second_looks.STORIES else 0.0
        return self._line.near(self._model.embed(parts), farther)

    def _keep(self, kind: Looked, found: Mapping[int, bool]) -> None:
        with suppress(*self._db.conflicts), self._db.begin() as conn:  # another process may have been quicker
            second_looks.keep(conn, kind, found, self._now_ms())
        log.info("second_look", texts=len(found), near=sum(found.values()))
