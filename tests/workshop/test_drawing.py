"""``bot draw``: a flow's picture on standard output or in a file, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.settings import SHIPPED
from tests.test_cli import bot

NAMES = sorted(file.stem for file in (SHIPPED / "flows").glob("*.yaml") if file.stem != "templates")


def test_a_picture_comes_on_standard_output_as_it_is(tmp_path: Path) -> None:
    """Whole, in the language asked for, and nothing else beside it; other conversations are links to their pictures."""
    done = bot("draw", "menu", "--language", "ur", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    root = ElementTree.fromstring(done.stdout)  # noqa: S314
    assert (root.attrib["lang"], root.attrib["direction"]) == ("ur", "rtl")
    assert "find-help.svg" in [one.attrib["href"] for one in root.iter("{http://www.w3.org/2000/svg}a")]


def test_a_picture_goes_into_a_file_the_same_each_time_and_needs_no_database(tmp_path: Path) -> None:
    pictures = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for file in pictures:
        done = bot("draw", "share-story", "--narrow", "--out", str(file), folder=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
    assert not (tmp_path / "bot.sqlite3").exists()


def test_a_file_that_is_not_among_the_flows_yet_is_drawn_by_itself(tmp_path: Path) -> None:
    """Its writer sees it before it is published, with flows it runs that are not written yet."""
    file = tmp_path / "warm-hub.yaml"
    file.write_text("flow: warm-hub\nabout: Warm places.\nsteps:\n  - run: not-yet\n", encoding="utf-8")
    done = bot("draw", str(file), folder=tmp_path)
    assert done.returncode == 0
    assert "not-yet" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sharestory"], 'No conversation is called "sharestory", and no file. Did you mean "share-story"?'),
        (["zzz"], f'No conversation is called "zzz", and no file. There are: {", ".join(NAMES)}.'),
        (["menu", "--language", "xx"], '"xx" is not offered here. The languages are: en, pl, ur, bn.'),
        (["menu", "--out", "/no/such/place.svg"], "/no/such/place.svg cannot be read or written: No such file"),
    ],
    ids=["a name nearly right", "a name of nothing", "a language that is not offered", "a place that is not there"],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    done = bot("draw", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)


def test_a_broken_file_is_said_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("flow: broken\nabout: x\nsteps:\n  - shout: Hello\n", encoding="utf-8")
    done = bot("draw", str(file), folder=tmp_path)
    assert done.returncode == 1
    assert f"{file}:4:5: error:" in done.stderr
