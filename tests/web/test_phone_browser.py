"""The phone page in a real browser: what a developer or a champion sees and does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from sqlalchemy import insert, update

from bot.channel.message import Channel, Inbound, Outbound
from bot.store import simulated
from bot.store.database import Database, open_database
from bot.store.schema import outbound
from bot.store.vault import Vault
from tests.conftest import missing
from tests.web.phone_stage import Stage, build, menu, outbound_row, served

pytestmark = pytest.mark.browser

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "segments.json").read_text(encoding="utf-8"))
URDU = "السلام علیکم۔ آپ کیسے ہیں؟"
TOPICS = ("Food", "Health", "Money", "Home", "Safety")


def answers(message: Inbound) -> Sequence[Outbound]:
    """The script: menus, Urdu, silence, or the same words back."""
    if message.text == "buttons":
        return [menu("What do you need?", "Food", "A doctor")]
    if message.text == "list":
        return [menu("What is it about?", *TOPICS)]
    if message.text == "silence":
        return []
    return [Outbound(URDU if message.text == "السلام علیکم" else f"You said: {message.text}")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or missing("Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path, vault: Vault) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "bot.sqlite3")
    opened = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", vault)
    yield opened
    opened.close()


@pytest.fixture
def stage(sqlite: Database) -> Stage:
    return build(sqlite, answers)


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    with served(stage.app) as url:
        yield f"{url}/phone"


@pytest.fixture
def troubles() -> list[str]:
    """What the browser complained about: errors in scripts, and what the policy refused."""
    return []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str, troubles: list[str]) -> Page:
    opened = context.new_page()
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    opened.goto(address)
    return opened


def add(page: Page, channel: str = "sms") -> Locator:
    """A new person's phone, by one tap."""
    before = page.locator(".phone").count()
    page.locator(f".people [data-add={channel}]").click()
    expect(page.locator(".phone")).to_have_count(before + 1)
    return page.locator(".phone").last


def say(phone: Locator, text: str) -> None:
    phone.locator("textarea").fill(text)
    phone.locator("textarea").press("Enter")


def bubbles(phone: Locator) -> Locator:
    return phone.locator(".from-bot .words")


def test_a_person_is_made_by_one_tap_and_gets_an_answer(page: Page, troubles: list[str]) -> None:
    expect(page.get_by_role("heading", name="Who do you want to be?")).to_be_visible()
    phone = add(page)
    say(phone, "Hello")
    expect(bubbles(phone)).to_have_text("You said: Hello")
    expect(phone.locator(".from-bot .under")).to_contain_text("1 part, GSM-7, about 4p")
    expect(phone.locator(".total")).to_have_text("From the bot: 1 message, 1 part, about 4p")
    expect(phone.locator("textarea")).to_have_value("")
    assert troubles == []


def test_hello_can_be_said_in_a_language_by_one_tap(page: Page) -> None:
    phone = add(page, "whatsapp")
    phone.get_by_role("button", name="السلام علیکم").click()
    expect(bubbles(phone)).to_have_text(URDU)
    assert bubbles(phone).evaluate("element => getComputedStyle(element).direction") == "rtl"
    expect(phone.locator(".hello")).to_be_hidden()


def test_a_whatsapp_button_is_tapped(page: Page, stage: Stage) -> None:
    phone = add(page, "whatsapp")
    say(phone, "buttons")
    expect(bubbles(phone)).to_have_text("What do you need?")
    phone.get_by_role("button", name="A doctor").click()
    expect(bubbles(phone).last).to_have_text("You said: A doctor")
    assert stage.inbox.received[-1].button == "key2"


def test_a_longer_menu_is_a_sheet_that_the_keyboard_can_use(page: Page, stage: Stage) -> None:
    phone = add(page, "whatsapp")
    say(phone, "list")
    see = phone.get_by_role("button", name="See 5 choices")
    see.click()
    page.keyboard.press("Escape")
    expect(phone.locator(".sheet")).to_be_hidden()
    expect(see).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(bubbles(phone).last).to_have_text("You said: Health")
    assert stage.inbox.received[-1].button == "key2"


def test_the_same_menu_is_numbered_lines_on_sms(page: Page) -> None:
    phone = add(page, "sms")
    say(phone, "buttons")
    expect(bubbles(phone)).to_have_text("What do you need?\n1 Food\n2 A doctor")
    expect(phone.locator(".option")).to_have_count(0)


