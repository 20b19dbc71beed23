"""The small language of ``if``."""

from __future__ import annotations

import pytest

from bot.flow.condition import Condition, ConditionError

VALUES = {"topic": "food", "count": "3", "empty": "", "many": ["a", "b"]}


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ('topic == "food"', True),
        ('topic != "food"', False),
        ('topic == "food" and count > 2', True),
        ('topic == "home" or count >= 3', True),
        ("not empty", True),
        ('never_set == ""', True),
        ('topic in ["food", "home"]', True),
        ('"a" in many', True),
        ('topic not in ("home", "mind")', True),
        ("count < 3", False),
        ('topic < "zebra"', False),
    ],
)
def test_a_condition_holds_or_not(written: str, holds: bool) -> None:
    assert Condition(written).holds(VALUES) is holds


@pytest.mark.parametrize(
    "written",
    [
        "topic =",
        "open('/etc/passwd')",
        "topic.upper()",
        "__import__('os')",
        "[x for x in topic]",
        "1 < count < 3",
        "lambda: 1",
        "topic + topic",
    ],
)
def test_anything_more_than_comparing_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ConditionError) as refused:
        Condition(written)
    assert str(refused.value).endswith((".", '""'))


def test_a_condition_names_its_variables() -> None:
    assert Condition('a == "x" and (b or not c)').names == {"a", "b", "c"}
