"""Whether a service is open at a moment, and when it opens next: never more certain than its schedules are."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from bot.knowledge.schedule import Schedule

HERE = ZoneInfo("Europe/London")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# A rule with a date in it may come round only in a leap year, or every second month of 31 days: not further than this.
LOOK_AHEAD = timedelta(days=4 * 366)
DAY = timedelta(days=1)
NIGHTS_JOINED = 14  # openings that follow each other without a gap; more than a week of them is "always"
FEW, DAYS_READY = 4, 8  # openings that a rule keeps ready, for so many days to count from
_BYDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d)?|24:00(:00)?")


class State(StrEnum):
    """Whether it is open."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why nobody can say for sure."""

    NONE = ""
    TIMES = "times"  # nothing is told of this day, or only that it is one of theirs
    CLOSING = "closing"  # it is told when it opened, not when it closes
    HOLIDAY = "holiday"  # by its times it would be open, but it is a bank holiday


@dataclass(frozen=True, slots=True)
class Now:
    """Whether it is open. ``until`` is when it closes (None: it never does), ``since`` when it opened, in London."""

    state: State
    doubt: Doubt = Doubt.NONE
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """One opening on one day. Without ``start`` or ``end`` that time was not told."""

    day: date
    start: datetime | None
    end: datetime | None
    all_day: bool = False  # one of a service that never closes: a bank holiday is a day like any other

    def whole(self) -> tuple[datetime, datetime] | None:
        """Both times, when both are told."""
        return (self.start, self.end) if self.start and self.end else None


