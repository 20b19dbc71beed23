"""Which services help with a topic, nearest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """Services and where they are, by topic. All of a topic are measured at once: one by one, 10,000 took a
    millisecond."""

    def __init__(self, given: Iterable[Sited]) -> None:
        every = tuple(given)
        self._every = _Measured(every)
        self._areas = [service.area for service in self._every.services]
        by_topic: dict[str, list[Sited]] = {}
        for one in every:
            for topic in set(one.service.topics):
                by_topic.setdefault(topic, []).append(one)
        self._about = {topic: _Measured(those) for topic, those in by_topic.items()}

    def about(self, topic: str, place: Place | None) -> list[Found]:
        """The services of a topic, as ``near`` gives them."""
        those = self._about.get(topic)
        if those is None:
            return []
        if place is None:
            return [*those.national_by_name, *those.local_by_name]
        services, rough = those.services, place.is_rough
        reached = sorted([(miles, services[at].key, at) for at, miles in those.within_reach(place)])
        local = [Found(services[at], miles, rough) for miles, _key, at in reached]
        hers = _of_areas(self._areas_near(place), those.unsited_by_name) if those.unsited_by_name else []
        return [*local, *hers, *those.national]

    def reachable(self, place: Place) -> list[Found]:
        """What somebody at this place can go to or call, whatever it is about; in no order."""
        every, services, rough = self._every, self._every.services, place.is_rough
        reached = [Found(services[at], miles, rough) for at, miles in every.within_reach(place)]
        areas = {one.service.area for one in reached}
        return [*reached, *_of_areas(areas, every.unsited), *every.national]

    def _areas_near(self, place: Place) -> set[str]:
        """The areas that the services within 12 miles belong to."""
        near, _chords = self._every.chords(place)
        return {self._areas[at] for at in near}


class _Measured:
    """Some services: the local ones at a known place with their points, the other local ones, and national ones."""

    def __init__(self, given: Sequence[Sited]) -> None:
        placed = [(one.service, one.point) for one in given if one.point and not one.service.is_national]
        self.services = [service for service, _ in placed]
        self.national = [Found(one.service, None) for one in given if one.service.is_national]
        self.unsited = [Found(one.service, None) for one in given if not (one.point or one.service.is_national)]
        self.unsited_by_name = sorted(self.unsited, key=_by_name)
        self.national_by_name = sorted(self.national, key=_by_name)
        self.local_by_name = sorted((Found(one.service, None) for one in given if _is_local(one)), key=_by_name)
        self._points = np.array([_vector(point) for _, point in placed]).reshape(-1, 3).T.copy()

    def within_reach(self, place: Place) -> Iterator[tuple[int, float]]:
        """The number of each service within 12 miles, and the miles to it, in no order."""
        near, chords = self.chords(place)
        return zip(near, [2 * EARTH_RADIUS * asin(sqrt(chord) / 2) for chord in chords], strict=True)

    def chords(self, place: Place) -> tuple[list[int], list[float]]:
        """The same with the square of the chord between two points of a ball of radius 1."""
        x, y, z = _vector((place.latitude, place.longitude))
        apart = self._points - np.array(((x,), (y,), (z,)))
        apart *= apart
        chords = np.add.reduce(apart)
        (near,) = (chords <= FARTHEST).nonzero()
        return near.tolist(), chords[near].tolist()


def near(sites: Sites, *, topic: str, place: Place | None) -> list[Found]:
    """The services of a topic: local ones within 12 miles by distance, then those of her area with no address,
    then national ones.

    With no place, the national ones come first, then the local ones by name.
    """
    return sites.about(topic, place)


def reachable(sites: Sites, place: Place) -> list[Found]:
    """What somebody at this place can go to or call: within 12 miles, of her area with no address, and national."""
    return sites.reachable(place)


def _of_areas(areas: set[str], unsited: list[Found]) -> list[Found]:
    return [one for one in unsited if one.service.area in areas]


def _is_local(one: Sited) -> bool:
    return not one.service.is_national


def _by_name(found: Found) -> str:
    return found.service.name.casefold()
