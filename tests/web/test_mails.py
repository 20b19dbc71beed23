"""E-mails about what waits: what a champion chooses, and how whoever has one of them stops them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channel.stop_link import StopLinks
from bot.store import reminders
from bot.store.schema import audit, reminder, user
from bot.story.reminding import About, Pace, Wish
from bot.web import users
from tests.conftest import migrated
from tests.web.desk_stage import NOW, Desk, open_desk

PUBLIC = "https://bot.example.org"
CHOSEN = {"pace": "weekly", "weekday": "3", "hour": "18", "about": ["stories", "talks"]}


@pytest.fixture
def set_up(tmp_path: Path) -> Iterator[Desk]:
    """A desk on a server that has e-mail."""
    url = f"sqlite:///{tmp_path}/other.sqlite3"
    migrated(url)
    made = open_desk(url, SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="bot@example.org", PUBLIC_URL=PUBLIC)
    yield made
    made.db.close()


def wish(desk: Desk, name: str) -> Wish:
    with desk.db.read() as conn:
        return reminders.of(conn, desk.ids[name])


def link(desk: Desk, name: str) -> str:
    """The path of the link in her e-mails."""
    secret = desk.app.extensions["bot"].settings.secret_key
    return StopLinks(secret, PUBLIC).link(desk.ids[name]).removeprefix(PUBLIC)


def test_nobody_is_e_mailed_before_she_asks_for_it_and_what_she_asks_for_is_kept(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    assert wish(desk, "amina") == Wish()
    assert amina.send("/desk/me/mails", **CHOSEN).status_code == 302
    assert wish(desk, "amina") == Wish(Pace.WEEKLY, 18, 3, frozenset({About.STORIES, About.TALKS}))
    page = amina.get("/desk/me")
    assert re.search(r'<option value="weekly" selected', page)
    assert re.search(r'<option value="18" selected>18:00', page)
    with desk.db.read() as conn:
        details = [row.detail for row in conn.execute(select(audit).where(audit.c.event == "preference_changed"))]
    assert {
        "name": "mails",
        "before": "never.questions.stories.talks",
        "after": "weekly.thu.18.stories.talks",
    } in details


def test_what_the_form_cannot_say_is_not_kept(desk: Desk) -> None:
    desk.signed_in("amina").send("/desk/me/mails", pace="hourly", hour="99", weekday="x", about=["alerts", "stories"])
    assert wish(desk, "amina") == Wish(about=frozenset({About.STORIES}))


def test_each_is_asked_about_what_can_wait_for_her_and_a_translator_about_nothing(desk: Desk) -> None:
    assert 'value="talks"' in desk.signed_in("amina").get("/desk/me")
    lead = desk.signed_in("ruth").get("/desk/me")
    assert 'name="about" type="checkbox" value="stories"' in lead
    assert 'name="about" type="checkbox" value="questions"' not in lead
    assert "E-mails about what waits" not in desk.signed_in("tara").get("/desk/me")


def test_her_page_says_when_no_e_mail_is_set_up_here(desk: Desk, set_up: Desk) -> None:
    said = "No e-mail is set up on this server"
    assert said in desk.signed_in("amina").get("/desk/me")
    page = set_up.signed_in("amina").get("/desk/me")
    assert said not in page
    assert "amina@desk.example.org" in page


def test_e_mails_come_in_the_language_she_chose_to_read_the_desk_in(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    amina.send("/desk/me/desk-language", language="ur", back="me.page")
    with desk.db.read() as conn:
        assert conn.scalar(select(user.c.desk_language).where(user.c.id == desk.ids["amina"])) == "ur"
        assert conn.scalar(select(user.c.desk_language).where(user.c.id == desk.ids["piotr"])) is None


def test_opening_the_link_stops_nothing_its_button_does_without_signing_in(desk: Desk) -> None:
    """Programs that look for harmful links open each of them."""
    desk.signed_in("amina").send("/desk/me/mails", **CHOSEN)
    visitor, path = desk.visitor(), link(desk, "amina")
    assert "Stop these e-mails?" in visitor.get(path)
    assert wish(desk, "amina").pace is Pace.WEEKLY
    answered = visitor.client.post(path)
    assert "These e-mails have stopped" in answered.get_data(as_text=True)
    assert wish(desk, "amina").pace is Pace.NEVER
    assert answered.headers["Cache-Control"] == "no-store"
    assert visitor.client.post(path).status_code == 200
    with desk.db.read() as conn:
        assert conn.scalar(select(reminder.c.due_at)) is None


def test_a_mail_program_stops_them_with_one_click(desk: Desk) -> None:
    """RFC 8058, 3.2: a form with these words, no cookies, and a plain answer instead of a redirect."""
    desk.signed_in("amina").send("/desk/me/mails", **CHOSEN)
    answered = desk.visitor().client.post(link(desk, "amina"), data={"List-Unsubscribe": "One-Click"})
    assert answered.status_code == 200
    assert wish(desk, "amina").pace is Pace.NEVER
    assert wish(desk, "amina").about == {About.STORIES, About.TALKS}


def test_a_link_stops_nobody_elses_and_one_that_was_made_up_stops_nothing(desk: Desk) -> None:
    for name in ("amina", "piotr"):
        desk.signed_in(name).send("/desk/me/mails", **CHOSEN)
    path = link(desk, "amina")
    other = link(desk, "piotr")
    forged = f"{other.rpartition('.')[0]}.{path.rpartition('.')[2]}"
    for made_up in (forged, path[:-1], "/mails/stop/1", "/mails/stop/MQ.x"):
        assert desk.visitor().client.post(made_up).status_code == 404
    desk.visitor().client.post(path)
    assert (wish(desk, "amina").pace, wish(desk, "piotr").pace) == (Pace.NEVER, Pace.WEEKLY)


def test_the_page_speaks_the_language_of_the_e_mail_and_says_whose_it_is(desk: Desk) -> None:
    """Whatever the browser asks for; and one whose link lost a letter on the way is told what to do."""
    with desk.db.begin() as conn:
        users.set_desk_language(conn, desk.ids["amina"], "ur", NOW)
    visitor, path = desk.visitor(), link(desk, "amina")
    page = visitor.get(path)
    assert '<html lang="ur" dir="rtl"' in page
    assert desk.app.extensions["bot"].settings.service_name in page
    assert 'lang="ur"' in visitor.client.post(path).get_data(as_text=True)
    assert 'lang="en"' in visitor.get(link(desk, "piotr"))
    wrong = visitor.get(path[:-1], 404)
    assert "This link is not whole" in wrong
    assert "<form" not in wrong


def test_the_link_opens_nothing_of_the_desk(desk: Desk) -> None:
    visitor = desk.visitor()
    visitor.client.post(link(desk, "amina"))
    assert visitor.client.get("/desk/").status_code == 302
    assert "amina" not in visitor.get(link(desk, "amina"))
