"""The documents say what the code does: settings, commands, links, pictures, paths and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.settings import SETTINGS
from bot.web.demo_accounts import DEMO_ACCOUNTS
from bot.workshop.checking import check_files

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = (README, CONTRIBUTING, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
PICTURES = ("docs/pictures/phone.png", "docs/pictures/phone-urdu.png", "docs/pictures/desk.png")
SHIPPED = {"FLOWS_DIR": "the shipped `flows/`", "LOCALES_DIR": "the shipped `locales/`"}

LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
COMMAND = re.compile(r"\bbot ((?:[a-z]+)(?: [a-z]+)?)")
HOUSE_PATH = re.compile(r"(?:bot|flows|locales|tests|docs)/[\w./-]*")
YAML_EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def shown(document: Path) -> str:
    return str(document.relative_to(ROOT))


def links(document: Path) -> list[tuple[bool, str, str]]:
    """(is a picture, its words, where it leads) of every link to a file of ours."""
    found = LINK.findall(text(document))
    return [(mark == "!", words, target) for mark, words, target in found if "://" not in target]


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield before + name
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: str(setting.name))
def test_readme_has_each_setting_with_its_default_and_its_help(setting: object) -> None:
    name, default, about = (getattr(setting, part) for part in ("name", "default", "help"))
    value = SHIPPED.get(name) or (f"`{default}`" if default else "-")
    assert f"| `{name}` | {value} | {about} |" in text(README).splitlines()


def test_readme_has_no_setting_that_is_gone() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", text(README), re.MULTILINE)
    assert sorted(rows) == sorted(setting.name for setting in SETTINGS)


@pytest.mark.parametrize("command", [name for name in commands(main) if " " not in name])
def test_readme_has_each_command(command: str) -> None:
    assert f"| `bot {command}` |" in text(README)


@pytest.mark.parametrize("command", [name for name in commands(main) if " " in name])
def test_readme_has_each_command_under_another(command: str) -> None:
    group, name = command.split(" ")
    row = next(line for line in text(README).splitlines() if line.startswith(f"| `bot {group}` |"))
    assert f"`{name}`" in row


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_documents_name_only_commands_that_are_there(document: Path) -> None:
    code = "\n".join(CODE.findall(text(document)))
    known = set(commands(main))
    for named in COMMAND.findall(code):
        first, _, second = named.partition(" ")
        assert first in known, f'"bot {first}" is no command'
        is_group = isinstance(main.commands[first], click.Group)
        assert not (is_group and second) or named in known, f'"bot {named}" is no command'


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    broken = [
        target
        for picture, _, target in links(document)
        if not picture and not (document.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


def test_readme_shows_the_pictures_and_tells_what_is_on_them() -> None:
    pictures = {target: words for picture, words, target in links(README) if picture}
    assert sorted(pictures) == sorted(PICTURES)
    assert all(len(words) > 30 for words in pictures.values())


@pytest.mark.parametrize("picture", PICTURES)
def test_each_picture_is_a_png(picture: str) -> None:
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("document", [ARCHITECTURE, CONTRIBUTING, *sorted(DECISIONS.glob("*.md"))], ids=shown)
def test_every_path_of_ours_that_a_document_names_is_there(document: Path) -> None:
    ours = {"flows/warm-hub.yaml", "locales/so/LC_MESSAGES/"}  # what the examples of CONTRIBUTING.md make
    code = "\n".join(CODE.findall(text(document)))
    named = {path.rstrip(".") for path in HOUSE_PATH.findall(code)} - ours
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    files = sorted(DECISIONS.glob("*.md"))
    assert [file.name[:5] for file in files] == [f"{number:04}-" for number in range(1, len(files) + 1)]
    assert [text(file).split(".")[0] for file in files] == [f"# {number}" for number in range(1, len(files) + 1)]


@pytest.mark.parametrize("decision", sorted(DECISIONS.glob("*.md")), ids=lambda file: str(file.name))
def test_a_decision_tells_context_decision_and_consequence(decision: Path) -> None:
    said = re.findall(r"^\*\*(\w+)\.\*\*", text(decision), re.MULTILINE)
    assert said == ["Context", "Decision", "Consequence"]


@pytest.mark.parametrize("example", YAML_EXAMPLE.findall(text(CONTRIBUTING)), ids=lambda one: one.split(":")[0])
def test_the_examples_for_contributors_are_read_without_a_complaint(example: str, tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(example, encoding="utf-8")
    assert [str(found) for found in check_files([file])] == []


def test_the_accounts_of_the_first_conversation_can_sign_in() -> None:
    named = set(re.findall(r"`(\w+@example\.org)`", text(README)))
    assert named == {one.email for one in DEMO_ACCOUNTS}
    assert all(f"`{one.password}`" in text(README) for one in DEMO_ACCOUNTS)
