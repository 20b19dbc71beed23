"""Who is on call: shifts of a week by the clock on the wall in London, and whom to tell next about an alert."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")
DAY = 24 * 60  # minutes
WEEK = 7 * DAY


class Rung(StrEnum):
    """Who is told, one step after the other."""

    LEAD = "lead"
    STANDIN = "standin"
    EVERYONE = "everyone"
    NOBODY = "nobody"  # the rota is empty, or nobody on it may sign in


@dataclass(frozen=True)
class Shift:
    """One person's hours on one day of each week. ``weekday``: 0 is Monday. ``begins`` and ``until`` are minutes after
    midnight; ``until`` at or before ``begins`` is on the next day."""

    id: int
    user_id: int
    stands_in: bool
    weekday: int
    begins: int
    until: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.until - self.begins - 1) % DAY + 1

    def holds(self, minute: int) -> bool:
        """Whether it covers this minute of the week."""
        return (minute - self.weekday * DAY - self.begins) % WEEK < self.minutes


@dataclass(frozen=True)
class Hole:
    """A stretch of the week with nobody on call: minutes after the midnight before Monday."""

    begins: int
    until: int


@dataclass(frozen=True)
class Away:
    """Somebody on the rota is away from the first day to the last, both included, in London: her shifts do not count,
    nor the part of one that lies on such a day."""

    id: int
    user_id: int
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether she is away on this day."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Bare:
    """A stretch of one day on which nobody is on call because who would be is away: minutes after its midnight."""

    day: date
    begins: int
    until: int


def minute_of_week(moment_ms: int) -> int:
    """The minute of the week that the clock on the wall in London shows. When the clocks go back an hour shows twice:
    who is on call in it is on call both times."""
    here = datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(HERE)
    return here.weekday() * DAY + here.hour * 60 + here.minute


def on_call(
    shifts: Iterable[Shift], moment_ms: int, *, stands_in: bool, off: Collection[int] = frozenset()
) -> list[int]:
    """The ids of who is the named lead at this moment, or who stands in; in the order of the shifts. Who is ``off`` is
    neither."""
    minute = minute_of_week(moment_ms)
    found = [shift.user_id for shift in shifts if shift.stands_in is stands_in and shift.holds(minute)]
    return [one for one in dict.fromkeys(found) if one not in off]


def away_at(aways: Iterable[Away], moment_ms: int) -> frozenset[int]:
    """Who is away at this moment."""
    day = day_of(moment_ms)
    return frozenset(one.user_id for one in aways if one.holds(day))


def day_of(moment_ms: int) -> date:
    """The day it is in London."""
    return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(HERE).date()


def present(everyone: Sequence[int], off: Collection[int]) -> list[int]:
    """Those who are not away. When all are, everyone: that nobody at all hears of it would be worse."""
    return [one for one in everyone if one not in off] or list(everyone)


def bare_days(shifts: Sequence[Shift], aways: Sequence[Away], today: date, days: int) -> list[Bare]:
    """Of the ``days`` from today on: where somebody would be on call, and all who would be are away."""
    found = []
    for day in (today + timedelta(days=number) for number in range(days)):
        off = {one.user_id for one in aways if one.holds(day)}
        if off:
            found += [Bare(day, one.begins, one.until) for one in _left_bare(shifts, off, day.weekday())]
    return found


def _left_bare(shifts: Sequence[Shift], off: Collection[int], weekday: int) -> list[Hole]:
    midnight = weekday * DAY
    edges = {0, DAY, *(edge - midnight for shift in shifts for edge in _edges(shift))}
    here = sorted(edge for edge in edges if 0 <= edge <= DAY)
    return _joined(
        Hole(begins, until)
        for begins, until in pairwise(here)
        if (held := {one.user_id for one in shifts if one.holds(midnight + begins)}) and held <= set(off)
    )


def holes(shifts: Sequence[Shift]) -> list[Hole]:
    """Where in the week there is neither a lead nor a stand-in. One over Sunday's midnight ends in the next week."""
    edges = sorted({0, WEEK, *(edge for shift in shifts for edge in _edges(shift))})
    bare = [Hole(begins, until) for begins, until in pairwise(edges) if not any(one.holds(begins) for one in shifts)]
    found = _joined(bare)
    if len(found) > 1 and found[0].begins == 0 and found[-1].until == WEEK:
        return [*found[1:-1], Hole(found[-1].begins, WEEK + found[0].until)]
    return found


def next_rung(
    told: Collection[Rung], leads: Sequence[int], standins: Sequence[int], everyone: Sequence[int]
) -> tuple[Rung, tuple[int, ...]] | None:
    """Whom to tell now, after those who were ``told``: the lead, then the stand-in, then everyone on the rota.

    A rung with nobody on it is passed over: out of hours the stand-in is the first. None when all have been told.
    """
    if Rung.EVERYONE in told:
        return None
    if leads and set(told) <= {Rung.NOBODY}:
        return Rung.LEAD, tuple(leads)
    if standins and Rung.STANDIN not in told and set(standins) != set(leads):
        return Rung.STANDIN, tuple(standins)
    return (Rung.EVERYONE, tuple(everyone)) if everyone else (Rung.NOBODY, ())


def _edges(shift: Shift) -> tuple[int, int]:
    begins = shift.weekday * DAY + shift.begins
    return begins, (begins + shift.minutes) % WEEK


def _joined(bare: Iterable[Hole]) -> list[Hole]:
    """Those that touch are one."""
    found: list[Hole] = []
    for hole in bare:
        if found and found[-1].until == hole.begins:
            found[-1] = Hole(found[-1].begins, hole.until)
        else:
            found.append(hole)
    return found
