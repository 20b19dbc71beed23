"""What matters to her: known to fit first, not known next, known not to fit left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.near import Found
from bot.knowledge.services import Facts, Service
from bot.knowledge.wishes import Wish, fits, ranked
from tests.knowledge.samples import service


def one(key: str, **known: object) -> Service:
    return replace(replace(service(key), facts=Facts(), languages=(), interpreter=None), **known)  # type: ignore[arg-type]


FITS = [
    (Wish.FREE, {"cost": "free"}, {"cost": "low"}, {"cost": "unknown"}),
    (Wish.MY_LANGUAGE, {"languages": ("ur",)}, {"languages": ("en",), "interpreter": False}, {"languages": ("en",)}),
    (Wish.MY_LANGUAGE, {"interpreter": True}, {"languages": ("en",), "interpreter": False}, {}),
    (Wish.INTERPRETER, {"interpreter": True}, {"interpreter": False}, {}),
    (Wish.WOMEN_ONLY, {"facts": Facts(women_only=True)}, {"facts": Facts(women_only=False)}, {}),
    (Wish.STEP_FREE, {"facts": Facts(step_free=True)}, {"facts": Facts(step_free=False)}, {}),
    (Wish.HALAL, {"facts": Facts(halal=True)}, {"facts": Facts(halal=False)}, {}),
    (Wish.CHILDREN, {"facts": Facts(family_friendly=True)}, {"facts": Facts(family_friendly=False)}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "yes", "no", "unknown"), FITS)
def test_what_nobody_told_us_is_neither_a_yes_nor_a_no(
    wish: Wish, yes: dict[str, object], no: dict[str, object], unknown: dict[str, object]
) -> None:
    assert [fits(one("a", **known), wish, "ur") for known in (yes, no, unknown)] == [True, False, None]


def test_known_to_fit_comes_first_then_not_known_each_nearest_first_and_the_rest_is_left_out() -> None:
    halal, other, nobody = Facts(halal=True), Facts(halal=False), Facts()
    near = [("a", nobody), ("b", other), ("c", halal), ("d", nobody), ("e", halal)]
    found = [Found(one(key, facts=facts), float(miles)) for miles, (key, facts) in enumerate(near)]
    order = ranked(found, [Wish.HALAL], "en")
    assert [hit.service.key for hit in order.found] == ["c", "e", "a", "d"]
    assert (order.fitting, order.left_out) == (2, 1)


def test_who_wishes_for_two_things_gets_first_what_is_known_to_fit_both() -> None:
    both, half, neither = Facts(halal=True, step_free=True), Facts(halal=True), Facts(halal=True, step_free=False)
    found = [Found(one(key, facts=facts), None) for key, facts in (("half", half), ("no", neither), ("both", both))]
    order = ranked(found, [Wish.HALAL, Wish.STEP_FREE], "en")
    assert [hit.service.key for hit in order.found] == ["both", "half"]


def test_when_none_is_left_all_are_shown_as_they_were() -> None:
    found = [Found(one(key, cost="low"), None) for key in "ab"]
    assert ranked(found, [Wish.FREE], "en") == (found, 0, 0)
