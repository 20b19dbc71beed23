"""What helps is listed nearest first, and national help is always there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.near import REACH, Found, Sited, Sites, near
from bot.knowledge.places import Place
from bot.knowledge.services import Service
from tests.knowledge.haversine import miles
from tests.knowledge.samples import service, shipped_directory, shipped_places

HERE = Place("Wexmoor", 52.6, 2.6, "town")
CHECKED = date(2026, 5, 9)


def sited(key: str, north: float | None, *, area: str = "wexmoor", verified: date | None = CHECKED) -> Sited:
    """A food bank so many degrees of latitude north of HERE."""
    one: Service = replace(service(key), area=area, name=key, verified=verified)
    return Sited(one, None if north is None else (52.6 + north, 2.6))


def keys(found: list[Found]) -> list[str]:
    return [one.service.key for one in found]


def test_london_to_ipswich_is_sixty_five_miles() -> None:
    assert miles((51.5074, -0.1278), (52.0567, 1.1482)) == pytest.approx(66, abs=1)
    assert miles((52.6, 2.6), (52.6, 2.6)) == 0


@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_the_distance_is_that_of_the_textbook(north: float, east: float) -> None:
    there = (HERE.latitude + north, HERE.longitude + east)
    found = near(Sites([Sited(service("bank"), there)]), topic="food", place=HERE)
    far = miles((HERE.latitude, HERE.longitude), there)
    assert [one.miles for one in found] == ([pytest.approx(far, abs=1e-6)] if far <= REACH else [])


def test_the_nearest_comes_first_and_what_is_out_of_reach_does_not_come() -> None:
    services = [sited("far", 0.16), sited("near", 0.01), sited("away", 0.2), sited("middle", 0.08)]
    found = near(Sites(services), topic="food", place=HERE)
    assert keys(found) == ["near", "middle", "far"]
    assert [one.miles for one in found] == pytest.approx([0.69, 5.53, 11.05], abs=0.02)


def test_national_help_comes_last_and_has_no_distance() -> None:
    services = [sited("line", None, area="national"), sited("near", 0.01)]
    found = near(Sites(services), topic="food", place=HERE)
    assert keys(found) == ["near", "line"]
    assert found[1].miles is None


def test_a_national_service_has_no_distance_even_with_an_address() -> None:
    (found,) = near(Sites([sited("office", 0.01, area="national")]), topic="food", place=HERE)
    assert found.miles is None


def test_another_topic_is_left_out() -> None:
    assert near(Sites([sited("near", 0.01)]), topic="mind", place=HERE) == []


def test_a_service_with_no_address_counts_as_near_where_its_area_is_near() -> None:
    services = [sited("van", None), sited("hall", 0.01), sited("other", None, area="elsewhere")]
    assert keys(near(Sites(services), topic="food", place=HERE)) == ["hall", "van"]


def test_someone_who_will_not_say_where_she_is_gets_national_help_first() -> None:
    services = [sited("hall", 0.01), sited("line", None, area="national")]
    found = near(Sites(services), topic="food", place=None)
    assert keys(found) == ["line", "hall"]
    assert [one.miles for one in found] == [None, None]


@pytest.mark.parametrize("town", ["Wexmoor", "Harrowfen", "Lantern Quay", "Ottermill"])
def test_every_demo_town_has_food_near(town: str) -> None:
    found = shipped_directory().find_services("food", shipped_places().find(town))
    assert found[0].miles is not None
    assert found[0].miles < 3
    assert found[-1].service.is_national
