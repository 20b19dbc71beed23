"""When a service is open, as its directory says it: the recurrence rules of Open Referral, and nothing worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Schedule:
    """One rule of opening, in the terms of HSDS 3's `schedule` (which are RFC 5545's). Empty is "not told".

    `byday` holds iCalendar weekdays: `MO`, or `1MO` and `-1FR` for the first Monday and the last Friday of a month.
    `opens` and `closes` are local times as HH:MM. A rule may tell only one of the two, and may have ended.
    """

    valid_from: date | None = None
    valid_to: date | None = None
    dtstart: date | None = None
    freq: str = ""  # "", "WEEKLY" or "MONTHLY"
    interval: int = 1
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    opens: str = ""
    closes: str = ""
    description: str = ""
