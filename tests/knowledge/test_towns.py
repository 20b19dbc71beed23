"""A town of England is found as people write it, and no other word is taken for a town."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.knowledge.build_places import PlacesSourceError
from bot.knowledge.build_towns import BY_HAND, build_towns
from bot.knowledge.places import Places
from bot.knowledge.towns import Town, TownRow, Towns, read_towns, shipped_towns
from bot.language.normal import plain
from tests.knowledge.samples import shipped_places

NAMED = [
    ("Ipswich", "Ipswich"),
    ("manchester", "Manchester"),
    ("BRADFORD", "Bradford"),
    ("Leicester.", "Leicester"),
    ("  luton ", "Luton"),
    ("Brent", "Brent"),
    ("Tower Hamlets", "Tower Hamlets"),
    ("newham", "Newham"),
    ("Hackney", "Hackney"),
    ("Hammersmith & Fulham", "Hammersmith and Fulham"),
    ("City of London", "City of London"),
    ("Southall", "Southall"),
    ("Small Heath, Birmingham", "Small Heath"),
    ("Hull", "Kingston upon Hull"),
    ("Newcastle", "Newcastle upon Tyne"),
    ("newcastle on tyne", "Newcastle upon Tyne"),
    ("Stoke", "Stoke-on-Trent"),
    ("stoke on trent", "Stoke-on-Trent"),
    ("Burton", "Burton upon Trent"),
    ("Kings Lynn", "King's Lynn"),
    ("King\u2019s Lynn", "King's Lynn"),
    ("St. Helens", "St Helens"),
    ("Saint Albans", "St Albans"),
    ("bury st edmunds", "Bury St Edmunds"),
    ("Ashton under Lyne", "Ashton-under-Lyne"),
    ("Milton Keynes", "Milton Keynes"),
    ("The Wirral", "Wirral"),
    ("Kingston", "Kingston upon Thames"),
    ("Harwich", "Harwich"),
]  # fmt: skip
MISSPELT = [
    ("a letter too few", "birmigham", "Birmingham"),
    ("a letter too many", "Middlesborough", "Middlesbrough"),
    ("a wrong letter", "Wolverhampten", "Wolverhampton"),
    ("two letters swapped", "Liecester", "Leicester"),
    ("two letters swapped near the end", "Huddersfeild", "Huddersfield"),
    ("a letter heard that is not written", "ipswhich", "Ipswich"),
    ("a name of two words run together", "Miltonkeynes", "Milton Keynes"),
    ("a letter too few in two words", "tower hamlts", "Tower Hamlets"),
    ("the last letter of a longer name, not the shorter name in it", "milton keynse", "Milton Keynes"),
]  # fmt: skip
SENTENCES = [
    ("in English", "I live in Ipswich", "Ipswich"),
    ("with a county", "Ipswich, Suffolk", "Ipswich"),
    ("in Polish, in the locative", "mieszkam w Londynie", "London"),
    ("in Urdu", "میں بریڈفورڈ میں رہتا ہوں", "Bradford"),
    ("in Bangla, in the locative", "আমি লন্ডনে থাকি", "London"),
    ("a part of a bigger town", "Southall, London", "Southall"),
    ("the longer of two names", "we are in milton keynes now", "Milton Keynes"),
]  # fmt: skip
SCRIPTS = [
    ("Urdu", "لندن", "London"),
    ("Urdu", "برمنگھم", "Birmingham"),
    ("Urdu", "بریڈفورڈ", "Bradford"),
    ("Urdu", "مانچسٹر", "Manchester"),
    ("Urdu", "لیسٹر", "Leicester"),
    ("Urdu", "لوٹن", "Luton"),
    ("Arabic", "مانشستر", "Manchester"),
    ("Bangla", "লন্ডন", "London"),
    ("Bangla", "বার্মিংহাম", "Birmingham"),
    ("Bangla", "ব্র্যাডফোর্ড", "Bradford"),
    ("Bangla", "লেস্টার", "Leicester"),
    ("Bangla", "টাওয়ার হ্যামলেটস", "Tower Hamlets"),
    ("Bangla", "বেথনাল গ্রিন", "Bethnal Green"),
    ("Polish", "Londyn", "London"),
]  # fmt: skip
# Roughly where those are that most people mean: each of these names is also a place elsewhere.
POINTS = [
    ("Ipswich", 52.06, 1.15),
    ("Newcastle", 54.97, -1.61),
    ("Richmond", 51.45, -0.31),
    ("Sutton", 51.36, -0.18),
    ("Kensington", 51.50, -0.19),
    ("Washington", 54.90, -1.52),
    ("Brixton", 51.47, -0.11),
    ("Merton", 51.41, -0.20),
    ("Tower Hamlets", 51.52, -0.04),
]  # fmt: skip
NOT_TOWNS = [
    "banana", "my house", "dunno", "dont know", "near the mosque", "home", "food", "help", "hello", "menu",
    "needs", "leads", "feeds", "money", "hotel", "hospital", "google", "street", "i live in street", "on the streets",
    "i need a bath", "help with reading", "there was a sale", "what is the deal", "London Road",
    "12 Bradford Street", "New York", "Wales", "Derry", "Cardiff", "Leith", "szkola", "praca", "nie wiem",
    "مسجد", "معلوم نہیں", "بات", "মসজিদ", "জানি না", "???", "", "x" * 2000,
]  # fmt: skip
WORDS_TOO = ["Bath", "Reading", "Sale", "Hook", "Deal", "Rugby", "Bury", "Barking"]


@pytest.mark.parametrize(("typed", "name"), NAMED, ids=[row[0] for row in NAMED])
def test_a_town_is_found_by_its_name(typed: str, name: str) -> None:
    place = Places().find(typed)
    assert place is not None
    assert (place.name, place.exactness) == (name, "town")


@pytest.mark.parametrize(
    ("what", "typed", "name"),
    [*MISSPELT, *SENTENCES, *SCRIPTS],
    ids=[f"{row[0]}: {row[2]}" for row in (*MISSPELT, *SENTENCES, *SCRIPTS)],
)
def test_a_town_is_found_with_a_slip_in_a_sentence_and_in_other_scripts(what: str, typed: str, name: str) -> None:
    place = Places().find(typed)
    assert place is not None
    assert place.name == name


@pytest.mark.parametrize(("typed", "latitude", "longitude"), POINTS, ids=[row[0] for row in POINTS])
def test_a_name_of_many_towns_is_the_best_known_one(typed: str, latitude: float, longitude: float) -> None:
    place = Places().find(typed)
    assert place is not None
    assert (place.latitude, place.longitude) == pytest.approx((latitude, longitude), abs=0.03)


@pytest.mark.parametrize("typed", NOT_TOWNS)
def test_no_other_word_is_taken_for_a_town(typed: str) -> None:
    assert Places().find(typed) is None


@pytest.mark.parametrize("name", WORDS_TOO)
def test_a_town_that_is_a_word_too_is_only_meant_when_it_is_the_whole_reply(name: str) -> None:
    found = Places().find(name.lower())
    assert found is not None
    assert found.name == name
    assert Places().find(f"I am thinking about {name.lower()} today") is None


UNSURE = [
    ("two like towns of one name", "Hythe"),
    ("a town of Wales with an English namesake", "Newport"),
    ("Stratford in London or on the Avon", "Stratford"),
    ("two towns far apart", "I moved from Leeds to Ipswich"),
    ("a longer name that is not spelt right", "Milton Keens"),
    ("another town's name that goes on", "newcastle under line"),
    ("one letter from two towns", "Darlow"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed"), UNSURE, ids=[row[0] for row in UNSURE])
def test_when_unsure_between_towns_it_is_none(what: str, typed: str) -> None:
    assert Places().find(typed) is None


def test_two_towns_one_slip_away_are_never_guessed_between() -> None:
    rows = [TownRow(Town(name, 52.0, 1.0, 90_000), (name.lower(),), ()) for name in ("Harlow", "Barlow")]
    assert Towns(rows, ()).find("harlo") == rows[0].town
    assert Towns(rows, ()).find("carlow") is None
    assert Towns(rows, ("harlot",)).find("harlot") is None


def test_the_demo_towns_win_in_the_demo_and_real_ones_are_found_too() -> None:
    assert [place.name for typed in ("harofen", "the Quay", "Ipswich") if (place := shipped_places().find(typed))] == [
        "Harrowfen",
        "Lantern Quay",
        "Ipswich",
    ]


def test_the_shipped_table_is_small_folded_and_carries_its_licences() -> None:
    data = files("bot.knowledge").joinpath("data")
    packed = data.joinpath("towns.csv.gz").read_bytes()
    rows = list(read_towns(gzip.decompress(packed).decode("utf-8")))
    assert len(packed) < 150_000
    assert 2_500 < len(rows) < 4_000
    assert len({(row.town.name, row.town.latitude, row.town.longitude) for row in rows}) == len(rows)
    assert all(49.8 < row.town.latitude < 55.9 and -6.5 < row.town.longitude < 1.9 for row in rows)
    spellings = [spelling for row in rows for spelling in (*row.spellings, *row.alone)]
    assert len(spellings) == len(set(spellings))
    assert [spelling for spelling in spellings if plain(spelling) != spelling] == []
    licence = data.joinpath("LICENCE-towns.txt").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0" in licence
    assert "Copyright 2000-2011 by Kevin Atkinson" in licence


def test_every_town_written_by_hand_is_found_by_each_of_its_names() -> None:
    rows = list(csv.DictReader(BY_HAND.read_text(encoding="utf-8").splitlines()))
    names = [(name, row["name"]) for row in rows for name in (row["name"], *row["also"].split("|")) if name]
    found = [(name, town.name if (town := shipped_towns().named(name)) else None) for name, _ in names]
    assert found == names


def place(name: str, people: int, region: str = "ENG", latitude: float = 52.0, *also: str) -> dict[str, object]:
    return {
        "name": name,
        "latitude": latitude,
        "longitude": 1.0,
        "countrycode": "GB",
        "admin1code": region,
        "population": people,
        "alternatenames": list(also),
    }


PLACES = [
    place("Kingston upon Hull", 300_000, "ENG", 53.74, "Hull", "হাল", "هال", "کنگسٹن"),
    place("Bath", 100_000, "ENG", 51.4),
    place("Settle", 2_500, "ENG", 54.07),
    place("Newport", 25_000, "ENG", 50.7),
    place("Newport", 128_000, "WLS", 51.6),
    place("Sutton", 150_000, "ENG", 51.35),
    place("Sutton", 4_000, "ENG", 52.4),
    place("Harlow", 93_000, "ENG", 51.8),
    place("Tiny", 40, "ENG", 51.9),
    place("Paris", 2_000_000) | {"countrycode": "FR"},
]
HAND = "name,latitude,longitude,people,also\nTower Hamlets,51.5179,-0.0435,310000,টাওয়ার\nHarlow,,,,Harlo Town\n"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A folder with a small GeoNames, a list of words and a hand-kept file."""
    (tmp_path / "cities500.json").write_text(json.dumps(dict(enumerate(PLACES))), encoding="utf-8")
    (tmp_path / "words").write_text("bath\nsettle\nharlot\nhull\n", encoding="utf-8")
    (tmp_path / "hand.csv").write_text(HAND, encoding="utf-8")
    return tmp_path


