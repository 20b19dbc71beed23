"""How the queue is narrowed: by area, tag, who acted, and age. Leaders narrow it by age: tags are the champions'."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy import ColumnElement, Connection

from bot.language.catalogue import N_
from bot.store import reach, sifting, tags
from bot.store.sifting import Sieve
from bot.story.scope import area_key
from bot.web import scoped, users
from bot.web.context import parts
from bot.web.desk.waiting import moderates
from bot.web.permissions import MODERATORS
from bot.web.wording import gettext

AGES: dict[str, str] = {
    "day": N_("Since yesterday"),
    "week": N_("In the last 7 days"),
    "older": N_("Older than 7 days"),
    "month": N_("Older than 30 days"),
}


@dataclass(frozen=True)
class Asked:
    """What was asked for, and what may be."""

    sieve: Sieve
    tags: list[tuple[str, str]]
    people: list[tuple[str, str]]
    ages: list[tuple[str, str]]
    areas: list[tuple[str, str]]


def asked(conn: Connection) -> Asked:
    """What the request asks for. What she may not ask for is passed over."""
    ages = [(key, gettext(name)) for key, name in AGES.items()]
    age = request.args.get("age", "")
    if not moderates():
        return Asked(Sieve(age=age), [], [], ages, [])
    everyone = [one for one in users.everyone(conn) if MODERATORS & set(one.role_names)]
    people = [(str(one.id), one.name or one.email) for one in everyone]
    who = request.args.get("who", "")
    book = [(theme.key, gettext(theme.name)) for theme in parts().codebook.tags]
    areas = [(area_key(one), one) for one in reach.known_areas(conn)]
    area = request.args.get("area", "")
    tag, by = request.args.get("tag_is", "")[:40], int(who) if who in dict(people) else None
    return Asked(Sieve(tag, by, age, area if area in dict(areas) else ""), book, people, ages, areas)


def condition(wanted: Asked) -> ColumnElement[bool] | None:
    """What a story must be like; None when nothing was asked. A tag, or who acted, finds none that she only leads."""
    sieve = wanted.sieve
    if not sieve:
        return None
    asked = sifting.condition(tags.STORY, sieve, parts().now_ms())
    return asked & scoped.moderated_rows() if sieve.tag or sieve.who else asked
