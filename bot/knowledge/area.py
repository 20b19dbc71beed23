"""How coarsely a place may be counted."""

from __future__ import annotations

from bot.knowledge.places import Place
from bot.knowledge.postcode import district_of, looks_like_postcode


def counted_area(place: Place | None) -> str:
    """The area under which a place is counted: a postcode's district (some 10,000 homes), or the town that she named.

    "" for a point on the map, or when she did not say where she is.
    """
    if place is None or place.exactness not in {"postcode", "sector", "district", "town"}:
        return ""
    if place.exactness == "town":
        return place.name
    return district_of(place.name) if looks_like_postcode(place.name) else ""
