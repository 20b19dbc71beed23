"""About-you questions: the official lists, each answer on one of them, and nothing about who may stay."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from bot.settings import SHIPPED
from bot.story.about_you import AGES, ETHNIC_GROUPS, coded
from bot.story.codes import CodeSet

FLOW = YAML(typ="safe").load((SHIPPED / "flows" / "about-you.yaml").read_text(encoding="utf-8"))
NEVER = ("immigra", "visa", "asylum", "passport", "citizen", "nationality", "born", "papers", "status")


def options(step: str) -> dict[str, str]:
    """What the flow offers at a step: code -> label."""
    (found,) = (one for one in FLOW["steps"] if one.get("id") == step)
    return {code: label for option in found["options"] for code, label in option.items()}


def test_the_list_of_england_and_wales_has_nineteen_groups_and_names_its_source() -> None:
    assert len(ETHNIC_GROUPS.codes) == 19
    assert (ETHNIC_GROUPS.where, ETHNIC_GROUPS.year) == ("England and Wales", 2021)
    assert "GOV.UK" in ETHNIC_GROUPS.source


@pytest.mark.parametrize("group", ETHNIC_GROUPS.groups)
def test_the_flow_offers_each_group_as_the_list_has_it(group: str) -> None:
    assert options(group) == dict(ETHNIC_GROUPS.groups[group])


def test_the_flow_offers_every_group_and_every_age() -> None:
    assert set(options("group")) == set(ETHNIC_GROUPS.groups)
    assert options("age") == AGES.codes


def test_every_question_about_her_may_be_skipped() -> None:
    asked = [step for step in FLOW["steps"] if "ask" in step and step["id"] not in {"what", "offer"}]
    assert len(asked) == 10
    assert all(step["optional"] == "yes" or step["optional"] is True for step in asked)


@pytest.mark.parametrize("word", NEVER)
def test_nothing_is_asked_about_who_may_stay(word: str) -> None:
    texts = [str(value).lower() for step in FLOW["steps"] for name, value in step.items() if name != "do"]
    assert not any(word in text for text in texts)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"age": "25_to_34", "ethnic_group": "asian_indian"}, {"age": "25_to_34", "ethnic_group": "asian_indian"}),
        ({"age": "", "disability": "no"}, {"disability": "no"}),
        ({"age": "around thirty", "carer": "maybe", "immigration": "x"}, {}),
        ({"area": {"name": "SE6 2AB", "latitude": 1.0, "longitude": 1.0, "exactness": "postcode"}}, {"area": "SE6"}),
        ({"area": "12 High Street"}, {}),
    ],
)
def test_only_codes_of_a_list_are_kept(said: dict[str, object], kept: dict[str, str]) -> None:
    assert dict(coded(said)) == kept


def test_another_country_can_have_its_own_list() -> None:
    scotland = CodeSet("ethnic-group-scotland-2022", "Scotland", 2022, "x", {"white": {"white_polish": "Polish"}})
    assert scotland.codes == {"white_polish": "Polish"}