@pytest.mark.parametrize(
    ("item", "kind"),
    [("Photo", "photo"), ("Voice note", "voice"), ("Document", "document"), ("My place", "place")],
)
def test_a_photo_a_voice_note_a_paper_and_a_place_can_be_sent(page: Page, stage: Stage, item: str, kind: str) -> None:
    phone = add(page, "whatsapp")
    phone.get_by_role("button", name="Send a photo, voice note, document or place").click()
    phone.locator(".sheet-item", has_text=item).click()
    expect(bubbles(phone)).to_have_count(1)
    expect(phone.locator(f".from-person .media-{kind}")).to_have_count(1)
    [message] = stage.inbox.received
    assert bool(message.location) is (kind == "place")


def test_stop_is_shown_and_start_is_offered(page: Page) -> None:
    phone = add(page)
    phone.get_by_role("button", name="Text STOP").click()
    expect(phone.locator(".notice")).to_contain_text("Stopped.")
    expect(phone.locator(".typing")).to_be_hidden()
    phone.get_by_role("button", name="Text START").click()
    expect(bubbles(phone)).to_have_text("You said: START")
    expect(phone.locator(".notice")).to_be_hidden()


def test_the_dots_show_while_the_bot_thinks(page: Page, stage: Stage) -> None:
    stage.inbox.delay_s = 1.5
    phone = add(page)
    say(phone, "Hello")
    expect(phone.locator(".typing")).to_be_visible()
    expect(bubbles(phone)).to_have_count(1)
    expect(phone.locator(".typing")).to_be_hidden()


def test_messages_written_quickly_arrive_in_order(page: Page, stage: Stage) -> None:
    stage.inbox.delay_s = 0.2
    phone = add(page)
    for text in ("one", "two", "three"):
        say(phone, text)
    expect(bubbles(phone)).to_have_count(3)
    assert [message.text for message in stage.inbox.received] == ["one", "two", "three"]


def test_a_message_that_could_not_be_sent_is_kept_and_sent_again(page: Page, stage: Stage) -> None:
    stage.inbox.away = True
    phone = add(page)
    say(phone, "Are you there?")
    again = phone.locator(".again")
    expect(again).to_contain_text("The database is not there right now.")
    stage.inbox.away = False
    again.click()
    expect(bubbles(phone)).to_have_text("You said: Are you there?")
    expect(phone.locator(".from-person .words")).to_have_count(1)


def test_what_people_write_is_never_html(page: Page) -> None:
    phone = add(page)
    say(phone, "<img src=x onerror=alert(1)> https://example.org/?a=<b>")
    expect(bubbles(phone)).to_contain_text("<img src=x onerror=alert(1)>")
    assert phone.locator(".lines img").count() == 0


def test_three_people_at_once_and_the_fourth_takes_the_first_ones_place(page: Page) -> None:
    first = add(page)
    say(first, "I am the first")
    expect(bubbles(first)).to_have_count(1)
    add(page, "whatsapp")
    add(page)
    page.locator(".people [data-add=sms]").click()
    expect(page.locator(".person")).to_have_count(4)
    expect(page.locator(".phone")).to_have_count(3)
    expect(page.get_by_text("You said: I am the first").and_(page.locator(".words"))).to_have_count(0)


def test_start_as_a_new_person_puts_a_fresh_phone_in_her_place(page: Page) -> None:
    phone = add(page, "whatsapp")
    say(phone, "Hello")
    expect(bubbles(phone)).to_have_count(1)
    phone.get_by_role("button", name="Start as a new person").click()
    expect(page.locator(".person")).to_have_count(2)
    expect(page.locator(".phone")).to_have_count(1)
    expect(page.locator(".phone[data-look=whatsapp] .hello")).to_be_visible()


def test_a_message_to_somebody_whose_phone_is_away_is_marked_unread(page: Page, stage: Stage) -> None:
    add(page)
    with stage.db.begin() as conn:
        other = simulated.add(conn, stage.db.vault, channel=Channel.SMS, now_ms=1)
        row = outbound_row(stage.db.vault, other, Outbound("A champion has answered you."), 2)
        conn.execute(insert(outbound).values(row))
    entry = page.locator(f'[data-person="{other}"]')
    expect(entry.locator(".badge")).to_have_text("1", timeout=8000)
    entry.click()
    expect(entry.locator(".badge")).to_be_hidden()
    page.reload()
    expect(entry).to_be_visible()
    expect(entry.locator(".badge")).to_be_hidden()


