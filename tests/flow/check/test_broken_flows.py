"""A hundred flow files with one mistake each, of the kinds people make: each is told its line and how to mend it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot import settings
from bot.checking import check_files
from bot.flow.check.finding import Finding

DATA = Path(__file__).parents[2] / "data"
FOLDER = DATA / "broken_flows"
with (DATA / "broken_flows.csv").open(encoding="utf-8", newline="") as table:
    ROWS = [(row["file"], int(row["line"]), row["words"]) for row in csv.DictReader(table)]


def told(file: str) -> list[Finding]:
    return list(check_files([FOLDER / file], settings.load({})))


@pytest.mark.parametrize(("file", "line", "words"), ROWS, ids=[row[0].removesuffix(".yaml") for row in ROWS])
def test_a_broken_flow_is_told_its_line_and_how_to_mend_it(file: str, line: int, words: str) -> None:
    every = told(file)
    found = [one for one in every if one.line == line and words in f"{one.message} {one.suggestion}"]
    assert found, [str(one) for one in every]
    assert all(one.file.endswith(f"broken_flows/{file}") and one.column >= 1 and one.suggestion for one in found)


def test_the_table_names_every_broken_flow_and_there_are_a_hundred() -> None:
    assert sorted(file for file, _, _ in ROWS) == sorted(file.name for file in FOLDER.glob("*.yaml"))
    assert len(ROWS) >= 100


@pytest.mark.parametrize("file", [row[0] for row in ROWS])
def test_every_broken_flow_begins_with_what_is_wrong_with_it(file: str) -> None:
    first = (FOLDER / file).read_bytes().split(b"\n")[0].decode()
    assert first.startswith("# ")
    assert first.endswith(".")
