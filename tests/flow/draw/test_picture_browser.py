"""A flow's picture in a real browser: its words fit their cards, by day and by night, and it can be read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from bot.flow.draw.picture import draw
from tests.conftest import missing
from tests.flow.draw.test_picture import FLOWS, SHAPES
from tests.flow.stage import CATALOGUES

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}  # to list all that is well, too, takes twice the time
# Letters that stand out of their box. Those of a picture's own margin and legend have the whole picture for a box.
OUTSIDE = """() => [...document.querySelectorAll('svg text')].filter(text => {
  const group = text.closest('g[id]');
  const outer = group ? [...group.querySelectorAll('rect.card, rect.choice, rect.start')]
    .reduce((one, other) => one.height.baseVal.value >= other.height.baseVal.value ? one : other)
    : document.querySelector('rect.paper');
  const box = outer.getBoundingClientRect(), letters = text.getBoundingClientRect();
  return letters.left < box.left + 2 || letters.right > box.right - 2;
}).map(text => text.textContent)"""
# Lines of one card that stand on one another, by their baselines: a font's own box is taller than its letters.
CROWDED = """() => [...document.querySelectorAll('svg g[id]')].flatMap(group => {
  const lines = [...group.querySelectorAll('text.said, text.label, text.note, text.choice')];
  return lines.slice(1).map((line, at) => line.y.baseVal[0].value - lines[at].y.baseVal[0].value);
}).filter(step => step < 15).length"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if not CHROMIUM.exists():
        missing("Chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def opened(page: Page, svg: str) -> None:
    page.set_content(f'<!doctype html><html lang="en"><title>x</title><body><main>{svg}</main>')


@pytest.mark.parametrize(("name", "language", "narrow"), SHAPES)
def test_all_words_fit_their_cards(page: Page, name: str, language: str, narrow: bool) -> None:
    opened(page, draw(FLOWS.flows[name], CATALOGUES, language, narrow=narrow))
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CROWDED) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_axe_finds_nothing_wrong_with_it_by_day_and_by_night(page: Page, language: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for flow in FLOWS.flows.values():
        opened(page, draw(flow, CATALOGUES, language, link=lambda name: f"#{name}"))
        found = Axe().run(page, options=RULES).response["violations"]
        assert [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found] == []


def test_pictures_for_a_page_that_is_always_light_stay_light(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, draw(FLOWS.flows["menu"], CATALOGUES, "en", night=False))
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).fill") == "rgb(255, 255, 255)"
    opened(page, draw(FLOWS.flows["menu"], CATALOGUES, "en"))
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).fill") != "rgb(255, 255, 255)"
