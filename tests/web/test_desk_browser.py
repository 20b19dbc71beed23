"""The desk in a real browser: accessible, unbroken at 360 and 1280 points, in both directions, by keyboard alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import insert, update
from werkzeug.routing import Rule
from werkzeug.serving import make_server

from bot.channel.made_up_media import damp_wall, hum
from bot.channel.made_up_media import page as made_up_page
from bot.store import consents, templates
from bot.store.consents import Said
from bot.store.schema import contact, outbound, story, talk_line
from bot.store.templates import State
from bot.web.context import Parts
from bot.web.users import set_password
from tests.conftest import migrated, missing
from tests.web.desk_stage import HOUR, NOW, PASSWORD, Desk, open_desk
from tests.web.test_broadcasts import agreed, written
from tests.web.test_desk_care import broken_link, not_found
from tests.web.test_desk_directories import HALL
from tests.web.test_desk_directories import fetched as read_directory
from tests.web.test_desk_media import kept, refused

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
PAGES = (
    "/desk/",
    "/desk/stories",
    "/desk/sharing",
    "/desk/stories/1",
    "/desk/stories/2",
    "/desk/stories/3",
    "/desk/stories/4",
    "/desk/stories?age=week&tag_is=food",
    "/desk/find",
    "/desk/find?tag_is=food",
    "/desk/notes",
    "/desk/replies",
    "/desk/questions",
    "/desk/questions/1",
    "/desk/questions/2",
    "/desk/talks",
    "/desk/talks?status=taken",
    "/desk/talks/1",
    "/desk/talks/2",
    "/desk/talks/3",
    "/desk/alerts",
    "/desk/alerts/1",
    "/desk/messages",
    "/desk/services",
    "/desk/services/1",
    "/desk/answers",
    "/desk/answers/1",
    "/desk/answers/keep/2",
    "/desk/answers/translations",
    "/desk/answers/2/translate/ur",
    "/desk/answers/learned",
    "/desk/services/new",
    "/desk/services/1/edit",
    "/desk/directories",
    "/desk/directories/1",
    "/desk/posters",
    "/desk/posters/ur",
    "/desk/rota",
    "/desk/kept",
    "/desk/reads",
    "/desk/organisations",
    "/desk/people/2/where",
    "/desk/me/security",
    "/desk/due",
    "/desk/due?owner=mine",
    "/desk/due?since=1",
    "/desk/gaps",
    "/desk/gaps?by=language",
    "/desk/gaps?by=month",
    "/desk/flows",
    "/desk/flows/share-story",
    "/desk/flows/menu?language=ur",
    "/desk/flows/change-language?people=all&days=90",
    "/desk/flows/revisions?people=all",
    "/desk/drafts",
    "/desk/drafts/1",
    "/desk/drafts/1/changes",
    "/desk/drafts/2",
    "/desk/drafts/2/changes",
    "/desk/broadcasts",
    "/desk/broadcasts/1",
    "/desk/broadcasts/2",
    "/desk/broadcasts/3",
    "/desk/templates",
    "/desk/people",
    "/desk/people/2",
    "/desk/me",
    "/desk/nowhere",
)
# What is part of a page, a file, or a door that is gone through before; each has a test of its own.
NO_PAGES = frozenset(
    {"home.bare", "second.page", "security.login", "people.join", "media.file", "gaps.table_csv", "live.page"}
    | {"talks.lines", "flows.live", "broadcasts.progress", "due.tried", "due.progress"}
    | {"flows.picture", "drafts.picture", "posters.picture"}
)
SCREENS = [(360, "en"), (1280, "en"), (360, "ur"), (1280, "ur")]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": TAGS, "resultTypes": ["violations"]}  # to list all that is well, too, takes twice the time


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address at which a browser finds the desk."""
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


