"""Which stories are hard to read, and when a reader is spared them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.codebook import Codebook, Theme
from bot.story.reading import Heed, Reader, heed, spare

BOOK = Codebook(
    [Theme("harm", "Harm", "", True, ()), Theme("food", "Food", "", False, ())],
    [Theme("death", "Death", "", False, (("died",),))],
)
EASY, HARD, DANGER = Heed(), Heed(about=("Death",)), Heed(danger=True)


@pytest.mark.parametrize(
    ("text", "worn", "danger", "said", "distressing"),
    [
        ("He was kind", (), False, None, False),
        ("He died", (), False, None, True),
        ("He died", (), False, False, False),
        ("He was kind", (), False, True, True),
        ("He was kind", ("harm",), False, None, True),
        ("He was kind", ("food", "no-longer-there"), False, None, False),
        ("He was kind", (), True, False, True),
    ],
)
def test_a_story_is_hard_by_its_words_its_tags_a_danger_or_a_champions_word(
    text: str, worn: tuple[str, ...], danger: bool, said: bool | None, distressing: bool
) -> None:
    assert heed(BOOK, [text], worn, danger=danger, said=said).distressing is distressing


def test_a_reader_is_given_easier_ones_when_she_had_enough_and_a_danger_all_the_same() -> None:
    waiting = [("hard", HARD), ("easy", EASY), ("danger", DANGER)]
    assert spare(waiting, Reader(in_a_row=2, limit=3)) == ["hard", "easy", "danger"]
    assert spare(waiting, Reader(in_a_row=3, limit=3)) == ["easy", "danger"]
    assert spare(waiting, Reader(in_a_row=99, limit=0)) == ["hard", "easy", "danger"]
    assert spare(waiting, Reader(not_today=True)) == ["easy"]


@given(st.lists(st.sampled_from([EASY, HARD, DANGER])), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_an_easy_story_is_never_kept_back_and_the_order_stays(
    heeds: list[Heed], in_a_row: int, limit: int, not_today: bool
) -> None:
    given_out = spare(list(enumerate(heeds)), Reader(in_a_row, limit, not_today))
    assert given_out == sorted(given_out)
    assert {number for number, one in enumerate(heeds) if one is EASY} <= set(given_out)
