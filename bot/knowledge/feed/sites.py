"""Where a service is, from a feed: the locations of HSDS and those of the Outpost dialect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from bot.knowledge.feed.schedules import read_schedules
from bot.knowledge.feed.words import one_line, shortened
from bot.knowledge.postcode import normal_postcode
from bot.knowledge.services import Site

LONGEST_ADDRESS = 120
MOST = 40
# Latitudes and longitudes of the United Kingdom.
SOUTH, NORTH, WEST, EAST = 49.0, 61.5, -9.0, 2.5

Remark = Callable[[str], None]
Point = tuple[float, float]


def read_sites(record: Mapping[str, object], remark: Remark) -> tuple[Site, ...]:
    """Each place once, in the feed's order. A place that its directory hides (a refuge) is told by its town alone."""
    found = dict.fromkeys(site for site in _sites(record, remark) if site.address or site.postcode or site.point)
    if len(found) > MOST:
        remark(f"It has {len(found)} places: only the first {MOST} are kept.")
    return tuple(found)[:MOST]


def location_maps(record: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Every location of a record, whatever the dialect."""
    for _, location in _places(record):
        yield location


def _sites(record: Mapping[str, object], remark: Remark) -> Iterator[Site]:
    for place, location in _places(record):
        if one_line(location.get("location_type")).lower() in {"virtual", "postal"}:
            continue
        addresses = location.get("addresses")
        address = _first(addresses) if isinstance(addresses, list) else location
        schedules = place.get("schedules") or place.get("regular_schedule")
        rules = read_schedules(schedules, remark) if isinstance(schedules, list) else ()
        if location.get("mask_exact_address") is True or one_line(address.get("address_1")).startswith("**"):
            yield Site(one_line(address.get("city"))[:LONGEST_ADDRESS], schedules=rules)
        else:
            yield Site(_address(address), _postcode(address, remark), _point(location, remark), rules)


def _places(record: Mapping[str, object]) -> Iterator[tuple[Mapping[str, object], Mapping[str, object]]]:
    """(what is told of the service there, the location)."""
    told = False
    for place in _maps(record.get("service_at_locations")):
        location = place.get("location")
        if isinstance(location, Mapping):
            told = True
            yield place, location
    if not told:
        yield from (({}, location) for location in _maps(record.get("locations")))


def _address(address: Mapping[str, object]) -> str:
    names = ("address_1", "address_2", "city", "region")
    parts = [one_line(address.get(name)).strip(" ,") for name in names]
    return shortened(", ".join(dict.fromkeys(part for part in parts if part)), LONGEST_ADDRESS)


def _postcode(address: Mapping[str, object], remark: Remark) -> str:
    text = one_line(address.get("postal_code") or address.get("postcode"))
    normal = normal_postcode(text) or ""
    if re.fullmatch(r"\S+ \d[A-Z]{2}", normal):
        return normal
    if text:
        remark(f'"{text[:40]}" is no whole postcode.')
    return ""


def _point(location: Mapping[str, object], remark: Remark) -> Point | None:
    geometry = location.get("geometry")
    pair = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if isinstance(pair, list) and len(pair) >= 2:
        longitude, latitude = pair[:2]  # GeoJSON puts the longitude first (RFC 7946, 3.1.1)
    else:
        latitude, longitude = location.get("latitude"), location.get("longitude")
    if one_line(latitude) in {"", "0", "0.0"} and one_line(longitude) in {"", "0", "0.0"}:
        return None
    point = _degrees(latitude, longitude)
    if point is None:
        remark(f'"{one_line(latitude)[:20]}, {one_line(longitude)[:20]}" is no point in the United Kingdom.')
    return point


def _degrees(latitude: object, longitude: object) -> Point | None:
    """The point; also when the two were put the wrong way round, for they cannot be mistaken in this country."""
    try:
        north, east = float(one_line(latitude)), float(one_line(longitude))
    except ValueError:
        return None
    for point in ((north, east), (east, north)):
        if SOUTH <= point[0] <= NORTH and WEST <= point[1] <= EAST:
            return round(point[0], 6), round(point[1], 6)
    return None


def _first(values: list[object]) -> Mapping[str, object]:
    """Prefer where one can go to where one can write."""
    maps = list(_maps(values))
    physical = (one for one in maps if one_line(one.get("address_type")).lower() != "postal")
    return next(physical, maps[0] if maps else {})


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping))
