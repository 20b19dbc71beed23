"""A story's one status and its allowed moves."""

from __future__ import annotations

from enum import StrEnum


class StoryStatus(StrEnum):
    """Where a story is on its way. It starts as ``received``."""

    RECEIVED = "received"
    NEEDS_LEAD = "needs_lead"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # its teller took it back: no words of it are left


MOVES: dict[StoryStatus, frozenset[StoryStatus]] = {
    StoryStatus.RECEIVED: frozenset(
        {StoryStatus.APPROVED, StoryStatus.DECLINED, StoryStatus.NEEDS_LEAD, StoryStatus.WITHDRAWN}
    ),
    StoryStatus.NEEDS_LEAD: frozenset(
        {StoryStatus.APPROVED, StoryStatus.DECLINED, StoryStatus.RECEIVED, StoryStatus.WITHDRAWN}
    ),
    StoryStatus.APPROVED: frozenset({StoryStatus.RECEIVED, StoryStatus.WITHDRAWN}),
    StoryStatus.DECLINED: frozenset({StoryStatus.RECEIVED, StoryStatus.WITHDRAWN}),
    StoryStatus.WITHDRAWN: frozenset(),
}


class MoveRefused(ValueError):
    """The story cannot go from where it is to where it was asked to go."""


def move(old: StoryStatus, new: StoryStatus) -> StoryStatus:
    """The new status. Raises MoveRefused with a sentence when the move is not allowed."""
    if new not in MOVES[old]:
        raise MoveRefused(f"A story that is {old.value.replace('_', ' ')} cannot become {new.value.replace('_', ' ')}.")
    return new


class QuestionStatus(StrEnum):
    """A question waits until a champion answers it, or closes it with nothing to send."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class TalkStatus(StrEnum):
    """A talk waits until a champion takes it; whoever has it finishes it, or passes it on."""

    WAITING = "waiting"
    TAKEN = "taken"
    FINISHED = "finished"
