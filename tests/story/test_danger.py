"""Danger signs: what is danger is seen, what only looks like it is not, in every shipped language at once."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.content_error import ContentErrors
from bot.language.normal import words
from bot.settings import SHIPPED
from bot.story.danger import NEAREST, Danger, DangerSigns, Sign, read_sign, read_signs
from bot.values import KNOWN_LANGUAGES

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
        ("he ~ me", "he me", True),
        ("he ~ me", "he and all of me", True),
        ("he ~ me", "he and all of them hurt me", False),
        ("me|he ~ me ~ strangle", "he says to me that he would strangle", True),
        ("threat* us", "they threatened us", True),
        ("l'école brûle", "lecole BRULE", True),
        ("he + belt + me", "me he hit, with a belt", True),
        ("he + belt + me", "he has a belt", False),
        ("he + belt + me", "he went to town one day to buy me a belt", False),
        ("hit* + hit*", "he hit me", False),
        ("hit* + hit*", "he hits, hitting me", True),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrase: str, text: str, found: bool) -> None:
    signs = read_signs({"x.yaml": f"now:\n  - {phrase}\n"})
    assert (signs.look(text) is Danger.NOW) is found


def test_what_looks_like_danger_is_cleared_only_where_it_stands() -> None:
    signs = read_signs({"x.yaml": "selfharm:\n  - killing me\nharmless:\n  - wait is killing me\n"})
    assert signs.look("this wait is killing me") is None
    assert signs.look("this wait is killing me. And he is killing me") is Danger.SELFHARM


def test_a_harmless_phrase_clears_only_what_it_covers_from_first_word_to_last() -> None:
    short = read_signs({"x.yaml": "abuse:\n  - he hit me\nharmless:\n  - hit me up on\n"})
    whole = read_signs({"x.yaml": "abuse:\n  - he hit me\nharmless:\n  - he hit me up on\n"})
    assert short.look("he hit me up on facebook") is Danger.ABUSE
    assert whole.look("he hit me up on facebook") is None


def test_a_list_of_words_stands_for_each_of_them_and_may_be_joined_with_more() -> None:
    signs = read_signs({"x.yaml": "words:\n  kin: [husband, dad]\nabuse:\n  - <kin>|boss hits me\n"})
    found = [signs.look(f"my {who} hits me") for who in ("husband", "dad", "boss", "kin", "teacher")]
    assert found == [Danger.ABUSE, Danger.ABUSE, Danger.ABUSE, None, None]


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("~ me", "must begin and end"),
        ("me ~", "must begin and end"),
        ("he|", "empty choice"),
        ("|he me", "empty choice"),
        ("* me", "empty choice"),
        ("mother-in-law hits me", "can be in no message"),
        ("<kin> hits me", "not one of the lists"),
        ("he + belt me", "between all of its words"),
        ("he + ~ + me", "between all of its words"),
        ("he +", "between all of its words"),
    ],
)
def test_a_phrase_that_says_too_little_or_what_nobody_can_write_is_refused(phrase: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_sign(phrase, Danger.NOW)


def _every_end(sign: Sign, said: list[str], at: int) -> int:
    """What a sign says, as plainly as it can be put: tried place by place from its first word, shortest gap first."""
    if not sign.places:
        return at
    place, rest = sign.places[0], Sign(sign.kind, sign.places[1:])
    if place == {"~"}:
        return next((end for skip in range(4) if (end := _every_end(rest, said, at + skip))), 0)
    if at < len(said) and any(said[at] == word or ("*" in word and said[at].startswith(word[:-1])) for word in place):
        return _every_end(rest, said, at + 1)
    return 0


def _every_near(sign: Sign, said: list[str], at: int) -> int:
    """Likewise for a sign in any order: the shortest stretch that begins here and holds each place by its own word."""
    fits = [[n for n, word in enumerate(said) if _fits_one(place, word)] for place in sign.places]
    if not any(at in one for one in fits):
        return 0
    sets = [held for held in product(*fits) if len(set(held)) == len(held) and min(held) == at]
    return min((end for end in (max(held) + 1 for held in sets) if end - at <= NEAREST), default=0)


def _fits_one(place: frozenset[str], word: str) -> bool:
    return word in place or any("*" in one and word.startswith(one[:-1]) for one in place)


def _plainly(signs: list[Sign], text: str) -> Danger | None:
    """The look without any index: every sign is tried at every word."""
    said = words(text)
    ends = {True: _every_near, False: _every_end}
    found = [(sign.kind, at, ends[sign.near](sign, said, at)) for sign in signs for at in range(len(said))]
    cleared = {number for kind, at, end in found if kind is None for number in range(at, end)}
    kinds = {kind for kind, at, end in found if kind and end and not {at, end - 1} <= cleared}
    return next((kind for kind in Danger if kind in kinds), None)


WORDS = st.sampled_from(["he", "hit", "hits", "me"])
CHOICES = st.lists(st.one_of(WORDS, st.sampled_from(["hit*", "h*"])), min_size=1, max_size=2).map("|".join)
GAPPED = st.builds(" ".join, st.tuples(CHOICES, st.sampled_from(["", "~", "~ ~"]), CHOICES))
PHRASE = st.builds(
    lambda written, kind: read_sign(" ".join(written), kind),
    st.one_of(
        st.lists(st.one_of(CHOICES, GAPPED, GAPPED), min_size=1, max_size=3),
        st.lists(CHOICES, min_size=2, max_size=3).map(lambda parts: [" + ".join(parts)]),
    ),
    st.sampled_from([*Danger, None]),
)
MESSAGE = st.lists(st.one_of(WORDS, st.just("and")), max_size=12).map(" ".join)


@given(st.lists(PHRASE, max_size=3), MESSAGE)
@settings(max_examples=500, deadline=None)
def test_looking_by_the_rarest_word_finds_what_trying_everything_finds(signs: list[Sign], text: str) -> None:
    assert DangerSigns(signs).look(text) == _plainly(signs, text)


def test_a_broken_file_says_where() -> None:
    with pytest.raises(ContentErrors) as found:
        read_signs({"pl.yaml": "language: pl\nnow:\n  - zabije mnie\n  - ~ mnie\nzle:\n  - x\n"})
    assert [(error.line, error.code) for error in found.value.errors] == [(4, "danger-phrase"), (5, "danger-kind")]
