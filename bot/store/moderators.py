"""Who moderates stories, in which languages, and of which areas: who could take a story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, select

from bot.store.readers import ANSWER
from bot.store.schema import organisation, role, role_place, story, user, user_role
from bot.story.scope import ALL, Scope, area_key, united
from bot.story.status import WAITING

CHAMPION = "champion"


@dataclass(frozen=True)
class Moderator:
    """Somebody who decides about stories. ``champion``: as one of the champions, and not only as an admin."""

    id: int
    name: str
    languages: frozenset[str]
    scope: Scope
    champion: bool = True

    def could_take(self, area: str | None, language: str) -> bool:
        """Whether she reads this language, and sees what is there."""
        return language in self.languages and self.scope.sees(area, language)


def everyone(conn: Connection) -> list[Moderator]:
    """All who moderate and may sign in, by name. Two queries, however many they are."""
    rows = conn.execute(
        select(
            user.c.id, user.c.name, user.c.email, user.c.languages, role.c.name.label("role"), user_role.c.everywhere
        )
        .select_from(user.join(user_role, user_role.c.user_id == user.c.id).join(role))
        .where(user.c.active, role.c.name.in_(ANSWER))
        .order_by(func.lower(user.c.name), user.c.id)
    ).all()
    areas = _areas(conn) if not all(row.everywhere for row in rows) else {}
    found: dict[int, Moderator] = {}
    for row in rows:
        languages = frozenset(row.languages)
        scope = ALL if row.everywhere else Scope(False, frozenset(areas.get((row.id, row.role), ())), languages)
        champion = row.role == CHAMPION
        if before := found.get(row.id):
            scope, champion = united([before.scope, scope]), champion or before.champion
        found[row.id] = Moderator(row.id, row.name or row.email, languages, scope, champion)
    return list(found.values())


def by_language(those: Iterable[Moderator]) -> Mapping[str, Scope]:
    """For each language that one of them reads: what of it they see together."""
    scopes: dict[str, list[Scope]] = defaultdict(list)
    for one in those:
        for language in one.languages:
            scopes[language].append(one.scope)
    return {language: united(found) for language, found in scopes.items()}


def nobodys_place(those: Iterable[Moderator]) -> ColumnElement[bool] | None:
    """The condition for stories that wait and belong to a place that no champion looks after: only admins see them.

    None when some champion looks after every place.
    """
    champions = [one.scope for one in those if one.champion]
    together = united(champions)
    if together.everywhere:
        return None
    waits = story.c.status.in_([one.value for one in WAITING])
    return and_(waits, story.c.area.isnot(None), story.c.area != "", story.c.area.not_in(together.areas))


def _areas(conn: Connection) -> Mapping[tuple[int, str], set[str]]:
    """The areas in which each person holds each role, by herself or by an organisation."""
    places = conn.execute(
        select(role_place.c.user_id, role.c.name, role_place.c.area, organisation.c.areas)
        .select_from(role_place.join(role, role.c.id == role_place.c.role_id).outerjoin(organisation))
        .where(role.c.name.in_(ANSWER))
    )
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for place in places:
        found[place.user_id, place.name] |= {area_key(one) for one in (place.area, *(place.areas or ())) if one}
    return found
