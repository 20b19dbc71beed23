"""Options, start words and instructions that would be taken for something else, in English and in Polish."""

from __future__ import annotations

import pytest

from bot.flow.check.finding import Severity
from tests.flow.check.look import Entry, flow, look, of, told


def ask(first: str, second: str, keys: tuple[str, str] = ("a", "b")) -> str:
    return flow(
        f"  - ask: Which one?\n    id: one\n    options:\n      - {keys[0]}: {first}\n      - {keys[1]}: {second}\n"
        "  - say: Fine.\n"
    )


OPTIONS: list[tuple[str, tuple[str, str], tuple[str, str], str, Severity]] = [
    ("the same but for capitals", ("Food", "food!"), ("a", "b"), "options-alike", Severity.ERROR),
    ("one means yes", ("All of it", "Okay"), ("yes", "b"), "options-alike", Severity.ERROR),
    ("one begins the other", ("Food", "Food and drink"), ("a", "b"), "option-prefix", Severity.WARNING),
    ("a carrier's word", ("Food", "Info"), ("a", "b"), "option-reserved", Severity.ERROR),
    ("a command", ("Food", "More"), ("a", "b"), "option-command", Severity.WARNING),
]


@pytest.mark.parametrize(
    ("labels", "keys", "code", "severity"), [case[1:] for case in OPTIONS], ids=[c[0] for c in OPTIONS]
)
def test_options_that_cannot_be_told_apart_are_told(
    labels: tuple[str, str], keys: tuple[str, str], code: str, severity: Severity
) -> None:
    found = [one for one in look(ask(*labels, keys)) if one.severity is not Severity.INFO]
    assert [(one.code, one.severity, one.line) for one in found] == [(code, severity, 9)]


@pytest.mark.parametrize("labels", [("Yes", "No"), ("Food", "Football is nice"), ("1 person", "2 people")])
def test_options_that_differ_are_left_alone(labels: tuple[str, str]) -> None:
    found = look(ask(*labels, ("yes", "no")))
    assert [one.code for one in found if one.code != "option-prefix"] == []


def test_options_that_collide_only_after_translation_are_told_at_the_translation() -> None:
    polish: list[Entry] = [
        ("Home", "Dom"),
        ("House", "dom"),
        ("Which one?", "Co?"),
        ("Fine.", "Dobrze."),
        ("tea", "herbata"),
    ]
    assert of("options-alike", look(ask("Home", "House"), polish=polish)) == [("pl.po", 4)]
    assert of("options-alike", look(ask("Home", "House"))) == []


def test_an_option_that_is_a_command_in_its_language_is_told() -> None:
    polish: list[Entry] = [("Afresh", "Od nowa"), ("Home", "Dom")]
    assert of("option-command", look(ask("Home", "Afresh"), polish=polish)) == [("pl.po", 3)]


def test_a_start_word_that_something_else_takes_is_told() -> None:
    def begun(word: str) -> list[tuple[str, int]]:
        found = look(flow("  - say: Hello.\n", head=f"start_words: [tea, {word}]"), polish=[("tea", "herbata")])
        return [(one.code, one.column) for one in found if one.code.startswith("start-word")]

    assert begun("coffee") == []
    assert begun("main menu") == [("start-word-command", 20)]
    assert begun("YES") == [("start-word-command", 20)]
    assert begun("polski") == [("start-word-command", 20)]


def test_a_start_word_of_two_flows_is_told_for_both_also_when_only_their_polish_is_one() -> None:
    tea, drink = flow("  - say: Hello.\n"), flow("  - say: Hello.\n", head="start_words: [drink]", name="drink")
    assert of("start-word-twice", look(tea, drink)) == []
    assert of("start-word-twice", look(tea, drink.replace("[drink]", "[Tea]"))) == [("1.yaml", 3), ("2.yaml", 3)]
    polish: list[Entry] = [("tea", "herbata"), ("drink", "Herbata")]
    assert of("start-word-twice", look(tea, drink, polish=polish)) == [("pl.po", 3), ("pl.po", 4)]


TOLD = [
    "Text YES to go on.",
    "To go on, reply yes.",
    'Please text "end" when you are done.',
    "Text HELP if you are lost.",
    "Lost? Just text back INFO!",
    "Send STOP.",
    "For more text {help}.",
]
FINE = [
    "Text {stop} to stop.",
    "We cannot send help to you tonight.",
    "Say yes to friends, they say.",
    "Text SHOUT to 85258.",
    "Text HELP to 85258 and someone answers.",
    "At the end we text you back.",
    "Start with your postcode.",
]


@pytest.mark.parametrize("text", TOLD)
def test_a_text_that_tells_people_to_text_a_carriers_word_is_an_error(text: str) -> None:
    found = [one for one in look(flow(f"  - say: '{text}'\n")) if one.code == "reserved-word"]
    assert [(one.line, one.severity) for one in found] == [(5, Severity.ERROR)]
    assert found[0].column > len("  - say: '")


@pytest.mark.parametrize("text", FINE)
def test_other_texts_are_left_alone(text: str) -> None:
    assert of("reserved-word", look(flow(f"  - say: '{text}'\n"))) == []


def test_on_whatsapp_alone_these_words_do_no_harm() -> None:
    assert of("reserved-word", look(flow("  - say: Text YES to go on.\n    only: whatsapp\n"))) == []


def test_a_translation_that_brings_in_a_carriers_word_is_an_error() -> None:
    assert of("reserved-word", told(("Text {menu}.", "Wpisz {menu} albo HELP."))) == [("pl.po", 1)]
    assert of("reserved-word", told(("Text STOP.", "Wpisz STOP."))) == []
    assert of("reserved-word", told(("Text {menu}.", "Koniec: {menu}."))) == []


def test_a_command_may_not_be_shown_as_a_carriers_word() -> None:
    words = "DONE, FINISHED, THAT IS ALL, THATS ALL, THATS IT, I AM DONE, SEND, SEND IT, DONE THANKS"
    assert of("reserved-word", told((words, "END, KONIEC", "command words"))) == [("pl.po", 1)]
    assert of("reserved-word", told((words, "KONIEC, END", "command words"))) == []
