"""Passkeys in a real browser, with an authenticator that the browser itself plays (WebDriver's virtual one)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bot.store import second_step
from bot.store.schema import passkey
from bot.web.users import set_password
from tests.conftest import migrated, missing
from tests.web.desk_stage import PASSWORD, Desk, open_desk
from tests.web.test_desk_browser import CHROMIUM, RULES, SCREENS, screen, served, troubles

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    if not CHROMIUM.exists():
        missing("Chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose lead needs a second step, and has a password."""
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    migrated(url)
    opened = open_desk(url, REQUIRE_TWO_FACTOR="leads")
    with opened.db.begin() as conn:
        set_password(conn, opened.ids["ruth"], PASSWORD)
    yield opened
    opened.db.close()


def named(address: str) -> str:
    """The same address by a name: passkeys belong to none of numbers."""
    return address.replace("127.0.0.1", "localhost")


def device(page: Page) -> str:
    """Plug an authenticator in."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made: str = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    return made


def enter(page: Page, address: str) -> None:
    """Go to a page, and give Ruth's password on the way."""
    page.goto(address)
    page.fill("#email", "ruth@desk.example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_lead_sets_up_a_passkey_and_signs_in_with_nothing_else(browser: Browser, desk: Desk) -> None:
    """It is her second step and her first: no password, no code. Removed, it opens nothing."""
    with served(desk) as served_at, screen(browser, served_at, 360, "en") as context:
        address = named(served_at)
        page = context.new_page()
        device(page)
        enter(page, f"{address}/desk/")
        page.fill("#passkey", "My phone")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("Write down these spare codes").wait_for()
        assert page.locator(".desk-codes li").count() == 10
        page.goto(f"{address}/desk/")
        page.get_by_text("Hello Ruth").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("Hello Ruth").wait_for()
        (row,) = desk.rows(passkey)
        assert (row.name, row.used_at is not None) == ("My phone", True)
        with desk.db.begin() as conn:
            second_step.take_all_away(conn, desk.ids["ruth"])
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("This passkey does not open the desk").wait_for()


def test_a_passkey_is_the_second_step_after_a_password(browser: Browser, desk: Desk) -> None:
    """And leads to the page she wanted."""
    with served(desk) as served_at, screen(browser, served_at, 360, "en") as context:
        address = named(served_at)
        page = context.new_page()
        device(page)
        enter(page, f"{address}/desk/")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("Write down these spare codes").wait_for()
        page.get_by_role("button", name="Sign out").click()
        enter(page, f"{address}/desk/reads")
        page.get_by_text("One step more").wait_for()
        assert Axe().run(page, options=RULES).violations_count == 0
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("heading", name="Who read what").wait_for()


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_the_pages_about_signing_in_are_whole_and_accessible(
    browser: Browser, desk: Desk, width: int, language: str
) -> None:
    """With an app being set up, people elsewhere, an open invitation and an organisation."""
    with desk.db.begin() as conn:
        set_password(conn, desk.ids["sam"], PASSWORD)
        second_step.add_passkey(
            conn, desk.ids["sam"], credential_id="x", public_key="y", sign_count=0, name="My phone", now_ms=0
        )
    sam = desk.signed_in("sam")
    sam.send("/desk/people", name="Farah", email="farah@example.org", roles=["lead"])
    sam.send("/desk/organisations", name="Brackley Welcome", areas="Brackley, WX4")
    desk.signed_in("amina").get(f"/desk/stories/{desk.story()}")
    with served(desk) as address, screen(browser, address, width, language) as context:
        secret = context.browser and sam.client.get_cookie("desk")
        assert secret
        context.add_cookies([{"name": "desk", "value": secret.value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/desk/me/security")
        page.locator("form[action$='/security/app'] button").click()
        for path in ("me/security", "people", "people/6", "people/6/where", "organisations", "reads", "stories/1"):
            page.goto(f"{address}/desk/{path}")
            for fold in page.locator("main summary").all():
                fold.click()
            assert troubles(page) == [], path
