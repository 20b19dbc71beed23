"""The JSON Schema for editors: it is the language, it takes every good flow, and it marks what does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator  # type: ignore[import-untyped] # it ships no types
from ruamel.yaml import YAML

from bot.cli import main
from bot.flow.load import load_flow
from bot.flow.schema import flow_schema
from bot.knowledge.content_error import ContentErrors
from bot.settings import SHIPPED
from tests.test_flow_docs import SHOWN

FILE = Path(__file__).parents[2] / "docs" / "flow.schema.json"
SHIPPED_FLOWS = sorted(set((SHIPPED / "flows").glob("*.yaml")) - {SHIPPED / "flows" / "templates.yaml"})
HEAD = "flow: tea\nabout: x\nsteps:\n"


def complaints(text: str) -> list[str]:
    """What an editor would underline. It reads YAML 1.2, where 3 is a number and true is no word."""
    value: Any = YAML(typ="safe", pure=True).load(text)
    return [error.message for error in Draft7Validator(flow_schema()).iter_errors(value)]


def test_the_file_is_what_the_command_prints() -> None:
    assert FILE.read_text(encoding="utf-8") == CliRunner().invoke(main, ["schema"]).output


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(flow_schema())


@pytest.mark.parametrize("file", SHIPPED_FLOWS, ids=lambda file: str(file.stem))
def test_it_takes_every_shipped_flow(file: Path) -> None:
    assert complaints(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("flow", SHOWN, ids=lambda flow: str(flow.split()[1]))
def test_it_takes_every_example_of_the_document(flow: str) -> None:
    assert complaints(flow) == []


def test_every_word_is_explained() -> None:
    schema = flow_schema()
    for words in (schema["properties"], schema["$defs"]["StepFile"]["properties"]):
        assert [name for name, shown in words.items() if not shown.get("description")] == []


WELL = [
    ("yes for a flag", "  - say: Hi\n    end: yes\n"),
    ("true for a flag", "  - say: Hi\n    end: true\n"),
    ("an end by itself", "  - end\n"),
    ("a number as a text", "  - say: 999\n"),
    ("a number as a value", "  - set: {count: 3}\n"),
    ("several wordings", "  - say: [Hello., Hi.]\n"),
    ("several wordings for one channel", "  - say: {sms: [Hello., Hi.]}\n"),
    ("no as an option", "  - ask: Milk?\n    options:\n      - no: No\n    go: {no: end}\n  - say: Hi\n"),
]


@pytest.mark.parametrize("steps", [steps for _, steps in WELL], ids=[name for name, _ in WELL])
def test_it_takes_what_the_bot_takes(steps: str) -> None:
    load_flow(HEAD + steps, "tea.yaml")
    assert complaints(HEAD + steps) == []


BADLY = [
    ("an unknown word", "  - sya: Hi\n"),
    ("a step that does nothing", "  - note: Hi\n"),
    ("words that do not go together", "  - say: Hi\n    options: [{a: A}]\n"),
    ("a search with what belongs to an ask", "  - find: rights\n    expect: text\n"),
    ("a wrong kind of answer", "  - ask: Hi\n    expect: txt\n"),
    ("a channel that is not there", "  - say: {fax: Hi}\n"),
    ("an empty list of wordings", "  - say: []\n"),
    ("a flag that is neither yes nor no", "  - say: Hi\n    end: maybe\n"),
    ("a page of no size", "  - find: rights\n    page: 0\n"),
    ("an action that is not there", "  - do: submit_storry\n    with: {text: said}\n"),
    ("a name that cannot be one", "  - say: Hi\n    id: Two Words\n"),
]


@pytest.mark.parametrize("steps", [steps for _, steps in BADLY], ids=[name for name, _ in BADLY])
def test_it_marks_what_the_bot_refuses(steps: str) -> None:
    with pytest.raises(ContentErrors):
        load_flow(HEAD + steps, "tea.yaml")
    assert complaints(HEAD + steps) != []


def test_it_is_readable_by_editors_that_know_no_later_draft() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8"))["$schema"] == "http://json-schema.org/draft-07/schema#"
