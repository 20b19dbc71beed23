"""A story from received to approved in a real browser, by keyboard alone; the public board; and two who race."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.store.schema import story, story_redaction
from bot.web.users import set_password
from tests.conftest import migrated
from tests.web.desk_stage import PASSWORD, Desk, open_desk
from tests.web.test_desk_browser import SCREENS, browser, screen, served, sign_in, troubles

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser
MOST_TABS = 60


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path_factory.mktemp('stories')}/bot.sqlite3"
    migrated(url)
    opened = open_desk(url)
    with opened.db.begin() as conn:
        for name in ("amina", "piotr"):
            set_password(conn, opened.ids[name], PASSWORD)
    yield opened
    opened.db.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk) as found:
        yield found


class Keys:
    """Somebody without a mouse. ``actions`` counts what she sets off; going there by Tab sets off nothing."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, where: Locator) -> None:
        """Go there by Tab, and press Enter."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if where.evaluate("one => one === document.activeElement"):
                break
        expect(where).to_be_focused()
        self.actions += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def form(self, action: str) -> Locator:
        """The button of the form that leads there, whatever the language of the page."""
        return self.page.locator(f'form[action$="{action}"] button')


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_from_received_to_approved_by_keyboard_in_two_actions(
    browser: Browser, address: str, desk: Desk, width: int, language: str
) -> None:
    """Next, read, Approve; five are allowed. Every page on the way is accessible and fits."""
    desk.story("Told for the champions", consent="champions")
    with screen(browser, address, width, language) as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        keys, found = Keys(page), troubles(page)
        keys.press(keys.form("/stories/next"))
        found += troubles(page)
        keys.press(keys.form("/1/approve"))
        found += troubles(page)
        assert [row.status for row in desk.rows(story)] == ["approved"]
        assert keys.actions == 2
        assert found == []


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_two_readers_let_a_story_out_by_keyboard_and_it_stands_on_the_board(
    browser: Browser, address: str, desk: Desk, width: int, language: str
) -> None:
    """The first: Next, prepare, Approve. The second: Next, read, Approve. Then everybody reads it."""
    desk.story("Dr Smith shouted at me", consent="board")
    for who in ("amina", "piotr"):
        with screen(browser, address, width, language) as context:
            page = context.new_page()
            sign_in(page, address, who)
            keys = Keys(page)
            keys.press(keys.form("/stories/next"))
            assert troubles(page) == []
            if who == "amina":
                page.locator("#for-others").focus()
                page.keyboard.press("Control+A")
                page.keyboard.type("A doctor shouted at me")
                keys.actions += 1
            keys.press(keys.form("/1/approve"))
            assert keys.actions <= 5
    assert [row.status for row in desk.rows(story)] == ["approved"]
    assert len(desk.db_rows(story_redaction)) == 1
    with screen(browser, address, width, language) as context:
        page = context.new_page()
        page.goto(f"{address}/heard?language={language}")
        expect(page.get_by_text("A doctor shouted at me")).to_be_visible()
        assert "Smith" not in page.content()
        assert troubles(page) == []


def test_of_two_who_race_one_wins_and_the_other_is_told(browser: Browser, address: str, desk: Desk) -> None:
    """Both have the page open; both press."""
    desk.story("Told for the champions", consent="champions")
    with screen(browser, address, 360, "en") as hers, screen(browser, address, 360, "en") as his:
        pages = {"amina": hers.new_page(), "piotr": his.new_page()}
        for who, page in pages.items():
            sign_in(page, address, who)
            page.goto(f"{address}/desk/stories/1")
        for page in pages.values():
            page.get_by_role("button", name="Approve", exact=True).click()
        expect(pages["amina"].get_by_text("Approved. Thank you for reading it.")).to_be_visible()
        expect(pages["piotr"].get_by_text("Amina approved this story, just now.")).to_be_visible()
        assert troubles(pages["piotr"]) == []
    assert desk.events().count("story_approved") == 1


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_a_story_that_somebody_reads_says_so_and_an_empty_board_is_kind(
    browser: Browser, address: str, desk: Desk, width: int, language: str
) -> None:
    """Both pages are accessible and fit."""
    made = desk.story("In English")
    desk.signed_in("piotr").send(f"/desk/stories/{made}/take", version=1)
    with screen(browser, address, width, language) as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        found = []
        for path in (f"/desk/stories/{made}", "/desk/stories", f"/heard?language={language}"):
            page.goto(address + path)
            found += troubles(page)
        assert found == []
