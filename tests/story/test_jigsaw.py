"""Things that each fit many people, and together one, are pointed out before anybody approves."""

from __future__ import annotations

import pytest

from bot.story.jigsaw import FEW_TELLERS, Clue, clues, may_point
from bot.story.personal.find import find


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("my twins and I live in our village", [Clue.AREA, Clue.FAMILY]),
        ("we are the only Roma family here", [Clue.ONLY]),
        ("I am 43 and had a stroke", [Clue.CONDITION, Clue.AGE]),
        ("after the fire it was in the paper", [Clue.EVENT]),
        ("jestem pielęgniarką, mam 54 lata", [Clue.AGE, Clue.WORK]),
        ("mam padaczkę i bliźniaki", [Clue.CONDITION, Clue.FAMILY]),
        ("ہمارے گاؤں میں حادثہ ہوا", [Clue.AREA, Clue.EVENT]),
        ("আমার বয়স ৪৫, আমি গর্ভবতী", [Clue.CONDITION, Clue.AGE]),
        ("at Riverside Surgery", [Clue.AREA]),
        ("I waited 6 weeks for an appointment", []),
        ("i am 4 weeks late", []),
    ],
)
def test_clues_are_seen_in_every_language(said: str, found: list[Clue]) -> None:
    assert clues(said, find(said), tellers=FEW_TELLERS) == found


def test_a_language_of_few_is_a_clue() -> None:
    assert clues("it was cold", (), tellers=FEW_TELLERS - 1) == [Clue.LANGUAGE]


def test_a_small_place_that_only_the_desk_knows_of_counts_with_the_rest() -> None:
    """A rare language, a small area and an illness: each fits many people, and all together one."""
    found = clues("it was my epilepsy", (), tellers=FEW_TELLERS - 1, small_area=True)
    assert found == [Clue.LANGUAGE, Clue.AREA, Clue.CONDITION]
    assert may_point(found)
    assert not may_point(clues("it was cold", (), tellers=FEW_TELLERS, small_area=True))


@pytest.mark.parametrize(
    ("found", "warned"),
    [
        ([], False),
        ([Clue.LANGUAGE], False),
        ([Clue.CONDITION, Clue.AGE], False),
        ([Clue.CONDITION, Clue.AGE, Clue.FAMILY], True),
        ([Clue.LANGUAGE, Clue.AREA], True),
        ([Clue.LANGUAGE, Clue.CONDITION], True),
        ([Clue.AREA, Clue.EVENT], True),
        ([Clue.ONLY], True),
    ],
)
def test_one_clue_points_at_nobody_and_several_may(found: list[Clue], warned: bool) -> None:
    assert may_point(found) is warned