def drafted(desk: Desk) -> None:
    """A draft that can be published, one with errors, one thrown away, and one that was published."""
    sam = desk.signed_in("sam")
    for name in ("free-lunch", "with-errors", "thrown-away", "published"):
        address = sam.send("/desk/drafts", name=name).location
        if name == "with-errors":
            sam.send(address, file="with-errors.yaml", text="flow: with-errors\nstep: [\n", version="1")
        elif name == "thrown-away":
            sam.send(f"{address}/throw-away", version="1")
        elif name == "published":
            sam.send(f"{address}/publish", version="1", read="yes")


def with_news(desk: Desk) -> None:
    """News that is going out, a draft, and one that waits for a second look; and who told a story said yes to news."""
    with desk.db.begin() as conn:
        asked = "کیا ہم آپ کو پیغام بھیج سکتے ہیں جب لوگوں کی باتوں سے کچھ بدلے؟"
        for given, how in ((True, "flow"), (False, "word")):
            consents.keep(conn, 1, Said("news", given, how, "ur", asked if given else ""), NOW)
    for language in ("en", "ur", "pl"):
        agreed(desk, language=language)
    agreed(desk, channel="whatsapp", ago=25 * HOUR)
    ruth, sam = desk.signed_in("ruth"), desk.signed_in("sam")
    going, _, asked = written(ruth), written(ruth), written(ruth)
    for address in (going, asked):
        ruth.send(f"{address}/ask", version="3")
    sam.send(f"{going}/confirm", version="4")
    desk.app.extensions["bot"].broadcasting.go_on(NOW)


def handed_in(desk: Desk) -> None:
    """Templates in every state, one of them changed since it was approved, and somebody outside WhatsApp's window."""
    rows = {row.language: row for row in desk.app.extensions["bot"].templates.rows()}
    states = (
        ("en", State.APPROVED, ""),
        ("pl", State.SUBMITTED, ""),
        ("ur", State.REJECTED, "INVALID_FORMAT: a variable"),
    )
    with desk.db.begin() as conn:
        for language, state, reason in states:
            row, sid = rows[language], f"HX{language * 16}"
            id = templates.keep(conn, name=row.name, language=language, text=row.text, sid=sid, now_ms=NOW)
            templates.note(conn, id, state, reason, NOW)
        id = templates.keep(conn, name="coming_back", language="bn", text="Older", sid="HX" + "0" * 32, now_ms=NOW)
        templates.note(conn, id, State.APPROVED, "", NOW)
    who = desk.contact(channel="whatsapp")
    with desk.db.begin() as conn:
        conn.execute(update(contact).where(contact.c.id == who).values(last_inbound_at=NOW - 25 * HOUR))
    desk.question(contact_id=who)


def cared_for(desk: Desk) -> None:
    """An answered question to keep, an answer kept here, a broken link, a check to take back, and a month of gaps."""
    sam = desk.signed_in("sam")
    made = desk.question("میرا نام نادیہ ہے، 07700 900123 پر جواب دیں", language="ur")
    sam.send(f"/desk/questions/{made}/answer", version=1, text="Dear Nadia, ring 07700 900123. The Lido, at six.")
    address = "https://example.org/" + "x" * 90
    desk.answer(origin="desk", key="desk-1", title="Swim", short="At the Lido.", source=address)
    broken_link(desk, "desk-1", address)
    sam.send("/desk/due/answer/1/checked")
    sam.send("/desk/due/answer/2/owner", owner=desk.ids["sam"])
    desk.question(language="so", due_on=date(2026, 6, 1))
    for number, (topic, language, people) in enumerate(
        (("food", "en", 12), ("home", "ur", 8), ("home", "bn", 6), ("english", "pl", 3), ("money", "ur", 7))
    ):
        not_found(desk, people, topic, language, first=number * 100)