class _Rule:
    """A schedule that can be read: the days it falls on, by RFC 5545 (iCalendar), sections 3.3.10 and 3.8.5.3."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.days = _days(schedule)
        self.readable = self.days is not None and _are_times(schedule.opens, schedule.closes)
        self.always = self.readable and _never_closes(schedule)
        self._first: dict[date, list[_Span]] = {}

    def speaks_of(self, day: date) -> bool:
        """True when the schedule is in force on this day: a new or an old timetable says nothing of it."""
        begins, ends = self.schedule.valid_from or date.min, self.schedule.valid_to or date.max
        return begins <= day <= ends

    def from_day(self, day: date) -> Iterator[_Span]:
        """The openings that begin on this day or later, in their order. The first few are worked out once a day."""
        if (first := self._first.get(day)) is None:
            if len(self._first) >= DAYS_READY:
                self._first.clear()
            first = self._first[day] = list(islice(self._from_day(day), FEW))
        yield from first
        if len(first) == FEW:
            yield from islice(self._from_day(day), FEW, None)

    def _from_day(self, day: date) -> Iterator[_Span]:
        if self.readable and self.days is not None:
            for moment in self.days.starting(day):
                if self.schedule.valid_to and moment > self.schedule.valid_to:
                    return
                if self.speaks_of(moment):
                    yield self._span(moment)

    def _span(self, day: date) -> _Span:
        opens, closes = self.schedule.opens, self.schedule.closes
        overnight = bool(opens and closes) and _minutes(closes) <= _minutes(opens)
        end = _moment(day + DAY if overnight else day, closes) if closes else None
        return _Span(day, _moment(day, opens) if opens else None, end, self.always)


@lru_cache(maxsize=4096)
def _rule(schedule: Schedule) -> _Rule:
    """Reading a recurrence takes longer than all the rest of a card."""
    return _Rule(schedule)


@dataclass(frozen=True)
class _Days:
    """The days of a recurrence, or the one day it is about."""

    freq: Literal[1, 2, 3]  # rrule's MONTHLY, WEEKLY, DAILY
    interval: int
    byday: tuple[rrule.weekday, ...]
    bymonthday: tuple[int, ...]
    first: date | None
    once: bool = False

    def starting(self, day: date) -> Iterator[date]:
        """The days from this one on."""
        if self.once:
            yield from [self.first] if self.first and self.first >= day else []
            return
        # Every second week is counted from the first one; every week can be counted from anywhere.
        anchor = self.first if self.first and self.interval > 1 else max(self.first or day, day)
        found = rrule.rrule(
            self.freq,
            dtstart=datetime.combine(anchor, time()),
            interval=self.interval,
            byweekday=self.byday or None,
            bymonthday=self.bymonthday or None,
            until=datetime.combine(min(date.max - LOOK_AHEAD, day) + LOOK_AHEAD, time()),
        )
        yield from (one.date() for one in found if one.date() >= day)


def open_now(schedules: Iterable[Schedule], at: datetime, holidays: Container[date] = ()) -> Now:
    """Whether a service is open at a moment. ``at`` has a time zone; ``holidays`` are the days that banks are shut.

    Of several schedules one that says "open" is enough. Where none is in force on this day, or one of them does not
    tell its days or times, nobody knows.
    """
    rules, here = [_rule(one) for one in schedules], at.astimezone(HERE)
    told = _open_spans(rules, here)
    sure = [span for span in told if span.all_day or span.day not in holidays]
    if sure:
        return Now(State.YES, since=sure[0].start, until=_until(rules, sure, holidays))
    half = _half_told(rules, here)
    if told or (half and here.date() in holidays):
        return Now(State.UNKNOWN, Doubt.HOLIDAY)
    if half:
        return half
    known = [rule for rule in rules if rule.speaks_of(here.date())]
    told_all = bool(known) and all(rule.readable for rule in known)
    return Now(State.NO) if told_all else Now(State.UNKNOWN, Doubt.TIMES)


def next_open(schedules: Iterable[Schedule], at: datetime, holidays: Container[date] = ()) -> datetime | None:
    """The first moment from ``at`` on when it is open, or opens with no closing time told; None when none is told.

    Bank holidays are passed over, as it may be closed then. The moment is in London's time.
    """
    here, found = at.astimezone(HERE), list[datetime]()
    for rule in map(_rule, schedules):
        for span in rule.from_day(here.date() - DAY):
            moment = None if span.day in holidays and not span.all_day else _opens(span, here)
            if moment:
                found.append(moment)
                break
    return min(found, key=_instant, default=None)


def unchanged(schedules: Iterable[Schedule], at: datetime) -> tuple[datetime, datetime]:
    """From when (included) until when (not included) nothing of ``open_now`` changes, nor which opening comes next, nor
    the day: the moments of London's day, midnights, openings and closings, between which ``at`` lies."""
    here = at.astimezone(HERE)
    day = here.date()
    spans = [span for rule in map(_rule, schedules) for span in _around(rule, day)]
    times = [moment for span in spans for moment in (span.start, span.end) if moment]
    moments = [_instant(moment) for moment in (*times, _moment(day, "00:00"), _moment(day + DAY, "00:00"))]
    now = _instant(at)
    return max(one for one in moments if one <= now), min(one for one in moments if one > now)


def _opens(span: _Span, here: datetime) -> datetime | None:
    """When an opening begins; ``here`` when it is under way; None when it is over, or its beginning is not told."""
    if span.start is None or (span.end and _instant(span.end) <= max(_instant(here), _instant(span.start))):
        return None
    if _instant(span.start) >= _instant(here):
        return span.start
    return here if span.end else None


def _open_spans(rules: Sequence[_Rule], here: datetime) -> list[_Span]:
    """The openings, with both times told, that this moment falls into, the earliest first."""
    spans = [span for rule in rules for span in _around(rule, here.date()) if _holds(span, here)]
    return sorted(spans, key=lambda span: _instant(span.start or here))


def _around(rule: _Rule, day: date) -> Iterator[_Span]:
    """The openings of a day, and those of the day before, which may go on past midnight."""
    return takewhile(lambda span: span.day <= day, rule.from_day(day - DAY))


def _holds(span: _Span, moment: datetime) -> bool:
    both = span.whole()
    return both is not None and _instant(both[0]) <= _instant(moment) < _instant(both[1])


