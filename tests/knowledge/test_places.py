"""A place is found however it is typed, and a place that does not exist is not."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bot.knowledge.places import (
    Place,
    Places,
    Unplaced,
    elsewhere,
    looks_like_postcode,
    normal_postcode,
    shipped_sectors,
)
from tests.knowledge.samples import shipped_places

NORMAL = [
    ("as it is printed", "IP1 1AA", "IP1 1AA"),
    ("small letters, no space", "ip11aa", "IP1 1AA"),
    ("the space in another place", "ip11 aa", "IP1 1AA"),
    ("a full stop and spaces round it", " IP1 1AA. ", "IP1 1AA"),
    ("letter O for nought", "ip1o 1aa", "IP10 1AA"),
    ("nought for letter O", "0X1 1AA", "OX1 1AA"),
    ("one for letter I", "1P1 1AA", "IP1 1AA"),
    ("letter l for one", "IP1 lAA", "IP1 1AA"),
    ("letters after the district's number", "ec1a1bb", "EC1A 1BB"),
    ("a sector", "ip1 1", "IP1 1"),
    ("a district", "ip1", "IP1"),
    ("a district with two digits", "W11", "W11"),
    ("full-width letters", "\uff29\uff30\uff11 1AA", "IP1 1AA"),
    ("Bangla digits", "IP১ ১AA", "IP1 1AA"),
    ("only digits", "11", None),
    ("a word", "hello", None),
    ("a phone number", "07700900123", None),
    ("letters never used in the second half", "IP1 1CI", None),
    ("nothing", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed", "normal"), NORMAL, ids=[row[0] for row in NORMAL])
def test_a_postcode_is_read_as_people_type_it(what: str, typed: str, normal: str | None) -> None:
    assert normal_postcode(typed) == normal
    assert looks_like_postcode(typed) is (normal is not None)


FOUND = [
    ("a demo postcode", "ZZ1 1AA", "ZZ1 1AA", "postcode"),
    ("a demo postcode as typed on a phone", "zz11aa", "ZZ1 1AA", "postcode"),
    ("a demo sector", "ZZ1 2", "ZZ1 2", "sector"),
    ("a demo district", "zz3", "ZZ3", "district"),
    ("a postcode nobody has in a demo sector", "ZZ1 1ZZ", "ZZ1 1", "sector"),
    ("a real postcode, by its sector", "IP1 1AA", "IP1 1", "sector"),
    ("a real postcode in a sentence", "my postcode is sw1a 1aa thanks", "SW1A 1", "sector"),
    ("a real district", "IP1", "IP1", "district"),
    ("a district in a sentence", "near ip1 please", "IP1", "district"),
    ("a sector newer than the table", "IP1 7AA", "IP1", "district"),
    ("a town", "Wexmoor", "Wexmoor", "town"),
    ("a town in small letters with a typo", "wexmor", "Wexmoor", "town"),
    ("a town in a sentence", "i live in harofen", "Harrowfen", "town"),
    ("a town of two words", "lantern quey", "Lantern Quay", "town"),
    ("a town in Urdu", "ویکسمور", "Wexmoor", "town"),
    ("a town in Bangla", "ওয়েক্সমুর", "Wexmoor", "town"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed", "name", "exactness"), FOUND, ids=[row[0] for row in FOUND])
def test_a_place_is_found(what: str, typed: str, name: str, exactness: str) -> None:
    place = shipped_places().find(typed)
    assert place is not None
    assert (place.name, place.exactness) == (name, exactness)


@pytest.mark.parametrize(
    "typed", ["ZZ9 9ZZ", "ZZ9", "Wexford", "Wexford Street", "the day after", "hello", "1", "11", "", "???", "x" * 2000]
)
def test_a_place_that_is_not_in_the_tables_is_none(typed: str) -> None:
    assert shipped_places().find(typed) is None


def test_a_real_postcode_is_not_kept_whole() -> None:
    place = shipped_places().find("IP1 1AA")
    assert place == Place("IP1 1", 52.0553, 1.1505, "sector")


def test_without_the_demo_its_places_are_unknown() -> None:
    assert Places().find("Wexmoor") is None
    assert Places().find("ZZ1 1AA") is None
    assert Places().find("IP1 1AA") is not None


def test_a_district_is_the_middle_of_its_sectors() -> None:
    sectors = [point for sector, point in shipped_sectors() if sector.startswith("IP1 ")]
    place = Places().find("IP1")
    assert place is not None
    assert place.latitude == pytest.approx(sum(point[0] for point in sectors) / len(sectors), abs=0.0001)


def test_the_shipped_table_covers_england_is_small_and_carries_its_licence() -> None:
    points = dict(shipped_sectors())
    assert 9_000 < len(points) < 11_000
    assert all(49.8 < latitude < 55.9 and -6.5 < longitude < 1.9 for latitude, longitude in points.values())
    data = files("bot.knowledge").joinpath("data")
    assert len(data.joinpath("sectors.csv.gz").read_bytes()) <= 250_000
    licence = data.joinpath("LICENCE.txt").read_text(encoding="utf-8")
    assert "Open Government Licence v3.0" in licence
    assert "Royal Mail copyright and database right" in licence


WHY_NOT = [
    ("Glasgow", "g1 1aa", Unplaced.SCOTLAND),
    ("a district of Aberdeen", "AB10", Unplaced.SCOTLAND),
    ("a Scottish sector of a district on the border", "TD12 9AA", Unplaced.SCOTLAND),
    ("Cardiff in a sentence", "i am near CF10 1AA now", Unplaced.WALES),
    ("Belfast", "BT1 5GS", Unplaced.NORTHERN_IRELAND),
    ("Douglas", "IM1 1AA", Unplaced.ISLE_OF_MAN),
    ("Guernsey", "GY1 1AA", Unplaced.CHANNEL_ISLANDS),
    ("a postcode of no district", "QX9 1QX", Unplaced.NO_SUCH_POSTCODE),
    ("a word", "nowhereville", Unplaced.UNKNOWN),
    ("nothing", "", Unplaced.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed", "why"), WHY_NOT, ids=[row[0] for row in WHY_NOT])
def test_it_is_told_why_a_place_is_not_found(what: str, typed: str, why: Unplaced) -> None:
    assert shipped_places().find(typed) is None
    assert shipped_places().why_not(typed) is why


def test_a_district_on_the_border_is_found_by_its_english_side() -> None:
    place = Places().find("TD12 4AA")
    assert place is not None
    assert place.name == "TD12 4"


def test_no_sector_is_both_in_england_and_elsewhere() -> None:
    for sector, _ in shipped_sectors():
        assert sector not in elsewhere()
        assert sector.split()[0] not in elsewhere()


LOCATIONS = [
    ("London", (51.5, -0.1), True),
    ("a moor in Northumberland", (55.25, -2.4), True),
    ("the made-up borough in the sea", (52.6, 2.6), True),
    ("Glasgow", (55.86, -4.25), False),
    ("Warsaw", (52.23, 21.01), False),
    ("nowhere", (0.0, 0.0), False),
]  # fmt: skip


@pytest.mark.parametrize(("what", "point", "known"), LOCATIONS, ids=[row[0] for row in LOCATIONS])
def test_a_shared_location_is_a_place_in_england_only(what: str, point: tuple[float, float], known: bool) -> None:
    assert shipped_places().here(*point) == (Place("", *point, "here") if known else None)
