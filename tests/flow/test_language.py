"""The words of the flow language, each shown by the smallest flow that needs it."""

from __future__ import annotations

import pytest

from tests.flow.stage import Talk

HEAD = "flow: tea\nabout: x\nstart_words: [start me]\nsteps:\n"


def test_a_step_for_one_channel_is_passed_on_the_other() -> None:
    flow = HEAD + "  - say: Tap below.\n    only: whatsapp\n  - say: Text a number.\n    only: sms\n  - say: Bye.\n"
    assert Talk(flow, channel="sms").began == "Text a number.\n\nBye."
    assert Talk(flow, channel="whatsapp").began == "Tap below.\n\nBye."


def test_a_text_may_have_a_wording_for_each_channel() -> None:
    flow = HEAD + "  - say: {sms: Text it., whatsapp: Tap it.}\n"
    assert (Talk(flow, channel="sms").began, Talk(flow, channel="whatsapp").began) == ("Text it.", "Tap it.")


def test_of_several_wordings_one_is_drawn_by_lot() -> None:
    flow = HEAD + "  - say: [Hello., Hi.]\n"
    assert {Talk(flow, luck=luck).began for luck in range(20)} == {"Hello.", "Hi."}


def test_an_optional_question_can_be_left_out_and_is_then_empty() -> None:
    flow = HEAD + '  - ask: Why?\n    id: why\n    expect: text\n    optional: true\n  - say: "[{why}]"\n'
    talk = Talk(flow)
    assert talk.began == "Why?\n1. I do not want to say"
    assert talk.says("1") == "[]"
    assert Talk(flow).says("Because") == "[Because]"


def test_a_repeated_question_keeps_every_answer_until_done() -> None:
    flow = HEAD + (
        "  - ask: Who lives with you?\n    id: who\n    expect: text\n    repeat: 3\n"
        "  - if: '\"Ana\" in who'\n    go: knows\n  - say: No Ana.\n    end: true\n  - id: knows\n    say: Hello Ana.\n"
    )
    talk = Talk(flow)
    assert talk.says("Ana") == "Anything else? Send it, or text DONE."
    assert talk.says("DONE") == "Hello Ana."
    full = Talk(flow)
    full.says("Bo")
    full.says("Cy")
    assert full.says("Di") == "No Ana."


def test_a_flow_that_is_run_gives_back_what_was_asked_of_it() -> None:
    outer = HEAD + '  - run: milk\n    into: {wants: milk}\n  - say: "Milk: {wants}."\n'
    inner = (
        "flow: milk\nabout: x\ngives: [milk]\nsteps:\n"
        "  - ask: Milk?\n    id: milk\n    options:\n      - yes: Yes\n      - no: No\n"
    )
    talk = Talk(outer, inner)
    assert talk.began == "Milk?\n1. Yes\n2. No"
    assert talk.says("no") == "Milk: no."


def test_a_flow_that_goes_round_in_circles_is_stopped_with_a_kind_sentence() -> None:
    talk = Talk(HEAD + "  - id: a\n    set: {x: y}\n  - go: a\n")
    assert "something went wrong on our side" in talk.began
    assert talk.session.frames == []


@pytest.mark.parametrize("words", ["one", "1", "First tea", "first t"])
def test_options_jump_where_they_say(words: str) -> None:
    flow = HEAD + (
        "  - ask: Which?\n    options:\n      - a: First tea\n      - b: Second tea\n    go: {b: other}\n"
        "  - say: A it is.\n    end: true\n  - id: other\n    say: B it is.\n"
    )
    assert Talk(flow).says(words) == "A it is."
    assert Talk(flow).says("second") == "B it is."


def test_start_words_from_anywhere_come_back_to_the_open_question() -> None:
    flow = HEAD + "  - ask: Milk?\n    options:\n      - yes: Yes\n      - no: No\n  - say: Thanks.\n"
    fire = "flow: fire\nabout: x\nstart_words: [fire]\nanywhere: true\nsteps:\n  - say: Call 999.\n"
    talk = Talk(flow, fire)
    assert talk.says("FIRE!") == "Call 999.\n\nNow back to where you were.\n\nMilk?\n1. Yes\n2. No"
    assert talk.says("1") == "Thanks."


ERASE = (
    "flow: erase-my-data\nabout: x\nsteps:\n  - ask: Erase it?\n    options:\n      - keep: Keep it\n"
    "      - all: All of it\n  - say: Kept.\n"
)
LANGUAGE = "flow: change-language\nabout: x\nsteps:\n  - ask: Which?\n    expect: language\n  - say: So be it.\n"
BACK_AGAIN = "Now back to where you were."


def test_it_says_that_it_comes_back_after_deleting_was_declined_but_not_after_another_language() -> None:
    talk = Talk(HEAD + "  - ask: Milk?\n    expect: text\n  - say: Thanks.\n", ERASE, LANGUAGE)
    talk.says("DELETE")
    assert talk.says("keep") == f"Kept.\n\n{BACK_AGAIN}\n\nMilk?"
    talk.says("LANGUAGE")
    assert talk.says("1") == "So be it.\n\nMilk?"


def test_it_does_not_say_so_where_nothing_was_open() -> None:
    talk = Talk(HEAD + "  - say: Thanks.\n", ERASE)
    talk.says("DELETE")
    assert talk.says("keep") == "Kept.\n\nWhat?"


def test_it_says_so_once_when_the_same_word_comes_twice_and_not_when_she_goes_back_herself() -> None:
    talk = Talk(HEAD + "  - ask: Milk?\n    expect: text\n  - say: Thanks.\n", ERASE)
    talk.says("DELETE")
    talk.says("DELETE")
    assert talk.says("keep").count(BACK_AGAIN) == 1
    talk.says("DELETE")
    assert talk.says("BACK") == "Milk?"


def test_after_did_you_mean_the_numbers_are_those_of_the_shorter_list() -> None:
    flow = HEAD + (
        "  - ask: Which?\n    id: which\n    options:\n      - milk: Milk\n      - bank: Food bank\n"
        '      - parcel: Food parcel\n  - say: "[{which}]"\n'
    )
    talk = Talk(flow)
    assert talk.says("food") == "Did you mean one of these? Please text its number.\n1. Food bank\n2. Food parcel"
    assert talk.says("1") == "[bank]"
    again = Talk(flow)
    again.says("food")
    assert again.says("milk") == "[milk]"
