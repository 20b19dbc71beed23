"""A town of England as people name it, found in the table that ``bot places towns`` made from GeoNames."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import hypot

import regex
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.language.normal import plain

# A shorter name has too many other words one slip away from it, and so has a village's in thirty languages:
# the name's length, and the fewest people who must live there for a slip in it to be forgiven.
SHORTEST_MISSPELT = 5
SHORT_NAME, FEWEST_FOR_SHORT, FEWEST_FOR_LONG = 6, 50_000, 5_000
LONGEST_NAME, LONGEST_SENTENCE = 60, 15  # letters, words
# Two towns named together ("Southall, London") are one answer when they are this near each other, in miles.
TOGETHER = 20
# Miles to a degree; the second one at 52 degrees north, the middle of England. Good to 5 in 100 over all of it.
MILES_NORTH, MILES_EAST = 69.0, 42.6
# "London Road" is a street anywhere, and New York is not York.
AFTER = frozenset(
    {"road", "rd", "street", "st", "avenue", "ave", "lane", "close", "drive", "crescent", "terrace", "court", "house"}
)
BEFORE = frozenset({"new"})
ARABIC = regex.compile(r"\p{Arabic}")


@dataclass(frozen=True, slots=True)
class Town:
    """A town's middle in degrees (WGS84), and how many people live there, roughly."""

    name: str
    latitude: float
    longitude: float
    people: int


@dataclass(frozen=True, slots=True)
class TownRow:
    """A town, its folded spellings, and those that are ordinary words too: Bath, Reading."""

    town: Town
    spellings: tuple[str, ...]
    alone: tuple[str, ...]


class Towns:
    """Finds towns by name. ``not_towns`` are words one slip away from a town that mean something else."""

    def __init__(self, rows: Iterable[TownRow], not_towns: Iterable[str]) -> None:
        self._anywhere: dict[str, Town] = {}
        self._whole: dict[str, Town] = {}
        for row in rows:
            self._anywhere.update(dict.fromkeys(row.spellings, row.town))
            self._whole.update(dict.fromkeys(row.alone, row.town))
        self._whole.update(self._anywhere)
        self._not_towns = frozenset(not_towns)
        self._spellings = list(self._whole)
        self._goes_on = set(_goings_on(self._whole))
        self._begins = frozenset(spelling.partition(" ")[0] for spelling in self._anywhere)
        self._widest = max((len(spelling.split()) for spelling in self._anywhere), default=0)

    def named(self, text: str) -> Town | None:
        """The town whose name is the whole text."""
        return self._whole.get(plain(text))

    def find(self, text: str) -> Town | None:
        """The town that is named, named with one slip, or named inside a short sentence; None when unsure."""
        said = plain(text)
        return self._whole.get(said) or self._misspelt(said) or self._inside(said.split())

    def inside(self, text: str) -> Town | None:
        """The town that is named inside a short sentence; None when unsure."""
        return self._inside(plain(text).split())

    def _misspelt(self, said: str) -> Town | None:
        """One letter too many, too few, wrong or swapped, but never the first, and never between two towns."""
        if not SHORTEST_MISSPELT <= len(said) <= LONGEST_NAME or said in self._not_towns:
            return None
        close = process.extract(said, self._spellings, scorer=OSA.distance, score_cutoff=1, limit=None)
        meant = {self._whole[spelling] for spelling, _slips, _at in close}
        forgiven = any(self._forgives(spelling, said) for spelling, _slips, _at in close)
        return meant.pop() if len(meant) == 1 and forgiven else None

    def _forgives(self, spelling: str, said: str) -> bool:
        town = self._anywhere.get(spelling)
        return town is not None and spelling[0] == said[0] and forgives_a_slip(spelling, town.people)

    def _inside(self, said: Sequence[str]) -> Town | None:
        towns = set(self._named_in(said)) if len(said) <= LONGEST_SENTENCE else set()
        smallest = min(towns, key=lambda town: town.people, default=None)
        return smallest if smallest and all(_together(smallest, town) for town in towns) else None

    def _named_in(self, said: Sequence[str]) -> Iterator[Town]:
        """The towns in a sentence, the longest names first: "Milton Keynes" is not Milton."""
        at = 0
        while at < len(said):
            if said[at] not in self._begins:  # as hardly a word does
                at += 1
                continue
            width = next((width for width in range(self._widest, 0, -1) if self._is_named(said, at, width)), 0)
            if width:
                yield self._anywhere[" ".join(said[at : at + width])]
            at += width or 1

    def _is_named(self, said: Sequence[str], at: int, width: int) -> bool:
        name = " ".join(said[at : at + width])
        if at + width > len(said) or name not in self._anywhere or (at and said[at - 1] in BEFORE):
            return False
        following = said[at + width] if at + width < len(said) else ""
        return following not in AFTER and f"{name} {following[:1]}" not in self._goes_on


@cache
def shipped_towns() -> Towns:
    """The shipped table. Reading it takes some 10 ms, once."""
    return Towns(read_towns(_data("towns.csv.gz")), _data("not_towns.txt.gz").split())


def read_towns(table: str) -> Iterator[TownRow]:
    """The rows of a table that ``bot places towns`` wrote."""
    rows = csv.reader(table.splitlines())
    next(rows)
    for name, latitude, longitude, people, spellings, alone in rows:
        town = Town(name, float(latitude), float(longitude), int(people))
        yield TownRow(town, _parts(spellings), _parts(alone))


def forgives_a_slip(spelling: str, people: int) -> bool:
    """Whether a folded spelling with one slip in it is still this town.

    Never in Arabic script: it leaves vowels out, so one letter turns most names into a word of everyday.
    """
    fewest = FEWEST_FOR_SHORT if len(spelling) <= SHORT_NAME else FEWEST_FOR_LONG
    return len(spelling) >= SHORTEST_MISSPELT and people >= fewest and not ARABIC.search(spelling)


def _data(name: str) -> str:
    return gzip.decompress(files("bot.knowledge").joinpath("data", name).read_bytes()).decode("utf-8")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _goings_on(spellings: Iterable[str]) -> Iterator[str]:
    """How longer names begin: "milton k" of Milton Keynes, so that "Milton Keens" is not taken for Milton."""
    for spelling in spellings:
        words = spelling.split()
        yield from (f"{' '.join(words[:at])} {words[at][0]}" for at in range(1, len(words)))


def miles_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The miles between two points of England in degrees, roughly."""
    return hypot((one[0] - other[0]) * MILES_NORTH, (one[1] - other[1]) * MILES_EAST)


def _together(one: Town, other: Town) -> bool:
    return miles_apart((one.latitude, one.longitude), (other.latitude, other.longitude)) <= TOGETHER
