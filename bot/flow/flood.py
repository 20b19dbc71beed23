"""Very many messages of one person in a minute: she is told once that we read them, then it is quiet for a while."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from bot.flow.events import Broke, Event, Say, TimerSet

PER_MINUTE = 30
MINUTE = 60_000  # ms
QUIET = 2 * MINUTE
SAFETY = frozenset({"danger", "opt_out"})


class Flood(Struct, array_like=True, frozen=True):
    """How many messages of one person were answered ``since`` (ms), and until when we are quiet."""

    since: int = 0
    count: int = 0
    quiet_until: int = 0


CALM = Flood()


class Verdict(StrEnum):
    """What to do with the answer to a message."""

    ANSWER = "answer"
    SAY_ONCE = "say_once"  # instead of the answer: "You sent many messages ..."
    SILENT = "silent"


def judge(state: Flood, now_ms: int, limit: int = PER_MINUTE) -> tuple[Flood, Verdict]:
    """Count one message that has an answer. ``limit`` is how many a minute are answered; 0: all."""
    if not limit:
        return state, Verdict.ANSWER
    if now_ms < state.quiet_until:
        return state, Verdict.SILENT
    same_minute = 0 <= now_ms - state.since < MINUTE
    since, count = (state.since, state.count + 1) if same_minute else (now_ms, 1)
    if count > limit:
        return Flood(now_ms, 0, now_ms + QUIET), Verdict.SAY_ONCE
    return Flood(since, count, 0), Verdict.ANSWER


def is_answered(events: Sequence[Event]) -> bool:
    """True when this turn says something: a story told in forty messages is listened to in silence, and is no flood."""
    return any(isinstance(event, Say) for event in events)


def may_be_held_back(events: Sequence[Event]) -> bool:
    """True when nothing but words would be lost: never danger, STOP, a story, a question or what goes to a champion."""
    return all(
        isinstance(event, TimerSet | Broke) or (isinstance(event, Say) and event.kind not in SAFETY) for event in events
    )
