"""The walks visit every branch by themselves, and say where something would go wrong for somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.values import KNOWN_LANGUAGES
from tests.flow.rehearse.village import MENU, found, rehearsed, sentence, settle

TEA = "  - say: Here is your tea.\n    end: true\n"
LINE_OF_TEA = 11


def broken(old: str, new: str) -> str:
    assert old in MENU
    return MENU.replace(old, new, 1)


def test_flows_that_work_have_no_problem_and_every_step_and_way_is_reached(tmp_path: Path) -> None:
    report = rehearsed(settle(tmp_path))
    assert report.problems == []
    assert [(row.flow, row.steps_reached, row.steps) for row in report.rows] == [
        ("change-language", 1, 1),
        ("erase-my-data", 2, 2),
        ("menu", 6, 6),
        ("welcome", 2, 2),
    ]
    assert all(row.ways_reached == row.ways and row.missed == () for row in report.rows)


@pytest.mark.parametrize(
    ("what", "menu", "code", "line"),
    [
        ("a circle without a question", broken(TEA, "  - id: tea\n    say: Tea.\n    go: tea\n"), "broke", 11),
        ("an option after which nothing is said", broken(TEA, "  - end\n"), "silence", 11),
        (
            "a question that only leads back to itself",
            broken(TEA, "  - id: milk\n    ask: Milk?\n    options:\n      - yes: With milk\n    go: {yes: milk}\n"),
            "dead-end",
            11,
        ),
        (
            "a value that an action cannot use",
            broken(TEA, "  - do: raise_alert\n    with: {kind: need}\n    end: true\n"),
            "broke",
            11,
        ),
        ("a message that costs too much", broken("Here is your tea.", "Here is your tea, dear. " * 30), "budget", 11),
        (
            "a list that can be empty",
            broken(TEA, "  - find: rights\n    say: Your rights\n" + TEA),
            "empty-list",
            11,
        ),
        ("an option that is a command's word", broken("A cup of tea", "Stop"), "disobeyed", 5),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value and "\n" not in value else "",
)
def test_each_kind_of_trouble_is_found_where_it_is(tmp_path: Path, what: str, menu: str, code: str, line: int) -> None:
    report = rehearsed(settle(tmp_path, menu=menu))
    assert found(report) == {(code, "menu.yaml", line)}, what


def test_a_flow_may_say_for_itself_what_its_messages_cost(tmp_path: Path) -> None:
    menu = broken("Here is your tea.", "Here is your tea, dear. " * 30).replace("home: true", "home: true\nbudget: 9")
    assert rehearsed(settle(tmp_path, menu=menu)).problems == []


def test_a_text_that_nobody_translated_is_found_in_that_language_only(tmp_path: Path) -> None:
    report = rehearsed(settle(tmp_path, languages="en,pl"))
    english = {one.sentence for one in report.problems}
    assert {one.language for one in report.problems} == {"pl"}
    assert '"Here is your tea." is not in Polish yet: people will read English.' in english
    assert ("untranslated", "menu.yaml", LINE_OF_TEA) in found(report)


def test_an_untranslated_text_with_names_in_it_is_found_in_every_script(tmp_path: Path) -> None:
    asks = broken("Here is your tea.", "Ring 0800 138 1111 for {need} before 5 pm, or text {menu} in Wexmoor town.")
    for code in ("ur", "bn"):
        report = rehearsed(settle(tmp_path / code, menu=asks, languages=f"en,{code}"))
        assert ("untranslated", "menu.yaml", LINE_OF_TEA) in found(report)


def test_a_problem_tells_how_to_see_it(tmp_path: Path) -> None:
    report = rehearsed(settle(tmp_path, menu=broken(TEA, "  - end\n")))
    first = next(one for one in report.problems if one.code == "silence")
    assert first.said[-2:] == ("MENU", "1")


def test_a_step_that_nothing_leads_to_is_named_as_never_reached_and_fails_nothing(tmp_path: Path) -> None:
    report = rehearsed(settle(tmp_path, menu=f"{MENU}    end: true\n  - say: Nobody hears this.\n"))
    menu = next(row for row in report.rows if row.flow == "menu")
    assert report.problems == []
    assert (menu.steps_reached, menu.steps) == (6, 7)
    assert [(line, what) for line, what in menu.missed] == [(23, 'the step "say"')]


def test_a_way_that_is_never_taken_is_named(tmp_path: Path) -> None:
    report = rehearsed(settle(tmp_path, menu=broken("An interpreter", "what nobody says")))
    menu = next(row for row in report.rows if row.flow == "menu")
    assert (16, 'the way "when it is so"') in menu.missed


def test_a_step_for_one_channel_is_reached_on_that_channel(tmp_path: Path) -> None:
    menu = broken(TEA, "  - say: Tap for tea.\n    only: whatsapp\n" + TEA)
    report = rehearsed(settle(tmp_path, menu=menu))
    assert report.problems == []
    assert all(row.steps_reached == row.steps for row in report.rows)


NEW_KINDS = """  - ask: How old are you?
    id: age
    expect: number
    min: 1
    max: 120
    optional: yes
    options:
      - old: Very old
  - if: age >= 18
    go: when
  - say: You are young.
  - ask: When will you come?
    id: when
    expect: date
  - if: when < today
    go: home
  - say: See you.
  - ask: Where do you live?
    id: home
    expect: postcode
  - if: home in ["IP1", "IP2 3"]
    go: tel
  - say: That is far.
  - ask: Your number?
    id: tel
    expect: phone
  - ask: A picture of you?
    id: photo
    expect: media
    optional: yes
  - if: photo != ""
    go: seen
  - say: No picture then.
    end: true
  - id: seen
    say: You look well.
    end: true
