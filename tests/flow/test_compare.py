"""Two revisions side by side: what was added, changed and taken out, and whether a step is still there."""

from __future__ import annotations

import pytest

from bot.flow.compare import Change, Kind, compare, same_step
from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.settings import SHIPPED
from tests.flow.stage import AROUND

LUNCH = """
flow: lunch
about: x
start_words: [lunch]
steps:
  - ask: Will you come?
    id: coming
    options:
      - yes: Yes
      - no: No
    go: {no: not_coming}
  - say: Good. It is from 12 to 2.
  - say: Bring a friend.
    end: yes
  - id: not_coming
    say: That is fine.
"""


def flows(*texts: str) -> FlowSet:
    return load_flows(AROUND | {f"{number}.yaml": text for number, text in enumerate(texts)})


def changes(before: str, after: str) -> list[Change]:
    return list(compare(flows(before), flows(after)))


def test_the_same_flows_have_no_differences() -> None:
    """Neither do comments, nor the place of a flow's file."""
    assert changes(LUNCH, "# a note\n" + LUNCH) == []


def test_the_shipped_flows_are_the_same_as_themselves() -> None:
    sources = {file.name: file.read_text(encoding="utf-8") for file in (SHIPPED / "flows").glob("*.yaml")}
    assert compare(load_flows(sources), load_flows(sources)) == ()


def test_a_conversation_that_comes_or_goes_is_one_difference() -> None:
    assert compare(flows(), flows(LUNCH)) == (Change(Kind.FLOW_ADDED, "lunch"),)
    assert compare(flows(LUNCH), flows()) == (Change(Kind.FLOW_REMOVED, "lunch"),)


def test_a_text_that_says_something_else_stands_before_and_after() -> None:
    """Also of a step that has no id, and with its options."""
    assert changes(LUNCH, LUNCH.replace("12 to 2", "1 to 3")) == [
        Change(Kind.TEXT, "lunch", "step2", ("Good. It is from 12 to 2.",), ("Good. It is from 1 to 3.",))
    ]
    assert changes(LUNCH, LUNCH.replace("- no: No", "- no: Not this time")) == [
        Change(
            Kind.TEXT, "lunch", "coming", ("Will you come?", "Yes", "No"), ("Will you come?", "Yes", "Not this time")
        )
    ]


def test_a_step_put_in_between_is_one_difference() -> None:
    """The steps around it are found again, though their numbers are others now."""
    after = LUNCH.replace("  - say: Bring a friend.", "  - say: The lift works.\n  - say: Bring a friend.")
    assert changes(LUNCH, after) == [Change(Kind.STEP_ADDED, "lunch", "step3", after=("The lift works.",))]
    assert changes(after, LUNCH) == [Change(Kind.STEP_REMOVED, "lunch", "step3", before=("The lift works.",))]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("go: {no: not_coming}", "go: {yes: not_coming}"),
        ("    go: {no: not_coming}", "    go: {no: not_coming}\n    optional: true\n    only: sms"),
        ("say: Good. It is from 12 to 2.", "say: Good. It is from 12 to 2.\n    go: not_coming"),
    ],
    ids=["an option leads elsewhere", "only by SMS", "a jump over a step"],
)
def test_a_step_that_leads_elsewhere_is_told_of(was: str, now: str) -> None:
    assert Kind.WAY in {change.kind for change in changes(LUNCH, LUNCH.replace(was, now))}


def test_steps_that_change_places_are_told_of() -> None:
    swapped = LUNCH.replace("Good. It is from 12 to 2.", "@").replace("Bring a friend.", "Good. It is from 12 to 2.")
    kinds = {change.kind for change in changes(LUNCH, swapped.replace("@", "Bring a friend."))}
    assert kinds


def test_words_that_start_it_are_compared_too() -> None:
    assert changes(LUNCH, LUNCH.replace("[lunch]", "[lunch, dinner]")) == [
        Change(Kind.START_WORDS, "lunch", before=("lunch",), after=("lunch", "dinner"))
    ]


def test_a_step_is_found_again_in_the_newer_revision() -> None:
    """By its id, wherever it stands; without one, by what it says; and one that is gone is not found."""
    old = flows(LUNCH)
    new = flows(LUNCH.replace("  - say: Good. It is from 12 to 2.\n", "").replace("Will you come?", "Are you coming?"))
    coming, friend = same_step(old, new, "lunch", "coming"), same_step(old, new, "lunch", "step3")
    assert coming is not None
    assert coming.text == "Are you coming?"
    assert friend is not None
    assert friend.name == "step2"
    assert same_step(old, new, "lunch", "step2") is None
    assert same_step(old, new, "lunch", "nowhere") is None
    assert same_step(old, flows(), "lunch", "coming") is None
