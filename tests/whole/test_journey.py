"""The whole path in a real browser: she texts in Bangla and tells her story; a champion answers; she gets it.

With ``--pictures DIR`` it also takes the pictures that the README shows.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.settings import new_key
from tests.conftest import missing
from tests.whole.serving import served

pytestmark = pytest.mark.browser

PARTS = ("ডাক্তারখানায় গিয়েছিলাম মায়ের সাথে।", "বললো আমার ছেলে অনুবাদ করবে। ওর বয়স নয়।", "মা লজ্জায় সব কথা বলেনি।")
REPLY = "আপনার কথা পড়েছি। দোভাষী চাওয়া আপনার অধিকার।"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or missing("Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("journey")
    environ = {"DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3", "SECRET_KEY": new_key(), "DATA_KEYS": new_key()}
    with served(environ, folder, demo=True) as url:
        yield url


class Phone:
    """The newest phone on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        with page.expect_response(lambda got: got.request.method == "POST" and got.url.endswith("/people")) as made:
            page.get_by_role("button", name="New SMS person").first.click()
        self.phone = page.locator(f"#phone-{made.value.json()['person']['id']}")
        self.bubbles = self.phone.locator(".lines .from-bot")

    def text(self, words: str, answer: str) -> None:
        """Send this; wait until the bot's newest bubble has ``answer`` in it."""
        before = self.bubbles.count()
        self.phone.locator("textarea").fill(words)
        self.phone.get_by_role("button", name="Send", exact=True).click()
        expect(self.bubbles.nth(before)).to_be_visible(timeout=10_000)
        expect(self.bubbles.last).to_contain_text(re.compile(answer), timeout=10_000)


def picture(page: Page, request: pytest.FixtureRequest, name: str) -> None:
    if folder := request.config.getoption("--pictures"):
        page.screenshot(path=f"{folder}/{name}.png")


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/")
    page.get_by_label("E-mail").fill("sam@example.org")
    page.get_by_label("Password").fill("wexmoor-demo")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="What needs you")).to_be_visible()


def test_from_a_text_in_bangla_to_a_champions_answer_on_her_phone(
    browser: Browser, address: str, request: pytest.FixtureRequest
) -> None:
    residents = browser.new_context(viewport={"width": 1280, "height": 820})
    page = residents.new_page()
    page.goto(f"{address}/phone")
    phone = Phone(page)
    phone.text("আমার খাবার দরকার, কোথায় পাবো", "1\\. হ্যাঁ")
    phone.text("1", "চ্যাম্পিয়ন")
    phone.text("মেনু", "1\\. ")
    phone.text("1", "1\\. খাবার")
    phone.text("1", "পোস্টকোড")
    phone.text("ZZ1 1AA", "Wexmoor Food Bank")
    phone.text("1", "01632 960")
    picture(page, request, "phone")
    phone.text("মেনু", "1\\. ")
    phone.text("3", "1\\. ")
    phone.text("1", "\\w")
    phone.text(PARTS[0], "\\w")
    for part in PARTS[1:]:
        phone.phone.locator("textarea").fill(part)
        phone.phone.get_by_role("button", name="Send", exact=True).click()
        expect(phone.phone.locator(".lines")).to_contain_text(part)
    phone.text("DONE", "\\b[2-9A-Z]{6}\\b")
    reference = re.findall(r"\b[2-9A-Z]{6}\b", phone.bubbles.last.inner_text())[0]
    phone.text("ফোনে একজন দোভাষী", "1\\. ")
    phone.text("Wexmoor", "1\\. ")
    phone.text("1", "\\w")

    _the_champion_answers(browser, address, reference, request)
    expect(phone.bubbles.last).to_contain_text(REPLY, timeout=15_000)
    residents.close()


def _the_champion_answers(browser: Browser, address: str, reference: str, request: pytest.FixtureRequest) -> None:
    desk = browser.new_context(viewport={"width": 360, "height": 780}).new_page()
    sign_in(desk, address)
    picture(desk, request, "desk-small")
    desk.goto(f"{address}/desk/stories")
    desk.get_by_role("link", name=re.compile(reference)).first.click()
    for part in PARTS:
        expect(desk.get_by_role("main")).to_contain_text(part)
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_role("main")).to_contain_text("Approved")
    desk.get_by_text("Write to this person").click()
    desk.locator("#reply").fill(REPLY)
    desk.get_by_role("button", name="Send it").click()
    expect(desk.get_by_role("main")).to_contain_text(REPLY)
    desk.context.close()


def test_the_pictures_of_the_readme(browser: Browser, address: str, request: pytest.FixtureRequest) -> None:
    """The desk on a wide screen, and a phone in Urdu: both are pages that hold together."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, address)
    picture(page, request, "desk")
    page.goto(f"{address}/phone")
    phone = Phone(page)
    phone.text("السلام علیکم مجھے ڈاکٹر چاہیے", "1\\. ")
    phone.text("1", "\\w")
    picture(page, request, "phone-urdu")
    page.context.close()
