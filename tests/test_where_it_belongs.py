"""Where a story belongs, asked once when it is safe: only the town or postcode's district is kept, with the story."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.app import House
from bot.channel.message import Channel
from bot.store.schema import contact, inbound, missed, outbound, question, story
from bot.values import KNOWN_LANGUAGES
from tests.people import Person

TOLD = [
    ("a whole postcode", "ZZ1 1AA", "zz1"),
    ("a postcode without its space, in small letters", "sw1a1aa", "sw1a"),
    ("a sector", "M14 5", "m14"),
    ("a district", "M14", "m14"),
    ("a town", "Leeds", "leeds"),
    ("a town with a slip, in a sentence", "it was in Newcastle upon Tyne", "newcastle upon tyne"),
    ("the line of the list", "1", None),
    ("the word", "SKIP", None),
    ("a place that nobody knows", "Nowhereville", None),
    ("a street", "12 Acacia Grove", None),
    ("a postcode of another country", "EH1 1AA", None),
    ("two letters", "xq", None),
]  # fmt: skip
QUESTION = "Which town or area is this about?"
NEXT = "May a champion text you about this?"


def asked(person: Person, *, words: str = "It was cold.") -> str:
    """She tells a story and is asked where it was; the last that she reads."""
    return [person.says(said) for said in ("story", "1", words, "DONE", "1")][-1]


def areas(house: House) -> list[str | None]:
    with house.parts.db.read() as conn:
        return list(conn.scalars(select(story.c.area).order_by(story.c.id)))


def everything(house: House) -> str:
    """Every sealed word there is, opened, in small letters."""
    columns = (inbound.c.text_enc, outbound.c.text_enc, contact.c.session_enc, missed.c.words_enc, story.c.wish_enc)
    with house.parts.db.read() as conn:
        sealed = [one for column in columns for one in conn.scalars(select(column)) if one]
    return "\n".join(house.parts.db.vault.open(one) for one in sealed).lower()


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize(("what", "told", "area"), TOLD, ids=[row[0] for row in TOLD])
def test_a_story_gets_its_town_or_district_and_she_is_never_asked_twice(
    house: House, channel: Channel, what: str, told: str, area: str | None
) -> None:
    ana = Person(house, language="en", channel=channel)
    assert QUESTION in asked(ana)
    assert NEXT in ana.says(told)
    assert areas(house) == [area]


@pytest.mark.parametrize("told", ["ZZ1 1AB", "12 Acacia Grove", "behind Nowhereville"])
def test_her_own_words_for_it_are_kept_nowhere(house: House, told: str) -> None:
    """Neither in the conversation, nor in her session, nor among what was not understood."""
    ana = Person(house, language="en")
    asked(ana)
    ana.says(told)
    kept = everything(house)
    assert "[place]" in kept
    for word in ("1ab", "acacia", "nowhereville", "latitude"):
        assert word not in kept


def test_a_shared_location_leaves_nothing_but_that_it_came(house: House) -> None:
    """A point on the map is too exact, and has no name that anybody looks after."""
    ana = Person(house, language="en", channel=Channel.WHATSAPP)
    asked(ana)
    ana.text("", location=(52.59, 2.65))
    assert areas(house) == [None]
    assert "52.59" not in everything(house)


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_it_is_asked_in_every_language_and_of_no_one_who_asks_for_help(house: House, language: str) -> None:
    """A question goes to a champion without it: who needs help is not kept waiting."""
    ana = Person(house, language=language)
    told = asked(ana)
    wanted = house.parts.catalogues.text(
        f"{QUESTION} Text a town, or the start of a postcode. Champions from there can then read it.", language
    )
    assert wanted in told
    ana.says("Leeds")
    assert areas(house) == ["leeds"]
    with house.parts.db.read() as conn:
        assert conn.execute(select(question.c.id)).all() == []


def test_a_story_that_she_leaves_there_is_safe_and_a_town_that_she_texts_later_is_not_its_town(house: House) -> None:
    ana = Person(house, language="en")
    asked(ana)
    assert "1. Find help near me" in ana.says("MENU")
    ana.says("Leeds")
    assert areas(house) == [None]


def test_thanks_and_danger_are_no_places(house: House) -> None:
    ana = Person(house, language="en")
    asked(ana)
    assert "You are welcome" in ana.says("thank you")
    assert "999" in ana.says("he will kill me")
    assert areas(house) == [None]


def test_who_erases_everything_leaves_no_town(house: House) -> None:
    ana = Person(house, language="en")
    asked(ana)
    for words in ("Leeds", "2", "2", "DELETE", "3", "1"):
        ana.says(words)
    assert "leeds" not in everything(house)
    assert set(areas(house)) <= {None}


def test_what_she_told_about_herself_goes_and_the_storys_town_stays(house: House) -> None:
    """They are apart: the town is part of the story, and goes with it."""
    ana = Person(house, language="en")
    asked(ana)
    for words in ("Leeds", "2", "2", "about me", "2"):
        ana.says(words)
    assert areas(house) == ["leeds"]
