"""What a person reads: short, right in her language, and honest about what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.knowledge.near import Found
from bot.knowledge.places import Place
from bot.knowledge.present import (
    PHRASES,
    answer_pages,
    answer_short,
    answer_title,
    distance,
    how_far,
    measured,
    opening_times,
    service_card,
    service_line,
)
from bot.knowledge.services import Facts, Opening
from bot.language.names import LANGUAGES
from bot.language.segments import measure
from tests.knowledge.samples import english, service, shipped_answers, shipped_directory, shipped_services


def test_a_line_says_the_name_how_far_and_that_it_is_free() -> None:
    assert service_line(Found(service(), 0.42), "en", english) == "Lantern Food Bank, 0.4 miles, Free"


def test_a_line_says_nothing_of_what_it_does_not_know() -> None:
    unknown = replace(service(), cost="unknown")
    assert service_line(Found(unknown, None), "en", english) == "Lantern Food Bank"


def test_a_card_holds_all_it_takes_to_get_there() -> None:
    one = replace(service(), address="Old Customs House, Rope Walk", interpreter=False)
    assert service_card(Found(one, 2.37), "en", english).split("\n") == [
        "Lantern Food Bank",
        "Three days of food.",
        "Free",
        "For: Anyone.",
        "No steps.",
        "Open: Wed 12:00-15:00",
        "Languages: English, Polish",
        "No interpreter.",
        "Where: Old Customs House, Rope Walk, ZZ3 1AB (2.4 miles)",
        "Just turn up.",
        "Phone: 01632 960107",
        "example.org/lantern",
        "We last checked this: 9 May 2026.",
    ]


UNKNOWN = [
    ("hours", {"hours": "unknown"}, "Opening times: not known. Please ask."),
    ("cost", {"cost": "unknown"}, "Cost: not known."),
    ("never checked", {"verified": None}, "Nobody has checked this yet. Please ring first."),
    ("never checked, no phone", {"verified": None, "phone": ""}, "Nobody has checked this yet. It may have changed."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fields", "words"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_what_is_not_known_is_said(what: str, fields: dict[str, object], words: str) -> None:
    one = replace(service(), **fields)  # type: ignore[arg-type]
    assert words in service_card(Found(one, None), "en", english).split("\n")


def test_facts_that_nobody_gave_are_left_out_and_the_one_about_papers_is_told() -> None:
    bare = replace(service(), facts=Facts(), languages=(), interpreter=None)
    card = service_card(Found(bare, None), "en", english)
    assert not any(word in card for word in ("steps", "Halal", "Women", "immigration", "Languages", "interpreter"))
    asks = replace(service(), facts=Facts(asks_immigration_status=True, women_only=True, step_free=False))
    card = service_card(Found(asks, None), "en", english)
    assert "Women only. There are steps.\nThey may ask about immigration status." in card


def test_every_shipped_card_line_and_answer_is_cheap_in_english_and_fits_one_message() -> None:
    texts = [service_line(Found(one, 1.2), "en", english) for one in shipped_services()]
    texts += [service_card(Found(one, 1.2), "en", english) for one in shipped_services()]
    texts += [answer_short(one, "en", english) for one in shipped_answers()]
    texts += [page for one in shipped_answers() for page in answer_pages(one, "en", english)]
    assert [text for text in texts if measure(text).encoding != "GSM-7" or len(text) > 1600] == []
    assert max(measure(service_card(Found(one, 1.2), "en", english)).segments for one in shipped_services()) <= 4


def test_every_phrase_of_the_cards_is_cheap_in_english() -> None:
    assert [msgid for msgid in PHRASES if measure(msgid).encoding != "GSM-7"] == []


HOURS = [
    ("one day", [Opening(("wed",), "12:00", "15:00")], "Wed 12:00-15:00"),
    ("two days", [Opening(("tue", "fri"), "10:00", "13:00")], "Tue, Fri 10:00-13:00"),
    ("a run of days", [Opening(("mon", "tue", "wed", "thu", "fri"), "09:00", "17:00")], "Mon-Fri 09:00-17:00"),
    ("a run and a day", [Opening(("sun", "mon", "tue", "wed"), "09:00", "17:00")], "Mon-Wed, Sun 09:00-17:00"),
    ("two times", [Opening(("mon",), "10:00", "12:00"), Opening(("sat",), "09:00", "11:00")],
     "Mon 10:00-12:00; Sat 09:00-11:00"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "hours", "shown"), HOURS, ids=[row[0] for row in HOURS])
def test_opening_times_are_short(what: str, hours: list[Opening], shown: str) -> None:
    assert opening_times(hours, "en") == shown


def test_days_are_never_in_another_persons_language() -> None:
    hours = [Opening(("wed",), "12:00", "15:00")]
    wednesday = {"ur": "بدھ", "bn": "বুধ", "pl": "śr.", "en": "Wed", "ar": "الأربعاء", "so": "Arbc"}
    for code, day in [*wednesday.items(), *reversed(wednesday.items())]:
        assert opening_times(hours, code).startswith(day)


def test_dates_are_never_in_another_persons_language() -> None:
    may = {"ur": "مئی", "bn": "মে", "pl": "maja", "en": "May", "ro": "mai", "so": "Maayo"}
    for code, month in [*may.items(), *reversed(may.items())]:
        assert month in service_card(Found(service(), None), code, english).split("\n")[-1]


MILES = [
    ("next door", 0.01, "en", "0.1 miles"),
    ("one mile", 1.0, "en", "1 mile"),
    ("to a tenth", 2.37, "en", "2.4 miles"),
    ("to a mile from ten on", 11.4, "en", "11 miles"),
    ("Polish plural", 11.4, "pl", "11 mil"),
    ("Polish decimal comma", 2.37, "pl", "2,4 mili"),
    ("Urdu", 2.37, "ur", "2.4 میل"),
    ("Bangla", 2.37, "bn", "2.4 মাইল"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "number", "language", "shown"), MILES, ids=[row[0] for row in MILES])
def test_miles_are_said_in_her_language(what: str, number: float, language: str, shown: str) -> None:
    assert distance(number, language) == shown


ROUGH = [
    ("next door", 0.1, "under 1 mile"),
    ("not quite a mile", 0.74, "under 1 mile"),
    ("a mile or so", 0.75, "about 1 mile"),
    ("two and a half", 2.6, "about 3 miles"),
    ("far", 11.4, "about 11 miles"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "number", "shown"), ROUGH, ids=[row[0] for row in ROUGH])
def test_miles_from_the_middle_of_a_town_are_said_roughly(what: str, number: float, shown: str) -> None:
    assert how_far(Found(service(), number, rough=True), "en", english) == shown


def test_no_miles_are_said_where_none_are_known() -> None:
    assert how_far(Found(service(), None, rough=True), "en", english) == ""


MEASURED = [
    ("a location", Place("", 51.5, -0.1, "here"), "Measured from where you are."),
    ("a postcode", Place("E1 6", 51.5, -0.1, "postcode"), "Measured from your postcode."),
    ("a sector", Place("E1 6", 51.5, -0.1, "sector"), "Measured from the middle of E1 6."),
    ("a town", Place("Leeds", 53.8, -1.5, "town"), "Measured from the middle of Leeds."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "place", "shown"), MEASURED, ids=[row[0] for row in MEASURED])
def test_it_is_said_from_where_the_miles_are_measured(what: str, place: Place, shown: str) -> None:
    assert measured(place, "en", english) == shown


def test_an_urdu_card_keeps_numbers_and_addresses_in_order() -> None:
    one = replace(service(), address="Rope Walk, Lantern Quay")
    card = service_card(Found(one, 2.37), "ur", english)
    for run in ("Lantern Food Bank", "12:00-15:00", "Rope Walk, Lantern Quay, ZZ3 1AB", "01632 960107"):
        assert f"\u2066{run}\u2069" in card
    assert "\u2066" not in service_card(Found(one, 2.37), "bn", english)


def test_a_phone_number_inside_a_translated_answer_is_kept_in_order() -> None:
    answer = replace(shipped_answers()[0], short="فون کریں 0800 144 8848 مفت")
    assert answer_short(answer, "ur", english) == "فون کریں \u20660800 144 8848\u2069 مفت"


def test_the_words_for_the_counter_stay_english_and_their_meaning_stands_below() -> None:
    def polish(msgid: str, language: str, *, domain: str = "bot") -> str:
        return f"PL {msgid}" if language == "pl" else msgid

    answer = shipped_directory().answer("gp-without-id")
    assert answer is not None
    detail, words = answer_pages(answer, "en", english)
    assert detail == answer.detail
    assert words.startswith(f'You can say or show this:\n"{answer.say}"')
    assert "It means" not in words
    words = answer_pages(answer, "pl", polish)[-1]
    assert f'\n"{answer.say}"\n' in words
    assert f"PL It means: PL {answer.say}" in words


def test_an_answer_says_who_says_so_and_when_it_was_checked() -> None:
    answer = replace(shipped_answers()[0], source_name="NHS", verified=date(2026, 5, 9))
    assert answer_pages(answer, "en", english)[-1].endswith("From: NHS. We last checked this: 9 May 2026.")


def test_each_text_of_an_answer_is_looked_up_among_the_answers() -> None:
    asked: list[tuple[str, str]] = []

    def noting(msgid: str, language: str, *, domain: str = "bot") -> str:
        asked.append((msgid, domain))
        return msgid

    answer = shipped_answers()[0]
    answer_title(answer, "pl", noting)
    answer_pages(answer, "pl", noting)
    assert {domain for msgid, domain in asked if msgid in {answer.title, answer.detail, answer.say}} == {"answers"}
    assert {msgid for msgid, domain in asked if domain == "bot"} <= set(PHRASES)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_card_can_be_shown_in_every_language(language: str) -> None:
    asked: set[str] = set()

    def noting(msgid: str, language: str, *, domain: str = "bot") -> str:
        asked.add(msgid if domain == "bot" else "")
        return msgid

    for one in shipped_services():
        card = service_card(Found(one, 3.2), language, noting)
        assert one.phone in card
        assert "\u00a0" not in card
    assert asked - {""} <= set(PHRASES)
