"""The conversation that engines are compared in. Nothing is timed here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.flow.load import load_flows
from tests.bench import engine, long_flow
from tests.bench.others import by_hand
from tests.bench.others.rounds import Brief, Converse
from tests.bench.race import check, the_brief
from tests.bench.talks import says_yes

BRIEF: Brief = the_brief()


@pytest.mark.parametrize("entrant", [engine.conversation, by_hand.conversation], ids=["this bot", "by hand"])
def test_each_talk_is_held_in_the_persons_language_and_ends_as_she_wants(entrant: Callable[[Brief], Converse]) -> None:
    converse = entrant(BRIEF)
    check("the entrant", [converse(talk) for talk in BRIEF["talks"]], BRIEF)


def test_no_two_people_tell_the_same() -> None:
    stories = [talk[3] for talk in BRIEF["talks"]]
    assert len(set(stories)) == len(stories)


def test_some_say_yes_and_some_say_no() -> None:
    yes = sum(says_yes(talk) for talk in BRIEF["talks"])
    assert 0 < yes < len(BRIEF["talks"])


@pytest.mark.parametrize("steps", [10, 300])
def test_a_long_flow_has_as_many_steps_as_it_says(steps: int) -> None:
    flows = load_flows({"long.yaml": long_flow.long_flow(steps)})
    assert len(flows.flows[long_flow.NAME].steps) == steps
