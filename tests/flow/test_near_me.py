"""She says where she is in any way; she is told how exact the miles are; and where she is, goes no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.flow.events import QuestionAsked
from bot.knowledge.directory import Directory
from bot.knowledge.openings import HERE
from bot.knowledge.places import Known, Places, read_demo_places
from bot.values import KNOWN_LANGUAGES
from tests.flow.stage import CATALOGUES, Talk
from tests.knowledge.samples import FLOWS, service

FIND = """\
flow: near
about: x
start_words: [start me]
steps:
  - ask: Where are you?
    id: place
    expect: place
    optional: true
  - find: services
    id: near
    with: {topic: food, place: place}
    say: "Places that can help:"
    page: 3
    none: nothing
    stay: true
  - say: That was the list.
    end: true
  - id: nothing
    ask: What would you like to know?
    expect: text
  - do: submit_question
    with: {text: nothing}
  - say: Thank you.
    end: true
"""
ASK = """\
flow: ask
about: x
start_words: [start me]
steps:
  - ask: What is your postcode?
    id: postcode
    expect: postcode
  - ask: What would you like to know?
    id: question
    expect: text
  - do: submit_question
    with: {text: question}
  - say: Thank you.
    end: true
"""


class Table:
    """All postcodes of a very small country."""

    def find(self, postcode: str) -> Known | None:
        return Known(52.5979, 1.6564, (2025, 3)) if postcode == "NR30 1AA" else None


def talk(flow: str = FIND, **more: object) -> Talk:
    """Somebody who is asked where she is, with one food bank in the made-up borough."""
    file = Path(FLOWS / "demo" / "places.yaml")
    places = Places(read_demo_places(file.read_bytes(), file.name), Table())
    bank = replace(service(), address="Rope Walk", hours_note="")
    directory = Directory([], [bank], places=places, languages=KNOWN_LANGUAGES, translate=CATALOGUES.text)
    somebody = Talk(flow, **more)  # type: ignore[arg-type]
    somebody.world = replace(somebody.world, directory=directory)
    return somebody


FOUND = [
    ("a postcode", "ZZ3 2AA", "0.8 miles", "Measured from your postcode."),
    ("a postcode with a letter for a digit", "ZZ3 2AA".lower(), "0.8 miles", "Measured from your postcode."),
    ("a sector", "ZZ3 2", "about 1 mile", "Measured from the middle of ZZ3 2."),
    ("a postcode nobody knows, by its sector", "ZZ3 2ZZ", "about 1 mile", "Measured from the middle of ZZ3 2."),
    ("a district", "ZZ1", "about 2 miles", "Measured from the middle of ZZ1."),
    ("a town", "wexmor", "about 2 miles", "Measured from the middle of Wexmoor."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed", "far", "measured"), FOUND, ids=[row[0] for row in FOUND])
def test_the_list_says_how_far_and_how_exactly(what: str, typed: str, far: str, measured: str) -> None:
    said = talk().says(typed)
    assert f"1. Lantern Food Bank, {far}, Free" in said
    assert measured in said


def test_a_shared_location_is_exact() -> None:
    said = talk(channel="whatsapp").says("", location=(52.59, 2.65))
    assert "Measured from where you are." in said
    assert "about" not in said


def test_the_card_is_as_rough_as_the_list() -> None:
    somebody = talk()
    somebody.says("Wexmoor")
    assert "ZZ3 1AB (about 2 miles)" in somebody.says("1")


def test_a_list_that_an_older_version_kept_is_still_shown() -> None:
    somebody = talk()
    somebody.says("Wexmoor")
    session = somebody.session
    session.frames[-1].values["near/list"]["items"] = [["lantern", 2.37]]
    somebody.kept = session.to_json()
    assert "(2.4 miles)" in somebody.says("1")


def test_nothing_is_said_of_miles_where_none_are_known() -> None:
    somebody = talk()
    assert "Measured" not in somebody.says("I do not want to say")
    assert "Measured" not in talk().says("Newcastle upon Tyne")


REFUSED = [
    ("Glasgow", "G1 1AA", "That postcode is in Scotland."),
    ("a district of Edinburgh", "EH1", "That postcode is in Scotland."),
    ("Cardiff", "cf10 1aa", "That postcode is in Wales."),
    ("a Welsh sector of a district on the border", "SY21 7AA", "That postcode is in Wales."),
    ("Belfast, in a sentence", "I live at BT1 5GS", "That postcode is in Northern Ireland."),
    ("Douglas", "IM1 1AA", "That postcode is on the Isle of Man or the Channel Islands."),
    ("Jersey", "JE2 3AB", "That postcode is on the Isle of Man or the Channel Islands."),
    ("no postcode", "QX9 1QX", "I do not know that postcode."),
    ("no town", "Nowhereville", "I do not know that place."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "typed", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_place_that_is_not_known_is_told_why_and_asked_again(what: str, typed: str, sentence: str) -> None:
    somebody = talk()
    said = somebody.says(typed)
    assert sentence in said
    assert "1. I do not want to say" in said
    assert typed not in said
    assert "Measured from your postcode" in somebody.says("ZZ3 1AA")


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_it_is_said_in_her_language(language: str) -> None:
    somebody = talk()
    session = somebody.session
    session.language = language
    somebody.kept = session.to_json()
    sentences = [somebody.says("G1 1AA"), somebody.says("QX9 1QX"), somebody.says("Wexmoor")]
    english = ("That postcode", "I do not know", "Measured", "about")
    told = [any(word in sentence for word in english) for sentence in sentences]
    assert told == [language == "en"] * 3


@pytest.mark.parametrize("point", [(55.86, -4.25), (52.23, 21.01), (0.0, 0.0)])
def test_a_location_outside_england_is_told_so(point: tuple[float, float]) -> None:
    said = talk(channel="whatsapp").says("", location=point)
    assert "That place is not in England." in said


def test_the_card_says_whether_it_is_open_at_the_moment_she_asks() -> None:
    somebody = talk()
    somebody.says("ZZ3 1AA")
    noon = int(datetime(2026, 6, 3, 13, 0, tzinfo=HERE).timestamp() * 1000)
    assert "Open now until 15:00." in somebody.says("1", now_ms=noon)
    assert "Closed now. Opens today at 12:00." in somebody.says("1", now_ms=noon - 2 * 3_600_000)


def asked(somebody: Talk) -> QuestionAsked:
    assert somebody.last is not None
    return next(event for event in somebody.last.events if isinstance(event, QuestionAsked))


def test_a_question_after_a_place_carries_the_edition_and_the_decile_and_nothing_of_the_place() -> None:
    somebody = talk(FIND.replace("topic: food", "topic: health"))
    somebody.says("NR30 1AA")
    somebody.says("Where is a dentist?")
    assert asked(somebody).deprivation == (2025, 3)
    assert not {"NR30", "52.5979"} & set(somebody.kept.replace('"', " ").replace(",", " ").split())


def test_a_question_after_a_postcode_carries_them_too() -> None:
    somebody = talk(ASK)
    somebody.says("nr301aa")
    somebody.says("Where is a dentist?")
    assert asked(somebody).deprivation == (2025, 3)


def test_another_place_takes_the_decile_of_the_first_away() -> None:
    somebody = talk(ASK)
    somebody.says("NR30 1AA")
    somebody.says("BACK")
    somebody.says("NR30 1AB")
    somebody.says("Where is a dentist?")
    assert asked(somebody).deprivation is None


@pytest.mark.parametrize("place", ["Wexmoor", "ZZ3 1AA", "I do not want to say"])
def test_a_question_after_a_place_without_a_decile_carries_none(place: str) -> None:
    somebody = talk(FIND.replace("topic: food", "topic: health"))
    somebody.says(place)
    somebody.says("Where is a dentist?")
    assert asked(somebody).deprivation is None
