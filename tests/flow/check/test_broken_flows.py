"""Two hundred flow files with one mistake each, of the kinds people make: each is told its line and how to mend it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import settings
from bot.flow.check.finding import Finding, Severity
from bot.workshop.checking import check_files


class Row(NamedTuple):
    """Where the first mistake of a file stands, what is said of it, and how many there are to tell."""

    file: str
    line: str
    column: str
    findings: str
    sentence: str
    suggestion: str


DATA = Path(__file__).parents[2] / "data"
FOLDER = DATA / "broken_flows"
with (DATA / "broken_flows.csv").open(encoding="utf-8", newline="") as table:
    ROWS = [Row(**row) for row in csv.DictReader(table)]


SHIPPED = sorted((settings.SHIPPED / "flows").glob("*.yaml"))


def told(file: str) -> list[Finding]:
    return list(check_files([FOLDER / file], settings.load({})))


@pytest.mark.parametrize("row", ROWS, ids=[row.file.removesuffix(".yaml") for row in ROWS])
def test_a_broken_flow_is_told_its_line_and_how_to_mend_it(row: Row) -> None:
    every = told(row.file)
    found = [one for one in every if (str(one.line), str(one.column)) == (row.line, row.column)]
    assert [one for one in found if row.sentence in one.message and row.suggestion in one.suggestion], every
    assert all(one.file.endswith(f"broken_flows/{row.file}") and one.suggestion for one in every)


@pytest.mark.parametrize("row", ROWS, ids=[row.file.removesuffix(".yaml") for row in ROWS])
def test_a_broken_flow_is_told_nothing_besides(row: Row) -> None:
    grave = [one for one in told(row.file) if one.severity is not Severity.INFO and one.code != "untranslated"]
    assert len(grave) == int(row.findings), grave


def test_the_table_names_every_broken_flow_and_there_are_two_hundred() -> None:
    assert sorted(row.file for row in ROWS) == sorted(file.name for file in FOLDER.glob("*.yaml"))
    assert len(ROWS) >= 200


@pytest.mark.parametrize("file", [row.file for row in ROWS])
def test_every_broken_flow_begins_with_what_is_wrong_with_it(file: str) -> None:
    first = (FOLDER / file).read_bytes().split(b"\n")[0].decode()
    assert first.startswith("# ")
    assert first.endswith(".")


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda file: str(file.stem))
def test_a_flow_that_lost_any_one_line_is_told_without_a_crash(shipped: Path, tmp_path: Path) -> None:
    lines = shipped.read_text(encoding="utf-8").splitlines(keepends=True)
    file = tmp_path / shipped.name
    for lost in range(len(lines)):
        file.write_text("".join(lines[:lost] + lines[lost + 1 :]), encoding="utf-8")
        assert all(1 <= found.line <= len(lines) and found.message for found in check_files([file]))


def test_a_catalogue_is_checked_by_itself_with_what_is_left_to_translate_forgiven(tmp_path: Path) -> None:
    file = tmp_path / "pl" / "LC_MESSAGES" / "bot.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        'msgid "Hello."\nmsgstr ""\n\nmsgid "Call 999."\nmsgstr "Zadzwoń 998."\n\n'
        'msgid "Text {menu}."\nmsgstr "Wpisz."\n',
        encoding="utf-8",
    )
    assert [(found.line, found.code) for found in check_files([file])] == [(4, "phone-number"), (7, "placeholders")]
