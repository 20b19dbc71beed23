"""A small folder of flows for tests: three flows that work, and one line in them that a test breaks."""

from __future__ import annotations

from pathlib import Path

from bot import settings as table
from bot.flow.rehearse.problem import Problem
from bot.flow.rehearse.report import Report
from bot.workshop.rehearsing import House, Rehearsing

WELCOME = """flow: welcome
about: The first words.
steps:
  - ask: Which language?
    id: chosen
    expect: language
  - say: Hello from the village.
"""
MENU = """flow: menu
about: What there is.
home: true
steps:
  - ask: What do you need?
    id: need
    options:
      - tea: A cup of tea
      - question: An answer
    go: {question: question}
  - say: Here is your tea.
    end: true
  - ask: What would you like to know about the village?
    id: question
    expect: text
  - if: question == "An interpreter"
    go: rain
  - say: The sun shines.
    end: true
  - id: rain
    say: It rains.
"""
LANGUAGE = """flow: change-language
about: Another language.
steps:
  - ask: Which language?
    id: chosen
    expect: language
"""
ERASE = """flow: erase-my-data
about: Everything is erased.
steps:
  - do: erase_everything
  - say: All is erased.
"""


def settle(folder: Path, *, menu: str = MENU, languages: str = "en", **rehearsals: str) -> dict[str, str]:
    """Write the village's folder; the environment that points at it."""
    flows = folder / "flows"
    (flows / "rehearsals").mkdir(parents=True)
    files = {"welcome": WELCOME, "menu": menu, "change-language": LANGUAGE, "erase": ERASE}
    for name, text in files.items():
        (flows / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in rehearsals.items():
        (flows / "rehearsals" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {"FLOWS_DIR": str(flows), "LANGUAGES": languages}


def rehearsed(environ: dict[str, str], *, flow: str = "", update: bool = False) -> Report:
    """All of it tried out."""
    settings = table.load(environ)
    run = Rehearsing(House(settings), settings.languages, flow=flow, update=update)
    for part in run.parts():
        part()
    return run.finished()


def found(report: Report) -> set[tuple[str, str, int]]:
    """The problems as (code, file name, line)."""
    return {(one.code, Path(one.file).name, one.line) for one in report.problems}


def sentence(report: Report, code: str) -> str:
    """What the first problem of this kind says."""
    one: Problem = next(one for one in report.problems if one.code == code)
    return one.sentence