def _half_told(rules: Sequence[_Rule], here: datetime) -> Now | None:
    """What a day with half its times, or none, leaves open at this moment."""
    for span in [span for rule in rules for span in _around(rule, here.date()) if span.day == here.date()]:
        begins_later = span.start is not None and _instant(here) < _instant(span.start)
        is_over = span.end is not None and _instant(here) >= _instant(span.end)
        if span.whole() or begins_later or is_over:
            continue
        return Now(State.UNKNOWN, Doubt.CLOSING if span.start else Doubt.TIMES, since=span.start)
    return None


def _until(rules: Sequence[_Rule], told: Sequence[_Span], holidays: Container[date]) -> datetime | None:
    """When it closes: what opens at the minute of closing goes on. None when it goes on and on."""
    ends = max((span.end for span in told if span.end), key=_instant)
    for _ in range(NIGHTS_JOINED):
        following = [span for span in _open_spans(rules, ends) if span.all_day or span.day not in holidays]
        if not following:
            return ends
        ends = max((span.end for span in following if span.end), key=_instant)
    return None


def _days(schedule: Schedule) -> _Days | None:
    """The recurrence of a schedule; None when it cannot be told which days it is about."""
    parts = [_BYDAY.fullmatch(day.strip().upper()) for day in schedule.byday]
    byday = [part for part in parts if part]
    if len(byday) < len(parts) or schedule.interval < 1 or any(not 1 <= abs(day) <= 31 for day in schedule.bymonthday):
        return None
    numbered = any(part[1] for part in byday)
    if not byday and not schedule.bymonthday:
        return _from_first_day(schedule)
    freq = schedule.freq or ("MONTHLY" if numbered or schedule.bymonthday else "WEEKLY")
    if freq not in {"WEEKLY", "MONTHLY"} or (freq == "WEEKLY" and (numbered or schedule.bymonthday)):
        return None  # RFC 5545 knows no first Monday of a week
    if schedule.interval > 1 and not schedule.dtstart:
        return None  # every second week, but which?
    weekdays = tuple(_weekday(part) for part in byday)
    kind: Literal[1, 2] = rrule.WEEKLY if freq == "WEEKLY" else rrule.MONTHLY
    return _Days(kind, schedule.interval, weekdays, schedule.bymonthday, schedule.dtstart)


def _from_first_day(schedule: Schedule) -> _Days | None:
    """A rule that names no days: those of its first one (RFC 5545), or that day alone when it does not recur."""
    first = schedule.dtstart
    if first is None:
        return None
    if schedule.freq == "WEEKLY":
        return _Days(rrule.WEEKLY, schedule.interval, (rrule.weekday(first.weekday()),), (), first)
    if schedule.freq == "MONTHLY":
        return _Days(rrule.MONTHLY, schedule.interval, (), (first.day,), first)
    return _Days(rrule.DAILY, 1, (), (), first, once=True) if not schedule.freq else None


def _weekday(part: re.Match[str]) -> rrule.weekday:
    day = rrule.weekday(WEEKDAYS.index(part[2]))
    return day(int(part[1])) if part[1] else day


def _never_closes(schedule: Schedule) -> bool:
    days = {day.strip().upper() for day in schedule.byday}
    whole = (schedule.opens[:5], schedule.closes[:5]) in {("00:00", "24:00"), ("00:00", "00:00")}
    return whole and days == set(WEEKDAYS) and schedule.interval == 1 and schedule.freq in {"", "WEEKLY"}


def _are_times(opens: str, closes: str) -> bool:
    """Each is a time or not told. From nine to nine is none; from midnight to midnight is a day and a night."""
    well_formed = all(not clock or _CLOCK.fullmatch(clock) for clock in (opens, closes))
    return well_formed and (not opens or opens != closes or opens[:5] == "00:00")


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def _moment(day: date, clock: str) -> datetime:
    """A time on the wall, as a moment. In the hour that comes twice in October it is the first one."""
    minutes = _minutes(clock)
    return datetime.combine(day + timedelta(days=minutes // 1440), time(minutes // 60 % 24, minutes % 60), HERE)


def _instant(moment: datetime) -> datetime:
    """For comparing: two times of one zone are compared by what the clock on the wall shows, summer or winter."""
    return moment.astimezone(UTC)
