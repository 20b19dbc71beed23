"""Where a role is held, the partner organisations, and the condition by which a list shows only what is in reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.store.schema import alert, organisation, outbound, question, role, role_place, story, talk, user_role
from bot.story.scope import ALL, EVERY_LANGUAGE, Scope, area_key

PLACED: dict[str, Table] = {"story": story, "question": question, "talk": talk, "alert": alert}


class NameTaken(ValueError):
    """There is an organisation of this name already."""


@dataclass(frozen=True)
class Organisation:
    """A partner organisation, and the areas it works in."""

    id: int
    name: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """Where a role is held: everywhere, or in these areas and in those of these organisations (by id)."""

    role: str
    everywhere: bool
    areas: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()
    all_areas: frozenset[str] = frozenset()  # both together, as they are compared


def within(scope: Scope, area: Column[Any], language: Column[Any]) -> ColumnElement[bool]:
    """The condition that keeps the rows which ``scope.sees``, and no others."""
    if scope.everywhere:
        return true()
    placed = area.in_(scope.areas) if scope.areas else false()
    nowhere = or_(area.is_(None), area == "")
    if scope.languages is EVERY_LANGUAGE:
        return or_(placed, nowhere)
    return or_(placed, nowhere & language.in_(scope.languages)) if scope.languages else placed


def messages_within(scope: Scope, alerts: Scope) -> ColumnElement[bool]:
    """The condition for texts, which have no area: those of people of whom something is in reach.

    ``alerts`` is the scope for alerts. Of whom nothing came in that could have an area, the text's language tells.
    """
    if scope.everywhere:
        return true()
    seen = [_hers(table, alerts if kind == "alert" else scope) for kind, table in PLACED.items()]
    of_nothing = and_(*(~_hers(table, ALL) for table in PLACED.values()))
    spoken = scope.languages
    return or_(*seen, true() if spoken is EVERY_LANGUAGE else outbound.c.language.in_(spoken) & of_nothing)


def _hers(table: Table, scope: Scope) -> ColumnElement[bool]:
    """Something of the person who gets the text, in this table and this scope."""
    hers = table.c.contact_id == outbound.c.contact_id
    return exists(select(table.c.id).where(hers, within(scope, table.c.area, table.c.language)))


def in_reach(conn: Connection, scope: Scope, kind: str, id: int) -> bool:
    """True when this story, question, talk or alert is for her to see, or is not there at all."""
    table = PLACED[kind]
    row = conn.execute(select(table.c.area, table.c.language).where(table.c.id == id)).first()
    return row is None or scope.sees(row.area, row.language)


def message_in_reach(conn: Connection, condition: ColumnElement[bool], id: int) -> bool:
    """The same of a text, by the condition of ``messages_within``."""
    here = select(outbound.c.id).where(outbound.c.id == id)
    return conn.scalar(here) is None or conn.scalar(here.where(condition)) is not None


def held(conn: Connection, user_id: int) -> dict[str, Held]:
    """Where this person holds each of her roles."""
    return _held_by(conn, user_role.c.user_id == user_id, role_place.c.user_id == user_id).get(user_id, {})


def everybodys(conn: Connection) -> dict[int, dict[str, Held]]:
    """The same of all the desk's people, by id, in two queries; nobody without a role is in it."""
    return _held_by(conn, true(), true())


def _held_by(
    conn: Connection, whose_roles: ColumnElement[bool], whose_places: ColumnElement[bool]
) -> dict[int, dict[str, Held]]:
    roles = conn.execute(
        select(role.c.id, role.c.name, user_role.c.everywhere, user_role.c.user_id)
        .select_from(user_role.join(role))
        .where(whose_roles)
        .order_by(role.c.id)
    ).all()
    places = {} if all(one.everywhere for one in roles) else _places(conn, whose_places)
    found: dict[int, dict[str, Held]] = {}
    for one in roles:
        found.setdefault(one.user_id, {})[one.name] = _held(one, places.get((one.user_id, one.id), []))
    return found


def _places(conn: Connection, whose: ColumnElement[bool]) -> dict[tuple[int, int], list[Any]]:
    rows = conn.execute(
        select(
            role_place.c.user_id,
            role_place.c.role_id,
            role_place.c.area,
            organisation.c.id.label("organisation"),
            organisation.c.areas,
        )
        .select_from(role_place.outerjoin(organisation))
        .where(whose)
        .order_by(role_place.c.id)
    )
    found: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        found.setdefault((row.user_id, row.role_id), []).append(row)
    return found


def _held(one: Any, places: Sequence[Any]) -> Held:
    areas = tuple(place.area for place in places if place.area)
    theirs = [area for place in places for area in place.areas or ()]
    organisations = tuple(place.organisation for place in places if place.organisation)
    return Held(one.name, one.everywhere, areas, organisations, frozenset(map(area_key, (*areas, *theirs))))


def hold(
    conn: Connection,
    user_id: int,
    role_name: str,
    *,
    everywhere: bool,
    areas: Collection[str] = (),
    organisations: Collection[int] = (),
) -> None:
    """Write where a person holds a role that she has."""
    role_id = conn.scalar(select(role.c.id).where(role.c.name == role_name))
    here = (role_place.c.user_id == user_id) & (role_place.c.role_id == role_id)
    conn.execute(delete(role_place).where(here))
    mine = (user_role.c.user_id == user_id) & (user_role.c.role_id == role_id)
    conn.execute(update(user_role).where(mine).values(everywhere=everywhere))
    rows: list[dict[str, Any]] = [{"area": area, "organisation_id": None} for area in areas]
    rows += [{"area": None, "organisation_id": one} for one in organisations]
    if rows and not everywhere:
        conn.execute(insert(role_place), [{"user_id": user_id, "role_id": role_id, **row} for row in rows])


def organisations(conn: Connection) -> list[Organisation]:
    """All partner organisations, by name."""
    rows = conn.execute(select(organisation).order_by(func.lower(organisation.c.name), organisation.c.id))
    return [Organisation(row.id, row.name, tuple(row.areas)) for row in rows]


def add_organisation(conn: Connection, name: str, areas: Sequence[str], now_ms: int) -> int:
    """Add one and give its id. Raises NameTaken."""
    _refuse_second(conn, name, 0)
    made = insert(organisation).values(name=name, areas=list(areas), created_at=now_ms).returning(organisation.c.id)
    return int(conn.execute(made).scalar_one())


def change_organisation(conn: Connection, id: int, name: str, areas: Sequence[str]) -> None:
    """Write its name and areas: who works for it sees the new ones from her next click on. Raises NameTaken."""
    _refuse_second(conn, name, id)
    conn.execute(update(organisation).where(organisation.c.id == id).values(name=name, areas=list(areas)))


def _refuse_second(conn: Connection, name: str, id: int) -> None:
    same = (func.lower(organisation.c.name) == name.lower()) & (organisation.c.id != id)
    if conn.scalar(select(organisation.c.id).where(same)):
        raise NameTaken(f'There is an organisation called "{name}" already. Change that one, or give another name.')


def place(conn: Connection, kind: str, id: int, area: str) -> None:
    """Write where a story, question, talk or alert belongs; "" takes it away."""
    table = PLACED[kind]
    conn.execute(update(table).where(table.c.id == id).values(area=area_key(area) or None))


def known_areas(conn: Connection) -> list[str]:
    """Every area that somebody or some organisation looks after, for a form to offer."""
    named = set(conn.scalars(select(role_place.c.area).where(role_place.c.area.isnot(None)).distinct()))
    for row in conn.execute(select(organisation.c.areas)):
        named |= set(row.areas)
    return sorted(named, key=str.casefold)
