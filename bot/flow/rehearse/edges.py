"""Answers on both sides of every edge: what a question takes, what it refuses, and what an "if" looks at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.flow.condition import DAY, POSTCODE
from bot.flow.model import Expect, FlowSet, Step
from bot.flow.rehearse.stage import TODAY

ONE_DAY = timedelta(days=1)
LOW, HIGH = 0, 1000  # how far numbers are tried where a question sets no end


@dataclass(frozen=True, slots=True)
class Constants:
    """The numbers, days and postcodes that the conditions of some flows are written with."""

    numbers: frozenset[float]
    days: frozenset[date]
    postcodes: frozenset[str]


def written_in(flows: FlowSet) -> Constants:
    """Those of all conditions."""
    values = {
        node.value
        for flow in flows.flows.values()
        for step in flow.steps
        if step.condition
        for node in ast.walk(ast.parse(step.condition.written.strip(), mode="eval"))
        if isinstance(node, ast.Constant)
    }
    texts = {value for value in values if isinstance(value, str)}
    return Constants(
        frozenset(float(value) for value in values if isinstance(value, int | float)),
        frozenset(day for text in texts if DAY.fullmatch(text) for day in _day(text)),
        frozenset(text for text in texts if POSTCODE.fullmatch(text)),
    )


def _numbers(step: Step, written: Constants) -> Iterator[str]:
    low = LOW if step.limits.low is None else step.limits.low
    high = max(low, HIGH) if step.limits.high is None else step.limits.high
    edges = {low, high, *(number for number in written.numbers if low <= number <= high)}
    tried = {edge + aside for edge in edges for aside in (-1, 0, 1)}
    yield from (f"{number:g}" for number in sorted(tried))
    yield from ("2.5", "two", "2 or 3", "many")


def _dates(step: Step, written: Constants) -> Iterator[str]:
    days = {TODAY, *written.days}
    tried = {day + side for day in days for side in (-ONE_DAY, timedelta(0), ONE_DAY)}
    yield from (f"{day.day}/{day.month}/{day.year}" for day in sorted(tried))
    yield from ("14/05/1990", "3 May", "yesterday", "tomorrow", "31/02/2026", "4/23/2026", "some day")


def _postcodes(step: Step, written: Constants) -> Iterator[str]:
    for code in sorted(written.postcodes):
        area, _, sector = code.partition(" ")
        yield code if len(sector) > 1 else f"{area} {sector or 1}AA"
    yield from ("ZE1 0AA", "ze10aa", "ZE1", "QQ1 1AA", "ZE1 0AA or ZE2 9AA")


def _phones(step: Step, written: Constants) -> Iterator[str]:
    yield from ("07700 900123", "+48 512 345 678", "0770090012", "999", "US.1234")


EDGES: Mapping[Expect | None, Callable[[Step, Constants], Iterator[str]]] = {
    Expect.NUMBER: _numbers,
    Expect.DATE: _dates,
    Expect.POSTCODE: _postcodes,
    Expect.PHONE: _phones,
}


def _day(text: str) -> Iterator[date]:
    try:
        yield date.fromisoformat(text)
    except ValueError:
        return
