"""What a rehearsal wants is written in English once, and found in the words of every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load
from bot.workshop.rehearsing import House, Rehearsing
from tests.flow.rehearse.village import settle

MENU = """flow: menu
about: What there is.
home: true
steps:
  - ask: What do you need?
    id: need
    options:
      - jumper: A jumper
      - shirt: A shirt
    go: {shirt: shirt}
  - say: You have the jumper now.
    end: true
  - ask: You have so many shirts. How many more?
    id: shirt
    expect: number
    min: 1
    max: 9
  - say: You have {shirt} shirts more.
"""
POLISH = [
    ("What do you need?", "Czego ci trzeba?"),
    ("A jumper", "Sweter"),
    ("A shirt", "Koszula"),
    ("You have the jumper now.", "Sweter jest twój."),
    ("You have so many shirts. How many more?", "Masz dużo koszul. Ile jeszcze?"),
    ("You have {shirt} shirts more.", "Koszul jest więcej: {shirt}."),
    ("Please text a number from {low} to {high}.", "Podaj liczbę od {low} do {high}."),
]
SHIRTS = """rehearsal: shirts
about: She needs shirts.
languages: [en, pl]
turns:
  - she: MENU
  - bot: What do you need?
  - chooses: A shirt
  - bot: You have
  - she: 12
  - bot: Please text a number
  - she: 7
  - bot: You have
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "locales" / "pl" / "LC_MESSAGES" / "bot.po"
    file.parent.mkdir(parents=True)
    file.write_text("".join(f'msgid "{said}"\nmsgstr "{own}"\n\n' for said, own in POLISH), encoding="utf-8")
    return settle(tmp_path, menu=MENU, languages="en,pl", shirts=SHIRTS) | {"LOCALES_DIR": str(tmp_path / "locales")}


def played(environ: dict[str, str], old: str = "", new: str = "") -> list[tuple[str, int, str, str]]:
    """What fails when the rehearsal is played with one line changed: language, line, sentence, mend."""
    file = Path(environ["FLOWS_DIR"]) / "rehearsals" / "shirts.yaml"
    assert old in SHIRTS
    file.write_text(SHIRTS.replace(old, new, 1) if old else SHIRTS, encoding="utf-8")
    run = Rehearsing(House(load(environ)), ("en", "pl"))
    for play in run.plays():
        play()
    found = [one for one in run.finished().problems if one.code == "not-said"]
    return [(one.language, one.line, one.sentence, one.suggestion) for one in found]


def test_words_that_begin_several_texts_stand_for_any_of_them_in_every_language(environ: dict[str, str]) -> None:
    assert played(environ) == []


def test_when_none_of_them_comes_it_is_told_where_they_all_stand(environ: dict[str, str]) -> None:
    english, polish = played(environ, "  - bot: What do you need?", "  - bot: You have")
    assert english[:2] == ("en", 6)
    assert polish[:2] == ("pl", 6)
    assert " texts begin so (" in polish[3]
    assert polish[3].index("menu.yaml:11, ") < polish[3].index("menu.yaml:13, ") < polish[3].index("menu.yaml:18, ")
    assert polish[3].endswith("): write more of it. Or mend the flow.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bot: Please text a number", "bot: Please text a number from 1 to 9."),
        ("bot: Please text a number", 'bot: "Please text a number from {low} to {high}."'),
        ("  - she: 7\n  - bot: You have", "  - she: 7\n  - bot: You have 7 shirts more."),
    ],
)  # fmt: skip
def test_a_text_that_the_bot_fills_in_may_be_written_with_its_braces_or_filled_in(
    environ: dict[str, str], old: str, new: str
) -> None:
    assert played(environ, old, new) == []


def test_another_number_than_the_bot_fills_in_is_found_in_every_language(environ: dict[str, str]) -> None:
    found = played(environ, "bot: Please text a number", "bot: Please text a number from 1 to 8.")
    assert [one[:2] for one in found] == [("en", 10), ("pl", 10)]
    assert 'does not say "Podaj liczbę od 1 do 8." here' in found[1][2]


def test_words_that_no_text_has_are_told_the_nearest_one(environ: dict[str, str]) -> None:
    for _, _, _, mend in played(environ, "bot: What do you need?", "bot: What do you need today?"):
        assert mend.startswith('Did you mean "What do you need?" (')
        assert "menu.yaml:5)? Copy it as it is there, braces and all." in mend
