"""The words of safeguarding: what can be done about an alert, how it ended, and how grave a story is."""

from __future__ import annotations

from enum import StrEnum

LEAST_GRAVE, GRAVEST = 0, 5


class Action(StrEnum):
    """What somebody did about an alert."""

    RANG = "rang"
    NO_REPLY = "no_reply"
    WROTE = "wrote"
    TO_TEAM = "to_team"
    TO_POLICE = "to_police"
    TO_SERVICE = "to_service"
    NOTE = "note"


class Outcome(StrEnum):
    """How an alert stands after what was done."""

    GOING_ON = "going_on"
    SAFE = "safe"
    PASSED_ON = "passed_on"
    NOT_REACHED = "not_reached"
    NO_DANGER = "no_danger"


def is_rating(rating: int) -> bool:
    """Whether this is a criticality: 0 (not critical) to 5 (severely critical), of the most negative statement, as
    moderators of patient feedback rate it. It says how grave the thing told is, not how sad the telling."""
    return LEAST_GRAVE <= rating <= GRAVEST
