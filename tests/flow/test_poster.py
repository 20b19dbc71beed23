"""A poster says the number, what it is for and how to begin, in every language, and its codes open just that."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from bot.flow.poster.picture import HEIGHT, page, poster
from bot.flow.poster.words import Numbers, in_figures, poster_words, read_number
from bot.language.names import LANGUAGES
from tests.flow.stage import CATALOGUES

BOTH = Numbers("+447700900123", "+447700900456")


def test_the_codes_open_a_message_that_says_the_languages_own_name() -> None:
    words = poster_words(CATALOGUES, "ur", "Tea", BOTH)
    assert [code.opens for code in words.codes] == [
        "SMSTO:+447700900123:اردو",
        "https://wa.me/447700900456?text=%D8%A7%D8%B1%D8%AF%D9%88",
    ]


def test_with_one_number_there_is_one_code_and_that_number_in_figures() -> None:
    words = poster_words(CATALOGUES, "en", "Tea", Numbers("", "+447700900456"))
    assert (len(words.codes), words.number) == (1, "07700 900456")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_languages_poster_is_one_page_with_nothing_fetched(language: str) -> None:
    made = poster(poster_words(CATALOGUES, language, "Tea & <Co>", BOTH))
    root = ET.fromstring(made)  # noqa: S314 # our own
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")
    assert max(float(found) for found in re.findall(r' y="([\d.]+)"', made)) < HEIGHT - 30
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", made)
    texts = "".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "{" not in texts
    assert "Tea & <Co>" in texts


def test_a_page_of_posters_has_a_sheet_for_each() -> None:
    made = page([poster_words(CATALOGUES, code, "Tea", BOTH) for code in ("en", "ur")], "Tea")
    assert made.count('<div class="sheet">') == 2
    assert 'direction="rtl"' in made


NUMBERS = [
    ("07700 900123", "+447700900123"),
    ("(01632) 960-100", "+441632960100"),
    ("+48 600 000 000", "+48600000000"),
    ("60777", "60777"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "read"), NUMBERS, ids=[row[0] or "none" for row in NUMBERS])
def test_a_number_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_number(written) == read


def test_what_is_no_number_is_refused_with_how_to_write_it() -> None:
    with pytest.raises(ValueError, match=r'"0800" is no phone number. Write it like 07700 900123'):
        read_number("0800")


def test_a_british_number_is_shown_as_people_here_write_it() -> None:
    assert [in_figures(one) for one in ("+447700900123", "+48600000000", "60777")] == [
        "07700 900123",
        "+48600000000",
        "60777",
    ]
