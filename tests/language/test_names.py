"""The languages' own names and directions."""

from __future__ import annotations

import pytest
from babel import Locale

from bot.language.names import LANGUAGES, UnknownLanguageError, language, named


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_is_known_to_cldr_and_runs_the_way_cldr_says(code: str) -> None:
    locale = Locale.parse(code)
    assert LANGUAGES[code].direction == ("rtl" if locale.character_order == "right-to-left" else "ltr")


def test_no_two_languages_share_a_name() -> None:
    for code, entry in LANGUAGES.items():
        for name in (entry.own_name, entry.english_name, *entry.other_names):
            found = named(name, LANGUAGES)
            assert found is not None
            assert found.code == code, name


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(UnknownLanguageError, match='no language "xx"'):
        language("xx")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("polski", "pl"),
        ("POLISH!", "pl"),
        ("urdu", "ur"),
        ("اردو", "ur"),
        ("bangla", "bn"),
        ("Bengali", "bn"),
        ("বাংলা", "bn"),
        (" english. ", "en"),
        ("so", None),
        ("am", None),
        ("pl", None),
        ("polish doctor", None),
        ("", None),
        ("Somali", None),
    ],
)
def test_a_language_is_chosen_by_its_name_and_only_when_offered(text: str, code: str | None) -> None:
    found = named(text, ("en", "pl", "ur", "bn"))
    assert (found.code if found else None) == code
