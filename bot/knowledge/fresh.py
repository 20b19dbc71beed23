"""How long a check holds: when an answer or a service is to be looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

REVIEW_AFTER = timedelta(days=365)  # after a year a number may well have changed
SOON = timedelta(days=30)


class Freshness(StrEnum):
    """Where something stands between two checks."""

    NEVER = "never"  # nobody has checked it
    OVER = "over"  # its day of review has come
    SOON = "soon"  # it comes within a month
    FRESH = "fresh"


def review_day(verified: date | None, review_by: date | None) -> date | None:
    """When it is to be looked at again: the day that was set, else a year after it was checked; None when never."""
    if review_by:
        return review_by
    return verified + REVIEW_AFTER if verified else None


def freshness(verified: date | None, review_by: date | None, today: date) -> Freshness:
    """Where it stands today. What nobody has checked is never fresh, whatever day of review it has."""
    due = review_day(verified, review_by)
    if due is not None and due <= today:
        return Freshness.OVER
    if verified is None:
        return Freshness.NEVER
    return Freshness.SOON if due is not None and due <= today + SOON else Freshness.FRESH
