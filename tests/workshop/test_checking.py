"""What "bot check" takes a file for, and what it makes of files that no careful person wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot import settings as table
from bot.flow.check.finding import Finding, Severity
from bot.settings import SHIPPED, Settings
from bot.workshop.checking import check_everything, check_files

REHEARSAL = "rehearsal: tea\nabout: x\nturns:\n  - she: tea\n  - bot: Hello.\n"
TEA = "flow: tea\nabout: x\nstart_words: [tea please]\nsteps:\n  - say: Hello.\n"


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """A community's own folders."""
    shutil.copytree(SHIPPED / "flows", tmp_path / "flows")
    shutil.copytree(SHIPPED / "locales", tmp_path / "locales")
    return table.load({"FLOWS_DIR": f"{tmp_path}/flows", "LOCALES_DIR": f"{tmp_path}/locales"})


def grave(found: list[Finding]) -> list[tuple[str, int, int, str]]:
    return [
        (Path(one.file).name, one.line, one.column, one.code)
        for one in found
        if one.severity is not Severity.INFO and one.code != "untranslated"
    ]


def checked(file: Path, text: str | bytes, settings: Settings | None = None) -> list[tuple[str, int, int, str]]:
    """What is found in this file by itself, and with the folder around it where ``settings`` are given."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return grave(list(check_files([file], settings)))


# rehearsals -----------------------------------------------------------------------------------------------------------
def test_a_rehearsal_is_no_flow(tmp_path: Path, own: Settings) -> None:
    assert checked(tmp_path / "tea.yaml", REHEARSAL, own) == []
    assert checked(tmp_path / "tea.yaml", REHEARSAL) == []


def test_a_broken_rehearsal_is_told_its_line_and_column(tmp_path: Path, own: Settings) -> None:
    broken = REHEARSAL.replace("  - bot: Hello.", "  - bto: Hello.")
    assert checked(tmp_path / "tea.yaml", broken, own) == [("tea.yaml", 5, 5, "unknown-key")]
    headless = REHEARSAL.replace("rehearsal: tea\n", "")
    assert checked(tmp_path / "tea.yaml", headless) == [("tea.yaml", 1, 1, "missing")]
    folder = own.flows_dir / "rehearsals"
    assert ("tea.yaml", 1, 1, "unknown-key") in checked(folder / "tea.yaml", "rehersal: tea\nabout: x\n", own)


def test_the_rehearsals_of_the_folder_are_checked_with_everything_else(own: Settings) -> None:
    folder = own.flows_dir / "rehearsals"
    (folder / "aa.yaml").write_text(REHEARSAL.replace("she: tea", "shee: tea"))
    (folder / "ab.yaml").write_text(REHEARSAL)
    (folder / "ac.yaml").write_text(REHEARSAL)
    assert grave(list(check_everything(own))) == [
        ("aa.yaml", 4, 5, "unknown-key"),
        ("ac.yaml", 1, 1, "duplicate-rehearsal"),
    ]


# templates ------------------------------------------------------------------------------------------------------------
TEMPLATES = "templates:\n  - id: back\n    about: x\n    category: utility\n    text: Write to us.\n"


def test_templates_are_no_flow_and_stand_in_for_those_of_the_folder(tmp_path: Path, own: Settings) -> None:
    assert checked(tmp_path / "templates.yaml", TEMPLATES, own) == []
    assert checked(tmp_path / "templates.yaml", TEMPLATES) == []
    shipped = (SHIPPED / "flows" / "templates.yaml").read_text(encoding="utf-8")
    assert checked(tmp_path / "templates.yaml", shipped, own) == []


def test_a_flow_is_held_against_the_templates_of_the_folder(tmp_path: Path, own: Settings) -> None:
    waits = f"{TEA}  - wait: 2 days\n    template: back\n  - say: And?\n"
    assert checked(tmp_path / "tea.yaml", waits, own) == [("tea.yaml", 7, 5, "unknown-template")]
    assert checked(tmp_path / "tea.yaml", waits.replace("back", "coming_back"), own) == []


def test_a_broken_file_of_templates_is_told(tmp_path: Path, own: Settings) -> None:
    broken = TEMPLATES.replace("Write to us.", "Write to us, {name}")
    told = [("templates.yaml", 5, 24, "template")] * 2
    assert checked(tmp_path / "templates.yaml", broken, own) == told
    assert checked(tmp_path / "templates.yaml", broken) == told


# strange files --------------------------------------------------------------------------------------------------------
HEAD = "flow: tea\nabout: x\nstart_words: [tea please]\nsteps:\n"
STRANGE: list[tuple[str, str, int, int, str]] = [
    ("a list inside lists inside lists", HEAD + "  - say: " + "[" * 3000 + "]" * 3000 + "\n", 1, 1, "yaml"),
    ("an anchor", HEAD + "  - say: &a Hi\n  - say: *a\n", 6, 5, "alias"),
    ("a merge key", HEAD + "  - &a\n    say: Hi\n  - <<: *a\n", 7, 5, "alias"),
    ("a list that holds itself", HEAD + "  - &a [*a]\n", 5, 5, "alias"),
    ("half an emoji", HEAD + '  - say: "\\ud83c Hi"\n', 5, 10, "control-character"),
    ("a nought that backslashes make", HEAD + '  - say: "\\0 Hi"\n', 5, 10, "control-character"),
    ("nothing behind a word", HEAD + "  - say: Hi\n    only:\n", 6, 5, "empty"),
    ("nothing behind clear", HEAD + "  - say: Hi\n    clear:\n", 6, 5, "empty"),
    ("nothing behind if", HEAD + "  - if: ''\n    go: end\n", 5, 5, "empty"),
    ("an empty wording", HEAD + "  - say: [~, Hi]\n", 5, 5, "shape"),
    ("an empty step", HEAD + "  -\n  - say: Hi\n", 5, 4, "shape"),
    ("an emoji for a name", HEAD + "  - id: 🍵\n    say: Hi\n", 5, 5, "shape"),
    ("a condition without end", HEAD + "  - if: " + "not " * 3000 + "said\n    go: end\n", 5, 5, "condition"),
    ("a wait of ages", HEAD + "  - say: Hi\n  - wait: " + "9" * 5000 + " days\n  - say: Ho\n", 6, 5, "span"),
    ("a wait of no time", HEAD + "  - say: Hi\n  - wait: 0 days\n  - say: Ho\n", 6, 5, "span"),
    ("a file that nobody wrote", HEAD + "  - say: Hi\n" * 200_000, 1, 1, "too-big"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line", "column", "code"), [case[1:] for case in STRANGE], ids=[case[0] for case in STRANGE]
)
def test_a_strange_file_is_told_its_line_without_a_crash(
    text: str, line: int, column: int, code: str, tmp_path: Path
) -> None:
    found = list(check_files([tmp_path / "tea.yaml"])) if checked(tmp_path / "tea.yaml", text) else []
    told = [one for one in found if (one.line, one.column, one.code) == (line, column, code)]
    assert told, [str(one) for one in found]
    assert all(one.severity is Severity.ERROR and one.suggestion for one in told)
    assert '""' not in told[0].message


def test_danger_signs_in_another_encoding_are_told_where_it_begins(tmp_path: Path) -> None:
    assert checked(tmp_path / "xx.yaml", b"selfharm:\n  - caf\xe9\n") == [("xx.yaml", 2, 8, "not-utf-8")]


def test_a_mark_at_the_beginning_and_ends_of_line_of_other_machines_change_nothing(
    tmp_path: Path, own: Settings
) -> None:
    menu = (SHIPPED / "flows" / "menu.yaml").read_text(encoding="utf-8")
    for text in ("\ufeff" + menu, menu.replace("\n", "\r\n"), menu.replace("\n", "\r"), "\ufeff" + REHEARSAL):
        assert checked(tmp_path / "menu.yaml", text, own) == []
    broken = "\ufeff" + TEA.replace("  - say", "  - sya")
    for ends in ("\n", "\r\n", "\r"):
        assert checked(tmp_path / "tea.yaml", broken.replace("\n", ends), own) == [("tea.yaml", 5, 5, "unknown-word")]
