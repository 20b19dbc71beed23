"""Opening times from a feed: HSDS schedules, and the dialect that names a weekday in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.knowledge.feed.words import one_line
from bot.knowledge.schedule import Schedule

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_NOTE = 200
MOST = 60  # rules of one service; a timetable of more belongs on a website
_DAY = re.compile(r"([+-]?[1-5])?\s*(mo|tu|we|th|fr|sa|su)[a-z]*\.?", re.IGNORECASE)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d\d))?(?:[:.]\d\d(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_FREQUENCY = {"week": "WEEKLY", "weekly": "WEEKLY", "month": "MONTHLY", "monthly": "MONTHLY", "daily": "WEEKLY"}

Remark = Callable[[str], None]


def read_schedules(records: Sequence[object], remark: Remark) -> tuple[Schedule, ...]:
    """The rules that say something, each once. What cannot be read is told to ``remark``."""
    if len(records) > MOST:
        remark(f"It has {len(records)} schedules: only the first {MOST} are kept.")
    read = (_schedule(one, remark) for one in records[:MOST] if isinstance(one, Mapping))
    return tuple(dict.fromkeys(one for one in read if one != Schedule(freq=one.freq, interval=one.interval)))


def read_day(value: object, remark: Remark, name: str) -> date | None:
    """A day, from a date or a moment in ISO 8601."""
    text = one_line(value)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        remark(f'"{text[:40]}" is no date for {name}.')
        return None


def read_clock(value: object, remark: Remark) -> str:
    """A time of day as HH:MM, from 10:00:00, 10.00, 9am and the like; "" when none is told."""
    text = one_line(value)
    found = _CLOCK.fullmatch(text.partition("T")[2] or text)
    if not found:
        if text:
            remark(f'"{text[:40]}" is no time of day.')
        return ""
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    hour = hour % 12 + (12 if half == "p" else 0) if half and hour <= 12 else hour
    if (hour, minute) == (24, 0):
        return "24:00"
    if hour > 23 or minute > 59:
        remark(f'"{text[:40]}" is no time of day.')
        return ""
    return f"{hour:02}:{minute:02}"


def read_days(value: object, remark: Remark) -> tuple[str, ...]:
    """Weekdays as iCalendar writes them, from "TH,FR", "1MO", "Thursday" or a list of such."""
    parts = value if isinstance(value, list) else re.split(r"[,;/&]|\band\b", one_line(value))
    days = []
    for part in (one_line(part) for part in parts):
        found = _DAY.fullmatch(part)
        if found:
            days.append(f"{int(found[1]) if found[1] else ''}{found[2].upper()}")
        elif part:
            remark(f'"{part[:40]}" is no weekday.')
    return tuple(dict.fromkeys(days))


def _schedule(record: Mapping[str, object], remark: Remark) -> Schedule:
    frequency = one_line(record.get("freq")).lower()
    days = read_days(record.get("byday") or record.get("weekday"), remark)
    if frequency == "daily" and not days:
        days = WEEKDAYS
    freq = _FREQUENCY.get(frequency, "WEEKLY" if record.get("weekday") and not frequency else "")
    words = one_line(record.get("description")) or one_line(record.get("notes"))
    if frequency and not freq:
        remark(f'"{frequency[:40]}" is no frequency that we know: only its words are kept.')
        days = ()
    return Schedule(
        valid_from=read_day(record.get("valid_from"), remark, "valid_from"),
        valid_to=read_day(record.get("valid_to") or record.get("until"), remark, "valid_to"),
        dtstart=read_day(record.get("dtstart"), remark, "dtstart"),
        freq=freq,
        interval=_interval(record.get("interval"), remark),
        byday=days,
        bymonthday=_month_days(record.get("bymonthday"), remark) if freq == "MONTHLY" else (),
        opens=read_clock(record.get("opens_at"), remark),
        closes=read_clock(record.get("closes_at"), remark),
        description=words[:LONGEST_NOTE],
    )


def _interval(value: object, remark: Remark) -> int:
    text = one_line(value)
    if text in {"", "0"}:
        return 1
    if not text.isdecimal() or int(text) > 52:
        remark(f'"{text[:40]}" is no interval.')
        return 1
    return int(text)


def _month_days(value: object, remark: Remark) -> tuple[int, ...]:
    parts = value if isinstance(value, list) else re.split(r"[,; ]+", one_line(value))
    days = []
    for part in (one_line(part) for part in parts):
        if re.fullmatch(r"-?\d{1,2}", part) and 1 <= abs(int(part)) <= 31:
            days.append(int(part))
        elif part:
            remark(f'"{part[:40]}" is no day of a month.')
    return tuple(dict.fromkeys(days))
