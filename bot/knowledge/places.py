"""Where a person says she is: a postcode, a part of one, or a town, found in our own tables."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from statistics import fmean
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import BeforeValidator, Field
from rapidfuzz import fuzz, process

from bot.knowledge.postcode import (
    district_of,
    looks_like_postcode,
    normal_postcode,
    postcode_inside,
    postcodes_named,
    readings,
    sector_of,
)
from bot.knowledge.reading import read_root
from bot.knowledge.record import Identifier, Record, at_most, between, whole_postcode
from bot.knowledge.towns import Town, miles_apart, shipped_towns
from bot.language.normal import plain

__all__ = [
    "DemoPlaces",
    "Known",
    "Place",
    "Places",
    "PostcodeTable",
    "Unplaced",
    "looks_like_postcode",
    "normal_postcode",
    "read_demo_places",
]

# Two spellings are one town from here on, of 100: "wexmor" is Wexmoor, "the day" is not "the Quay".
SAME_TOWN = 84

# A location farther than this from the middle of every sector of England, in miles, is not in England, or at sea.
OUTSIDE = 12

Exactness = Literal["here", "postcode", "sector", "district", "town"]
Point = tuple[float, float]
Deprivation = tuple[int, int]  # the edition of the indices, and the decile: 1 is the most deprived tenth


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees (WGS84), and how exact it is: "here" is a phone's own location.

    A sector's middle may be 2 km from a home in it. The name never tells a real postcode whole; ``deprivation`` is
    known of whole postcodes only, as one sector holds rich and poor streets.
    """

    name: str
    latitude: float
    longitude: float
    exactness: Exactness
    deprivation: Deprivation | None = None

    @property
    def is_rough(self) -> bool:
        """True when it is the middle of something, and she may be a mile or more from it."""
        return self.exactness in {"sector", "district", "town"}


@dataclass(frozen=True, slots=True)
class Known:
    """What a table of all postcodes knows of one: degrees (WGS84), and the newest edition's decile."""

    latitude: float
    longitude: float
    deprivation: Deprivation | None = None


class PostcodeTable(Protocol):
    """All postcodes, where somebody has built such a table."""

    def find(self, postcode: str) -> Known | None: ...


class Unplaced(StrEnum):
    """Why no place was found: it is elsewhere (the letter of the country's codes), or not known."""

    SCOTLAND = "S"
    WALES = "W"
    NORTHERN_IRELAND = "N"
    ISLE_OF_MAN = "M"
    CHANNEL_ISLANDS = "L"
    NO_SUCH_POSTCODE = "postcode"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DemoPlaces:
    """The made-up borough: its towns by every spelling, and its postcodes."""

    area: str
    area_name: str
    towns: Mapping[str, Place]
    postcodes: Mapping[str, Point]


class Places:
    """Finds places in the shipped tables of England's postcode sectors and towns, in the demo's own when given, and in
    a table of all postcodes when there is one."""

    def __init__(self, demo: DemoPlaces | None = None, table: PostcodeTable | None = None) -> None:
        self._table = table
        self._points: dict[str, Point | None] = {}  # of services: they are looked up anew whenever one changes
        self._postcodes = dict(demo.postcodes) if demo else {}
        self._towns = {plain(name): place for name, place in demo.towns.items()} if demo else {}
        self._demo_begins = frozenset(name.partition(" ")[0] for name in self._towns)

    def find(self, text: str) -> Place | None:
        """The place meant, or None. Typing slips in postcodes and towns are forgiven."""
        for candidate in _candidates(text):
            if _country(candidate):
                return None
            if place := self._postcode(candidate):
                return place
        return self._town(text)

    def named_in(self, text: str) -> Place | None:
        """The place that a question names among other words; None when none is, or it is not one of England."""
        for postcode in postcodes_named(text):
            if place := None if _country(postcode) else self._postcode(postcode):
                return place
        said = plain(text).split()
        starts = [at for at, word in enumerate(said) if word in self._demo_begins]
        runs = (" ".join(said[at : at + width]) for width in (3, 2, 1) for at in starts if at + width <= len(said))
        demo = next((self._towns[run] for run in runs if run in self._towns), None)
        return demo or _of_england(shipped_towns().inside(text))

    def why_not(self, text: str) -> Unplaced:
        """Why ``find`` gives no place for this text."""
        candidates = list(_candidates(text))
        country = next((country for country in map(_country, candidates) if country), None)
        if country:
            return Unplaced(country)
        return Unplaced.NO_SUCH_POSTCODE if candidates else Unplaced.UNKNOWN

    def here(self, latitude: float, longitude: float) -> Place | None:
        """The place of a shared location, or None when that is not in England."""
        point = (latitude, longitude)
        near = any(miles_apart(point, middle) <= OUTSIDE for middle in self._sectors.values())
        return Place("", latitude, longitude, "here") if near else None

    def point(self, postcode: str) -> Point | None:
        """Latitude and longitude of a service's postcode in its usual form, as exactly as it is known."""
        if postcode not in self._points:
            place = self._postcode(postcode) if postcode else None
            self._points[postcode] = (place.latitude, place.longitude) if place else None
        return self._points[postcode]

    def _postcode(self, postcode: str) -> Place | None:
        sector, district = sector_of(postcode), district_of(postcode)
        if point := self._postcodes.get(postcode):
            return Place(postcode, *point, "postcode")
        if self._table and sector and sector != postcode and (known := self._table.find(postcode)):
            return Place(sector, known.latitude, known.longitude, "postcode", known.deprivation)
        if sector and (point := self._sectors.get(sector)):
            return Place(sector, *point, "sector")
        if point := self._districts.get(district):
            return Place(district, *point, "district")
        return None

    def _town(self, text: str) -> Place | None:
        """The demo's town before England's, but a real town's whole name before a demo one that is like it."""
        if demo := self._towns.get(plain(text)):
            return demo
        if town := shipped_towns().named(text):
            return _of_england(town)
        return self._like_a_demo_town(text) or _of_england(shipped_towns().find(text))

    def _like_a_demo_town(self, text: str) -> Place | None:
        said = plain(text).split()
        tries = [" ".join(said[at : at + width]) for width in (3, 2, 1) for at in range(len(said) - width + 1)]
        found = (
            (process.extractOne(words, self._towns.keys(), scorer=fuzz.ratio, score_cutoff=SAME_TOWN))
            for words in tries
        )
        best = max((one for one in found if one), key=lambda one: one[1], default=None)
        return self._towns[best[0]] if best else None

    @cached_property
    def _sectors(self) -> dict[str, Point]:
        """Read on the first look-up: it takes some 10 ms and 2 MB."""
        demo = _middles((sector_of(postcode) or "", point) for postcode, point in self._postcodes.items())
        return {**dict(shipped_sectors()), **demo}

    @cached_property
    def _districts(self) -> dict[str, Point]:
        return _middles((district_of(sector), point) for sector, point in self._sectors.items())


