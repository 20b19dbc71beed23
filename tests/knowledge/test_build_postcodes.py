"""The table of all postcodes is built from the official list, small, whole or not at all, and no postcode moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.build_postcodes import districts_of
from bot.knowledge.deprivation import Deciles, read_deciles
from bot.knowledge.packed import LETTERS, Spot, packed, spot_in
from bot.knowledge.places import Known, Places
from bot.knowledge.postcode_source import PlacesSourceError
from bot.store.postcodes import PostcodesError, PostcodeTable, table_at, write_postcodes
from tests.knowledge.haversine import miles

# The columns that matter here of the ONS Postcode Directory, under the names of 2024.
DIRECTORY = """\
pcd,pcds,ctry,oseast1m,osnrth1m,lat,long,lsoa11,lsoa21
SW1A1AA,SW1A 1AA,E92000001,0529090,0179645,51.501009,-0.141588,E01004736,E01035718
SW1A2AA,SW1A 2AA,E92000001,0530047,0179951,51.50354,-0.127695,E01004736,E01004736
IP1 1AA,IP1 1AA,E92000001,0616000,0244500,52.0567,1.1482,E01029999,E01029999
IP1 1AB,IP1 1AB,E92000001,0616100,0244600,52.0577,1.1497,E01029998,
CF101AA,CF10 1AA,W92000004,0318000,0176000,51.48,-3.18,W01001939,W01001939
IP1 9ZZ,IP1 9ZZ,E92000001,,,99.999999,0.000000,,
"""
HEAD = (
    "LSOA code ({lsoa}),LSOA name ({lsoa}),Local Authority District code ({lad}),"
    "Local Authority District name ({lad}),Index of Multiple Deprivation (IMD) Score,"
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),"
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),Income Score (rate)\n"
)
IMD_2019 = HEAD.format(lsoa=2011, lad=2019) + (
    "E01004736,Westminster 018A,E09000033,Westminster,20.1,13000,4,0.1\n"
    "E01029999,Ipswich 001A,E07000202,Ipswich,61.2,300,1,0.4\n"
    "E01029998,Ipswich 001B,E07000202,Ipswich,40.5,4000,2,0.3\n"
)
IMD_2025 = HEAD.format(lsoa=2021, lad=2024) + (
    "E01035718,Westminster 018D,E09000033,Westminster,15.0,20000,6,0.1\n"
    "E01029999,Ipswich 001A,E07000202,Ipswich,58.9,500,2,0.4\n"
)


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8-sig")
    return file


@pytest.fixture
def table(tmp_path: Path) -> PostcodeTable:
    """A table of four postcodes of England, with the deciles of both editions."""
    source = written(tmp_path, "ONSPD.csv", DIRECTORY)
    editions = [
        read_deciles(written(tmp_path, "2019.csv", IMD_2019)),
        read_deciles(written(tmp_path, "2025.csv", IMD_2025)),
    ]
    target = tmp_path / "instance" / "postcodes.sqlite3"
    count = write_postcodes(districts_of(source, editions), target, source=source.name, editions=[2019, 2025])
    assert count == 4
    return PostcodeTable(target)


KNOWN = [
    ("in the middle of London", "SW1A 1AA", (51.5010, -0.1416), (2025, 6)),
    ("an area that the newer edition does not tell of", "SW1A 2AA", (51.5035, -0.1277), (2019, 4)),
    ("both editions tell: the newer counts", "IP1 1AA", (52.0567, 1.1482), (2025, 2)),
    ("no area of 2021", "IP1 1AB", (52.0577, 1.1497), (2019, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "postcode", "point", "decile"), KNOWN, ids=[row[0] for row in KNOWN])
def test_a_postcode_has_its_place_and_the_decile_of_its_newest_edition(
    what: str, postcode: str, point: tuple[float, float], decile: tuple[int, int], table: PostcodeTable
) -> None:
    assert table.find(postcode) == Known(*point, decile)


@pytest.mark.parametrize("postcode", ["CF10 1AA", "IP1 9ZZ", "IP1 1AD", "IP2 1AA", "IP1 1CC", "IP1", ""])
def test_a_postcode_that_is_not_in_the_table_is_none(postcode: str, table: PostcodeTable) -> None:
    assert table.find(postcode) is None


def test_a_place_is_exact_where_the_table_knows_it_and_its_sectors_middle_elsewhere(table: PostcodeTable) -> None:
    places = Places(table=table)
    exact, rough = places.find("i live at sw1a1aa"), places.find("SW1A 1ZZ")
    assert exact is not None
    assert rough is not None
    assert (exact.exactness, exact.deprivation, exact.is_rough) == ("postcode", (2025, 6), False)
    assert (rough.exactness, rough.deprivation, rough.is_rough) == ("sector", None, True)
    assert 0.01 < miles((exact.latitude, exact.longitude), (rough.latitude, rough.longitude)) < 1


def test_even_an_exact_place_does_not_carry_the_postcode_on(table: PostcodeTable) -> None:
    place = Places(table=table).find("SW1A 1AA")
    assert place is not None
    assert place.name == "SW1A 1"


def test_the_letters_and_digits_that_are_mixed_up_are_read_as_what_there_is(table: PostcodeTable) -> None:
    place = Places(table=table).find("1PI lAA")
    assert place is not None
    assert (place.name, place.exactness) == ("IP1 1", "postcode")


def test_the_table_says_what_it_was_built_from(table: PostcodeTable) -> None:
    about = table.about
    assert (about.source, about.postcodes, about.editions) == ("ONSPD.csv", 4, (2019, 2025))


def test_without_the_indices_the_decile_is_not_known(tmp_path: Path) -> None:
    source, target = written(tmp_path, "ONSPD.csv", DIRECTORY), tmp_path / "postcodes.sqlite3"
    write_postcodes(districts_of(source), target, source="ONSPD.csv", editions=[])
    assert PostcodeTable(target).find("IP1 1AA") == Known(52.0567, 1.1482, None)


def test_metres_on_the_grid_give_the_same_place_as_degrees(tmp_path: Path) -> None:
    grid = "pcds,ctry,oseast1m,osnrth1m\nSW1A 1AA,E92000001,529090,179645\n"
    target = tmp_path / "postcodes.sqlite3"
    write_postcodes(districts_of(written(tmp_path, "grid.csv", grid)), target, source="grid.csv", editions=[])
    found = PostcodeTable(target).find("SW1A 1AA")
    assert found is not None
    assert miles((found.latitude, found.longitude), (51.501009, -0.141588)) < 0.01


def test_a_build_that_breaks_off_leaves_the_old_table_and_no_rest(table: PostcodeTable, tmp_path: Path) -> None:
    bad = written(tmp_path, "bad.csv", DIRECTORY.replace("52.0577", "north"))
    with pytest.raises(PlacesSourceError, match=r'"north, 1\.1497" beside the postcode IP1 1AB'):
        write_postcodes(districts_of(bad), table.file, source="bad.csv", editions=[])
    assert table.find("IP1 1AA") is not None
    assert [file.name for file in table.file.parent.iterdir()] == ["postcodes.sqlite3"]


def test_a_newer_table_takes_the_place_of_the_old_one_at_once(table: PostcodeTable, tmp_path: Path) -> None:
    newer = written(tmp_path, "newer.csv", DIRECTORY.replace("52.0567", "52.1000"))
    write_postcodes(districts_of(newer), table.file, source="newer.csv", editions=[])
    found = table.find("IP1 1AA")
    assert found is not None
    assert found.latitude == 52.1


def test_a_table_that_has_gone_leaves_the_sectors(table: PostcodeTable) -> None:
    table.file.unlink()
    place = Places(table=table).find("SW1A 1AA")
    assert place is not None
    assert place.exactness == "sector"


def test_where_nobody_built_one_there_is_none_and_another_file_is_refused_by_name(tmp_path: Path) -> None:
    assert table_at(tmp_path / "nothing.sqlite3") is None
    other = written(tmp_path, "other.sqlite3", "not a database")
    with pytest.raises(PostcodesError, match=r'other\.sqlite3 is no table of postcodes .* "bot places build"'):
        table_at(other)


def test_it_says_what_share_has_been_read(tmp_path: Path) -> None:
    shares: list[float] = []
    list(districts_of(written(tmp_path, "ONSPD.csv", DIRECTORY), progress=shares.append))
    assert shares == [1.0]


def test_deciles_need_a_list_that_names_the_census_areas(tmp_path: Path) -> None:
    source = written(tmp_path, "grid.csv", "pcds,ctry,oseast1m,osnrth1m\nSW1A 1AA,E92000001,529090,179645\n")
    with pytest.raises(PlacesSourceError, match="names no census areas"):
        list(districts_of(source, [Deciles(2025, {"E01000001": 1})]))


REFUSED = [
    ("a spreadsheet", "File_7.xlsx", "", "is a spreadsheet"),
    ("another table", "other.csv", "a,b\n1,2\n", "names no LSOA code"),
    ("an empty file", "empty.csv", "", "names no LSOA code"),
    ("the edition of 2015", "2015.csv", HEAD.format(lsoa=2011, lad=2013) + "E01,x,y,z,1,2,3,4\n", "another edition"),
    ("districts and areas of two editions", "mixed.csv", HEAD.format(lsoa=2011, lad=2024), "another edition"),
    ("no rows", "head.csv", HEAD.format(lsoa=2011, lad=2019), "tells of no area"),
    ("no decile", "bad.csv", IMD_2019.replace(",300,1,", ",300,11,"), r'bad\.csv:3: "11" is no decile'),
    ("a word for a decile", "word.csv", IMD_2019.replace(",300,1,", ",300,low,"), '"low" is no decile'),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "text", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_file_that_is_not_of_the_indices_is_refused(
    what: str, name: str, text: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(PlacesSourceError, match=words):
        read_deciles(written(tmp_path, name, text))


INWARDS = st.builds(
    lambda digit, one, two: f"{digit}{one}{two}", st.integers(0, 9), st.sampled_from(LETTERS), st.sampled_from(LETTERS)
)
SPOTS = st.lists(
    st.builds(
        Spot,
        INWARDS,
        st.floats(50, 55).map(lambda value: round(value, 4)),
        st.floats(-6, 0).map(lambda value: round(value, 4)),
        st.tuples(st.integers(0, 10), st.integers(0, 10)),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda spot: spot.inward,
)


@given(spots=SPOTS)
def test_what_is_packed_is_found_again(spots: list[Spot]) -> None:
    blob = packed(spots)
    assert [spot_in(blob, spot.inward) for spot in spots] == spots


@given(spots=SPOTS, other=INWARDS)
def test_what_was_not_packed_is_not_found(spots: list[Spot], other: str) -> None:
    assert (spot_in(packed(spots), other) is None) is (other not in {spot.inward for spot in spots})
