"""Details go and come back at a click, and what was written by hand stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.personal.kinds import Kind
from bot.story.preparing import pieces, taken_out, whole, with_marks, without

TOLD = "My name is Amina Begum. Ring 07700 900123.\n\nMy son Ahmed is 9."
NAME, PHONE, SON = 0, 1, 2


def say(kind: Kind) -> str:
    return f"[{kind.value}]"


def test_the_pieces_are_the_original_to_the_last_letter() -> None:
    assert "".join(piece.text for piece in pieces(TOLD)) == TOLD
    assert [piece.text for piece in pieces(TOLD) if piece.kind] == ["Amina Begum", "07700 900123", "Ahmed"]


def test_what_is_taken_out_leaves_a_word_in_its_place() -> None:
    assert without(TOLD, {NAME, PHONE, SON}, say) == "My name is [name]. Ring [phone].\n\nMy son [name] is 9."
    assert without(TOLD, {PHONE}, say) == "My name is Amina Begum. Ring [phone].\n\nMy son Ahmed is 9."


@pytest.mark.parametrize("out", [set(), {NAME}, {PHONE, SON}, {NAME, PHONE, SON}])
def test_from_the_words_alone_it_is_told_what_they_leave_out(out: set[int]) -> None:
    assert taken_out(TOLD, without(TOLD, out, say)) == out


def test_a_detail_comes_back_into_words_that_were_changed_by_hand() -> None:
    mine = "My name is [name]. Please do ring [phone].\n\nMy son [name] is nine years old."
    assert with_marks(TOLD, mine, {PHONE, SON}, say) == (mine.replace("is [name].", "is Amina Begum."), True)
    assert with_marks(TOLD, mine, {NAME, PHONE}, say) == (mine.replace("son [name]", "son Ahmed"), True)


def test_a_detail_goes_from_words_that_were_changed_by_hand() -> None:
    mine = "My name is Amina Begum, dear. Ring 07700 900123.\n\nMy son Ahmed is nine."
    there, done = with_marks(TOLD, mine, {NAME, PHONE, SON}, say)
    assert (there, done) == ("My name is [name], dear. Ring [phone].\n\nMy son [name] is nine.", True)


def test_it_says_so_when_nobody_can_tell_where_a_detail_stood() -> None:
    assert with_marks(TOLD, "A woman waited with her child.", set(), say)[1] is False


def test_a_name_half_written_away_by_hand_does_not_count_as_kept() -> None:
    assert NAME in taken_out(TOLD, TOLD.replace("Amina Begum", "Amina"))


def test_the_whole_is_her_messages_and_what_would_have_helped() -> None:
    assert whole(["one", "two"], "three") == "one\n\ntwo\n\nthree"
    assert whole(["one"], "") == "one"


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
def test_from_any_marks_to_any_others(before: set[int], after: set[int]) -> None:
    assert with_marks(TOLD, without(TOLD, before, say), after, say) == (without(TOLD, after, say), True)
