"""Flow files: the shipped ones load, and a broken one is told where and how to mend it."""

from __future__ import annotations

import pytest

from bot.flow.load import digest, load_flow, load_flows
from bot.flow.model import Verb
from bot.knowledge.content_error import ContentErrors
from bot.settings import SHIPPED

GOOD = """flow: tea
about: A small one.
steps:
  - ask: Milk?
    id: milk
    options:
      - yes: Yes
      - no: No
    go: {no: black}
  - say: With milk.
    end: true
  - id: black
    say: Black, {milk}.
"""


def broken(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


BROKEN: list[tuple[str, str, int, str]] = [
    ("an unknown word", broken("end: true", "ends: true"), 11, 'Did you mean "end"?'),
    ("an unknown word at the top", broken("about:", "abuot:"), 2, 'Did you mean "about"?'),
    ("no flow name", broken("flow: tea\n", ""), 1, '"flow:" is missing'),
    ("a name with spaces", broken("flow: tea", "flow: My Tea"), 1, "small letters"),
    ("no about", broken("about: A small one.\n", ""), 1, '"about:" is missing'),
    ("no steps", GOOD.split("steps:")[0], 1, '"steps:" is missing'),
    ("steps that are no list", "flow: tea\nabout: x\nsteps: one\n", 3, "Begin each step with a hyphen"),
    ("an empty list of steps", "flow: tea\nabout: x\nsteps: []\n", 3, "at least one"),
    ("a jump to nowhere", broken("{no: black}", "{no: blakc}"), 9, 'Did you mean "black"?'),
    ("a jump from no option", broken("{no: black}", "{maybe: black}"), 9, '"maybe" is not an option'),
    ("two steps of one id", broken("id: black", "id: milk"), 12, 'Two steps are called "milk"'),
    ("two options of one name", broken("- no: No", "- yes: No"), 8, 'Two options are called "yes"'),
    ("two options that say the same", broken("- no: No", "- no: Yes"), 8, "nobody could tell them apart"),
    ("an option with two names", broken("- yes: Yes\n      - no: No", "- yes: Yes\n        no: No"), 7, "Two options stand behind one hyphen"),
    ("an unknown variable", broken("{milk}", "{mlik}"), 13, 'Did you mean "milk"?'),
    ("a brace that is not closed", broken("{milk}", "{milk"), 13, "has no }"),
    ("a step that does nothing", broken("say: With milk.\n    end: true", "note: With milk."), 10, "does nothing"),
    ("an ask with nothing to answer", "flow: tea\nabout: x\nsteps:\n  - ask: Milk?\n", 4, 'A question needs "options:"'),
    ("a wrong kind of answer", "flow: tea\nabout: x\nsteps:\n  - ask: Milk?\n    expect: txt\n", 5, '"txt" is not one of'),
    ("words that do not go together", broken("say: With milk.", "say: With milk.\n    quiet: 5 minutes"), 11, "does not go with"),
    ("a say that is a table", broken("say: With milk.", "say: {hot: milk}"), 10, "one text, a list of texts"),
    ("a say for a channel that is not there", broken("say: With milk.", "say: {sms: Milk., fax: Milk.}"), 10, "a text each for sms"),
    ("an empty list of wordings", broken("say: With milk.", "say: []"), 10, "at least one"),
    ("a step for no channel", broken("say: With milk.", "say: With milk.\n    only: fax"), 11, "is not one of sms, whatsapp"),
    ("a question repeated once", "flow: tea\nabout: x\nsteps:\n  - ask: Milk?\n    expect: text\n    repeat: 1\n", 6, '"repeat" cannot be "1"'),
    ("a result that is taken from nothing", "flow: tea\nabout: x\nsteps:\n  - say: Hi\n    into: {a: b}\n", 5, "does not go with"),
    ("a flow that gives what it does not have", "flow: tea\nabout: x\ngives: [milk]\nsteps:\n  - say: Hi\n", 3, '"milk" is not a variable'),
    ("an action that is not there", "flow: tea\nabout: x\nsteps:\n  - do: submit_storry\n", 4, 'Did you mean "submit_story"?'),
    ("an action told too little", "flow: tea\nabout: x\nsteps:\n  - do: submit_question\n", 4, "must be told its text"),
    ("an action told too much", "flow: tea\nabout: x\nsteps:\n  - do: erase_everything\n    with: {all: yes}\n", 5, '"all" is not an argument'),
    ("a condition that cannot be read", "flow: tea\nabout: x\nsteps:\n  - if: milk =\n    go: end\n", 4, "cannot be read"),
    ("a condition on nothing known", "flow: tea\nabout: x\nsteps:\n  - if: milk == 'a'\n    go: end\n", 4, '"milk" is not a variable'),
    ("an if with nowhere to go", "flow: tea\nabout: x\nsteps:\n  - if: said == 'a'\n", 4, 'needs "go:'),
    ("a find that is not told where", "flow: tea\nabout: x\nsteps:\n  - find: services\n    say: Here\n    with: {topic: said}\n", 4, "must be told its place"),
    ("a find of something else", "flow: tea\nabout: x\nsteps:\n  - find: shops\n    say: Here\n", 4, '"shops" is not one of'),
    ("a time that is none", "flow: tea\nabout: x\nsteps:\n  - listen: Go on\n    quiet: soon\n", 5, '"20 minutes"'),
    ("a page of no size", "flow: tea\nabout: x\nsteps:\n  - find: rights\n    say: Here\n    page: 0\n", 6, '"page" cannot be "0"'),
    ("a tab", broken("  - say", "\t- say"), 10, "tab"),
    ("a quote that is never closed", broken("ask: Milk?", 'ask: "Milk?'), 4, "never closed"),
    ("a colon in the text", broken("With milk.", "With: milk: now"), 10, "quotes"),
    ("a missing colon", broken("about: A small one.", "about A small one."), 2, "colon"),
    ("a key twice", broken("id: milk", "id: milk\n    id: tea"), 6, "is already here"),
    ("steps out of line", broken("  - say", "   - say"), 10, "line up"),
    ("an empty file", "", 1, "begins with"),
    ("a picture", "\x89PNG\r\n\x1a\n\x00\x00", 1, "control character"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_says_where_and_how_to_mend_it(text: str, line: int, words: str) -> None:
    with pytest.raises(ContentErrors) as found:
        load_flow(text, "tea.yaml")
    told = [error for error in found.value.errors if error.line == line and words in error.sentence]
    assert told, [str(error) for error in found.value.errors]
    assert str(told[0]).startswith(f"tea.yaml:{line}:{told[0].column}: error: ")


BRACES: list[tuple[str, str, int, int, str]] = [
    ("in a plain text", "  - say: Hello {mlik}.\n", 4, 16, '"mlik" is not a variable'),
    ("in quotes", '  - say: "Hello {mlik}."\n', 4, 17, '"mlik" is not a variable'),
    ("in a folded text", "  - say: >-\n      Hello and\n      {mlik} too.\n", 6, 7, '"mlik" is not a variable'),
    ("in a text of many lines", "  - say: |\n      Hello\n\n      you {mlik}.\n", 7, 11, '"mlik" is not a variable'),
    ("in the second wording", "  - say:\n      - Hello {menu}.\n      - Hi {mlik}.\n", 6, 12, '"mlik" is not a variable'),
    ("in a text for one channel", "  - say:\n      sms: Hi.\n      whatsapp: Hi {mlik}.\n", 6, 20, '"mlik" is not a variable'),
    ("in the line above a list", "  - find: rights\n    say: For {mlik}\n", 5, 14, '"mlik" is not a variable'),
    ("in an option", "  - ask: Milk?\n    options:\n      - a: Yes {mlik}\n", 6, 16, '"mlik" is not a variable'),
    ("the second of one name in one text is not told again", "  - say: Hi {mlik} and {mlik}.\n", 4, 13, '"mlik" is not a variable'),
    ("an answer in an option", "  - ask: Milk?\n    id: milk\n    options:\n      - a: More {milk}\n", 7, 17, "{milk} stays empty in an option"),
    ("a name with a hyphen", "  - ask: Milk?\n    id: my-milk\n    expect: text\n  - say: Ah, {my-milk}.\n", 7, 14, "Call it my_milk"),
    ("never closed", "  - say: Text {menu} or {back\n", 4, 25, "A { has no }"),
    ("never opened", "  - say: Text {menu} or back}\n", 4, 29, "A } has no {"),
    ("closed before it is opened", "  - say: Text }menu{\n", 4, 15, "A } has no {"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "line", "column", "words"), [case[1:] for case in BRACES], ids=[case[0] for case in BRACES]
)
def test_what_is_wrong_in_braces_is_told_where_they_stand(steps: str, line: int, column: int, words: str) -> None:
    with pytest.raises(ContentErrors) as found:
        load_flow(f"flow: tea\nabout: x\nsteps:\n{steps}", "tea.yaml")
    told = [(error.line, error.column) for error in found.value.errors if words in error.sentence]
    assert told == [(line, column)], found.value.errors


def test_all_problems_of_a_file_come_at_once() -> None:
    text = broken("{no: black}", "{no: blakc}").replace("{milk}", "{mlik}")
    with pytest.raises(ContentErrors) as found:
        load_flow(text, "tea.yaml")
    assert len(found.value.errors) == 2


def test_a_good_file_becomes_steps_with_resolved_jumps() -> None:
    flow = load_flow(GOOD, "tea.yaml")
    assert [step.verb for step in flow.steps] == [Verb.ASK, Verb.SAY, Verb.SAY]
    assert flow.steps[0].go == {"no": 2}
    assert flow.steps[1].then == len(flow.steps)


def shipped() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in (SHIPPED / "flows").glob("*.yaml")}


def test_the_shipped_flows_load_and_know_their_home() -> None:
    flows = load_flows(shipped())
    assert flows.home == "menu"
    assert flows.first == "welcome"
    assert {"find-help", "ask-question", "share-story", "know-your-rights", "erase-my-data", "in-danger"} <= set(
        flows.flows
    )


def test_a_run_of_a_flow_that_is_not_there_is_told() -> None:
    sources = shipped() | {"tea.yaml": "flow: tea\nabout: x\nsteps:\n  - run: find-halp\n"}
    with pytest.raises(ContentErrors, match=r'tea\.yaml:4:5: error: .*Did you mean "find-help"'):
        load_flows(sources)


def test_two_flows_of_one_name_are_told() -> None:
    with pytest.raises(ContentErrors, match=r"is taken by menu\.yaml"):
        load_flows(shipped() | {"other.yaml": shipped()["menu.yaml"]})


def test_a_folder_without_a_welcome_is_told() -> None:
    sources = shipped()
    del sources["welcome.yaml"]
    with pytest.raises(ContentErrors, match='No flow is called "welcome"'):
        load_flows(sources)


def test_a_revision_is_named_by_its_content_alone() -> None:
    one = {"a": "1", "b": "2"}
    assert digest(one) == digest(dict(reversed(list(one.items()))))
    assert digest(one) != digest({"a": "1", "b": "3"})
