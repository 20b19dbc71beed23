"""What a text costs, and where it may be cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.language.segments import GSM, GSM_EXTENSION, measure, split

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "segments.json").read_text(encoding="utf-8"))
GRAPHEME = regex.compile(r"\X")

gsm_texts = st.text(st.sampled_from(sorted(GSM | GSM_EXTENSION)), max_size=700)
any_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
awkward = st.text(st.sampled_from("ab .!?\n।۔আমি কী👩‍👩‍👧‍👦🇬🇧👍🏽é̄\u200d€“"), max_size=400)
limits = st.integers(min_value=60, max_value=300)


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_every_published_vector_is_counted_as_twilio_counts_it(vector: dict[str, object]) -> None:
    size = measure(str(vector["text"]))
    assert (size.encoding, size.segments) == (vector["encoding"], vector["segments"])


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("Hello", 5), ("£5 €5", 6), ("[x]", 5), ("আমি", 3), ("👍", 2), ("it\u2019s", 4)]
)
def test_units_are_septets_or_utf16_units(text: str, units: int) -> None:
    assert measure(text).units == units


def test_one_curly_apostrophe_doubles_the_price() -> None:
    plain = "We can't say yet. " * 8
    assert measure(plain).segments == 1
    assert measure(plain.replace("'", "\u2019")).segments == 3


def test_an_emoji_family_is_never_shared_between_two_segments() -> None:
    """70 units fit one segment; the family (11 units) would straddle the border at 67 and moves on whole."""
    assert measure("a" * 60 + "👩‍👩‍👧‍👦" + "b" * 60).segments == 3


@given(gsm_texts)
def test_a_gsm_text_costs_what_its_units_say_to_within_the_padding(text: str) -> None:
    size = measure(text)
    assert size.encoding == "GSM-7"
    assert size.units == len(text) + sum(character in GSM_EXTENSION for character in text)
    assert size.segments == 1 if size.units <= 160 else size.units / 153 <= size.segments <= size.units / 152 + 1


@given(any_texts | awkward)
def test_measuring_counts_every_unit_and_never_too_few_segments(text: str) -> None:
    size = measure(text)
    if size.encoding == "UCS-2":
        assert size.units == utf16_units(text)
        assert size.segments == 1 if size.units <= 70 else size.segments * 67 >= size.units
    else:
        assert set(text) <= GSM | GSM_EXTENSION


PIECES = [
    "আমি ",
    "ক্ষমা",
    "کتاب ",
    "مُحَمَّد",
    "źdźbło ",
    "👨\u200d👩\u200d👧",
    " ",
    "\n",
    "\r\n",
    "\u200d",
    "\u0600",
    "e\u0301" * 9,
]
wordy = st.text(st.sampled_from("আমি কীক্ষ ab"), max_size=400) | st.lists(st.sampled_from(PIECES), max_size=70).map(
    "".join
)


@given(any_texts | awkward | wordy)
def test_no_grapheme_is_shared_between_two_segments_and_none_is_left_half_empty(text: str) -> None:
    size = measure(text)
    if size.encoding == "UCS-2" and size.units > 70:
        assert size.segments == packed(text, 67)


def packed(text: str, room: int) -> int:
    """Grapheme for grapheme; one that no segment could hold comes letter by letter."""
    segments = used = 0
    for grapheme in GRAPHEME.findall(text):
        for piece in [grapheme] if utf16_units(grapheme) <= room else grapheme:
            if not segments or used + utf16_units(piece) > room:
                segments, used = segments + 1, 0
            used += utf16_units(piece)
    return segments


@given(any_texts | awkward | gsm_texts, limits)
def test_no_part_is_longer_than_the_limit_or_blank(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(utf16_units(part) <= limit and len(part) <= limit and part.strip() for part in parts)
    assert bool(parts) == bool(text.strip())


@given(any_texts | awkward | gsm_texts, limits)
def test_the_parts_hold_the_same_graphemes_in_the_same_order(text: str, limit: int) -> None:
    whole = GRAPHEME.findall(text)
    if any(utf16_units(grapheme) > limit for grapheme in whole):
        return
    parts = [grapheme for part in split(text, limit) for grapheme in GRAPHEME.findall(part)]
    assert [grapheme for grapheme in parts if not grapheme.isspace()] == [
        grapheme for grapheme in whole if not grapheme.isspace()
    ]


@given(st.lists(st.text(st.sampled_from("abcআমিłł"), min_size=1, max_size=30), max_size=80), limits)
def test_short_words_are_never_cut(words: list[str], limit: int) -> None:
    assert " ".join(split(" ".join(words), limit)).split() == words


@given(any_texts | awkward | gsm_texts, limits)
def test_parts_are_stable(text: str, limit: int) -> None:
    """Splitting a part again gives the part itself, measured the same."""
    for part in split(text, limit):
        assert split(part, limit) == [part]
        assert measure(part) == measure("".join(split(part, limit)))


def test_a_long_text_ends_its_parts_at_sentences() -> None:
    sentence = "The food bank opens at 10.30 on Monday. "
    parts = split(sentence * 100)
    assert len(parts) > 1
    assert all(part.startswith("The food") and part.endswith("Monday.") for part in parts)


@pytest.mark.parametrize("mark", ["।", "۔", "؟", "?", "!"])
def test_sentences_end_in_every_script(mark: str) -> None:
    parts = split(f"আমি ভাল আছি{mark} " * 200)
    assert all(part.endswith(mark) for part in parts)


def test_a_list_is_cut_between_its_lines() -> None:
    lines = [f"{number}. A place in street number {number}, with no full stop" for number in range(60)]
    assert "\n".join(split("\n".join(lines), 300)).split("\n") == lines


def test_a_text_without_spaces_is_cut_between_graphemes() -> None:
    parts = split("👩‍👩‍👧‍👦" * 300)
    assert "".join(parts) == "👩‍👩‍👧‍👦" * 300
    assert all(set(GRAPHEME.findall(part)) == {"👩‍👩‍👧‍👦"} for part in parts)


def test_a_grapheme_longer_than_a_whole_message_is_still_sent() -> None:
    zalgo = "a" + "\u0301" * 5000
    assert "".join(split(zalgo)) == zalgo
    assert all(len(part) <= 1600 for part in split(zalgo))


def test_a_limit_that_cannot_hold_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        split("Hello", 1)
