"""The picture's colours can be read, by day and by night."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bot.flow.draw.ink import style, tone
from bot.flow.model import Verb

ENOUGH = 4.5  # WCAG 2.2, 1.4.3: the contrast of text with what is behind it


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance of "#rgb" or "#rrggbb"."""
    digits = "".join(digit * 2 for digit in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def colours(sheet: str) -> dict[str, str]:
    """The colours that this part of a style sheet names: "ink", "say" for a tone and "say tint" for its tint."""
    found = dict(re.findall(r"--(paper|card|ink|soft|wire): (#\w+);", sheet))
    for name, own, tint in re.findall(r"\.t-(\w+) \{ --tone: (#\w+); --tint: (#\w+); \}", sheet):
        found |= {name: own, f"{name} tint": tint}
    return found


@pytest.fixture(params=["day", "night"])
def palette(request: pytest.FixtureRequest) -> dict[str, str]:
    day, night = style("en", night=True).split("@media (prefers-color-scheme: dark)")
    return colours(day if request.param == "day" else night.split("text {")[0])


def test_every_letter_stands_out_from_what_is_behind_it(palette: dict[str, str]) -> None:
    """Words on cards and on the paper, a verb on its chip, and the start's words on its own dark ground."""
    tones = [name for name in palette if f"{name} tint" in palette]
    pairs = [*product(["ink", "soft", *tones], ["card", "paper"]), *((name, f"{name} tint") for name in tones)]
    assert len(tones) == 8
    assert [pair for pair in pairs if contrast(palette[pair[0]], palette[pair[1]]) < ENOUGH] == []


def test_arrows_stand_out_from_the_paper(palette: dict[str, str]) -> None:
    """WCAG 2.2, 1.4.11: 3 to 1 for what is no text."""
    assert contrast(palette["wire"], palette["paper"]) >= 3


def test_every_verb_has_a_tone() -> None:
    sheet = style("en", night=False)
    assert all(f".t-{tone(verb)} " in sheet for verb in Verb)


def test_only_urdu_names_a_nastaliq_face_and_nothing_is_fetched_for_it() -> None:
    assert "@font-face" not in style("en", night=True)
    assert set(re.findall(r"(\w+)\(\"", style("ur", night=True))) == {"local"}
