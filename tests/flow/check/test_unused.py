"""A number that somebody gives so that she is rung must come to somebody who can ring."""

from __future__ import annotations

import pytest

from tests.flow.check.look import flow, look, of

ASK = "  - ask: Which number can we ring?\n    id: number\n    expect: phone\n"
END = "  - say: We will ring you on {number}.\n"
HANDED = [
    "  - do: submit_question\n    with: {text: number}\n",
    '  - do: submit_question\n    with: {text: "Ring {number}"}\n',
    '  - set: {matter: "Ring {number}"}\n  - do: submit_question\n    with: {text: matter}\n',
]


def test_a_phone_number_that_nobody_gets_is_told_with_its_mend() -> None:
    found = [one for one in look(flow(ASK + END)) if one.code == "number-unused"]
    assert [(one.line, one.severity) for one in found] == [(5, "warning")]
    assert '"with: {text: number}"' in found[0].suggestion


@pytest.mark.parametrize("handed", HANDED)
def test_a_phone_number_that_is_handed_over_is_well(handed: str) -> None:
    assert of("number-unused", look(flow(ASK + handed + END))) == []


def test_a_phone_number_that_a_champion_gets_in_a_talk_or_another_flow_gets_back_is_well() -> None:
    over = "  - hand_over: A champion writes to you now.\n    about: number\n"
    assert of("number-unused", look(flow(ASK + over))) == []
    assert of("number-unused", look(flow(ASK + END, head="gives: [number]"))) == []
