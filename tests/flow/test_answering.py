"""What may stand beside a kind of answer, and which comparisons make no sense: told with file, line and column."""

from __future__ import annotations

import pytest

from bot.flow.load import load_flow
from bot.flow.model import NO_LIMITS, Limits
from bot.knowledge.content_error import ContentErrors


def question(rest: str) -> str:
    return f"flow: tea\nabout: A small one.\nsteps:\n  - ask: What?\n    id: it\n{rest}  - say: Fine.\n"


def problems(text: str) -> list[str]:
    with pytest.raises(ContentErrors) as bad:
        load_flow(text, "tea.yaml")
    return [str(error) for error in bad.value.errors]


GOOD: list[tuple[str, Limits]] = [
    ("    expect: number\n", NO_LIMITS),
    ("    expect: number\n    min: 1\n    max: 12\n", Limits(1, 12)),
    ("    expect: number\n    min: 0.5\n    decimals: yes\n", Limits(0.5, decimals=True)),
    ("    expect: date\n    toward: past\n", Limits(toward="past")),
    ("    expect: media\n    kinds: [photo, voice]\n", Limits(kinds=("photo", "voice"))),
    ("    expect: postcode\n    optional: yes\n", NO_LIMITS),
]


@pytest.mark.parametrize(("rest", "limits"), GOOD)
def test_what_belongs_to_the_kind_of_answer_is_kept_with_the_step(rest: str, limits: Limits) -> None:
    assert load_flow(question(rest), "tea.yaml").steps[0].limits == limits


BAD: list[tuple[str, str, str]] = [
    ("    expect: number\n    min: 5\n    max: 3\n", "tea.yaml:7:5", '"min" must not be more than "max"'),
    ("    expect: number\n    min: 2.5\n", "tea.yaml:7:5", '"min: 2.5" is no whole number'),
    ("    expect: number\n    max: lots\n", "tea.yaml:7:5", "must be a number, like 18 or 2.5"),
    ("    expect: number\n    max: inf\n", "tea.yaml:7:5", "must be a number, like 18 or 2.5"),
    ("    expect: text\n    min: 5\n", "tea.yaml:7:5", '"min" goes with "expect: number" only'),
    ("    expect: number\n    toward: past\n", "tea.yaml:7:5", '"toward" goes with "expect: date" only'),
    ("    expect: date\n    toward: sideways\n", "tea.yaml:7:5", "is not one of future, past"),
    ("    expect: date\n    kinds: [photo]\n", "tea.yaml:7:5", '"kinds" goes with "expect: media" only'),
    ("    expect: media\n    kinds: [picture]\n", "tea.yaml:7:13", "is not one of photo, voice, video, document"),
    ("    expect: media\n    kinds: []\n", "tea.yaml:7:5", "at least one"),
    ("    expect: media\n    decimals: yes\n", "tea.yaml:7:5", '"decimals" goes with "expect: number" only'),
    ("    options:\n      - a: A\n    max: 3\n", "tea.yaml:8:5", '"max" goes with "expect: number" only'),
]


@pytest.mark.parametrize(("rest", "place", "words"), BAD)
def test_what_does_not_belong_there_is_told(rest: str, place: str, words: str) -> None:
    [told] = problems(question(rest))
    assert told.startswith(f"{place}: error: ")
    assert words in told


KINDS = ("number", "date", "postcode", "phone", "media", "place", "yes_no")
ASKS = "".join(f"  - ask: What?\n    id: {kind}\n    expect: {kind}\n" for kind in KINDS) + (
    "  - ask: What?\n    id: numbers\n    expect: number\n    repeat: 3\n"
    "  - ask: What?\n    id: choice\n    options:\n      - 1: One\n      - 2: Two\n"
    "  - ask: What?\n    id: aside\n    expect: number\n    optional: yes\n    options:\n      - lots: Lots\n"
)


def compared(condition: str) -> str:
    return (
        f"flow: tea\nabout: x\ntakes: [taken]\nsteps:\n{ASKS}  - id: here\n    if: '{condition}'\n    go: end\n"
        "  - say: Fine.\n"
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('number >= "many"', '"number" is a number'), ("number < date", '"number" is a number'),
        ('number == "food"', '"number" is a number'), ('number in ["a"]', '"number" is a number'),
        ('"3" in number', '"number" is a number'), ("date > 3", '"date" is a date'),
        ('date < "1 May"', '"date" is a date'), ('date < "2026-02-30"', '"date" is a date'),
        ("today == number", '"today" is a date'), ('postcode == "ip1 1aa"', '"postcode" is a postcode'),
        ('postcode in "IP1"', '"postcode" is a postcode'), ('"IP1" in postcode', '"postcode" is a postcode'),
        ('postcode > "IP1"', "neither more nor less"), ("phone < 5", "neither more nor less"),
        ('phone == "07911 123456"', '"phone" is a phone number'), ('media == "photo"', '"media" is what was sent'),
        ('"photo" in media', '"media" is what was sent'), ("media > 1", "neither more nor less"),
        ('place > "A"', "neither more nor less"), ("yes_no > 1", "neither more nor less"),
        ("numbers > 3", '"numbers" keeps several answers'), ('"a" in numbers', '"numbers" is a number'),
    ],
)  # fmt: skip
def test_a_comparison_that_makes_no_sense_is_told_when_the_flow_is_read(condition: str, words: str) -> None:
    told = problems(compared(condition))
    assert len(told) == 1
    assert words in told[0]


@pytest.mark.parametrize(
    "condition",
    [
        "number >= 18", "number > -3", 'number == "3"', 'number != ""', "number in [1, 2]", "number < aside",
        "date < today", 'date >= "2026-01-31"', 'date != "" and date > today', "date == date", "taken < today",
        'postcode in ["IP1", "IP2 3", "IP2 3AB"]', 'postcode == "IP1 1AA"', 'postcode != ""', "taken == number",
        'phone == "+447911123456"', 'phone != ""', 'media != ""', "not media", 'place != ""', 'yes_no == "yes"',
        "3 in numbers", 'numbers != ""', "choice <= 2", 'aside == "lots"', 'aside == "skip" or aside > 3',
        "number == taken",
    ],
)  # fmt: skip
def test_a_comparison_that_makes_sense_is_left_alone(condition: str) -> None:
    assert load_flow(compared(condition), "tea.yaml").steps


def test_a_name_that_is_also_set_may_be_anything() -> None:
    flow = compared('number == "none"').replace("  - say: Fine.", "  - set: {number: none}\n  - say: Fine.")
    assert load_flow(flow, "tea.yaml").steps