def handled(desk: Desk) -> None:
    """A story that is covered, one that is opened with a note and tags beside it, and two ready replies."""
    sam = desk.signed_in("sam")
    desk.story("میری ماں کا انتقال ہو گیا", language="ur")
    hungry = desk.story("We were hungry and the landlord shouted at us", language="en")
    sam.send(f"/desk/stories/{hungry}/tags", tag="food")
    sam.send(f"/desk/stories/{hungry}/notes", note="@Amina: یہ دیکھیں. A-very-long-word-that-must-break-somewhere-else")
    desk.signed_in("amina").send(f"/desk/stories/{hungry}/notes", note="@Sam I know them")
    for language in ("en", "ur"):
        sam.send("/desk/replies", language=language, title="شکریہ, thank you", text="{champion}: {reference}")


def fetched(desk: Desk) -> None:
    """A directory with records that could not be read, hours on the rota, an organisation, and an invitation."""
    read_directory(desk, [HALL, {"id": "h2", "name": "Nobody reaches it"}, {"id": "h3"}])
    sam, on_call = desk.signed_in("sam"), desk.ids["sam"]
    sam.send("/desk/rota/people", person=on_call, phone="+447700900123", email="sam@example.org")
    sam.send("/desk/rota/hours", who=on_call, role="lead", days=["0", "1"], begins="09:00", until="17:00")
    sam.send("/desk/organisations", name="Wexmoor Welcome, eine-lange-Bezeichnung", areas="Wexmoor, Brackley")


@pytest.fixture(scope="module")
def busy_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with something on every page."""
    url = f"sqlite:///{tmp_path_factory.mktemp('desk')}/bot.sqlite3"
    migrated(url)
    desk = open_desk(url)
    sent = json.dumps([{"kind": kind, "url": "u", "content_type": ""} for kind in ("photo", "voice", "document")])
    told = desk.story(
        "پہلا پیغام، بہت لمبا " * 8,
        "And a second one",
        language="ur",
        simulated=True,
        media_enc=desk.db.vault.seal(sent),
    )
    for data, said in ((damp_wall(), "image/jpeg"), (hum(), "audio/ogg"), (made_up_page(), "application/pdf")):
        kept(desk, data, said, story_id=told)
    refused(desk, "too_large", story_id=told)
    desk.story("Only champions", consent="champions", status="approved", version=2)
    desk.question()
    desk.talk("گھر کا مالک کہتا ہے جمعہ تک نکل جاؤ۔ فون 0808 800 4444 پر کوئی نہیں ملتا۔", language="ur", late_at=1)
    desk.talk("Hello?", status="taken", taken_by=desk.ids["amina"], version=2, with_bot=True)
    desk.talk(
        "گھر کا مالک کہتا ہے جمعہ تک نکل جاؤ۔",
        "فون 0808 800 4444 پر کوئی نہیں ملتا، https://example.org/a-very-long-address-that-must-break-somewhere",
        language="ur",
        status="taken",
        taken_by=desk.ids["sam"],
        version=2,
    )
    desk.alert()
    desk.failed_text()
    desk.service()
    desk.answer()
    cared_for(desk)
    handled(desk)
    fetched(desk)
    drafted(desk)
    with_news(desk)
    handed_in(desk)
    with desk.db.begin() as conn:
        for name in ("amina", "ruth", "sam"):
            set_password(conn, desk.ids[name], PASSWORD)
    yield desk
    desk.db.close()


@pytest.fixture(scope="module")
def address(busy_desk: Desk) -> Iterator[str]:
    with served(busy_desk) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def screen(browser: Browser, address: str, width: int, language: str) -> Iterator[BrowserContext]:
    """A window of this width, whose desk is in this language."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "desk_language", "value": language, "url": address}])
    yield context
    context.close()


def sign_in(page: Page, address: str, who: str = "sam") -> None:
    page.goto(f"{address}/desk/sign-in")
    page.fill("#email", f"{who}@desk.example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/desk/")


