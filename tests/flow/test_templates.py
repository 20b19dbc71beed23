"""Texts that WhatsApp approves beforehand: how they are read, and what WhatsApp would refuse."""

# ruff: noqa: E501 # a table of files, one a line

from __future__ import annotations

import pytest

from bot.flow.load import load_flows
from bot.flow.templates import Template, faults, read_templates
from bot.knowledge.content_error import ContentErrors
from bot.settings import SHIPPED
from tests.flow.stage import AROUND

GOOD = "templates:\n  - id: back\n    about: Asks for an answer.\n    category: utility\n    text: Hello from {service_name}. Write to us.\n"
WAITS = "flow: kettle\nabout: x\nsteps:\n  - say: Soon.\n  - wait: 2 days\n    template: back\n  - say: And?\n"


def test_a_file_gives_its_templates_by_name() -> None:
    assert read_templates(GOOD, "templates.yaml") == {
        "back": Template("back", "Asks for an answer.", "Hello from {service_name}. Write to us.")
    }


def test_the_shipped_templates_can_be_read() -> None:
    assert "coming_back" in read_templates((SHIPPED / "flows" / "templates.yaml").read_bytes(), "templates.yaml")


BROKEN: list[tuple[str, str, int, int, str]] = [
    ("a name that WhatsApp does not take", GOOD.replace("id: back", "id: Back-again"), 2, 5, "is no name for a template"),
    ("another category", GOOD.replace("utility", "marketing"), 4, 5, '"marketing" is no category'),
    ("no category", GOOD.replace("    category: utility\n", ""), 2, 5, '"category" is missing'),
    ("no text", GOOD[: GOOD.index("    text")], 2, 5, '"text" is missing'),
    ("a word nobody knows", GOOD + "    txt: x\n", 6, 5, '"txt" is no key'),
    ("two of one name", GOOD + GOOD.partition("\n")[2], 6, 5, "already used at templates.yaml:2"),
    ("an answer of hers", GOOD.replace("Write to us", "Is {milk} well"), 5, 41, "{milk} is not known when WhatsApp approves"),
    ("a number in braces", GOOD.replace("{service_name}", "{1}"), 5, 22, "{1} is not known"),
    ("a brace at the beginning", GOOD.replace("Hello from {service_name}", '"{service_name} here').replace("to us.", 'to us."'), 5, 12, "begins with a brace"),
    ("a brace at the end", GOOD.replace("Write to us.", "{stop}"), 5, 38, "ends with a brace"),
    ("braces side by side", GOOD.replace("Write", "{menu} {stop} now"), 5, 45, "side by side"),
    ("two lines", GOOD.replace("Hello from {service_name}. Write", "|-\n      Hello.\n      Write"), 5, 5, "in one line"),
    ("too long", GOOD.replace("Write", "Write " * 200), 5, 5, "1024 characters at most"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_what_whatsapp_would_refuse_is_told_where_it_stands(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(ContentErrors) as found:
        read_templates(text, "templates.yaml")
    told = [(error.line, error.column) for error in found.value.errors if words in error.sentence]
    assert told == [(line, column)], found.value.errors


def test_a_translation_is_held_to_the_same() -> None:
    assert [sentence for _, sentence in faults("{service_name}: " + "x" * 1024)] == [
        "WhatsApp takes no text that begins with a brace. Put words before it.",
        "WhatsApp takes 1024 characters at most. Shorten it by 16.",
    ]


def test_flows_know_the_templates_of_their_folder() -> None:
    flows = load_flows(AROUND | {"templates.yaml": GOOD, "kettle.yaml": WAITS})
    assert flows.flows["kettle"].steps[1].template == "back"
    assert flows.templates["back"].about == "Asks for an answer."


def test_a_template_that_is_not_there_is_told_at_the_wait() -> None:
    with pytest.raises(ContentErrors, match=r'kettle\.yaml:6:5: error: "bak" is not a template .*"back"'):
        load_flows(AROUND | {"templates.yaml": GOOD, "kettle.yaml": WAITS.replace("template: back", "template: bak")})
    with pytest.raises(ContentErrors, match="Known: none yet"):
        load_flows(AROUND | {"kettle.yaml": WAITS})


def test_a_broken_file_of_templates_is_told_once_and_not_again_at_every_wait() -> None:
    with pytest.raises(ContentErrors) as found:
        load_flows(AROUND | {"templates.yaml": GOOD.replace("utility", "marketing"), "kettle.yaml": WAITS})
    assert [error.file for error in found.value.errors] == ["templates.yaml"]