def built(folder: Path, source: str = "cities500.json") -> dict[str, TownRow]:
    build_towns(folder / source, folder / "words", folder, folder / "hand.csv")
    table = gzip.decompress((folder / "towns.csv.gz").read_bytes()).decode("utf-8")
    return {row.town.name: row for row in read_towns(table)}


def test_the_table_keeps_englands_towns_and_the_much_bigger_of_two(sources: Path) -> None:
    rows = built(sources)
    assert sorted(rows) == ["Bath", "Harlow", "Kingston upon Hull", "Sutton", "Tower Hamlets"]
    assert rows["Sutton"].town == Town("Sutton", 51.35, 1.0, 150_000)
    assert (rows["Bath"].spellings, rows["Bath"].alone) == ((), ("bath",))
    assert rows["Harlow"] == TownRow(Town("Harlow", 51.8, 1.0, 93_000), ("harlo town", "harlow"), ())
    assert set(rows["Tower Hamlets"].spellings) == {"tower hamlets", "টাওয়ার", "টাওয়ারে", "টাওয়ারের"}


def test_short_names_that_are_words_and_short_words_of_other_scripts_are_left_out(sources: Path) -> None:
    assert built(sources)["Kingston upon Hull"].spellings == (
        "kingston", "kingston on hull", "kingston upon hull", "کنگسٹن",
    )  # fmt: skip


