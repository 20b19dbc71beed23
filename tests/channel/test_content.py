"""Which questions WhatsApp can show with buttons, and how they are written for Twilio's Content API."""

from __future__ import annotations

import pytest

from bot.channel.content import Filled, with_buttons
from tests.stand_in.content import check_content, check_variables

YES_NO = (("ask.yes", "Yes"), ("ask.no", "No"))


def asked(prompt: str = "Is it open?", options: tuple[tuple[str, str], ...] = YES_NO) -> Filled | None:
    filled = with_buttons(prompt, options, "en", "Choose here")
    if filled:
        check_content(filled.content.document())
        check_variables(filled.variables)
    return filled


def many(count: int, label: str = "Number {}") -> tuple[tuple[str, str], ...]:
    return tuple((f"ask.{number}", label.format(number)) for number in range(count))


@pytest.mark.parametrize(
    ("what", "options", "kind"),
    [
        ("two short ones", YES_NO, "twilio/quick-reply"),
        ("three of 20 letters", many(3, "x" * 19 + "{}"), "twilio/quick-reply"),
        ("three, one of 21 letters", (*YES_NO, ("ask.x", "x" * 21)), "twilio/list-picker"),
        ("four", many(4), "twilio/list-picker"),
        ("ten of 24 letters", many(10, "x" * 23 + "{}"), "twilio/list-picker"),
        ("more behind a dash", (*YES_NO, ("ask.x", "Food bank - every day, no voucher")), "twilio/list-picker"),
    ],
)  # fmt: skip
def test_short_menus_have_buttons(what: str, options: tuple[tuple[str, str], ...], kind: str) -> None:
    filled = asked(options=options)
    assert filled is not None, what
    assert filled.content.kind == kind, what


@pytest.mark.parametrize(
    ("what", "prompt", "options"),
    [
        ("eleven", "Which?", many(11)),
        ("one of 25 letters", "Which?", (*YES_NO, ("ask.x", "x" * 25))),
        ("more behind the dash than 72 letters", "Which?", (*YES_NO, ("ask.x", "Food - " + "x" * 73))),
        ("two of one name", "Which?", (("ask.1", "Food"), ("ask.2", "Food"))),
        ("two of one id", "Which?", (("ask.1", "Food"), ("ask.1", "Home"))),
        ("an empty name", "Which?", (("ask.1", " "),)),
        ("a name over two lines", "Which?", (("ask.1", "a\nb"),)),
        ("a name with braces", "Which?", (("ask.1", "{{1}}"),)),
        ("no options", "Which?", ()),
        ("no words", " \n ", YES_NO),
        ("1,025 characters", "\n".join(["x" * 204] * 5) + "x", YES_NO),
        ("a line of 251 characters", "x" * 251, YES_NO),
        ("four blanks in a row", "a    b", YES_NO),
        ("braces", "What is {{1}}?", YES_NO),
    ],
)
def test_the_others_go_with_numbers(what: str, prompt: str, options: tuple[tuple[str, str], ...]) -> None:
    assert asked(prompt, options) is None, what


def test_a_letter_that_whatsapp_may_count_twice_counts_twice() -> None:
    assert asked(options=(("ask.1", "😀" * 10), ("ask.2", "b"))) is not None
    filled = asked(options=(("ask.1", "😀" * 11), ("ask.2", "b")))
    assert filled is not None
    assert filled.content.kind == "twilio/list-picker"


def test_marks_for_right_to_left_and_joiners_are_no_line_breaks() -> None:
    assert asked(options=(("ask.1", "\u2068NHS\u2069 ڈاکٹر"), ("ask.2", "র‍্যা"))) is not None


def test_each_line_is_a_variable_and_the_words_come_with_the_message() -> None:
    filled = asked("Thank you.\n\nYour number is K7QM.\nIs that all?")
    assert filled is not None
    assert filled.content.body == "{{1}}\n\n{{2}}\n{{3}}"
    assert filled.variables == {"1": "Thank you.", "2": "Your number is K7QM.", "3": "Is that all?"}
    assert "K7QM" not in str(filled.content.document())


def test_the_same_buttons_are_one_content_whatever_was_said_above_them() -> None:
    one, two, other = asked("Is it open?"), asked("Is that all?"), asked("Is\nit open?")
    assert one is not None
    assert two is not None
    assert other is not None
    assert one.content.key == two.content.key != other.content.key


def test_another_language_or_another_id_is_another_content() -> None:
    made = [
        with_buttons("Which?", YES_NO, "en", "Choose here"),
        with_buttons("Which?", YES_NO, "pl", "Choose here"),
        with_buttons("Which?", (("other.yes", "Yes"), ("ask.no", "No")), "en", "Choose here"),
    ]
    assert len({one.content.key for one in made if one}) == 3


def test_what_is_too_long_for_an_items_name_stands_in_its_description() -> None:
    filled = asked(options=(*many(3), ("ask.x", "Wexmoor Pantry (every day, no voucher)")))
    assert filled is not None
    items = filled.content.document()["types"]["twilio/list-picker"]["items"]
    assert items[3] == {"id": "ask.x", "item": "Wexmoor Pantry", "description": "every day, no voucher"}
    assert "description" not in items[0]
