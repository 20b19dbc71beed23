"""Answers and services stand together in one list, and neither pushes out what she asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.answers import Answer
from bot.knowledge.closest import Near
from bot.knowledge.directory import Directory
from bot.knowledge.near import Found
from bot.knowledge.offered import Kinds, offered
from bot.knowledge.services import Site
from bot.knowledge.wishes import Wish
from tests.knowledge.samples import english, service, shipped_directory, shipped_places

ANSWERS = [Near("a1", 3.0, 0.5), Near("a2", 2.0, 0.3), Near("a3", 1.0, 0.1)]
LOUD = [Near(f"s{number}", 9.0 - number, 0.9) for number in (1, 2, 3)]
QUIET = [Near(f"s{number}", 0.5, 0.05) for number in (1, 2, 3)]


def shown(services: list[Near], *, of: int = 134, limit: int = 3, by_meaning: bool = True) -> list[str]:
    found = offered(Kinds(ANSWERS, services, of), by_meaning=by_meaning, placed=False, limit=limit)
    return [key for _, key in found]


@pytest.mark.parametrize("by_meaning", [True, False])
def test_the_best_answer_stays_however_close_services_are(by_meaning: bool) -> None:
    assert shown(LOUD, by_meaning=by_meaning) == ["s1", "s2", "a1"]


@pytest.mark.parametrize("by_meaning", [True, False])
def test_services_that_are_hardly_like_it_push_nothing_out(by_meaning: bool) -> None:
    assert shown(QUIET, by_meaning=by_meaning) == ["a1", "a2", "a3"]


def test_what_was_not_among_the_first_three_comes_after_them() -> None:
    assert shown(LOUD, limit=6) == ["s1", "s2", "a1", "s3", "a2", "a3"]
    assert shown(QUIET, limit=6)[:3] == ["a1", "a2", "a3"]


def test_of_more_services_the_best_must_be_better_as_chance_alone_makes_it_so() -> None:
    close = [Near("s1", 3.3, 0.9)]
    assert "s1" in shown(close)
    assert "s1" not in shown(close, of=100_000)


def keys(text: str, *, wished: tuple[Wish, ...] = ()) -> list[str]:
    directory = shipped_directory()
    hits = directory.match(text, "en", directory.named_place(text), 6, wished=wished)
    return [hit.key if isinstance(hit, Answer) else hit.service.key for hit in hits]


def test_a_question_finds_a_service_and_near_a_place_the_nearest() -> None:
    assert "wexmoor-womens-english" in keys("women's english class")
    assert keys("food bank near ZZ3 1AB").index("lantern-quay-food-bank") < 3


def test_what_is_out_of_reach_is_not_offered_to_who_names_a_place() -> None:
    directory = shipped_directory()
    hits = directory.match("food bank", "en", shipped_places().find("Truro"), 6)
    assert all(hit.service.is_national for hit in hits if isinstance(hit, Found))


def test_what_is_known_not_to_be_halal_is_left_out_for_who_asks_for_halal() -> None:
    assert "wexmoor-food-bank" in keys("food bank in Wexmoor")
    assert "wexmoor-food-bank" not in keys("halal food bank in Wexmoor", wished=(Wish.HALAL,))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("food near M14", "M14"), ("halal food bank moss side", "Moss Side"), ("any help in b12?", "B12"),
        ("food bank near s8", "S8"), ("vitamin b12 injection", None), ("got a s21 notice from landlord", None),
        ("b1 english test", None), ("debt", None), ("near EH1", None), ("lantern quay sofa", "Lantern Quay"),
        ("a bus from wexmoor to harrowfen", "Wexmoor"),
    ],
)  # fmt: skip
def test_a_place_is_heard_in_a_question(text: str, place: str | None) -> None:
    found = shipped_places().named_in(text)
    assert (found and found.name) == place


@pytest.mark.parametrize("miles_known", [False, True])
def test_of_offices_equally_far_the_first_that_was_listed_is_meant(miles_known: bool) -> None:
    """A helpline's second address is not where she is sent."""
    point = (52.6, 2.6) if miles_known else None
    office = replace(
        service("office"), area="wexmoor" if miles_known else "national", name="Lanterns for all", postcode="",
        point=point, address="1 First Street",
        sites=(Site("1 First Street", "", point), Site("2 Second Street", "", point)),
    )  # fmt: skip
    directory = Directory((), (office,), places=shipped_places(), languages=("en",), translate=english)
    (found,) = directory.match("lanterns for all", "en", shipped_places().find("Wexmoor"))
    assert isinstance(found, Found)
    assert found.service.address == "1 First Street"