def _candidates(text: str) -> Iterator[str]:
    """Every postcode, sector or district that a text may mean or hold, the likeliest first."""
    yield from readings(text)
    if inside := postcode_inside(text):
        yield inside


def _country(postcode: str) -> str:
    """The letter of the country that a postcode, or the whole of its sector or district, lies in; "" for England."""
    other = elsewhere()
    return other.get(sector_of(postcode) or "", "") or other.get(district_of(postcode), "")


def _of_england(town: Town | None) -> Place | None:
    return Place(town.name, town.latitude, town.longitude, "town") if town else None


def shipped_sectors() -> Iterator[tuple[str, Point]]:
    """The middle of each postcode sector of England, from the table that ``bot places build`` made."""
    rows = _rows("sectors.csv.gz")
    return ((sector, (float(latitude), float(longitude))) for sector, latitude, longitude in rows)


@cache
def elsewhere() -> Mapping[str, str]:
    """The districts and border sectors that lie in another country: the letter of its codes."""
    return {row[0]: row[1] for row in _rows("elsewhere.csv.gz")}


def _rows(name: str) -> Iterator[list[str]]:
    data = files("bot.knowledge").joinpath("data", name).read_bytes()
    rows = csv.reader(gzip.decompress(data).decode("ascii").splitlines())
    next(rows)
    return rows


def _middles(points: Iterable[tuple[str, Point]]) -> dict[str, Point]:
    grouped: dict[str, list[Point]] = defaultdict(list)
    for name, point in points:
        grouped[name].append(point)
    return {
        name: (round(fmean(point[0] for point in group), 4), round(fmean(point[1] for point in group), 4))
        for name, group in grouped.items()
    }


Latitude = Annotated[float, BeforeValidator(between(-90, 90))]
Longitude = Annotated[float, BeforeValidator(between(-180, 180))]


class AreaRecord(Record):
    """The area the demo's services belong to."""

    id: Identifier
    name: Annotated[str, at_most(80)]


class TownRecord(Record):
    """A town, and the ways people spell it."""

    name: Annotated[str, at_most(60)]
    also: tuple[Annotated[str, at_most(60)], ...] = ()
    latitude: Latitude
    longitude: Longitude


class PostcodeRecord(Record):
    """A made-up postcode."""

    postcode: Annotated[str, BeforeValidator(whole_postcode)]
    latitude: Latitude
    longitude: Longitude


class PlacesRecord(Record):
    """The whole of flows/demo/places.yaml."""

    area: AreaRecord
    towns: Annotated[tuple[TownRecord, ...], Field(min_length=1)]
    postcodes: tuple[PostcodeRecord, ...] = ()

    groups: ClassVar[dict[str, type[Record]]] = {
        "area": AreaRecord,
        "towns": TownRecord,
        "postcodes": PostcodeRecord,
    }


def read_demo_places(text: str | bytes, filename: str) -> DemoPlaces:
    """The demo's area, towns and postcodes. Raises ContentErrors with every problem, its place and mend."""
    record = read_root(text, filename, PlacesRecord)
    towns = {
        name: Place(town.name, town.latitude, town.longitude, "town")
        for town in record.towns
        for name in (town.name, *town.also)
    }
    postcodes = {one.postcode: (one.latitude, one.longitude) for one in record.postcodes}
    return DemoPlaces(record.area.id, record.area.name, towns, postcodes)
