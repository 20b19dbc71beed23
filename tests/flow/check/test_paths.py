"""Steps nobody comes to, answers that nobody hears a word after, and rounds without a question."""

# ruff: noqa: E501 # tables of flows, one a line

from __future__ import annotations

import pytest

from bot.flow.check.finding import Severity
from tests.flow.check.look import flow, look, of

ASK = "  - ask: Milk?\n    id: milk\n    options:\n      - yes: With milk\n      - no: Black\n"
WELL = flow(ASK + "  - say: Here it is.\n")


def test_a_flow_that_is_well_is_left_alone() -> None:
    assert look(WELL) == []


UNREACHABLE: list[tuple[str, str, list[int]]] = [
    ("after an end", "  - say: Hello.\n    end: true\n  - say: Lost.\n", [7]),
    ("after a bare end", "  - say: Hello.\n  - end\n  - say: Lost.\n", [7]),
    ("after a go", "  - go: bye\n  - say: Lost.\n  - id: bye\n    say: Bye.\n", [6]),
    ("several in a row are told once", "  - say: Hello.\n    end: true\n  - say: Lost.\n  - say: Lost too.\n", [7]),
    ("two places are told twice", "  - go: bye\n  - say: Lost.\n    end: true\n  - say: Lost too.\n  - id: bye\n    say: Bye.\n", [6, 8]),
    ("behind options that all jump", ASK + "    go: {yes: bye, no: bye}\n  - say: Lost.\n  - id: bye\n    say: Bye.\n", [11]),
    ("a free answer goes on", "  - ask: Milk?\n    expect: text\n    options:\n      - no: None\n    go: {no: bye}\n  - say: Fine.\n  - id: bye\n    say: Bye.\n", []),
    ("a step for one channel is passed on the other", "  - say: Hello.\n    only: sms\n    end: true\n  - say: Hello there.\n", []),
    ("an else leads there", ASK + "    else: bye\n    go: {yes: end, no: end}\n  - id: bye\n    say: Bye.\n", []),
    ("a none leads there", "  - find: rights\n    say: Rights.\n    none: nothing\n    end: true\n  - id: nothing\n    say: None.\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "lines"), [case[1:] for case in UNREACHABLE], ids=[case[0] for case in UNREACHABLE])
def test_a_step_that_nobody_comes_to_is_told(steps: str, lines: list[int]) -> None:
    assert of("unreachable-step", look(flow(steps))) == [("1.yaml", line) for line in lines]


DEAD_ENDS: list[tuple[str, str, list[int]]] = [
    ("a question at the very end", "  - say: Hello.\n" + ASK, [6]),
    ("one answer ends", ASK + "    go: {no: end}\n  - say: Here it is.\n", [9]),
    ("only something is set", ASK + "  - set: {sugar: none}\n", [5]),
    ("only something is done", "  - listen: Go on.\n    id: told\n  - do: submit_question\n    with: {text: told}\n", [5]),
    ("an if that may end", ASK + '  - if: milk == "yes"\n    go: end\n  - say: Black.\n', [5]),
    ("days pass before the next word", ASK + "  - wait: 2 days\n  - say: How was it?\n", [5]),
    ("a word on SMS alone", ASK + "  - say: Here it is.\n    only: sms\n", [5]),
    ("a word on each channel", ASK + "  - say: Here.\n    only: sms\n  - say: Here it is.\n    only: whatsapp\n", []),
    ("the alert sends the numbers", ASK + "  - do: raise_alert\n    with: {kind: now}\n", []),
    ("an option runs a flow that speaks", ASK + "    run: {yes: tea, no: tea}\n", []),
    ("a list that tells what she picks", "  - find: rights\n    say: Rights.\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "lines"), [case[1:] for case in DEAD_ENDS], ids=[case[0] for case in DEAD_ENDS])
def test_an_answer_after_which_nobody_speaks_is_told(steps: str, lines: list[int]) -> None:
    found = look(flow(steps))
    assert of("dead-end", found) == [("1.yaml", line) for line in lines]
    assert all(one.severity is Severity.ERROR for one in found if one.code == "dead-end")


def test_a_flow_that_another_runs_may_leave_the_last_word_to_it() -> None:
    sub = flow(ASK, head="takes: []", name="milk")
    assert of("dead-end", look(sub, flow("  - run: milk\n  - say: Here it is.\n"))) == []
    assert of("dead-end", look(sub, flow("  - run: milk\n"))) == [("1.yaml", 5)]


def test_a_flow_that_nobody_can_begin_is_told_when_all_flows_are_known() -> None:
    lost = flow("  - say: Hello.\n", head="takes: []", name="lost")
    assert of("unreachable-flow", look(WELL, lost, whole=True)) == [("2.yaml", 1)]
    assert of("unreachable-flow", look(WELL, lost)) == []


LOOPS: list[tuple[str, str, list[tuple[int, Severity]]]] = [
    ("two that lead to each other", "  - id: a\n    say: A.\n  - say: B.\n    go: a\n", [(5, Severity.ERROR)]),
    ("one that leads to itself", "  - say: Hello.\n  - id: a\n    say: A.\n    go: a\n", [(6, Severity.ERROR)]),
    ("a flow that runs itself", "  - say: Hello.\n  - run: tea\n", [(5, Severity.ERROR)]),
    ("a text every day for ever", "  - id: a\n    say: A.\n  - wait: 1 day\n  - go: a\n", [(5, Severity.ERROR)]),
    ("an if may lead out", '  - id: a\n    say: A.\n  - if: said == ""\n    go: a\n', [(5, Severity.WARNING)]),
    ("a question in the round", ASK + "    go: {no: milk}\n  - say: Here it is.\n    go: milk\n", []),
    ("a search that finds nothing", "  - id: a\n    find: rights\n    say: Rights.\n    none: a\n", [(5, Severity.WARNING)]),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "lines"), [case[1:] for case in LOOPS], ids=[case[0] for case in LOOPS])
def test_a_round_without_a_question_is_told(steps: str, lines: list[tuple[int, Severity]]) -> None:
    assert [(one.line, one.severity) for one in look(flow(steps)) if one.code == "loop"] == lines


def test_a_round_through_two_flows_is_told_once() -> None:
    here, there = flow("  - say: A.\n  - run: there\n"), flow("  - say: B.\n  - run: tea\n", name="there")
    assert len(of("loop", look(here, there.replace("[tea]", "[there]")))) == 1


def test_a_long_flow_does_not_exhaust_the_stack() -> None:
    steps = "".join(f"  - say: Number {number}.\n" for number in range(3000))
    assert look(flow(steps)) == []


@pytest.mark.parametrize(
    ("more", "warned"),
    [("", True), ("    optional: yes\n", False), ("    only: whatsapp\n", False), ("    only: sms\n", True),
     ("    options:\n      - no: I have none\n", False), ("    else: fine\n", False)],
)  # fmt: skip
def test_a_photo_is_asked_for_by_sms_only_when_it_can_be_passed_by(more: str, warned: bool) -> None:
    steps = f"  - ask: A photo?\n    expect: media\n{more}  - id: fine\n    say: Fine.\n"
    assert of("media-by-sms", look(flow(steps))) == ([("1.yaml", 6)] if warned else [])
