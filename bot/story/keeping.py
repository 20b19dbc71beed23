"""How long what people told us is kept, by kind, before it is erased by itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

MOST_DAYS = 36_500


class Kind(StrEnum):
    """What is kept for so many days, each counted from when nobody needed it any more."""

    MESSAGES = "messages"  # texts both ways, of people who have not written since
    DECLINED = "declined"  # stories that were declined
    APPROVED = "approved"  # stories that were approved
    QUESTIONS = "questions"  # that were answered or closed
    TALKS = "talks"  # that were finished
    ALERTS = "alerts"  # the words and notes of alerts that were acted on; that there was one stays
    TAKEN_BACK = "taken_back"  # the empty rows of stories that were taken back
    PEOPLE = "people"  # of whom nothing but the row is left, and who have said neither STOP nor yes or no to news


Days = Mapping[Kind, int]  # 0: for ever

# An approved story is for as long as its teller lets us use it: 0 until the community's own assessment says otherwise.
DEFAULT: Days = MappingProxyType(
    {
        Kind.MESSAGES: 365,
        Kind.DECLINED: 90,
        Kind.APPROVED: 0,
        Kind.QUESTIONS: 365,
        Kind.TALKS: 365,
        Kind.ALERTS: 730,
        Kind.TAKEN_BACK: 30,
        Kind.PEOPLE: 730,
    }
)
WRITTEN = ",".join(f"{kind.value}={days}" for kind, days in DEFAULT.items())


def read_days(written: str) -> Days:
    """The days of "messages=365,declined=90"; a kind that is left out keeps its default. Raises ValueError."""
    days = dict(DEFAULT)
    for part in filter(None, (one.strip() for one in written.split(","))):
        name, _, number = (word.strip() for word in part.partition("="))
        if name not in set(Kind):
            raise ValueError(f'"{name}" is not one of {", ".join(Kind)}')
        if not (number.isascii() and number.isdecimal() and int(number) <= MOST_DAYS):
            raise ValueError(f'"{part}" must be like {name}=365: whole days up to {MOST_DAYS}, or 0 for ever')
        days[Kind(name)] = int(number)
    return MappingProxyType(days)
