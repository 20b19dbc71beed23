"""Details go and come back at a click, and what was written by hand stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.personal.kinds import Kind
from bot.story.preparing import Original, whole

TEXT = "My name is Amina Begum. Ring 07700 900123.\n\nMy son Ahmed is 9."
TOLD = Original(TEXT)
NAME, PHONE, SON = 0, 1, 2


def say(kind: Kind) -> str:
    return f"[{kind.value}]"


def test_the_pieces_are_the_original_to_the_last_letter() -> None:
    assert "".join(piece.text for piece in TOLD.pieces()) == TEXT
    assert [piece.text for piece in TOLD.pieces() if piece.kind] == ["Amina Begum", "07700 900123", "Ahmed"]


def test_what_is_taken_out_leaves_a_word_in_its_place() -> None:
    assert TOLD.without({NAME, PHONE, SON}, say) == "My name is [name]. Ring [phone].\n\nMy son [name] is 9."
    assert TOLD.without({PHONE}, say) == "My name is Amina Begum. Ring [phone].\n\nMy son Ahmed is 9."


@pytest.mark.parametrize("out", [set(), {NAME}, {PHONE, SON}, {NAME, PHONE, SON}])
def test_from_the_words_alone_it_is_told_what_they_leave_out(out: set[int]) -> None:
    assert TOLD.taken_out(TOLD.without(out, say)) == out


def test_a_detail_comes_back_into_words_that_were_changed_by_hand() -> None:
    mine = "My name is [name]. Please do ring [phone].\n\nMy son [name] is nine years old."
    assert TOLD.with_marks(mine, {PHONE, SON}, say) == (mine.replace("is [name].", "is Amina Begum."), True)
    assert TOLD.with_marks(mine, {NAME, PHONE}, say) == (mine.replace("son [name]", "son Ahmed"), True)


def test_a_detail_goes_from_words_that_were_changed_by_hand() -> None:
    mine = "My name is Amina Begum, dear. Ring 07700 900123.\n\nMy son Ahmed is nine."
    there, done = TOLD.with_marks(mine, {NAME, PHONE, SON}, say)
    assert (there, done) == ("My name is [name], dear. Ring [phone].\n\nMy son [name] is nine.", True)


def test_it_says_so_when_nobody_can_tell_where_a_detail_stood() -> None:
    assert TOLD.with_marks("A woman waited with her child.", set(), say)[1] is False


def test_a_name_half_written_away_by_hand_does_not_count_as_kept() -> None:
    assert NAME in TOLD.taken_out(TEXT.replace("Amina Begum", "Amina"))


def test_the_whole_is_her_messages_and_what_would_have_helped() -> None:
    assert whole(["one", "two"], "three") == "one\n\ntwo\n\nthree"
    assert whole(["one"], "") == "one"


def test_two_names_side_by_side_come_back_each_to_its_place() -> None:
    two = Original("I am Amina. Ahmed, Yusuf and Salma came.")
    mine = two.without(range(4), say).replace("came", "were there")
    assert two.with_marks(mine, {0, 1}, say) == ("I am [name]. [name], Yusuf and Salma were there.", True)


def test_a_long_story_full_of_names_takes_no_time_that_anybody_would_see() -> None:
    """Counted in comparisons a repetitive text is the worst there is; here it has 160 details."""
    long = Original(TEXT * 55)
    mine = long.without(range(0, len(long.details), 2), say) + " The end."
    assert long.with_marks(mine, set(range(len(long.details))), say)[0] == long.without(range(999), say) + " The end."


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
def test_from_any_marks_to_any_others(before: set[int], after: set[int]) -> None:
    assert TOLD.with_marks(TOLD.without(before, say), after, say) == (TOLD.without(after, say), True)
