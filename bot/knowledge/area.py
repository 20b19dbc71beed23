"""How coarsely a place may be counted."""

from __future__ import annotations

from bot.knowledge.places import Place
from bot.knowledge.postcode import district_of, looks_like_postcode, normal_postcode
from bot.knowledge.towns import shipped_towns

FEW_PEOPLE = 25_000  # who live in a postcode's district, roughly


def area_told(value: object) -> str:
    """The area of what she answered to a question that was asked for it: a place as a session keeps it, a postcode, or
    an option. Never more exact than ``counted_area``; "" when that cannot be said."""
    if isinstance(value, dict):
        exactness, name = value.get("exactness"), str(value.get("name", ""))
        if exactness == "town":
            return name
        return district_of(name) if exactness != "here" and looks_like_postcode(name) else ""
    found = normal_postcode(str(value)) if value else None
    return district_of(found) if found else str(value or "")[:60]


def is_small(area: str | None) -> bool:
    """Whether few enough live there that a story of that area may point at somebody: a postcode's district (some 10,000
    homes), or a town that is no larger, or that no table knows. Not known where: no."""
    if not area or not area.strip():
        return False
    town = None if looks_like_postcode(area) else shipped_towns().named(area)
    return town is None or town.people < FEW_PEOPLE


def counted_area(place: Place | None) -> str:
    """The area under which a place is counted: a postcode's district (some 10,000 homes), or the town that she named.

    "" for a point on the map, or when she did not say where she is.
    """
    if place is None or place.exactness not in {"postcode", "sector", "district", "town"}:
        return ""
    if place.exactness == "town":
        return place.name
    return district_of(place.name) if looks_like_postcode(place.name) else ""