"""


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
def test_every_kind_of_answer_is_answered_on_both_sides_of_each_condition(tmp_path: Path, language: str) -> None:
    report = rehearsed(settle(tmp_path, menu=broken(TEA, NEW_KINDS), languages=f"en,{language}".removesuffix(",en")))
    assert [one for one in report.problems if one.code != "untranslated"] == []
    assert [row.missed for row in report.rows] == [()] * len(report.rows)


def test_a_photo_that_is_asked_for_by_sms_is_a_dead_end(tmp_path: Path) -> None:
    photo = "  - ask: A picture?\n    id: photo\n    expect: media\n"
    report = rehearsed(settle(tmp_path, menu=broken(TEA, photo + TEA)))
    assert found(report) == {("dead-end", "menu.yaml", 11)}


def test_what_comes_days_later_is_walked_too(tmp_path: Path) -> None:
    menu = broken(TEA, '  - say: Here is your tea.\n  - wait: 2 days\n  - say: "{nothing}"\n    end: true\n')
    menu = menu.replace('"{nothing}"', "Was the tea good?")
    report = rehearsed(settle(tmp_path, menu=menu))
    assert report.problems == []
    assert all(row.steps_reached == row.steps for row in report.rows)


def test_one_flow_alone_can_be_looked_at(tmp_path: Path) -> None:
    environ = settle(tmp_path, menu=broken(TEA, "  - end\n"))
    assert [row.flow for row in rehearsed(environ, flow="welcome").rows] == ["welcome"]
    assert rehearsed(environ, flow="welcome").problems == []
    assert sentence(rehearsed(environ, flow="menu"), "silence").startswith("She gets no answer here")


def test_the_shipped_flows_are_walked_whole_in_every_shipped_language() -> None:
    report = rehearsed({})
    assert report.languages == KNOWN_LANGUAGES
    assert [(one.file, one.line, one.sentence) for one in report.problems] == []
    assert [row for row in report.rows if row.steps_reached < row.steps or row.ways_reached < row.ways] == []
