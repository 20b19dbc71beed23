"""Whole conversations in every shipped language, against transcripts that people have read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from ruamel.yaml import YAML

from bot.app import House
from bot.store.simulated import Line
from bot.values import KNOWN_LANGUAGES
from tests.people import Person

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
SCRIPTS: list[dict[str, Any]] = YAML(typ="safe").load((HERE / "scripts.yaml").read_text(encoding="utf-8"))


def transcript(house: House, script: dict[str, Any], language: str) -> str:
    """The conversation as text: what she says after ">", what the bot says after "<"."""
    luck = crc32(f"{script['name']}.{language}".encode())  # every conversation draws references of its own
    person = Person(house, language=language if script["settled"] else "", luck=luck)
    rows = [f"# {script['about']}"]
    for message in script["says"]:
        said = message[language] if isinstance(message, dict) else message
        rows += ["", f"> {said!r}" if not said.isprintable() or said != said.strip() or not said else f"> {said}"]
        rows += [row for line in person.text(said) for row in shown(line)]
    return "\n".join(rows) + "\n"


def shown(line: Line) -> Iterator[str]:
    encoding, segments = line.size or ("", 0)
    yield from (f"< {row}".rstrip() for row in line.text.split("\n"))
    yield f"  [{segments} {encoding}]"


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["name"]))
def test_conversation_goes_as_it_went_when_it_was_read(
    house: House, script: dict[str, Any], language: str, request: pytest.FixtureRequest
) -> None:
    file = GOLDEN / f"{script['name']}.{language}.txt"
    went = transcript(house, script, language)
    if request.config.getoption("--update-golden"):
        file.write_text(went, encoding="utf-8")
    assert went == file.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_script() -> None:
    names = {f"{script['name']}.{language}.txt" for script in SCRIPTS for language in KNOWN_LANGUAGES}
    assert {file.name for file in GOLDEN.iterdir()} == names
