"""Names and labels that mean something else already."""

from __future__ import annotations

from tests.flow.check.look import flow, look, of

ASK = "  - ask: What do you eat?\n    id: menu\n    expect: text\n"


def test_an_answer_that_is_called_like_a_command_is_told_where_it_is_read() -> None:
    found = [one for one in look(flow(ASK + "  - say: Ah, {menu}.\n")) if one.code == "name-taken"]
    assert [(one.line, one.column) for one in found] == [(8, 14)]
    assert of("name-taken", look(flow(ASK.replace("menu", "meal") + "  - say: Text {menu}.\n"))) == []


def test_a_value_that_is_called_like_the_name_of_the_service_is_told() -> None:
    steps = "  - set: {service_name: us}\n  - say: This is {service_name}.\n"
    assert of("name-taken", look(flow(steps))) == [("1.yaml", 6)]


def test_the_language_may_be_set() -> None:
    assert of("name-taken", look(flow("  - set: {language: pl}\n  - say: Good.\n"))) == []


def test_a_step_called_end_is_told() -> None:
    assert of("name-taken", look(flow("  - say: Hi.\n    id: end\n"))) == [("1.yaml", 6)]
    assert of("name-taken", look(flow("  - say: Hi.\n  - id: end\n    end: yes\n"))) == []


def test_a_label_that_is_the_number_of_another_line_is_told() -> None:
    asks = "  - ask: How many?\n    id: many\n    options:\n      - two: '2'\n      - one: '1'\n  - say: Good.\n"
    assert of("option-number", look(flow(asks))) == [("1.yaml", 8), ("1.yaml", 9)]
    in_order = asks.replace("'2'", "x").replace("'1'", "'2'").replace("x", "'1'")
    assert of("option-number", look(flow(in_order))) == []
