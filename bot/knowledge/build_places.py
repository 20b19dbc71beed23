"""Builds the shipped tables from the official list of postcodes: the middle of each sector of England, and what lies
in another country."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path

from bot.knowledge.postcode import district_of
from bot.knowledge.postcode_source import PlacesSourceError, Row, Source, open_source

__all__ = ["PlacesSourceError", "build_places"]

TABLE = Path(__file__).parent / "data" / "sectors.csv.gz"
ELSEWHERE = "elsewhere.csv.gz"  # stands beside the table
BATCH = 200_000
ENGLAND = "E"
# How their codes begin: England, Scotland, Wales, Northern Ireland, the Isle of Man, the Channel Islands.
COUNTRIES = frozenset("ESWNML")


def build_places(source: Path, target: Path = TABLE, progress: Callable[[str], None] = lambda line: None) -> int:
    """Writes the middle of each of England's postcode sectors to ``target``, gzipped CSV; gives their number.

    Beside it comes the table of districts and sectors that lie wholly in another country. ``progress`` gets a line of
    text now and then. Raises PlacesSourceError for a file it cannot read.
    """
    opened = open_source(source)
    sums: dict[str, list[float]] = {}
    countries: dict[str, set[str]] = defaultdict(set)
    read = 0
    while batch := list(islice(opened.rows, BATCH)):
        for row in batch:
            _add(sums, countries, row)
        read += len(batch)
        progress(f"{read:,} postcodes read, {len(sums):,} sectors")
    if not sums:
        raise PlacesSourceError(
            f"{source} holds no postcode of England with a place. Is it the ONS Postcode Directory?"
        )
    _write(target, ("sector", "latitude", "longitude"), (_middle(sector, sums, opened) for sector in sorted(sums)))
    _write(target.with_name(ELSEWHERE), ("part", "country"), sorted(_elsewhere(countries)))
    progress(f"{len(sums):,} sectors written to {target}")
    return len(sums)


def _add(sums: dict[str, list[float]], countries: dict[str, set[str]], row: Row) -> None:
    """Adds one postcode to its sector's sum. Without a place it is left out."""
    sector = row.sector
    if not sector or row.country not in COUNTRIES:
        return
    countries[sector].add(row.country)
    point = row.coordinates() if row.country == ENGLAND else None
    if point:
        total = sums.setdefault(sector, [0.0, 0.0, 0.0])
        total[0] += point[0]
        total[1] += point[1]
        total[2] += 1


def _middle(sector: str, sums: dict[str, list[float]], source: Source) -> tuple[str, str, str]:
    first, second, count = sums[sector]
    latitude, longitude = source.degrees(first / count, second / count)
    return sector, f"{latitude:.4f}", f"{longitude:.4f}"


def _elsewhere(countries: dict[str, set[str]]) -> Iterable[tuple[str, str]]:
    """The districts that lie wholly in another country, and the sectors of those on the border."""
    districts: dict[str, set[str]] = defaultdict(set)
    for sector, found in countries.items():
        districts[district_of(sector)] |= found
    for district, found in districts.items():
        if len(found) == 1 and ENGLAND not in found:
            yield district, min(found)
    for sector, found in countries.items():
        if len(districts[district_of(sector)]) > 1 and ENGLAND not in found:
            yield sector, min(found)


def _write(target: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    target.parent.mkdir(parents=True, exist_ok=True)
    # No time in the gzip header: the same list always makes the same file.
    target.write_bytes(gzip.compress(text.getvalue().encode("ascii"), mtime=0))
