"""Which services help with a topic, nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from bot.knowledge.places import Place
from bot.knowledge.services import Service

EARTH_RADIUS = 3958.8  # miles, the mean radius of WGS84
# Farther than this is a journey that few without a car can make.
REACH = 12.0
# One degree of latitude is 69 miles: what differs by more than this is out of reach without further sums.
REACH_IN_DEGREES = REACH / 69 + 0.01

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sited:
    """A service and where it is: latitude and longitude in degrees, or None when it is not at one known place."""

    service: Service
    point: Point | None


@dataclass(frozen=True, slots=True)
class Found:
    """A service that may help, and the miles to it in a straight line; None when that is not known. ``rough``: they
    are measured from the middle of a part of a town, or of a town."""

    service: Service
    miles: float | None
    rough: bool = False


def miles(a: Point, b: Point) -> float:
    """The miles between two points in degrees, as the crow flies (haversine)."""
    (a_lat, a_long), (b_lat, b_long) = ((radians(point[0]), radians(point[1])) for point in (a, b))
    half = sin((b_lat - a_lat) / 2) ** 2 + cos(a_lat) * cos(b_lat) * sin((b_long - a_long) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def near(services: Iterable[Sited], *, topic: str, place: Place | None) -> list[Found]:
    """The services of a topic: local ones within 12 miles by distance, then those of her area with no address,
    then national ones.

    With no place, the national ones come first, then the local ones by name.
    """
    every = list(services)
    if place is None:
        of_topic = sorted((one.service for one in every if topic in one.service.topics), key=_by_name)
        return [Found(service, None) for service in _national(of_topic) + _local(of_topic)]
    reached = _within_reach(every, (place.latitude, place.longitude), rough=place.is_rough)
    areas = {found.service.area for found in reached}
    local = [found for found in reached if topic in found.service.topics]
    local.sort(key=_nearness)
    others = [one.service for one in every if topic in one.service.topics and one.point is None]
    unsited = sorted((service for service in _local(others) if service.area in areas), key=_by_name)
    national = _national(one.service for one in every if topic in one.service.topics)
    return local + [Found(service, None) for service in (*unsited, *national)]


def reachable(services: Iterable[Sited], place: Place) -> list[Found]:
    """What somebody at this place can go to or call: within 12 miles, of her area with no address, and national."""
    every = list(services)
    reached = _within_reach(every, (place.latitude, place.longitude), rough=place.is_rough)
    areas = {found.service.area for found in reached}
    others = (one.service for one in every if one.service.is_national or one.point is None)
    return reached + [Found(one, None) for one in others if one.is_national or one.area in areas]


def _within_reach(services: Iterable[Sited], here: Point, *, rough: bool) -> list[Found]:
    found = []
    for one in services:
        if one.service.is_national or one.point is None or abs(one.point[0] - here[0]) > REACH_IN_DEGREES:
            continue
        distance = miles(here, one.point)
        if distance <= REACH:
            found.append(Found(one.service, distance, rough))
    return found


def _nearness(found: Found) -> tuple[float, str]:
    return found.miles or 0.0, found.service.key


def _national(services: Iterable[Service]) -> list[Service]:
    return [service for service in services if service.is_national]


def _local(services: Iterable[Service]) -> list[Service]:
    return [service for service in services if not service.is_national]


def _by_name(service: Service) -> tuple[bool, str]:
    return not service.is_national, service.name.casefold()
