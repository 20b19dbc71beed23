"""Which services help with a topic, nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

import numpy as np
from msgspec import Struct

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


class Sited(Struct, frozen=True):
    """A service and where it is: latitude and longitude in degrees, or None when it is not at one known place."""

    service: Service
    point: Point | None


class Found(Struct, frozen=True):
    """A service that may help, and the miles to it in a straight line; None when that is not known. ``rough``: they
    are measured from the middle of a part of a town, or of a town."""

    service: Service
    miles: float | None
    rough: bool = False


class Sites:
    """Services and where they are. All of them are measured at once: one by one, 10,000 took a millisecond.

    ``about`` are those of each topic; ``national`` and ``unsited`` those that have no distance.
    """

    def __init__(self, given: Iterable[Sited]) -> None:
        every = tuple(given)
        self.about: dict[str, list[Sited]] = {}
        for one in every:
            for topic in set(one.service.topics):
                self.about.setdefault(topic, []).append(one)
        self.national = [Found(one.service, None) for one in every if one.service.is_national]
        self.unsited = [Found(one.service, None) for one in every if not (one.point or one.service.is_national)]
        placed = [(one.service, one.point) for one in every if one.point and not one.service.is_national]
        self._services = [service for service, _ in placed]
        self._x, self._y, self._z = np.array([_vector(point) for _, point in placed]).reshape(-1, 3).T

    def within_reach(self, place: Place) -> list[Found]:
        """The local services within 12 miles, in no order, by the chord between two points."""
        x, y, z = _vector((place.latitude, place.longitude))
        chords = (self._x - x) ** 2 + (self._y - y) ** 2 + (self._z - z) ** 2
        near = np.flatnonzero(chords <= FARTHEST)
        miles = [2 * EARTH_RADIUS * asin(sqrt(chord) / 2) for chord in chords[near].tolist()]
        services, rough = self._services, place.is_rough
        return [Found(services[at], far, rough) for at, far in zip(near.tolist(), miles, strict=True)]


def near(sites: Sites, *, topic: str, place: Place | None) -> list[Found]:
    """The services of a topic: local ones within 12 miles by distance, then those of her area with no address,
    then national ones.

    With no place, the national ones come first, then the local ones by name.
    """
    on_topic = sites.about.get(topic, [])
    if place is None:
        of_topic = sorted((one.service for one in on_topic), key=_by_name)
        return [Found(service, None) for service in _national(of_topic) + _local(of_topic)]
    reached = sites.within_reach(place)
    areas = {found.service.area for found in reached}
    local = [found for found in reached if topic in found.service.topics]
    local.sort(key=_nearness)
    others = [one.service for one in on_topic if one.point is None]
    unsited = sorted((service for service in _local(others) if service.area in areas), key=_by_name)
    national = _national(one.service for one in on_topic)
    return local + [Found(service, None) for service in (*unsited, *national)]


def reachable(sites: Sites, place: Place) -> list[Found]:
    """What somebody at this place can go to or call: within 12 miles, of her area with no address, and national."""
    reached = sites.within_reach(place)
    areas = {found.service.area for found in reached}
    return [*reached, *(one for one in sites.unsited if one.service.area in areas), *sites.national]


def _nearness(found: Found) -> tuple[float, str]:
    return found.miles or 0.0, found.service.key


def _national(services: Iterable[Service]) -> list[Service]:
    return [service for service in services if service.is_national]


def _local(services: Iterable[Service]) -> list[Service]:
    return [service for service in services if not service.is_national]


def _by_name(service: Service) -> tuple[bool, str]:
    return not service.is_national, service.name.casefold()