def test_what_is_not_sent_yet_is_not_on_her_phone_and_what_failed_is_said(page: Page, stage: Stage) -> None:
    phone = add(page)
    say(phone, "silence")
    expect(phone.locator(".typing")).to_be_visible()
    who = int(str(phone.get_attribute("id")).removeprefix("phone-"))
    row = outbound_row(stage.db.vault, who, Outbound("Not yet."), stage.now_ms(), status="waiting")
    with stage.db.begin() as conn:
        conn.execute(insert(outbound).values(row))
    page.wait_for_timeout(1500)
    expect(bubbles(phone)).to_have_count(0)
    with stage.db.begin() as conn:
        conn.execute(update(outbound).values(status="undelivered", error_code="30003"))
    expect(phone.locator(".gap")).to_have_text("A message from the bot could not be delivered (error 30003).")


def test_the_page_is_as_it_was_after_a_reload(page: Page) -> None:
    phone = add(page)
    say(phone, "Hello")
    expect(bubbles(phone)).to_have_count(1)
    page.reload()
    expect(page.locator(".phone")).to_have_count(1)
    expect(bubbles(page.locator(".phone"))).to_have_text("You said: Hello")


def test_the_newest_message_stays_in_sight_when_another_phone_is_opened(page: Page) -> None:
    add(page)
    phone = page.locator(".phone").first
    for number in range(6):
        say(phone, f"{number} " + "and so on " * 12)
        expect(bubbles(phone)).to_have_count(number + 1)
    add(page, "whatsapp")
    add(page)
    expect(bubbles(phone).last).to_be_in_viewport(ratio=1)


def test_whoever_reads_further_up_is_left_there(page: Page) -> None:
    phone = add(page)
    for number in range(6):
        say(phone, f"{number} " + "and so on " * 12)
        expect(bubbles(phone)).to_have_count(number + 1)
    thread = phone.locator(".thread")
    thread.evaluate("element => { element.scrollTop = 0; }")
    page.wait_for_timeout(1500)
    assert thread.evaluate("element => element.scrollTop") == 0


def test_the_counter_counts_while_she_types(page: Page) -> None:
    phone = add(page)
    box, counter = phone.locator("textarea"), phone.locator(".counter")
    box.fill("Hello")
    expect(counter).to_have_text("155 / 1 part, GSM-7")
    box.fill("Cześć")
    expect(counter).to_have_text("65 / 1 part, UCS-2")
    box.fill("a" * 161)
    expect(counter).to_have_text("145 / 2 parts, GSM-7")


def test_the_browsers_segment_counter_agrees_with_every_vector(page: Page) -> None:
    """tests/data/segments.json: the same vectors as the server's own counter."""
    found = page.evaluate(
        """async (texts) => {
            const { measure } = await import("/phone/static/segments.js");
            return texts.map((text) => { const size = measure(text); return [size.encoding, size.segments]; });
        }""",
        [vector["text"] for vector in VECTORS],
    )
    assert found == [[vector["encoding"], vector["segments"]] for vector in VECTORS]


def test_on_a_small_screen_people_are_in_a_drawer(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator(".welcome [data-add=sms]").click()
    phone = page.locator(".phone")
    say(phone, "Hello")
    expect(bubbles(phone)).to_have_count(1)
    expect(page.locator("#people")).to_be_hidden()
    page.get_by_role("button", name="People").click()
    expect(page.locator("#people")).to_be_visible()
    page.locator(".people [data-add=whatsapp]").click()
    expect(page.locator("#people")).to_be_hidden()
    expect(page.locator(".phone")).to_have_count(1)
    expect(page.locator(".phone[data-look=whatsapp]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_axe_finds_nothing(page: Page, width: int, channel: str) -> None:
    """A conversation with everything in it, the list of people, and an open sheet."""
    phone = add(page, channel)
    for text in ("buttons", "list", "السلام علیکم", "Hello, my number is 020 7946 0123"):
        say(phone, text)
        expect(phone.locator(".from-bot").last).to_be_visible()
    expect(bubbles(phone)).to_have_count(4)
    phone.get_by_role("button", name="Text STOP").click()
    expect(phone.locator(".notice")).to_be_visible()
    page.set_viewport_size({"width": width, "height": 760})
    assert violations(page) == []
    phone.locator(".attach").click()
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_an_empty_page_or_in_the_drawer(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 760})
    assert violations(page) == []
    page.locator(".welcome [data-add=sms]").click()
    expect(page.locator(".phone")).to_have_count(1)
    if width == 360:
        page.get_by_role("button", name="People").click()
        page.wait_for_timeout(300)
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{broken['id']}: {broken['help']} {[node['html'][:120] for node in broken['nodes']]}"
        for broken in found.response["violations"]
    ]
