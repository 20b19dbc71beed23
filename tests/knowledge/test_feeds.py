"""What is read of every sample of a feed: nothing crashes, nothing is lost in silence, and nothing is made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.content_error import ContentErrors
from bot.knowledge.feed.contacts import read_phones, read_url
from bot.knowledge.feed.mapping import read_mapping
from bot.knowledge.feed.page import NotAFeed, read_json, read_page
from bot.knowledge.feed.service import Origin, Read, Unreadable, read_service, record_id, service_key
from bot.knowledge.feed.table import NotATable, read_table
from bot.knowledge.feed.topics import read_topics
from bot.knowledge.feed.words import plain_text, shortened
from bot.knowledge.schedule import Schedule
from bot.knowledge.services import Service, from_document, to_document

SAMPLES = Path(__file__).parents[1] / "data" / "oruk"
ORIGIN = Origin("wex", "wexmoor", date(2026, 11, 22))


def read_all(name: str) -> tuple[dict[str, Read], list[str]]:
    """What of a sample can be read, by record, and the sentences on what cannot."""
    found: dict[str, Read] = {}
    rejected = []
    for record in read_page(read_json((SAMPLES / name).read_bytes())).records:
        try:
            record_id(record)
            read = read_service(record, ORIGIN)  # type: ignore[arg-type] # record_id looked at it
            found.setdefault(read.record, read)
        except Unreadable as bad:
            rejected.append(str(bad))
    return found, rejected


def service(name: str, record: str) -> Service:
    return from_document(read_all(name)[0][record].document)


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.name)
def test_what_is_read_of_a_sample_can_be_kept_and_read_again(file: Path) -> None:
    found, rejected = read_all(file.name)
    assert found or rejected
    for read in found.values():
        one = from_document(read.document)
        assert to_document(one) == read.document
        assert one.facts.asks_immigration_status is None
        assert not any(
            mark in str(read.document) for mark in ("<p", "<s", "<div", "<b", "alert(", "onclick", "&lt;", "\u202e")
        )


def test_the_example_of_the_uk_specification() -> None:
    one = service("uk_service_full.json", "ac148810-d857-441c-9679-408f346de14b")
    assert (one.name, one.topics, one.minimum_age, one.maximum_age) == ("Community Counselling", ("mind",), 12, None)
    assert one.organisation == "Example Organization Inc."
    assert one.schedules[0].valid_to == date(2005, 1, 1)
    assert (one.schedules[0].byday, one.schedules[0].opens) == (("TH", "FR"), "10:00")
    assert one.hours_note == ""  # the rule ended in 2005
    assert one.cost_amount is None  # the price ended in 2022
    assert one.assured == date(2005, 1, 1)
    assert one.verified is None
    remarks = read_all("uk_service_full.json")[0]["ac148810-d857-441c-9679-408f346de14b"].remarks
    assert remarks == ('"ABC 1234" is no whole postcode.', '"100, 101" is no point in the United Kingdom.')


def test_the_names_of_contact_persons_are_not_kept() -> None:
    for file in ("uk_service_full.json", "hsds_service_full.json", "outpost.json", "phones.json"):
        kept = str([read.document for read in read_all(file)[0].values()])
        assert not any(name in kept for name in ("Ann Persona", "A. Persona", "Jane Doe", "Joe Private", "Sam Secret"))


def test_the_outpost_dialect() -> None:
    group = service("outpost.json", "1010")
    assert group.schedules == (
        Schedule(freq="WEEKLY", byday=("TU",), opens="09:30", closes="11:00"),
        Schedule(freq="WEEKLY", byday=("SA",), opens="10:00"),
    )
    assert (group.point, group.postcode, group.address) == ((52.48, -1.47), "CV12 8AA", "12 Mill Lane, Bedworth")
    assert (group.minimum_age, group.maximum_age) == (None, 5)
    assert (group.cost, group.cost_note, str(group.cost_amount)) == ("varies", "£2.50 per session (Each child)", "2.50")
    assert (group.facts.family_friendly, group.facts.step_free) == (True, True)
    assert "family" in group.topics


def test_a_hidden_address_stays_hidden() -> None:
    refuge = service("outpost.json", "1011")
    assert (refuge.address, refuge.postcode, refuge.point) == ("Coventry", "", None)
    assert "1AA" not in str(to_document(refuge))
    assert "52.41" not in str(to_document(refuge))


def test_a_contact_that_is_not_to_be_shown_is_not() -> None:
    assert "07700" not in str(to_document(service("outpost.json", "1010")))


def test_what_is_not_offered_says_why() -> None:
    assert [read.status for read in read_all("outpost.json")[0].values()] == ["", "", "archived", "expired"]
    assert [read.status for read in read_all("statuses.json")[0].values()] == [
        "", "inactive", "defunct", "temporarily closed", "", "", "mothballed",
    ]  # fmt: skip


def test_html_becomes_plain_words() -> None:
    one = service("html.json", "h1")
    assert one.name == "Warm & Welcome"
    assert one.summary == 'Hello Soup Tea Twice escaped costs 2 < 3 "quoted"...'
    assert (one.phone, one.email, one.url) == ("01632 960010", "warm@example.org", "")
    assert one.address == "1 High St Top floor, Wexmoor"
    lunch = service("html.json", "h2")
    assert (lunch.name, lunch.summary, lunch.url) == ("Lunch club", "", "https://example.org/lunch")
    assert (lunch.cost, lunch.alert) == ("free", "Closed on 1 May")
    assert read_all("html.json")[1] == ["It has no name. Its directory must give it one."]


def test_ages() -> None:
    ages = {
        record: (read.document.get("minimum_age"), read.document.get("maximum_age"))
        for record, read in read_all("ages.json")[0].items()
    }
    assert ages == {"a1": (None, None), "a2": (50, None), "a3": (None, None), "a4": (None, None), "a5": (11, 19)}
    assert read_all("ages.json")[0]["a4"].remarks == ('"teenagers" is no age in years.',)


def test_words_and_several_numbers_in_a_phone_field() -> None:
    youth = service("phones.json", "p1")
    assert youth.phone == "0117 496 0111"
    assert [(one.label, one.number) for one in youth.phones] == [("Youth MAPS", "0117 496 0111")]
    assert [one.number for one in service("phones.json", "p2").phones] == ["0117 496 0112", "07700 900222"]
    assert [(one.label, one.number) for one in service("phones.json", "p3").phones] == [("ext. 12", "+44 117 496 0113")]
    assert service("phones.json", "p4").phone == ""
    assert read_all("phones.json")[1] == ["Nobody can reach this service. Add a phone, text, url, email or address."]


def test_half_closed_and_odd_schedules() -> None:
    assert service("schedules.json", "s1").schedules == (
        Schedule(freq="WEEKLY", byday=("MO", "WE"), opens="09:00"),
        Schedule(dtstart=date(2026, 1, 8), freq="WEEKLY", interval=2, byday=("TH",), opens="09:30", closes="13:00"),
    )
    past = service("schedules.json", "s2")
    assert (past.schedules[0].valid_to, past.hours_note) == (date(2019, 12, 31), "")
    assert service("schedules.json", "s3").schedules == (
        Schedule(freq="MONTHLY", byday=("1MO", "-1FR"), opens="18:00", closes="20:00"),
        Schedule(freq="MONTHLY", bymonthday=(2, 16), opens="10:00", closes="11:00"),
    )
    assert service("schedules.json", "s4").schedules == ()
    assert len(read_all("schedules.json")[0]["s4"].remarks) == 4


def test_languages_are_read_in_all_their_ways() -> None:
    one = service("bom.json", "b1")
    assert (one.name, one.languages, one.interpreter) == ("Café", ("ur", "pl", "pa", "fa"), False)
    assert read_all("bom.json")[0]["b1"].remarks == ('"Klingonese" is no language that we know.',)


def test_records_that_are_none_are_told_one_by_one() -> None:
    found, rejected = read_all("junk.json")
    assert set(found) == {"j2", "j3"}
    assert len(rejected) == 6
    assert rejected[0] == "This is no record of a service but nothing."
    assert len(found["j3"].document["name"]) <= 80
    assert "url" not in found["j3"].document


def test_facts_that_residents_ask_about() -> None:
    one = service("facts.json", "f1")
    assert (one.facts.women_only, one.facts.halal, one.facts.family_friendly, one.facts.step_free) == (True,) * 4
    assert one.facts.culture == "A women only lunch club with halal food and South Asian meals."
    assert (one.interpreter, one.cost, one.topics) == (True, "free", ("food", "company"))
    assert [site.point for site in one.sites] == [(52.1, -1.2), (52.5, -1.5)]  # the second was the wrong way round
    house = service("facts.json", "f2")
    assert (house.facts.women_only, house.facts.faith, house.facts.step_free) == (None, "muslim", False)
    assert (house.area, house.cost, house.facts.ring_first, house.assured) == (
        "national",
        "free",
        True,
        date(2026, 5, 1),
    )
    price = service("facts.json", "f3")
    assert (str(price.cost_amount), price.cost_note) == ("4.50", "£4.50 per session (Members); £6")
    assert price.facts.faith == ""


def test_what_nobody_told_stays_unknown() -> None:
    one = service("facts.json", "f4")
    facts = one.facts
    assert (one.cost, one.languages, one.interpreter, one.topics, one.who) == ("unknown", (), None, (), "")
    assert (facts.women_only, facts.step_free, facts.family_friendly, facts.halal, facts.ring_first) == (None,) * 5
    assert facts.asks_immigration_status is None  # also when a feed claims to know


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("Help with debt and council tax", ("money",)),
        ("ESOL classes", ("english",)),
        ("A different current approach", ()),  # no "rent" in it
        ("Gpsy kings", ()),
    ],
)
def test_topics_come_from_whole_words(words: str, topics: tuple[str, ...]) -> None:
    assert read_topics([words], "") == topics


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("0117 496 0111 0117 496 0112", ["0117 496 0111", "0117 496 0112"]),
        ("Childline 0800 1111", ["0800 1111"]),
        ("call 116 123", ["116 123"]),
        ("Open 2024, 9-5", []),
        ("+44 (0)117 496 0111", ["+44 117 496 0111"]),
    ],
)
def test_numbers_in_words(said: str, numbers: list[str]) -> None:
    assert [one.number for one in read_phones([said])] == numbers


@pytest.mark.parametrize(
    "said", ["javascript:alert(1)", "ftp://example.org", "http://me:pw@example.org", "none", "http://x"]
)
def test_what_is_no_web_address_is_not_shown(said: str) -> None:
    assert read_url(said) == ""


def test_a_long_text_is_cut_at_a_sentence_or_a_word() -> None:
    assert shortened("One sentence. Another one that is long.", 20) == "One sentence."
    assert shortened("Onewordafteranother and more of it", 22) == "Onewordafteranother..."


def test_no_markup_is_left_however_often_it_was_escaped() -> None:
    assert "<b>" not in plain_text("&amp;amp;amp;lt;b&amp;amp;amp;gt;x")
    assert plain_text("<p>One</p><p>Two</p>") == "One\nTwo"


def test_two_records_never_share_a_key() -> None:
    ids = ["a1", "A1", "a-1", "a_1", "x" * 150, "x" * 151]
    assert len({service_key("wex", one) for one in ids}) == len(ids)
    assert all(len(service_key("wex", one)) <= 80 for one in ids)


@pytest.mark.parametrize("data", [b"", b"<html>", b"{}", b'{"a": 1}', b"nonsense", b'"x"'])
def test_what_is_no_feed_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_page(read_json(data))


# Tables --------------------------------------------------------------------------------------------------------------
def rows() -> dict[str, Any]:
    mapping = read_mapping((SAMPLES / "food-banks.yaml").read_bytes(), "food-banks.yaml")
    return {
        str(row.record.get("id", row.number)): row
        for row in read_table((SAMPLES / "food-banks.csv").read_bytes(), mapping)
    }


def test_a_table_is_read_by_its_mapping() -> None:
    row = rows()["1"]
    one = from_document(read_service(row.record, ORIGIN, row.given).document)
    assert (one.name, one.topics, one.phone, one.postcode) == (
        "Mill Hall Food Bank",
        ("food",),
        "01632 960101",
        "ZZ1 1AA",
    )
    assert (one.facts.women_only, one.facts.step_free, one.languages, one.cost) == (False, True, ("en", "ur"), "free")
    assert (one.area_served, one.schedules[0].description) == ("Wexmoor", "Tuesday: 10am - 12 noon")
    other = rows()["2"]
    two = from_document(read_service(other.record, ORIGIN, other.given).document)
    assert two.schedules == (Schedule(freq="WEEKLY", byday=("TU",), opens="12:00", closes="14:00"),)
    assert (two.postcode, two.cost, two.cost_note) == ("ZZ1 1AB", "varies", "£2 for a meal")


def test_a_row_with_a_stray_comma_is_told_with_its_line() -> None:
    mapping = read_mapping((SAMPLES / "food-banks.yaml").read_bytes(), "food-banks.yaml")
    table = read_table((SAMPLES / "food-banks.csv").read_bytes(), mapping)
    troubles = [row.trouble for row in table if row.trouble]
    assert troubles == ["Line 5 has 14 cells, and the first line names 13. Look for a stray delimiter."]


def test_a_mapping_that_does_not_fit_is_refused() -> None:
    mapping = read_mapping("columns: {Nmae: name}", "m.yaml")
    with pytest.raises(NotATable, match='names the column "Nmae", and the table has none'):
        list(read_table(b"Name,Phone\nx,y\n", mapping))
    with pytest.raises(ContentErrors, match=r'"nmae" is no field of a service. Did you mean "name"'):
        read_mapping("columns: {Name: nmae}", "m.yaml")


def test_no_table_may_say_whether_a_service_asks_about_immigration_status() -> None:
    with pytest.raises(ContentErrors, match="is not taken from a table"):
        read_mapping("columns: {Papers: asks_immigration_status}", "m.yaml")


def test_a_table_of_old_windows_is_read() -> None:
    mapping = read_mapping("columns: {Name: name, Web: url}\ndelimiter: semicolon", "m.yaml")
    (row,) = read_table("Name;Web\nCafé;example.org\n".encode("cp1252"), mapping)
    assert row.record["name"] == "Café"


def test_the_mapping_that_the_documents_show_is_the_one_that_is_tried_here() -> None:
    guide = (SAMPLES.parents[2] / "docs" / "services.md").read_text(encoding="utf-8")
    assert f"```yaml\n{(SAMPLES / 'food-banks.yaml').read_text(encoding='utf-8')}```" in guide
