"""What residents do in a conversation, in the desk's words: numbers at each step, and answers not understood."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request
from sqlalchemy import Connection

from bot.flow.compare import has_id
from bot.flow.model import WAITING, Flow, Step, Verb
from bot.flow.visits import END
from bot.inbox import AWAY_MS
from bot.language.catalogue import N_
from bot.language.normal import plain
from bot.store import counts
from bot.store.counts import Numbers, Span, Words
from bot.story.redact import redacted
from bot.web.context import parts
from bot.web.permissions import Permission, may
from bot.web.wording import DAY_MS, gettext

AWAY_DAYS = AWAY_MS // DAY_MS
PERIODS: dict[int, str] = {7: N_("7 days"), 30: N_("30 days"), 90: N_("90 days")}
USUAL = 30
MOST_SHOWN = 12  # different answers shown under one step


@dataclass(frozen=True)
class Asked:
    """What the page was asked to count: so many days, and whether simulated people too."""

    days: int
    everyone: bool

    @property
    def span(self) -> Span:
        """The same, for the store."""
        now = parts().now_ms()
        return Span(now - self.days * DAY_MS, now, AWAY_MS, self.everyone)

    @property
    def query(self) -> dict[str, str]:
        """The same, for an address: what is not as usual."""
        days = {} if self.days == USUAL else {"days": str(self.days)}
        return days if self.everyone == _everyone_usually() else {**days, "people": self.people}

    @property
    def people(self) -> str:
        """The choice of people."""
        return "all" if self.everyone else "real"


@dataclass(frozen=True)
class Missed:
    """An answer that was not understood, redacted; how often it was given, and when last."""

    words: str
    language: str
    times: int
    at: int


@dataclass(frozen=True)
class Did:
    """What people did at one step: short sayings, and the answers that were not understood."""

    sayings: tuple[str, ...] = ()
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True)
class Counted:
    """A conversation's steps by name; ``ended`` is how often it came to its end."""

    steps: Mapping[str, Did] = field(default_factory=dict)
    ended: int = 0
    waiting: int = 0
    any: bool = False

    @property
    def digest(self) -> str:
        """Another one as soon as anything here is different."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def asked() -> Asked:
    """What this request asks for. In a demo everybody is simulated, so there they count unless told otherwise."""
    days = request.args.get("days", USUAL, type=int)
    people = request.args.get("people", "")
    return Asked(days if days in PERIODS else USUAL, people == "all" if people else _everyone_usually())


def _everyone_usually() -> bool:
    return parts().settings.demo


def of_flow(flow: Flow, wanted: Asked) -> Counted:
    """The numbers of a conversation, with the words for those who may read them."""
    with parts().db.read() as conn:
        numbers = _numbers(conn, flow, wanted)
        may_read = may(Permission.READ_MISSED)
        words = counts.words_missed(conn, parts().db.vault, flow.name, wanted.span) if may_read else []
    steps = {
        step.name: Did(_sayings(step, numbers.get(step.name, Numbers())), _grouped(step.name, words))
        for step in flow.steps
        if is_counted(step)
    }
    ended = numbers.get(END, Numbers()).reached
    waiting = sum(one.waiting for one in numbers.values())
    return Counted(steps, ended, waiting, any=any(one != Numbers() for one in numbers.values()))


def sayings(flow: Flow, wanted: Asked) -> dict[str, tuple[str, ...]]:
    """The numbers alone, for the picture."""
    with parts().db.read() as conn:
        numbers = _numbers(conn, flow, wanted)
    if not numbers:
        return {}
    return {step.name: _sayings(step, numbers.get(step.name, Numbers())) for step in flow.steps if is_counted(step)}


def waiting() -> dict[str, int]:
    """How many people wait in each conversation now."""
    with parts().db.read() as conn:
        return counts.waiting_by_flow(conn, asked().span)


def is_counted(step: Step) -> bool:
    """True for the steps that wait for a reply, and those that hand something over."""
    return step.verb in WAITING or step.verb is Verb.DO


def _numbers(conn: Connection, flow: Flow, wanted: Asked) -> Mapping[str, Numbers]:
    named = [step.name for at, step in enumerate(flow.steps) if has_id(flow, at)]
    return counts.of_flow(conn, flow.name, named=named, newest=parts().flows().digest, span=wanted.span)


def _sayings(step: Step, numbers: Numbers) -> tuple[str, ...]:
    """How often it was reached, and whatever else is not nought."""
    reached = N_("Done: {count}") if step.verb is Verb.DO else N_("Reached: {count}")
    said = [gettext(reached, count=numbers.reached)]
    others = (
        (N_("Left: {count}"), numbers.left),
        (N_("Not understood: {count}"), numbers.missed),
        (N_("Waiting now: {count}"), numbers.waiting),
    )
    return (*said, *(gettext(saying, count=count) for saying, count in others if count))


def _grouped(step: str, words: Sequence[Words]) -> tuple[Missed, ...]:
    """The answers at this step, those that say the same as one: the most frequent, then the newest, first."""
    found: dict[tuple[str, str], Missed] = {}
    for one in words:
        if one.step != step:
            continue
        shown = redacted(one.words)
        key = (plain(shown) or shown, one.language)
        before = found.get(key)
        found[key] = replace(before, times=before.times + 1) if before else Missed(shown, one.language, 1, one.at)
    return tuple(sorted(found.values(), key=lambda one: (-one.times, -one.at))[:MOST_SHOWN])
