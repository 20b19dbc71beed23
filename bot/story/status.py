"""A story's one status and its allowed moves."""

from __future__ import annotations

from enum import StrEnum


class StoryStatus(StrEnum):
    """Where a story is on its way. It starts as ``received``.

    ``claimed`` is what a story that waits is called while somebody's lease on it runs (``standing``); it is never kept,
    so that no claim can be stale. ``needs_second``: one champion approved it, and another reads before it goes out.
    """

    RECEIVED = "received"
    CLAIMED = "claimed"
    NEEDS_TRANSLATION = "needs_translation"
    NEEDS_LEAD = "needs_lead"
    NEEDS_SECOND = "needs_second"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # its teller took it back: no words of it are left


_S = StoryStatus
_JUDGED = frozenset({_S.APPROVED, _S.DECLINED, _S.NEEDS_LEAD, _S.NEEDS_SECOND, _S.WITHDRAWN})
# Who decides about a story takes it with the same act, so what leads out of ``claimed`` leads out of ``received``, too.
MOVES: dict[StoryStatus, frozenset[StoryStatus]] = {
    _S.RECEIVED: _JUDGED | {_S.CLAIMED, _S.NEEDS_TRANSLATION},
    _S.CLAIMED: _JUDGED | {_S.RECEIVED, _S.NEEDS_TRANSLATION},
    _S.NEEDS_TRANSLATION: _JUDGED | {_S.CLAIMED, _S.RECEIVED},
    _S.NEEDS_LEAD: _JUDGED - {_S.NEEDS_LEAD} | {_S.RECEIVED},
    _S.NEEDS_SECOND: _JUDGED | {_S.CLAIMED, _S.RECEIVED},
    _S.APPROVED: frozenset({_S.RECEIVED, _S.WITHDRAWN}),
    _S.DECLINED: frozenset({_S.RECEIVED, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
}
WAITING = (_S.RECEIVED, _S.NEEDS_TRANSLATION, _S.NEEDS_SECOND)  # for a champion to take: oldest first
HANDED = "handed"  # what a story is called when the last thing done to it was that a lead handed it to somebody
HANDED_MS = 24 * 3_600_000  # how long a story that a lead handed to a champion is left to her; then it is anybody's
LEASE_MS = 30 * 60_000  # how long a champion may read undisturbed; then the story waits for anybody again


def standing(kept: StoryStatus, claim_until: int | None, now_ms: int) -> StoryStatus:
    """A story's status at this moment: ``claimed`` while a lease on it runs, else what is kept."""
    return StoryStatus.CLAIMED if kept in WAITING and claim_until is not None and claim_until > now_ms else kept


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
