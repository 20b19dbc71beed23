"""Where few live, a story may point at somebody."""

from __future__ import annotations

import pytest

from bot.knowledge.area import is_small


@pytest.mark.parametrize(
    ("area", "small"),
    [
        ("wx4", True),
        ("sw1a", True),
        ("brackley", True),
        ("leeds", False),
        ("newcastle upon tyne", False),
        ("a village that no table knows", True),
        ("", False),
        (" ", False),
        (None, False),
    ],
)
def test_a_district_and_a_small_town_are_small_and_an_unknown_place_is_none(area: str | None, small: bool) -> None:
    assert is_small(area) is small
