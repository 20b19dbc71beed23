"""Keys, covers, undo and live numbers in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store.schema import story
from bot.web.users import set_password
from tests.conftest import migrated
from tests.web.desk_stage import HOUR, NOW, PASSWORD, Desk, open_desk
from tests.web.test_desk_browser import SCREENS, browser, screen, served, sign_in, troubles

pytestmark = pytest.mark.browser
__all__ = ["browser"]
HARD = "My father died and nobody told us"


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with a hard story before two easier ones, which asks each second what is new."""
    url = f"sqlite:///{tmp_path_factory.mktemp('desk')}/bot.sqlite3"
    migrated(url)
    opened = open_desk(url)
    opened.app.jinja_env.globals["live_every"] = 1
    opened.story(HARD, language="ur", created_at=NOW - 3 * HOUR)
    opened.story("The nurse was kind", created_at=NOW - 2 * HOUR)
    opened.story("The food bank was open")
    with opened.db.begin() as conn:
        set_password(conn, opened.ids["amina"], PASSWORD)
    yield opened
    opened.db.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk) as found:
        yield found


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent")).strip()


def test_the_queue_is_read_with_keys_alone(browser: Browser, address: str, desk: Desk) -> None:
    """From the list to an approved story, and back by undo; no key acts while somebody writes."""
    with screen(browser, address, 1280, "en") as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert focused(page) == f"Story {reference(desk, 2)}"
        page.keyboard.press("k")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/desk/stories/2")
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.id") == "note"
        page.keyboard.type("a? jk")
        assert page.input_value("#note") == "a? jk"
        assert not page.locator("#keys").is_visible()
        page.locator("h1").click()
        page.keyboard.press("a")
        assert focused(page) == "Approve these words"
        page.keyboard.press("Enter")
        page.get_by_text("Approved. Another champion reads it now").wait_for()
        page.wait_for_load_state()  # until then no key does anything
        page.keyboard.press("u")
        page.keyboard.press("Enter")
        page.get_by_text("Undone.").wait_for()


def reference(desk: Desk, number: int) -> str:
    return str(next(row.reference for row in desk.rows(story) if row.id == number))


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_the_keys_are_shown_and_the_dialog_is_accessible(
    browser: Browser, address: str, width: int, language: str
) -> None:
    with screen(browser, address, width, language) as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        assert troubles(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).not_to_be_visible()


def test_who_switches_keys_off_types_freely(browser: Browser, address: str) -> None:
    with screen(browser, address, 1280, "en") as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/me")
        page.get_by_label("Single keys do things").uncheck()
        page.locator('form[action$="/choices"] button').click()
        page.goto(f"{address}/desk/stories")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.tagName") == "BODY"


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_a_hard_story_is_covered_and_opened_by_one_key_and_covered_again(
    browser: Browser, address: str, width: int, language: str
) -> None:
    """The lines above the note are blurred, and nothing of the words is in the page."""
    with screen(browser, address, width, language) as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/1")
        assert HARD not in page.content()
        assert "blur" in page.locator(".desk-covered__lines").evaluate("one => getComputedStyle(one).filter")
        assert troubles(page) == []
        page.keyboard.press("s")
        page.keyboard.press("Enter")
        page.get_by_text(HARD).first.wait_for()
        assert troubles(page) == []
        page.locator('form[action$="/cover"] button').click()
        page.locator(".desk-covered").wait_for()


def test_without_scripts_a_hard_story_is_opened_all_the_same(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address, "amina")
    page.goto(f"{address}/desk/stories/1")
    page.get_by_role("button", name="Show the story").click()
    page.get_by_text(HARD).first.wait_for()
    context.close()


def test_new_stories_are_told_of_and_nothing_moves(browser: Browser, address: str, desk: Desk) -> None:
    """The numbers follow, the list stays as it is until she asks for it, and the title counts what she chose."""
    with screen(browser, address, 360, "en") as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/me")
        page.locator("#title-stories").check()
        page.locator('form[action$="/choices"] button').click()
        page.goto(f"{address}/desk/stories")
        expect(page).to_have_title(re.compile(r"^\(3\) Stories"))
        rows = page.locator(".desk-need").count()
        new = desk.story("Just now")
        page.get_by_text("New stories: 1. Show them.").wait_for()
        assert page.locator(".desk-need").count() == rows
        expect(page).to_have_title(re.compile(r"^\(4\) Stories"))
        assert page.locator('[data-counts-of="stories"] .desk-count').first.inner_text().startswith("4")
        assert troubles(page) == []
        page.get_by_text("Show them.").click()
        page.locator(f'a[href="/desk/stories/{new}"]').first.wait_for()


def test_a_ready_reply_goes_into_the_box_and_its_cost_is_shown(browser: Browser, address: str, desk: Desk) -> None:
    desk.signed_in("amina").send("/desk/replies", language="en", title="Thanks", text="Thank you for {reference}.")
    with screen(browser, address, 360, "en") as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/2")
        page.get_by_text("Write to this person").click()
        page.fill("#reply", "Dear reader. ")
        page.get_by_role("button", name="Put it in").click()
        assert page.input_value("#reply") == f"Dear reader. Thank you for {reference(desk, 2)}."
        page.get_by_text("Paid as this many texts: 1.").wait_for()
