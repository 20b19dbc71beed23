"""Danger signs: what is danger is seen, what only looks like it is not, in every shipped language at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.content_error import ContentErrors
from bot.settings import KNOWN_LANGUAGES, SHIPPED
from bot.story.danger import Danger, read_sign, read_signs

TABLES = Path(__file__).parent.parent / "data"
SIGNS = read_signs(
    {file.name: file.read_text(encoding="utf-8") for file in sorted((SHIPPED / "flows" / "safety").glob("*.yaml"))}
)
CASES = [
    (language, case["text"], case["kind"])
    for language in KNOWN_LANGUAGES
    for case in json.loads((TABLES / f"danger_{language}.json").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_there_are_enough_real_shaped_messages_of_each_language(language: str) -> None:
    kinds = [kind for code, _, kind in CASES if code == language]
    assert sum(kind is not None for kind in kinds) >= 60
    assert sum(kind is None for kind in kinds) >= 40


@pytest.mark.parametrize(("language", "text", "kind"), CASES)
def test_a_message_is_danger_or_is_not(language: str, text: str, kind: str | None) -> None:
    assert SIGNS.look(text) == (Danger(kind) if kind else None)


@given(st.text(max_size=300))
def test_no_text_breaks_the_look(text: str) -> None:
    found = SIGNS.look(text)
    assert found is None or isinstance(found, Danger)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("kill myself", "I will KILL   myself!", True),
        ("kill myself", "skill myself", False),
        ("he|she hits me", "she hits me", True),
        ("he|she hits me", "we hits me", False),
        ("he ~ me", "he always hurts me", True),
        ("he ~ me", "he and all of them hurt me", False),
        ("threat* us", "they threatened us", True),
        ("l'école brûle", "lecole BRULE", True),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrase: str, text: str, found: bool) -> None:
    signs = read_signs({"x.yaml": f"now:\n  - {phrase}\n"})
    assert (signs.look(text) is Danger.NOW) is found


def test_what_looks_like_danger_is_cleared_only_where_it_stands() -> None:
    signs = read_signs({"x.yaml": "selfharm:\n  - killing me\nharmless:\n  - wait is killing me\n"})
    assert signs.look("this wait is killing me") is None
    assert signs.look("this wait is killing me. And he is killing me") is Danger.SELFHARM


@pytest.mark.parametrize("phrase", ["~ me", "me ~", "he|", "|he me"])
def test_a_phrase_that_says_too_little_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"must begin and end|empty choice"):
        read_sign(phrase, Danger.NOW)


def test_a_broken_file_says_where() -> None:
    with pytest.raises(ContentErrors) as found:
        read_signs({"pl.yaml": "language: pl\nnow:\n  - zabije mnie\n  - ~ mnie\nzle:\n  - x\n"})
    assert [(error.line, error.code) for error in found.value.errors] == [(4, "danger-phrase"), (5, "danger-kind")]
