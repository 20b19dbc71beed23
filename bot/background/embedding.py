"""Makes the vectors of our own texts in a thread of its own, never in a turn; a stopped one goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from random import Random

import structlog

from bot.background.loop import Loop
from bot.knowledge.directory import Directory
from bot.knowledge.e5 import Model, mark, packed
from bot.store import embeddings
from bot.store.database import Database

FIRST_S = 10.0  # a start has more urgent things to do
EVERY_S = 20.0
AT_ONCE = 16  # a quarter of a second's to two seconds' work: what a kill loses
TOLD_EVERY = 50  # portions; each telling makes every process read its answers and services again
GENTLE = 15  # niceness: conversations come first

log = structlog.get_logger("meaning")


class Embedding:
    """Looks for texts without a vector and makes it. Several processes may do so at once: each text is kept once."""

    def __init__(self, db: Database, directory: Callable[[], Directory], model: Model) -> None:
        self._db, self._directory, self._model = db, directory, model
        self._loop = Loop("meaning", EVERY_S, self._make_and_tell, first_s=FIRST_S, niceness=GENTLE)

    @property
    def trouble(self) -> str:
        """Why nothing can be made here, as a sentence; empty when it can."""
        return self._model.trouble

    def start(self) -> None:
        """Work in a thread of this process until ``stop``."""
        self._loop.start()

    def stop(self) -> None:
        """Begin no new portion."""
        self._loop.stop()

    def left(self) -> list[str]:
        """The texts that have no vector yet. Raises DatabaseAway."""
        texts = {mark(text): text for text in self._directory().texts()}
        with self._db.read() as conn:
            return [texts[one] for one in embeddings.missing(conn, self._model.name, texts)]

    def make(self, told: Callable[[int], None] = lambda done: None) -> int:
        """Make every vector that is missing; ``told`` hears after each portion how many it was. Raises DatabaseAway."""
        if self.trouble or not (left := self.left()):
            return 0
        Random().shuffle(left)  # noqa: S311 # so that two processes do not make the same ones
        waiting, done = iter(left), 0
        while not self._loop.ended.is_set() and (some := list(islice(waiting, AT_ONCE))):
            self._portion(some)
            done += len(some)
            told(len(some))
            if done % (AT_ONCE * TOLD_EVERY) == 0:
                self._announce()
        self._announce()
        return done

    def _portion(self, texts: Sequence[str]) -> None:
        marks = {mark(text): text for text in texts}
        with self._db.read() as conn:
            wanted = sorted(embeddings.missing(conn, self._model.name, marks))
        vectors = self._model.embed([marks[one] for one in wanted])
        made = {one: packed(vector) for one, vector in zip(wanted, vectors, strict=True)}
        with suppress(*self._db.conflicts), self._db.begin() as conn:  # another process may have been quicker
            embeddings.keep(conn, self._model.name, made)

    def _announce(self) -> None:
        used = {mark(text) for text in self._directory().texts()}
        with self._db.begin() as conn:
            embeddings.forget_unused(conn, self._model.name, used)
            embeddings.announce(conn)

    def _make_and_tell(self) -> None:
        if made := self.make():
            log.info("meanings_made", texts=made)
