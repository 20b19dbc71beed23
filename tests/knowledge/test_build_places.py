"""The table of sectors is built from the official list in each of the forms it comes in."""

from __future__ import annotations

import csv
import gzip
import sys
import zipfile
from pathlib import Path

import pytest

from bot.knowledge.build_places import PlacesSourceError, build_places
from bot.knowledge.grid import to_wgs84
from tests.knowledge.haversine import miles

DEGREES = """\
pcd,pcds,ctry,lat,long
IP1 1AA,IP1 1AA,E92000001,52.05,1.15
IP1 1AB,IP1 1AB,E92000001,52.07,1.17
IP1 2AA,IP1 2AA,E92000001,52.08,1.18
CF101AA,CF10 1AA,W92000004,51.48,-3.18
IP1 9ZZ,IP1 9ZZ,E92000001,99.999999,0.000000
"""
METRES = """\
pcd7,east1m,north1m,lad25cd
SW1A1AA,529090,179645,E09000033
SW1A1AB,,,E09000033
JE2 3AB,0,0,L99999999
"""


def table(file: Path) -> list[list[str]]:
    return list(csv.reader(gzip.decompress(file.read_bytes()).decode().splitlines()))


def test_a_sector_is_the_middle_of_its_english_postcodes_that_have_a_place(tmp_path: Path) -> None:
    source, target = tmp_path / "ONSPD.csv", tmp_path / "sectors.csv.gz"
    source.write_text(DEGREES, encoding="utf-8")
    assert build_places(source, target) == 2
    assert table(target) == [
        ["sector", "latitude", "longitude"],
        ["IP1 1", "52.0600", "1.1600"],
        ["IP1 2", "52.0800", "1.1800"],
    ]


BORDER = """\
pcds,ctry,lat,long
TD12 4AA,E92000001,55.65,-2.24
TD12 9AA,S92000003,55.66,-2.25
G1 1AA,S92000003,55.86,-4.25
XX1 1AA,nan,50.0,1.0
"""


def test_beside_it_stands_what_lies_in_another_country(tmp_path: Path) -> None:
    source, target = tmp_path / "ONSPD.csv", tmp_path / "sectors.csv.gz"
    source.write_text(BORDER, encoding="utf-8")
    assert build_places(source, target) == 1
    assert table(tmp_path / "elsewhere.csv.gz") == [["part", "country"], ["G1", "S"], ["TD12 9", "S"]]


def test_a_zip_with_metres_on_the_grid_gives_degrees(tmp_path: Path) -> None:
    source, target = tmp_path / "ONSPD_FEB_2026.zip", tmp_path / "sectors.csv.gz"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("Documents/names.csv", "code,name\n")
        archive.writestr("Data/ONSPD_FEB_2026_UK.csv", METRES)
    assert build_places(source, target) == 1
    assert table(target)[1] == ["SW1A 1", "51.5010", "-0.1416"]


def test_the_same_list_always_makes_the_same_file(tmp_path: Path) -> None:
    source = tmp_path / "ONSPD.csv"
    source.write_text(DEGREES, encoding="utf-8")
    build_places(source, tmp_path / "one.gz")
    build_places(source, tmp_path / "two.gz")
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    source, lines = tmp_path / "ONSPD.csv", list[str]()
    source.write_text(DEGREES, encoding="utf-8")
    build_places(source, tmp_path / "sectors.csv.gz", lines.append)
    assert lines[0] == "5 postcodes read, 2 sectors"
    assert lines[-1].startswith("2 sectors written to ")


REFUSED = [
    ("another table", "a,b\n1,2\n", "names no columns pcds"),
    ("an empty file", "", "names no columns pcds"),
    ("a word for a number", DEGREES.replace("52.07", "north"), '"north, 1.17" beside the postcode IP1 1AB'),
    ("no postcode of England", DEGREES.replace("E92000001", "S92000003"), "holds no postcode of England"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_file_that_is_no_list_of_postcodes_is_refused(what: str, text: str, words: str, tmp_path: Path) -> None:
    source, target = tmp_path / "file.csv", tmp_path / "sectors.csv.gz"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(PlacesSourceError, match=words):
        build_places(source, target)
    assert not target.exists()


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PlacesSourceError, match=r"no file or folder .*nowhere"):
        build_places(tmp_path / "nowhere")


def test_the_python_package_needs_two_more_packages_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postcodes_A.msgpack.br").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "brotli", None)
    with pytest.raises(PlacesSourceError, match="pip install brotli msgpack"):
        build_places(tmp_path, tmp_path / "sectors.csv.gz")


# Eastings and northings, and the degrees that the ONS Postcode Directory gives for the same postcode.
KNOWN = [
    ("Buckingham Palace", 529_090, 179_645, 51.501009, -0.141588),
    ("the Ordnance Survey's worked example, Norfolk", 651_409.903, 313_177.270, 52.657977, 1.716038),
]  # fmt: skip


@pytest.mark.parametrize(("what", "east", "north", "latitude", "longitude"), KNOWN, ids=[row[0] for row in KNOWN])
def test_the_grid_is_turned_into_degrees_within_twenty_metres(
    what: str, east: float, north: float, latitude: float, longitude: float
) -> None:
    metres = miles(to_wgs84(east, north), (latitude, longitude)) * 1609.344
    assert metres < 20
