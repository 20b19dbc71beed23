"""Which services help with a topic, nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from bot.knowledge.places import Place
from bot.knowledge.services import Service

EARTH_RADIUS = 3958.8  # miles, the mean radius of WGS84
# Farther than this is a journey that few without a car can make.
REACH = 12.0

Point = tuple[float, float]
Vector = tuple[float, float, float]


def _vector(point: Point) -> Vector:
    """Where a point in degrees lies on a ball of radius 1."""
    latitude, longitude = radians(point[0]), radians(point[1])
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


# The chord through a ball of radius 1 that spans 12 miles, squared.
FARTHEST = (2 * sin(REACH / EARTH_RADIUS / 2)) ** 2


@dataclass(frozen=True, slots=True)
class Sited:
    """A service and where it is: latitude and longitude in degrees, or None when it is not at one known place."""

    service: Service
    point: Point | None
    vector: Vector | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vector", _vector(self.point) if self.point else None)


@dataclass(frozen=True, slots=True)
class Found:
    """A service that may help, and the miles to it in a straight line; None when that is not known. ``rough``: they
    are measured from the middle of a part of a town, or of a town."""

    service: Service
    miles: float | None
    rough: bool = False


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
    """By the chord between two points: the sines and cosines of each service are worked out once."""
    found = []
    x, y, z = _vector(here)
    for one in services:
        if one.vector is None:
            continue
        chord = (one.vector[0] - x) ** 2 + (one.vector[1] - y) ** 2 + (one.vector[2] - z) ** 2
        if chord <= FARTHEST and not one.service.is_national:
            found.append(Found(one.service, 2 * EARTH_RADIUS * asin(sqrt(chord) / 2), rough))
    return found


def _nearness(found: Found) -> tuple[float, str]:
    return found.miles or 0.0, found.service.key


def _national(services: Iterable[Service]) -> list[Service]:
    return [service for service in services if service.is_national]


def _local(services: Iterable[Service]) -> list[Service]:
    return [service for service in services if not service.is_national]


def _by_name(service: Service) -> tuple[bool, str]:
    return not service.is_national, service.name.casefold()
