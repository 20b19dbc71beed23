"""The words for others in a real browser: marks are used by keyboard, in both directions, on a phone; axe is quiet."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.channel.translate_client import TranslateKind, Translator
from bot.web.context import parts_of
from bot.web.users import set_password
from tests.conftest import migrated
from tests.stand_in.translation import TranslationStandIn
from tests.web.desk_stage import PASSWORD, Desk, open_desk
from tests.web.test_desk_browser import browser, screen, served, sign_in, troubles

__all__ = ["browser"]

pytestmark = pytest.mark.browser

TOLD = {
    "en": ("My name is Ngozi Okafor. We are the only family here. Ring 07700 900123.", "Ngozi Okafor"),
    "ur": ("میرا نام شازیہ ہے۔ ہمارے گاؤں میں حادثہ ہوا۔ 07700 900123 پر فون کریں۔", "شازیہ"),
}


def opened(tmp_path: Path) -> Desk:
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    migrated(url)
    desk = open_desk(url)
    with desk.db.begin() as conn:
        set_password(conn, desk.ids["amina"], PASSWORD)
    return desk


@pytest.mark.parametrize(("width", "language"), [(360, "ur"), (1280, "en"), (360, "en"), (1280, "ur")])
def test_a_champion_keeps_a_name_takes_it_out_again_and_has_a_draft_made(
    browser: Browser, tmp_path: Path, width: int, language: str
) -> None:
    desk, (told, name) = opened(tmp_path), TOLD[language]
    made = desk.story(told, language=language)
    with TranslationStandIn() as service, served(desk) as address, screen(browser, address, width, language) as context:
        translator = Translator(TranslateKind.LIBRETRANSLATE, service.url, own_network=True)
        desk.app.extensions["bot"] = replace(parts_of(desk.app), translator=translator)
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/{made}?to=pl")
        assert troubles(page) == []
        mark = page.get_by_role("checkbox", name=name)
        mark.focus()
        page.keyboard.press("Space")
        expect(page.locator("#for-others")).to_have_value(re.compile(name))
        assert troubles(page) == []
        page.keyboard.press("Space")
        expect(page.locator("#for-others")).not_to_have_value(re.compile(name))
        page.locator("form.desk-words button").last.focus()
        page.keyboard.press("Enter")
        page.locator("form[action$=machine-draft] button").click()
        expect(page.locator("form[action$=machine-draft]")).to_have_count(0)
        assert troubles(page) == []
        (sent,) = service.asked
        assert name not in sent
        assert "07700" not in sent
    desk.db.close()


def test_without_scripts_a_button_uses_the_marks(browser: Browser, tmp_path: Path) -> None:
    desk, (told, name) = opened(tmp_path), TOLD["en"]
    made = desk.story(told)
    with served(desk) as address:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/{made}")
        page.get_by_role("checkbox", name=name).uncheck()
        page.get_by_role("button", name="Use these ticks").click()
        assert name in page.locator("#for-others").input_value()
        assert not page.get_by_role("checkbox", name=name).is_checked()
        context.close()
    desk.db.close()
