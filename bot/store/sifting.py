"""Conditions by which a list of stories or questions is narrowed: a tag, who acted, how old."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, true

from bot.store import tags
from bot.store.schema import question, story
from bot.store.tags import Tagged

DAY_MS = 86_400_000
ACTED_BY = {"story": story.c.decided_by, "question": question.c.answered_by}
# What may be asked of how old a thing is: younger than so many days, or older.
AGES: dict[str, tuple[int, bool]] = {"day": (1, True), "week": (7, True), "older": (7, False), "month": (30, False)}


@dataclass(frozen=True)
class Sieve:
    """What is asked for; nothing where it is empty. ``who`` acted last, by id; ``age`` is a key of AGES."""

    tag: str = ""
    who: int | None = None
    age: str = ""
    area: str = ""

    def __bool__(self) -> bool:
        return bool(self.tag or self.who or self.age or self.area)


def condition(kind: Tagged, sieve: Sieve, now_ms: int) -> ColumnElement[bool]:
    """What a row of the kind's table must be like."""
    asked: list[ColumnElement[bool]] = []
    if sieve.tag:
        asked.append(tags.wearing(kind, sieve.tag))
    if sieve.area:
        asked.append(kind.table.c.area == sieve.area)
    if sieve.who:
        asked.append(ACTED_BY[kind.name] == sieve.who)
    if sieve.age in AGES:
        days, younger = AGES[sieve.age]
        since = now_ms - days * DAY_MS
        created_at = kind.table.c.created_at
        asked.append(created_at >= since if younger else created_at < since)
    return and_(true(), *asked)
