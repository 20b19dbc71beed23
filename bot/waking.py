"""Whose texts wait, handed to the queue together: asking the queue once a turn took a fourteenth of the turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from multiprocessing.util import Finalize
from queue import Empty, SimpleQueue
from threading import Thread

GATHER_S = 0.025  # after a hand-over, the next texts wait this long for others; the first one waits for nobody


class Waking:
    """Gathers contacts' ids in memory and gives them to ``enqueue``, from a thread of its own.

    What a killed process had gathered, some thousandths of a second, the sweep finds: the database knows what waits.
    """

    def __init__(self, enqueue: Callable[[Iterable[int]], object]) -> None:
        """``enqueue`` must not raise."""
        self._enqueue = enqueue
        self._ids: SimpleQueue[int | None] = SimpleQueue()  # None: that was all
        self._thread = Thread(target=self._go_on, name="waking", daemon=True)

    def start(self) -> None:
        """Begin, and end with this process."""
        self._thread.start()
        Finalize(None, self.stop, exitpriority=0)  # atexit is not run in a forked process

    def wake(self, contact_id: int) -> None:
        """Ask for this person's texts to go. Returns at once, whatever becomes of the queue."""
        self._ids.put(contact_id)

    def stop(self) -> None:
        """Hand over what is left, and end the thread."""
        if self._thread.is_alive():
            self._ids.put(None)
            self._thread.join()

    def _go_on(self) -> None:
        going = True
        while going:
            gathered = [self._ids.get(), *self._at_hand()]
            going = None not in gathered
            if ids := dict.fromkeys(one for one in gathered if one is not None):
                self._enqueue(ids)
            if going:
                time.sleep(GATHER_S)

    def _at_hand(self) -> Iterable[int | None]:
        try:
            while True:
                yield self._ids.get_nowait()
        except Empty:
            return
