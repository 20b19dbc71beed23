"""``bot rehearse`` as a command: its table, its failures, its JSON and its exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.flow.rehearse.test_rehearsal import TEA
from tests.flow.rehearse.village import settle


def bot(environ: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["rehearse", *arguments], env=environ)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return settle(tmp_path, tea=TEA)


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    return settle(tmp_path, tea=TEA.replace("Here is your tea", "Here is your coffee"))


def test_all_is_well_and_the_table_shows_every_flow(environ: dict[str, str]) -> None:
    done = bot(environ)
    assert done.exit_code == 0
    assert [line.split() for line in done.stdout.splitlines()[:7]] == [
        ["Steps", "reached", "en"],
        ["change-language", "1/1"],
        ["erase-my-data", "2/2"],
        ["menu", "6/6"],
        ["welcome", "2/2"],
        ["All", "steps", "11/11"],
        ["All", "ways", "4/4"],
    ]
    assert done.stdout.splitlines()[-1].endswith("texts: all is well.")


def test_a_failure_names_its_line_its_mend_and_how_to_see_it(broken: dict[str, str]) -> None:
    done = bot(broken)
    assert done.exit_code == 1
    assert "tea.yaml:8: error: The bot does not say exactly" in done.stdout
    assert "    She texts: MENU > 1" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("texts: 1 failure.")


def test_a_text_that_is_not_translated_yet_is_a_warning_unless_told_to_be_strict(tmp_path: Path) -> None:
    polish = settle(tmp_path, languages="en,pl")
    done, strict = bot(polish), bot(polish, "--strict")
    assert (done.exit_code, strict.exit_code) == (0, 1)
    told = '"Here is your tea." is not in Polish yet: people will read English.'
    assert f"menu.yaml:11: warning: {told}" in done.stdout
    assert "(Polish, sms" in done.stdout
    assert re.search(r": \d+ warnings\.$", done.stdout.splitlines()[-1])
    checked = CliRunner().invoke(main, ["check", "--language", "pl"], env=polish).stdout
    assert '"Here is your tea." is not in Polish yet: people will read English.' in checked


def test_with_a_flow_named_only_the_rehearsals_that_come_to_it_are_played(environ: dict[str, str]) -> None:
    assert "\n1 rehearsals played 1 times" in f"\n{bot(environ, '--flow', 'menu').stdout}"
    assert "\n0 rehearsals played 0 times" in f"\n{bot(environ, '--flow', 'welcome').stdout}"


def test_json_has_an_object_a_failure_and_one_a_flow(broken: dict[str, str]) -> None:
    rows = [json.loads(line) for line in bot(broken, "--json").stdout.splitlines()]
    failure, *coverage = rows
    assert (failure["kind"], failure["line"], failure["severity"], failure["code"]) == (
        "failure",
        8,
        "error",
        "not-said",
    )
    assert failure["said"] == ["MENU", "1"]
    assert [row["flow"] for row in coverage] == ["change-language", "erase-my-data", "menu", "welcome"]
    assert {row["language"] for row in coverage} == {"en"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--language", "xx"), '"xx" is not offered here. The languages are: en.'),
        (("--flow", "tea"), 'There is no flow "tea". The flows are: change-language, erase-my-data, menu, welcome.'),
    ],
)
def test_a_language_or_flow_that_is_not_there_is_said(
    environ: dict[str, str], arguments: tuple[str, str], says: str
) -> None:
    done = bot(environ, *arguments)
    assert done.exit_code == 1
    assert done.stderr.strip() == says


def test_a_rehearsal_that_cannot_be_read_ends_in_a_sentence(tmp_path: Path) -> None:
    done = bot(settle(tmp_path, tea=TEA.replace("she:", "hse:")))
    assert done.exit_code == 1
    assert '"hse" is no key of this entry. Did you mean "she"?' in done.stderr