def test_words_one_slip_from_a_town_are_kept_beside_it(sources: Path) -> None:
    built(sources)
    assert gzip.decompress((sources / "not_towns.txt.gz").read_bytes()).decode() == "harlot"


def test_geonames_own_file_gives_the_same_table_as_the_package(sources: Path) -> None:
    lines = []
    for number, one in enumerate(PLACES):
        also = ",".join(map(str, one["alternatenames"])) if isinstance(one["alternatenames"], list) else ""
        start = [number, one["name"], one["name"], also, one["latitude"], one["longitude"], "P", "PPL"]
        rest = [one["countrycode"], "", one["admin1code"], "", "", "", one["population"], "", "", "", ""]
        lines.append("\t".join(map(str, start + rest)))
    with zipfile.ZipFile(sources / "cities500.zip", "w") as archive:
        archive.writestr("cities500.txt", "\n".join(lines))
    assert built(sources, "cities500.zip") == built(sources)


def test_the_same_sources_always_make_the_same_files(sources: Path) -> None:
    built(sources)
    first = (sources / "towns.csv.gz").read_bytes()
    built(sources)
    assert (sources / "towns.csv.gz").read_bytes() == first


REFUSED = [
    ("no JSON", "cities500.json", "town", "is not a file of GeoNames"),
    ("another table", "table.txt", "a,b\n1,2\n", "holds no town of England"),
    ("only places abroad", "cities500.json", json.dumps({"1": PLACES[-1]}), "holds no town of England"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "text", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_file_that_is_not_geonames_is_refused(what: str, name: str, text: str, words: str, sources: Path) -> None:
    (sources / name).write_text(text, encoding="utf-8")
    with pytest.raises(PlacesSourceError, match=words):
        built(sources, name)


def test_a_town_by_hand_that_is_nowhere_is_refused_by_name(sources: Path) -> None:
    (sources / "hand.csv").write_text("name,latitude,longitude,people,also\nAtlantis,,,,\n", encoding="utf-8")
    with pytest.raises(PlacesSourceError, match="Atlantis is not in GeoNames"):
        built(sources)


def test_an_archive_with_nothing_of_geonames_is_refused(sources: Path) -> None:
    with zipfile.ZipFile(sources / "other.zip", "w") as archive:
        archive.writestr("readme.md", "hello")
    with pytest.raises(PlacesSourceError, match=r"holds no GB\.txt"):
        built(sources, "other.zip")


def test_the_command_builds_the_table_and_says_how_many(sources: Path) -> None:
    command = ["places", "towns", str(sources / "cities500.json"), str(sources / "words"), "--to", str(sources / "out")]
    (sources / "cities500.json").write_text(
        json.dumps(dict(enumerate([*PLACES, *_hand_kept_names()]))), encoding="utf-8"
    )
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert "towns written to" in done.output
    assert (sources / "out" / "towns.csv.gz").is_file()


def test_the_command_ends_in_a_sentence_when_the_file_is_another(sources: Path) -> None:
    done = CliRunner().invoke(main, ["places", "towns", str(sources / "words"), str(sources / "words")])
    assert done.exit_code == 1
    assert "holds no town of England" in done.output


def _hand_kept_names() -> list[dict[str, object]]:
    """The shipped hand-kept file adds names to these towns, so they must be there."""
    rows = csv.DictReader(BY_HAND.read_text(encoding="utf-8").splitlines())
    return [place(row["name"], 50_000) for row in rows if not row["latitude"]]
