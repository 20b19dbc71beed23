"""What is typed into a story's page in a real browser: no button, no link and no closed window loses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from bot.store.schema import story_note, story_unsaved
from bot.web.users import set_password
from tests.conftest import migrated
from tests.web.desk_stage import PASSWORD, Desk, open_desk
from tests.web.test_desk_browser import SCREENS, browser, screen, served, sign_in, troubles

__all__ = ["browser"]

pytestmark = pytest.mark.browser

NAME = "Ngozi Okafor"
TOLD = f"My name is {NAME}. The food bank was kind."


@contextmanager
def reading(browser: Browser, tmp_path: Path, width: int = 1280, language: str = "en") -> Iterator[tuple[Desk, Page]]:
    """Amina with a story before her."""
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    migrated(url)
    desk = open_desk(url)
    with desk.db.begin() as conn:
        set_password(conn, desk.ids["amina"], PASSWORD)
    made = desk.story(TOLD)
    with served(desk) as address, screen(browser, address, width, language) as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/{made}")
        yield desk, page
    desk.db.close()


def open_to(page: Page, box: str) -> None:
    """Open the fold that a box lies in."""
    for fold in page.locator(f"details:has(#{box})").all():
        fold.evaluate("one => { one.open = true }")


def type_into(page: Page, box: str, text: str) -> None:
    open_to(page, box)
    page.locator(f"#{box}").fill(text)


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_another_button_pressed_at_once_loses_nothing(
    browser: Browser, tmp_path: Path, width: int, language: str
) -> None:
    with reading(browser, tmp_path, width, language) as (desk, page):
        type_into(page, "for-others", "Somebody was kind.\nVery kind.")
        type_into(page, "note", "Half a note")
        type_into(page, "decline", "Because it")
        page.locator("form[action$='/tags'] button").last.click()
        expect(page.locator(".desk-flash").first).to_be_visible()
        for box, text in (
            ("for-others", "Somebody was kind.\nVery kind."),
            ("note", "Half a note"),
            ("decline", "Because it"),
        ):
            open_to(page, box)
            expect(page.locator(f"#{box}")).to_have_value(text)
        assert troubles(page) == []
        page.locator("form[action$='/take'] button").click()
        expect(page.locator(".desk-mine")).to_be_visible()
        page.locator("form[action$='/approve'] button, button[form=words-form]").first.click()
        expect(page.locator("form[action$='/reopen']")).to_be_visible()  # the words were approved, the others stay
        assert sorted(row.box for row in desk.db_rows(story_unsaved)) == ["decline", "note"]
        assert troubles(page) == []


def test_a_story_that_somebody_else_took_still_shows_what_was_typed(browser: Browser, tmp_path: Path) -> None:
    with reading(browser, tmp_path, 360) as (desk, page):
        type_into(page, "decline", "Because it")
        desk.signed_in("piotr").send("/desk/stories/1/take", version=1)
        page.locator("form[action$='/tags'] button").last.click()
        expect(page.locator("#unsaved-decline")).to_have_value("Because it")
        assert troubles(page) == []
        page.locator("form:has(#unsaved-decline) button").click()
        expect(page.locator("#unsaved-decline")).to_have_count(0)


def test_what_is_sent_right_after_typing_is_sent_once_and_not_offered_again(browser: Browser, tmp_path: Path) -> None:
    with reading(browser, tmp_path) as (desk, page):
        type_into(page, "note", "The whole note")
        page.locator("form[action$='/notes'] button.govuk-button").click()
        expect(page.locator(".desk-noted li")).to_have_count(1)
        open_to(page, "note")
        expect(page.locator("#note")).to_have_value("")
        assert len(desk.rows(story_note)) == 1
        assert desk.db_rows(story_unsaved) == []


@pytest.mark.parametrize("away", ["link", "closed", "reload"])
def test_neither_a_link_nor_a_closed_window_loses_it(browser: Browser, tmp_path: Path, away: str) -> None:
    with reading(browser, tmp_path) as (_, page):
        address = page.url
        type_into(page, "note", "Half a note")
        if away == "link":
            page.locator(".desk-back").click()
            expect(page).to_have_url(re.compile("/desk/stories$"))
        elif away == "reload":
            page.on("dialog", lambda dialog: dialog.accept())
            page.reload()
        else:
            expect(page.locator(".desk-unsaved__told")).to_be_visible()
            page.close()
        other = page if away != "closed" else page.context.new_page()
        other.goto(address)
        open_to(other, "note")
        expect(other.locator("#note")).to_have_value("Half a note")


def test_ticks_that_changed_the_words_are_kept_too(browser: Browser, tmp_path: Path) -> None:
    with reading(browser, tmp_path) as (_, page):
        page.get_by_role("checkbox", name=NAME).uncheck()
        expect(page.locator("#for-others")).to_have_value(re.compile(NAME))
        page.locator("form[action$='/take'] button").click()
        expect(page.locator(".desk-mine")).to_be_visible()
        expect(page.locator("#for-others")).to_have_value(re.compile(NAME))
        expect(page.get_by_role("checkbox", name=NAME)).not_to_be_checked()


def test_what_cannot_be_kept_is_said_and_the_page_asks_before_it_leaves(browser: Browser, tmp_path: Path) -> None:
    """The connection is gone: on the way back nothing is missing."""
    with reading(browser, tmp_path, 360) as (_, page):
        asked: list[str] = []

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.route("**/unsaved", lambda route: route.abort())
        type_into(page, "note", "Half a note")
        expect(page.get_by_role("alert")).to_contain_text("could not be kept")
        assert troubles(page) == []
        with page.expect_event("dialog"):
            page.locator(".desk-back").click()
        assert asked == ["beforeunload"]
        expect(page.locator("#note")).to_have_value("Half a note")
        page.unroute("**/unsaved")
        page.locator("#note").press("End")
        page.locator("#note").press_sequentially("!")
        expect(page.locator(".desk-unsaved__told--failed")).to_have_count(0)


def test_without_scripts_a_button_keeps_a_box(browser: Browser, tmp_path: Path) -> None:
    with reading(browser, tmp_path) as (_, page):
        context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
        bare = context.new_page()
        bare.goto(page.url)
        bare.locator("#for-others").fill("Somebody was kind.")
        bare.locator("#words-form").get_by_role("button", name="Keep it for later").click()
        expect(bare.locator("#for-others")).to_have_value("Somebody was kind.")
        bare.locator("form[action$='/take'] button").click()
        expect(bare.locator("#for-others")).to_have_value("Somebody was kind.")
        context.close()
