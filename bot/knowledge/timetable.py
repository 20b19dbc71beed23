"""A directory's schedules as the lines of a week, which is how a card shows opening times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.knowledge.openings import WEEKDAYS
from bot.knowledge.record import DAYS
from bot.knowledge.schedule import Schedule
from bot.knowledge.services import Opening


def week(schedules: Iterable[Schedule], day: date) -> tuple[Opening, ...]:
    """The openings of every week around ``day``, by their first weekday.

    Rules of a month, of every second week, half-told ones and those not in force are left out: a line of weekdays would
    say more than they do.
    """
    by_time: dict[tuple[str, str], set[int]] = {}
    for one in schedules:
        if _is_weekly(one) and (one.valid_from or day) <= day <= (one.valid_to or day):
            by_time.setdefault((one.opens, one.closes), set()).update(_weekdays(one))
    lines = [Opening(tuple(DAYS[n] for n in sorted(days)), *times) for times, days in by_time.items() if days]
    return tuple(sorted(lines, key=lambda line: (DAYS.index(line.days[0]), line.opens)))


def remarks(schedules: Iterable[Schedule], day: date) -> str:
    """What the rules in force say beside their times, each once: "Term time only"."""
    said = (one.description.strip() for one in schedules if one.valid_to is None or one.valid_to >= day)
    return "\n".join(dict.fromkeys(text for text in said if text))


def _is_weekly(one: Schedule) -> bool:
    return one.freq == "WEEKLY" and one.interval == 1 and bool(one.opens and one.closes) and not one.bymonthday


def _weekdays(one: Schedule) -> set[int]:
    if not one.byday:
        return {one.dtstart.weekday()} if one.dtstart else set()
    return {WEEKDAYS.index(day) for day in one.byday if day in WEEKDAYS}
