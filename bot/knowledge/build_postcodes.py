"""All postcodes of England, district by district, ready to be kept: where each is and how deprived its streets are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from struct import Struct

from bot.knowledge.deprivation import Deciles
from bot.knowledge.packed import STEP, Spot, is_inward, packed
from bot.knowledge.postcode_source import PlacesSourceError, Row, Source, open_source

ENGLAND = "E"
BATCH = 20_000
# While they are gathered: the second half, and the place in steps. As objects they would take half a gigabyte.
_POINT = Struct("<3sii")

Progress = Callable[[float], None]


def districts_of(
    source: Path, editions: Sequence[Deciles] = (), progress: Progress = lambda share: None
) -> Iterator[tuple[str, bytes, int]]:
    """Each district of England with its packed postcodes, and how many these are.

    ``progress`` hears now and then what share of the source has been read, from 0 to 1. Raises PlacesSourceError for a
    file that cannot be read, holds no postcode of England, or lacks the census areas that ``editions`` need.
    """
    opened = open_source(source)
    if editions and not opened.has_lsoas:
        raise PlacesSourceError(
            f"{source} names no census areas (lsoa11, lsoa21), so no decile can be told. Give the ONS Postcode "
            "Directory, or leave --imd out."
        )
    gathered = _gathered(opened, editions, progress)
    if not gathered:
        raise PlacesSourceError(
            f"{source} holds no postcode of England with a place. Is it the ONS Postcode Directory?"
        )
    for district in sorted(gathered):
        spots = _spots(gathered[district], len(editions))
        yield district, packed(spots), len(spots)


def _gathered(source: Source, editions: Sequence[Deciles], progress: Progress) -> dict[str, bytearray]:
    gathered: dict[str, bytearray] = defaultdict(bytearray)
    while batch := list(islice(source.rows, BATCH)):
        for row in batch:
            _gather(gathered, row, source, editions)
        progress(min(1.0, source.share_read()))
    return gathered


def _gather(gathered: dict[str, bytearray], row: Row, source: Source, editions: Sequence[Deciles]) -> None:
    point = row.coordinates() if row.country == ENGLAND else None
    compact = row.postcode.replace(" ", "").upper()
    district, inward = compact[:-3], compact[-3:]
    if not point or not district or not is_inward(inward):
        return
    latitude, longitude = source.degrees(*point)
    steps = round(latitude / STEP), round(longitude / STEP)
    gathered[district] += _POINT.pack(inward.encode("ascii"), *steps) + bytes(one.of(row) for one in editions)


def _spots(kept: bytearray, editions: int) -> list[Spot]:
    """The postcodes of a district, once each."""
    found: dict[str, Spot] = {}
    size = _POINT.size + editions
    for start in range(0, len(kept), size):
        inward, north, east = _POINT.unpack_from(kept, start)
        name = inward.decode("ascii")
        deciles = tuple(kept[start + _POINT.size : start + size])
        found[name] = Spot(name, north * STEP, east * STEP, deciles)
    return list(found.values())
