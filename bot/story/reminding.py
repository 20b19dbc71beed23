"""What waits for whom on the desk, and when she is told of it by e-mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.story.rota import HERE, day_of
from bot.story.scope import Scope

MINUTE = 60_000
GATHER_MS = 15 * MINUTE  # between two e-mails "at once": what comes in between goes together
LATE_MS = 120 * MINUTE  # an e-mail of the day that could not go for so long waits until that hour comes again


class Pace(StrEnum):
    """How often somebody wants to be told."""

    NEVER = "never"
    AT_ONCE = "at_once"  # of what only she can take
    DAILY = "daily"
    WEEKLY = "weekly"


class About(StrEnum):
    """What she may be told of. Alerts are not among it: for those there is the rota."""

    STORIES = "stories"
    QUESTIONS = "questions"
    TALKS = "talks"


@dataclass(frozen=True)
class Wish:
    """What somebody chose. ``hour`` is on the clock on the wall in London; ``weekday``: 0 is Monday."""

    pace: Pace = Pace.NEVER
    hour: int = 9
    weekday: int = 0
    about: frozenset[About] = frozenset(About)


@dataclass(frozen=True)
class Thing:
    """One thing that waits. ``not_for``: who may not take it; ``only_for``: whose it is, when it is somebody's.

    ``to_leads``: a lead is asked, whatever she reads. ``for_anybody``: where nobody reads its language, it waits for
    all who may see it.
    """

    about: About
    id: int
    language: str
    area: str | None = None
    not_for: frozenset[int] = frozenset()
    only_for: int | None = None
    to_leads: bool = False
    for_anybody: bool = True

    @property
    def key(self) -> str:
        """Like "stories:12"."""
        return f"{self.about.value}:{self.id}"


@dataclass(frozen=True)
class Reader:
    """Somebody of the desk who may sign in. ``sees``: what of each kind; ``advises``: on which stories."""

    id: int
    languages: frozenset[str]
    sees: Mapping[About, Scope]
    advises: Scope

    def may_take(self, thing: Thing) -> bool:
        """Whether it is in her areas, and for her."""
        scope = self.advises if thing.to_leads else self.sees.get(thing.about, Scope())
        hers = thing.only_for in {None, self.id} and self.id not in thing.not_for
        return hers and scope.sees(thing.area, thing.language)


@dataclass(frozen=True)
class Waits:
    """What waits for one person, and of that what nobody else here can take."""

    hers: tuple[Thing, ...] = ()
    only_hers: tuple[Thing, ...] = ()

    def of(self, about: Collection[About]) -> Waits:
        """Of these kinds alone."""
        return Waits(*(tuple(one for one in these if one.about in about) for these in (self.hers, self.only_hers)))


def takers(thing: Thing, people: Sequence[Reader]) -> frozenset[int]:
    """Whom it waits for: who reads its language, or, when nobody does, whoever may see it."""
    may = [one for one in people if one.may_take(thing)]
    reading = [one for one in may if thing.to_leads or thing.only_for or thing.language in one.languages]
    return frozenset(one.id for one in reading or (may if thing.for_anybody else []))


def shared_out(things: Iterable[Thing], people: Sequence[Reader]) -> dict[int, Waits]:
    """What waits for each of these people, none left out."""
    found: dict[int, tuple[list[Thing], list[Thing]]] = {one.id: ([], []) for one in people}
    for thing in things:
        whose = takers(thing, people)
        for id in whose:
            found[id][0].append(thing)
            found[id][1].extend([thing] * (len(whose) == 1))
    return {id: Waits(tuple(hers), tuple(only)) for id, (hers, only) in found.items()}


def counted(things: Iterable[Thing]) -> dict[tuple[About, str], int]:
    """How many of each kind in each language, stories first; within a kind those first of which there are most."""
    found: dict[tuple[About, str], int] = {}
    for one in things:
        found[one.about, one.language] = found.get((one.about, one.language), 0) + 1
    order = list(About)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1])))


def next_due(wish: Wish, now_ms: int, sent_at: int | None) -> int | None:
    """When to look for her again, in ms; None: never. A day, or a week from Monday on, in which an e-mail went has no
    second one, though she chooses another hour."""
    if wish.pace is Pace.NEVER:
        return None
    if wish.pace is Pace.AT_ONCE:
        return max(now_ms, (sent_at or 0) + GATHER_MS)
    sent = day_of(sent_at) if sent_at else None
    return next(at for day in _days(now_ms) if _fits(wish, day, sent) and (at := _moment(day, wish.hour)) > now_ms)


def next_hour(wish: Wish, now_ms: int) -> int:
    """When her hour comes again, whatever day it is, in ms."""
    return next(at for day in _days(now_ms) if (at := _moment(day, wish.hour)) > now_ms)


def _fits(wish: Wish, day: date, sent: date | None) -> bool:
    if wish.pace is Pace.DAILY:
        return day != sent
    return day.weekday() == wish.weekday and (sent is None or day.isocalendar()[:2] != sent.isocalendar()[:2])


def _days(now_ms: int) -> Iterable[date]:
    begins = day_of(now_ms)
    return (begins + timedelta(days=number) for number in range(15))


def _moment(day: date, hour: int) -> int:
    return int(datetime.combine(day, time(hour), HERE).timestamp() * 1000)
