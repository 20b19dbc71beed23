"""The time of a rehearsal: it stands still until a line says that it passes."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from bot.flow.events import Erased, FollowUpSet, HandedOver, TimerSet
from bot.flow.rehearse.stage import TODAY, Took
from bot.flow.world import FromDesk, Reply

LATE_MS = 2 * 86_400_000  # of a rehearsal every day is a working day


class Clock:
    """Knows what time it is (milliseconds from the beginning), and what comes by itself later."""

    def __init__(self) -> None:
        self.now_ms = 0
        self._wrote_ms = 0
        self._timer_ms: int | None = None
        self._later: list[tuple[int, Reply]] = []

    @property
    def today(self) -> date:
        """The day it is by now."""
        return TODAY + timedelta(milliseconds=self.now_ms)

    @property
    def silent_ms(self) -> int:
        """How long ago her last message is."""
        return self.now_ms - self._wrote_ms

    def note(self, took: Took) -> None:
        """Remember what a turn set for later. A new message of hers stops the timer that was running."""
        if not took.reply.timer:
            self._wrote_ms, self._timer_ms = self.now_ms, None
        for event in took.events:
            if isinstance(event, TimerSet):
                self._timer_ms = (self._wrote_ms if event.last_word else self.now_ms) + event.after_ms
            elif isinstance(event, FollowUpSet):
                self._later.append((self.now_ms + event.after_ms, Reply(timer=True, follow_up=event)))
            elif isinstance(event, HandedOver) and not event.again:
                late = Reply(timer=True, desk=FromDesk.LATE, talk=event.reference)
                self._later.append((self.now_ms + LATE_MS, late))
            elif isinstance(event, Erased):
                self._timer_ms, self._later = None, []

    def next_until(self, until_ms: int) -> Reply | None:
        """The next thing that comes by itself until then; the time is then the time of it."""
        due = min((at for at, _ in self._later), default=until_ms + 1)
        if self._timer_ms is not None and self._timer_ms <= min(due, until_ms):
            self.now_ms, self._timer_ms = self._timer_ms, None
            return Reply(timer=True, silent_ms=self.silent_ms)
        if due > until_ms:
            return None
        reply = next(one for at, one in self._later if at == due)
        self.now_ms = due
        self._later.remove((due, reply))
        return replace(reply, silent_ms=self.silent_ms)
