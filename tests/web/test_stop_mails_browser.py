"""The page behind an e-mail's stop link in a real browser: whole on a phone, in both directions; axe is quiet."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.channel.stop_link import PATH, StopLinks
from tests.conftest import migrated
from tests.web.desk_stage import open_desk
from tests.web.test_desk_browser import SCREENS, browser, screen, served, troubles

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_who_has_the_e_mail_stops_them_with_one_button(
    browser: Browser, tmp_path: Path, width: int, language: str
) -> None:
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    migrated(url)
    desk = open_desk(url)
    with served(desk) as address, screen(browser, address, width, language) as context:
        page = context.new_page()
        links = StopLinks(desk.app.extensions["bot"].settings.secret_key, address)
        link = links.link(desk.ids["amina"])
        page.goto(link)
        assert troubles(page) == []
        page.locator("main button").click()
        expect(page.locator("main button")).to_have_count(0)
        assert troubles(page) == []
        page.goto(link[:-1])
        assert PATH in page.url
        assert troubles(page) == []
    desk.db.close()
