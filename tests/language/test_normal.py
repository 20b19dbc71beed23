"""Plain letters take a short way, and it leads to the same words."""

from __future__ import annotations

from string import printable

from hypothesis import given
from hypothesis import strategies as st

from bot.language.normal import fold, plain, words

# The way through Unicode is the one for everything that is not ASCII: a letter in front sends a text there.
BEYOND = "\u00b7 "


@given(st.text(st.characters(max_codepoint=127), max_size=40) | st.text(st.sampled_from(printable), max_size=40))
def test_plain_letters_are_read_as_all_others_are(text: str) -> None:
    assert words(text) == words(BEYOND + text)
    assert plain(text) == plain(fold(text))


def test_words_are_folded() -> None:
    assert words("Łódź isn't FAR, is_it? ２ ২") == ["lodz", "isnt", "far", "is", "it", "2", "2"]
