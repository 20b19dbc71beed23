"""A poster's first text begins the conversation in its language; and the command that writes posters."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bot import settings as table
from bot.app import House
from bot.channel.message import Channel
from bot.flow.poster.words import Numbers, poster_words
from bot.settings import Settings
from bot.values import KNOWN_LANGUAGES
from bot.workshop.postering import NoNumber, numbers_of, write_posters
from tests.people import Person

BOTH = Numbers("+447700900123", "+447700900456")


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_the_word_on_the_poster_begins_the_conversation_in_its_language(
    house: House, language: str, channel: Channel
) -> None:
    catalogues = house.parts.catalogues
    she = Person(house, channel=channel)
    told = she.says(poster_words(catalogues, language, "Tea", BOTH).start)
    assert catalogues.text("What do you need?", language) in told
    assert (she.session().language, she.session().settled) == (language, True)


def test_who_writes_in_another_language_already_is_answered_in_the_posters(house: House) -> None:
    she = Person(house, language="en")
    she.says("MENU")
    assert "Teraz piszemy po polsku." in she.says("Polski")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return table.load({"SECRET_KEY": "a" * 44, "DATA_KEYS": table.new_key(), "DATABASE_URL": f"sqlite:///{tmp_path}/x"})


def test_each_language_gets_a_picture_and_a_page_and_all_together_one_more(settings: Settings, tmp_path: Path) -> None:
    written = write_posters(settings, settings.languages, BOTH, tmp_path / "new")
    assert sorted(file.name for file in written) == sorted(
        [f"poster-{code}.{kind}" for code in KNOWN_LANGUAGES for kind in ("svg", "html")] + ["posters.html"]
    )
    for file in written:
        if file.suffix == ".svg":
            ET.parse(file)  # noqa: S314 # our own


def test_a_poster_without_a_number_is_refused_with_how_to_give_one(settings: Settings) -> None:
    with pytest.raises(NoNumber, match="Give it with --number"):
        numbers_of(settings, None, None)
    with pytest.raises(NoNumber, match="is no phone number"):
        numbers_of(settings, "hello", None)
    assert numbers_of(settings, "07700 900123", None) == Numbers("+447700900123", "")
