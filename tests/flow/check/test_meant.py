"""What a writer who is no programmer probably meant, and what must not be mistaken for a mistake."""

from __future__ import annotations

import pytest

from bot.flow.load import load_flows
from bot.knowledge.content_error import ContentErrors
from tests.flow.check.look import Entry, flow, look, of, told

ASK = "  - ask: Tea?\n    id: tea\n    options:\n      - yes: Yes\n      - no: No\n"
SCHOOL = "  - ask: Which?\n    id: which\n    options:\n      - a: {}\n      - b: {}\n  - say: Fine.\n"
POLISH: list[Entry] = [("Small school", "Szkoła, 4 do 11 lat"), ("Big school", "Szkoła, 11 do 16 lat")]


def test_options_whose_polish_begins_with_the_same_clause_are_told_at_the_second_translation() -> None:
    steps = SCHOOL.format("Small school", "Big school")
    assert of("option-clause", look(flow(steps), polish=POLISH)) == [("pl.po", 4)]
    assert of("option-clause", look(flow(steps))) == []


@pytest.mark.parametrize("labels", [("Yes, you may", "No, please do not"), ("School: small", "Small school")])
def test_options_that_begin_with_other_words_are_left_alone(labels: tuple[str, str]) -> None:
    steps = SCHOOL.format(*(f'"{label}"' for label in labels))
    assert of("option-clause", look(flow(steps))) == []


@pytest.mark.parametrize(
    "text",
    ["The bus stop is outside.", "Text us more, or go back.", "Text {menu} for other help.", "STOP! GO BACK!"],
)
def test_ordinary_words_are_no_commands(text: str) -> None:
    assert of("command-word", look(flow(f"  - say: '{text}'\n"))) == []


def test_a_translation_that_writes_out_its_own_command_is_told() -> None:
    back: Entry = ("BACK, GO BACK, PREVIOUS", "WSTECZ, COFNIJ", "command words")
    assert of("command-word", told(back, ("Go on.", "Dalej, albo wpisz WSTECZ."))) == [("pl.po", 2)]
    assert of("command-word", told(back, ("Text {back}.", "Wpisz {back}."))) == []


def test_a_name_in_quotes_is_told_to_be_a_name_all_the_same() -> None:
    steps = ASK + '  - set: {drink: "tea"}\n  - say: You get {drink}.\n'
    assert of("quoted-name", look(flow(steps))) == [("1.yaml", 10)]


@pytest.mark.parametrize("value", ['"blue"', "yes", "3", "the blue one"])
def test_what_is_plainly_no_name_may_be_set(value: str) -> None:
    assert of("bare-word", look(flow(f"  - set: {{door: {value}}}\n  - say: The door is {{door}}.\n"))) == []


def test_a_branch_that_goes_on_by_a_written_go_is_meant_so() -> None:
    steps = ASK + "    go: {yes: good, no: bye}\n  - id: good\n    say: Good.\n"
    bye = "  - id: bye\n    say: Bye.\n"
    assert of("runs-into", look(flow(steps + bye))) == [("1.yaml", 11)]
    assert of("runs-into", look(flow(steps + "    go: bye\n" + bye))) == []


def test_a_comparison_with_a_name_that_may_hold_anything_is_left_alone() -> None:
    steps = ASK + '  - if: said == "nope" or tea in ["yes", "no", ""]\n    go: end\n  - say: Fine.\n'
    assert of("never-so", look(flow(steps))) == []


def test_options_with_numbers_for_names_have_an_order() -> None:
    steps = ASK.replace("- yes:", "- 1:").replace("- no:", "- 2:") + "  - if: tea > 1\n    go: end\n  - say: Fine.\n"
    assert of("no-order", look(flow(steps))) == []


def test_an_answer_shown_on_only_one_way_before_its_text_is_no_mistake() -> None:
    round_again = "  - say: You had {tea}.\n    id: again\n" + ASK + "  - go: again\n"
    assert of("too-early", look(flow(round_again))) == []


def test_a_file_that_cannot_be_read_makes_no_errors_in_the_files_that_run_its_flow() -> None:
    files = {
        "a.yaml": flow("  - say:Hello\n", name="welcome"),
        "b.yaml": flow("  - run: welcome\n", head="home: yes", name="menu"),
    }
    with pytest.raises(ContentErrors) as bad:
        load_flows(files)
    assert [(error.file, error.line) for error in bad.value.errors] == [("a.yaml", 5)]


def test_two_homes_are_each_told_of_the_other_where_they_say_so() -> None:
    files = {f"{name}.yaml": flow("  - say: Hi.\n", "home: yes", name) for name in ("welcome", "menu")}
    with pytest.raises(ContentErrors) as bad:
        load_flows(files)
    assert [(error.file, error.line) for error in bad.value.errors] == [("menu.yaml", 3), ("welcome.yaml", 3)]


def test_a_tab_at_the_end_of_a_line_does_no_harm() -> None:
    assert of("tab", look(flow(ASK.replace("Tea?\n", "Tea?\t\n") + "  - say: Fine.\n"))) == []
