"""All postcodes of one district in a few kilobytes: where each is, and how deprived the streets around it are."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from struct import Struct

# The two letters after the digit of a postcode's second half; C I K M O V are never used there.
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
STEP = 0.0001  # degrees; some eleven metres
_HEAD = Struct("<HiiB")  # how many, the south-west corner in steps, how many editions


@dataclass(frozen=True, slots=True)
class Spot:
    """One postcode of a district: its second half ("1AA"), degrees (WGS84), and a decile an edition (0: not known)."""

    inward: str
    latitude: float
    longitude: float
    deciles: tuple[int, ...] = ()


def packed(spots: Sequence[Spot]) -> bytes:
    """The spots as a compressed blob. All have as many deciles.

    Columns compress better than rows, and all first bytes of a column better than its numbers: it is half the size.
    """
    ordered = sorted(spots, key=lambda spot: _number(spot.inward))
    north, east = ([round(value / STEP) for value in column] for column in _columns(ordered))
    south, west = min(north), min(east)
    numbers = [_number(spot.inward) for spot in ordered]
    data = _HEAD.pack(len(ordered), south, west, len(ordered[0].deciles))
    data += _column([after - before for before, after in pairwise([0, *numbers])])
    data += _column([steps - south for steps in north]) + _column([steps - west for steps in east])
    data += bytes(decile for column in zip(*(spot.deciles for spot in ordered), strict=True) for decile in column)
    return zlib.compress(data, 9)


def spot_in(blob: bytes, inward: str) -> Spot | None:
    """The postcode with this second half, or None when the district has none such."""
    if not is_inward(inward):
        return None
    data = zlib.decompress(blob)
    count, south, west, editions = _HEAD.unpack_from(data)
    highs, lows = data[_HEAD.size : _HEAD.size + count], data[_HEAD.size + count : _HEAD.size + 2 * count]
    numbers = list(accumulate(high << 8 | low for high, low in zip(highs, lows, strict=True)))
    at = bisect_left(numbers, _number(inward))
    if at == count or numbers[at] != _number(inward):
        return None
    latitude, longitude = (south + _at(data, count, 1, at)) * STEP, (west + _at(data, count, 2, at)) * STEP
    start = _HEAD.size + 6 * count + at
    deciles = tuple(data[start + edition * count] for edition in range(editions))
    return Spot(inward, round(latitude, 4), round(longitude, 4), deciles)


def _column(values: Sequence[int]) -> bytes:
    """Numbers below 65,536: first all their high bytes, then all their low ones."""
    return bytes(value >> 8 for value in values) + bytes(value & 255 for value in values)


def _at(data: bytes, count: int, column: int, index: int) -> int:
    start = _HEAD.size + 2 * column * count + index
    return data[start] << 8 | data[start + count]


def is_inward(text: str) -> bool:
    """True of a second half that a postcode can have."""
    return len(text) == 3 and "0" <= text[0] <= "9" and text[1] in LETTERS and text[2] in LETTERS


def _number(inward: str) -> int:
    """The second half as a number: there are 4,000."""
    return (int(inward[0]) * 20 + LETTERS.index(inward[1])) * 20 + LETTERS.index(inward[2])


def _columns(spots: Sequence[Spot]) -> tuple[list[float], list[float]]:
    return [spot.latitude for spot in spots], [spot.longitude for spot in spots]
