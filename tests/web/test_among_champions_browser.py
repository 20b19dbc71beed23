"""A story for champions alone, on a phone, in both directions: one asks, another translates, the first decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.store.schema import story, story_redaction, story_translation
from bot.web.users import set_password
from tests.web.desk_stage import PASSWORD
from tests.web.test_desk_browser import browser, screen, served, sign_in, troubles
from tests.web.test_words_browser import opened

__all__ = ["browser"]

pytestmark = pytest.mark.browser

TOLD = "Nazywam się Kowalska. Dzwoniłam do przychodni."
TRANSLATED = {"en": "I rang the surgery.", "ur": "میں نے فون کیا۔"}


@pytest.mark.parametrize("language", ["ur", "en"])
def test_one_asks_another_translates_and_the_first_reads_it_and_decides(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    desk = opened(tmp_path)
    with desk.db.begin() as conn:
        set_password(conn, desk.ids["piotr"], PASSWORD)
    made = desk.story(TOLD, language="pl", consent="champions")
    path = f"/desk/stories/{made}"
    with (
        served(desk) as address,
        screen(browser, address, 360, language) as hers,
        screen(browser, address, 360, language) as his,
    ):
        amina, piotr = hers.new_page(), his.new_page()
        sign_in(amina, address, "amina")
        sign_in(piotr, address, "piotr")
        amina.goto(address + path)
        assert troubles(amina) == []
        expect(amina.locator("#my-translation")).not_to_be_visible()
        amina.locator("form[action$='/translate'] button").click()

        piotr.locator("form[action$='/stories/next'] button").first.click()
        expect(piotr).to_have_url(address + path)
        piotr.goto(f"{address}{path}?to={language}")
        piotr.locator("#prepared > summary").click()
        expect(piotr.locator("#for-others")).to_be_visible()
        assert troubles(piotr) == []
        box = piotr.locator("#my-translation")
        assert box.get_attribute("dir") == "auto"
        box.fill(TRANSLATED[language])
        piotr.locator("form[action$='/translation'] button").click()
        expect(piotr.locator("#my-translation")).not_to_be_visible()
        assert troubles(piotr) == []

        amina.goto(f"{address}/desk/")
        assert troubles(amina) == []
        amina.locator("form[action$='/stories/next'] button").first.click()
        expect(amina).to_have_url(address + path)
        shown = amina.locator(".desk-said", has_text=TRANSLATED[language])
        expect(shown).to_be_visible()
        assert shown.evaluate("one => getComputedStyle(one).direction") == ("rtl" if language == "ur" else "ltr")
        assert troubles(amina) == []
        amina.locator("form[action$='/approve'] button").click()
        assert [row.status for row in desk.rows(story)] == ["approved"]
    assert len(desk.db_rows(story_redaction)) == len(desk.rows(story_translation)) == 1
    desk.db.close()
