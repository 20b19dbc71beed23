"""A slip in a file ends every command with its place and its mend, never with a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import SHIPPED

READS_FLOWS = [["migrate"], ["work"], ["chat"], ["rehearse"], ["ask", "food"], ["draw", "menu"], ["check"]]
READS_CATALOGUES = [
    ["migrate"], ["work"], ["chat"], ["rehearse"], ["ask", "food"], ["draw", "menu"], ["translations", "update"],
    ["translations", "status"], ["check"],
]  # fmt: skip


def bot(folder: Path, arguments: list[str]) -> Result:
    given = {"DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3", "REDIS_URL": ""}
    given |= {"FLOWS_DIR": str(folder / "flows"), "LOCALES_DIR": str(folder / "locales")}
    return CliRunner().invoke(main, arguments, env=given, input="MENU\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("flows", "locales"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    return tmp_path


def slip(file: Path, old: str, new: str) -> str:
    """Make one mistake in a file; where it stands, as it should be told."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return f"{file.name}:{text[: text.index(old)].count(chr(10)) + 1}"


def ended_in_its_place(done: Result, place: str) -> bool:
    said = done.stdout + done.stderr
    return done.exit_code == 1 and isinstance(done.exception, SystemExit) and f"{place}:" in said


@pytest.mark.parametrize("arguments", READS_FLOWS, ids=" ".join)
def test_a_slip_in_a_flow_ends_in_its_place(folder: Path, arguments: list[str]) -> None:
    place = slip(folder / "flows" / "menu.yaml", "  - ask:", "  - ask: [")
    done = bot(folder, arguments)
    assert ended_in_its_place(done, place), done.output


@pytest.mark.parametrize("arguments", READS_CATALOGUES, ids=" ".join)
def test_a_slip_in_a_catalogue_ends_in_its_place(folder: Path, arguments: list[str]) -> None:
    place = slip(folder / "locales" / "pl" / "LC_MESSAGES" / "bot.po", 'msgstr "Wyślij', "msgstr Wyślij")
    done = bot(folder, arguments)
    assert ended_in_its_place(done, place), done.output


def test_extract_names_the_flow_that_cannot_be_read(folder: Path) -> None:
    slip(folder / "flows" / "menu.yaml", "  - ask:", "  - ask: [")
    assert ended_in_its_place(bot(folder, ["translations", "extract"]), "menu.yaml:6")