def troubles(page: Page) -> list[str]:
    """What axe finds wrong, and whether the page is wider than its window."""
    found = Axe().run(page, options=RULES).response["violations"]
    said = [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return said + ([f"{page.url} is wider than its window"] if too_wide else [])


def test_every_page_of_the_desk_is_looked_at(busy_desk: Desk) -> None:
    """Whoever adds a page adds it to PAGES."""
    rules = busy_desk.app.url_map
    there = {rule.endpoint for rule in rules.iter_rules() if rule.rule.startswith("/desk") and "GET" in _methods(rule)}
    seen = {rules.bind("localhost").match(path.partition("?")[0])[0] for path in PAGES if path != "/desk/nowhere"}
    assert there - NO_PAGES == seen


def _methods(rule: Rule) -> set[str]:
    return set(rule.methods or ())


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_every_page_is_accessible_and_fits(browser: Browser, address: str, width: int, language: str) -> None:
    """Axe has nothing to say, no page scrolls sideways, and the browser refuses nothing that we serve."""
    with screen(browser, address, width, language) as context:
        page, said = context.new_page(), []
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/desk/sign-in")
        found = troubles(page)
        sign_in(page, address)
        for path in PAGES:
            page.goto(address + path)
            found += troubles(page)
        assert found == []
        assert [line for line in said if "404" not in line] == []


@pytest.mark.parametrize("who", ["amina", "ruth"])
def test_pages_with_less_on_them_are_accessible_too(browser: Browser, address: str, who: str) -> None:
    """What a champion and a lead see of the same pages."""
    with screen(browser, address, 360, "en") as context:
        page, found = context.new_page(), []
        sign_in(page, address, who)
        for path in PAGES:
            page.goto(address + path)
            found += troubles(page)
        assert found == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_refused_form_is_accessible_and_takes_the_reader_to_the_error(
    browser: Browser, address: str, width: int
) -> None:
    """The summary has the focus, and its link leads to the box."""
    with screen(browser, address, width, "en") as context:
        page = context.new_page()
        sign_in(page, address)
        page.goto(f"{address}/desk/stories/1")
        page.get_by_text("Decline it").click()
        page.get_by_role("button", name="Decline", exact=True).click()
        page.locator(".govuk-error-summary:focus").wait_for()
        page.get_by_role("link", name="Write why").click()
        assert page.evaluate("document.activeElement.id") == "decline"
        assert troubles(page) == []


def test_new_words_appear_while_an_answer_is_being_written(browser: Browser, address: str, busy_desk: Desk) -> None:
    """And neither what is typed nor the place in it is lost."""
    with screen(browser, address, 360, "en") as context:
        page = context.new_page()
        sign_in(page, address)
        page.goto(f"{address}/desk/talks/3")
        page.fill("#text", "Dear Zara, I")
        with busy_desk.db.begin() as conn:
            said = {"text_enc": busy_desk.db.vault.seal("They came again"), "danger": False, "at": NOW}
            conn.execute(insert(talk_line).values(talk_id=3, **said))
        page.get_by_text("They came again").wait_for()
        assert page.input_value("#text") == "Dear Zara, I"
        assert page.evaluate("document.activeElement.id") == "text"
        assert troubles(page) == []


@pytest.mark.parametrize(("width", "language"), SCREENS)
def test_a_photo_is_blurred_until_it_is_opened_and_a_voice_note_plays(
    browser: Browser, address: str, width: int, language: str
) -> None:
    """By one press of a key, and back; the sound comes in the browser's own player."""
    with screen(browser, address, width, language) as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/1")
        photo, opener = page.locator(".desk-photo img"), page.locator(".desk-photo__open")
        assert photo.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
        look = "one => getComputedStyle(one).filter"
        assert "blur" in photo.evaluate(look)
        opener.focus()
        page.keyboard.press("Space")
        assert photo.evaluate(look) == "none"
        assert troubles(page) == []
        opener.click()
        assert "blur" in photo.evaluate(look)
        heard = "one => new Promise(done => { one.ontimeupdate = () => one.currentTime > 0 && done(one.duration) })"
        page.evaluate("document.querySelector('audio').play()")
        assert page.locator("audio").evaluate(heard) > 1


def test_the_size_of_a_text_follows_the_typing(browser: Browser, address: str) -> None:
    """Before anything is sent, in place, read out politely."""
    with screen(browser, address, 360, "en") as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        page.goto(f"{address}/desk/stories/1")
        page.get_by_text("Write to this person").click()
        page.locator("#reply").press_sequentially("Hello", delay=5)
        page.get_by_text("Paid as this many texts: 1.").wait_for()
        page.fill("#reply", "شکریہ")
        page.get_by_text("Some letters are not plain ones").wait_for()
        assert page.locator("#size").get_attribute("aria-live") == "polite"
        assert troubles(page) == []


def test_a_champion_does_her_work_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    """From the first page to an approved story, with what has the focus always in sight."""
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    migrated(url)
    desk = open_desk(url)
    made = desk.story("Please read me", consent="champions")
    with desk.db.begin() as conn:
        set_password(conn, desk.ids["amina"], PASSWORD)
    with served(desk) as address, screen(browser, address, 360, "en") as context:
        page = context.new_page()
        sign_in(page, address, "amina")
        tab_to(page, "Read it")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/desk/stories/{made}")
        tab_to(page, "Approve")
        page.keyboard.press("Enter")
        page.get_by_text("Approved. Thank you for reading it.").wait_for()
    assert [row.status for row in desk.rows(story)] == ["approved"]
    assert desk.rows(outbound) == []
    desk.db.close()


def test_a_lead_changes_tries_and_publishes_a_conversation(browser: Browser, tmp_path: Path) -> None:
    """On a phone's screen: from the conversation to the draft, to the practice phone, to everyone, and back."""
    url = f"sqlite:///{tmp_path}/bot.sqlite3"
    migrated(url)
    desk = open_desk(url)
    with desk.db.begin() as conn:
        set_password(conn, desk.ids["ruth"], PASSWORD)
    with served(desk) as address, screen(browser, address, 360, "en") as context:
        page = context.new_page()
        sign_in(page, address, "ruth")
        page.goto(f"{address}/desk/flows/menu")
        page.get_by_role("button", name="Change this conversation").click()
        text = page.locator("#text").input_value()
        page.fill("#text", text.replace("home:", "hom:"))
        page.get_by_role("button", name="Save and check").click()
        page.get_by_role("link", name="Line 3").click()
        assert page.evaluate("getSelection().toString() || document.activeElement.id") in {"hom: true", "text"}
        assert troubles(page) == []
        page.fill("#text", text.replace("What do you need?", "What may we do for you?"))
        page.get_by_role("button", name="Save and check").click()
        page.get_by_text("No errors").wait_for()
        draft = page.url.split("?")[0]
        page.get_by_role("link", name="Try it on the phone").click()
        page.get_by_text("You are trying a draft.").wait_for()
        for said in ("Hello", "English", "menu"):
            page.locator(".write textarea").fill(said)
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                page.locator(".write .send").click()
            deliver(desk)
        page.locator(".line.from-bot", has_text="What may we do for you?").first.wait_for()
        page.goto(f"{draft}/changes")
        page.get_by_label("I have read this").check()
        page.get_by_role("button", name="Publish for everyone").click()
        page.get_by_text("Everyone who begins now gets it").wait_for()
        assert troubles(page) == []
        page.get_by_role("button", name="Go back to the one before").click()
        page.get_by_text("What was in use before is in use again").wait_for()
    desk.db.close()


def deliver(desk: Desk) -> None:
    """What the worker does: all that waits for a made-up person arrives."""
    parts: Parts = desk.app.extensions["bot"]
    for row in desk.rows(contact):
        parts.outbox.deliver(row.id, parts.now_ms())


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what begins with these words, and see that nothing covers it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").startswith(words):
            assert page.evaluate(IN_SIGHT), f'"{words}" has the focus but is covered.'
            return
    raise AssertionError(f'"{words}" cannot be reached by Tab.')


IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return document.activeElement.contains(top) || top.contains(document.activeElement);
}"""
