"""When a text that nobody is waiting for may go: not at night, by the clock where the resident lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")
EVENING, MORNING = time(21, 0), time(9, 0)
SATURDAY = 5
LONGEST_NIGHT_MS = 13 * 3_600_000  # the one in which summer time ends
WINDOW_MS = 24 * 3_600_000  # WhatsApp: after her last message we may write freely for so long
HOUR_MS = 3_600_000
SPARE_MS = HOUR_MS // 2  # for a sweep that is late


def day_of(moment_ms: int) -> date:
    """The day that the calendar shows here at this moment (ms since 1970 UTC)."""
    return _day_of_hour(moment_ms // HOUR_MS)


@lru_cache(maxsize=64)
def _day_of_hour(hour: int) -> date:
    """Our clock is whole hours from UTC, summer and winter: no day begins inside one."""
    return datetime.fromtimestamp(hour * 3600, UTC).astimezone(HERE).date()


def clock_of(moment_ms: int) -> datetime:
    """This moment (ms since 1970 UTC) as the clock here shows it."""
    return datetime.fromtimestamp(moment_ms / 1000, HERE)


def civil(moment_ms: int, zone: ZoneInfo = HERE) -> int:
    """This moment (ms since 1970 UTC), or 9 in the morning after it when it falls between 9 at night and then.

    Summer time counts: 9 o'clock is what her phone shows.
    """
    there = datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(zone)
    if MORNING <= there.time() < EVENING:
        return moment_ms
    day = there.date() + timedelta(days=1) if there.time() >= EVENING else there.date()
    return int(datetime.combine(day, MORNING, zone).timestamp() * 1000)


def last_word_at(wrote_ms: int, after_ms: int, zone: ZoneInfo = HERE) -> int:
    """The moment (ms since 1970 UTC) for a last word so long after her last message: by day, and while WhatsApp still
    takes it. When that would be in a night that outlasts the window, it is the evening before."""
    wanted = wrote_ms + after_ms
    if civil(wanted, zone) <= wrote_ms + WINDOW_MS - SPARE_MS:
        return civil(wanted, zone)
    there = datetime.fromtimestamp(wanted / 1000, UTC).astimezone(zone)
    day = there.date() if there.time() >= EVENING else there.date() - timedelta(days=1)
    return int(datetime.combine(day, EVENING, zone).timestamp() * 1000) - SPARE_MS


def working_days_after(moment_ms: int, days: int, zone: ZoneInfo = HERE) -> int:
    """The same time of the clock so many working days later (ms since 1970 UTC), moved into the day like ``civil``.

    Saturdays and Sundays do not count; bank holidays are not known here and do.
    """
    there = datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(zone)
    day = working_day_after(there.date(), days)
    return civil(int(datetime.combine(day, there.time(), zone).timestamp() * 1000), zone)


def working_day_after(day: date, days: int) -> date:
    """The day so many working days later. Saturdays and Sundays do not count; bank holidays do."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
