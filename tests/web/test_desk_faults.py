"""When something is wrong: the database or Redis away, a lost key, an ended session, or nonsense that was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.settings import new_key
from bot.store.database import open_database
from bot.store.schema import alert, outbound, question, story, user
from bot.store.vault import LOCKED, Vault
from bot.web import users
from tests.web.desk_stage import NOW, PASSWORD, Desk, open_desk

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@contextmanager
def database_away(desk: Desk) -> Iterator[None]:
    """The same desk, whose database does not answer."""
    here = desk.app.extensions["bot"]
    desk.app.extensions["bot"] = replace(here, db=open_database(NOWHERE, desk.db.vault, wait_s=1))
    try:
        yield
    finally:
        desk.app.extensions["bot"] = here


# The database, Redis, keys --------------------------------------------------------------------------------------------
def test_a_signed_in_person_gets_a_page_while_the_database_is_away(desk: Desk) -> None:
    """Not an empty answer: the page asks nothing, not even who she is."""
    amina = desk.signed_in("amina")
    with database_away(desk):
        for path in ("/desk/", "/desk/stories", "/desk/nowhere"):
            answered = amina.client.get(path)
            assert "<h1" in answered.get_data(as_text=True), path
            assert answered.status_code in {404, 503}, path
        assert "out of reach for a moment" in amina.get("/desk/", 503)
    amina.get("/desk/")


def test_whoever_asks_whether_the_process_lives_is_not_looked_up(desk: Desk) -> None:
    """A cookie of the desk comes along from a browser, and the front door stays open too."""
    amina = desk.signed_in("amina")
    with database_away(desk):
        assert amina.client.get("/healthz").status_code == 200
        assert amina.client.get("/").status_code == 200


def test_a_password_typed_while_the_database_is_away_gets_a_page(desk: Desk) -> None:
    """Right or wrong: nobody can say."""
    visitor = desk.visitor()
    token = visitor.get("/desk/sign-in").split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "email": "amina@desk.example.org", "password": PASSWORD}
    with database_away(desk):
        for sent in (form, {**form, "email": ""}):
            answered = visitor.client.post("/desk/sign-in", data=sent)
            assert answered.status_code == 503
            assert "out of reach for a moment" in answered.get_data(as_text=True)


def test_signing_in_works_while_redis_is_away(database_url: str) -> None:
    """Guesses are then counted in this process alone, and still counted."""
    desk = open_desk(database_url, redis_url="redis://127.0.0.1:1/0")
    with desk.db.begin() as conn:
        users.set_password(conn, desk.ids["amina"], PASSWORD)
    form = {"email": "amina@desk.example.org", "password": PASSWORD}
    assert desk.visitor().send("/desk/sign-in", **form).status_code == 302
    wrong = {**form, "password": "not her password"}
    assert [desk.visitor().send("/desk/sign-in", **wrong).status_code for _ in range(11)] == [200] * 10 + [429]
    desk.db.close()


def test_one_row_whose_key_is_gone_hides_no_other(desk: Desk) -> None:
    """It says so itself; the rest of the list, and home, are as ever."""
    lost = Vault([new_key()]).seal(json.dumps(["gone"]))
    made = {name: [getattr(desk, name)("Locked"), getattr(desk, name)("Still here")] for name in ("story", "question")}
    alarms, texts = [desk.alert("Locked"), desk.alert("Still here")], [desk.failed_text(), desk.failed_text()]
    with desk.db.begin() as conn:
        for table, id in ((story, made["story"][0]), (question, made["question"][0]), (alert, alarms[0])):
            conn.execute(update(table).where(table.c.id == id).values(text_enc=lost))
        conn.execute(update(outbound).where(outbound.c.id == texts[0]).values(text_enc=lost))
    sam = desk.signed_in("sam")
    for path in ("/desk/", "/desk/stories", "/desk/questions", "/desk/alerts"):
        page = sam.get(path)
        assert LOCKED in page, path
        assert "Still here" in page, path
    assert LOCKED in sam.get("/desk/messages")
    assert "Did the answer help you?" in sam.get("/desk/messages")
    for path in (f"stories/{made['story'][0]}", f"questions/{made['question'][0]}", f"alerts/{alarms[0]}"):
        assert LOCKED in sam.get(f"/desk/{path}")


# Words are not lost ---------------------------------------------------------------------------------------------------
def test_words_typed_before_the_session_ended_are_shown_to_be_copied(desk: Desk) -> None:
    """Without the cookie there is no token, so the form cannot be taken: but an answer took ten minutes to write."""
    made = desk.question()
    answered = desk.visitor().client.post(
        f"/desk/questions/{made}/answer", data={"csrf_token": "old", "text": "At the <Lido>, Mondays 6pm."}
    )
    page = answered.get_data(as_text=True)
    assert answered.status_code == 400
    assert "Copy your words, then sign in" in page
    assert "At the &lt;Lido&gt;, Mondays 6pm.</textarea>" in page
    assert desk.rows(outbound) == []


def test_words_typed_at_the_end_of_a_long_day_are_shown_to_be_copied(desk: Desk) -> None:
    """The token is good still, the session is not."""
    made, amina = desk.story(), desk.signed_in("amina")
    token = amina.get("/desk/").split('name="csrf_token" value="')[1].split('"')[0]
    with amina.client.session_transaction() as session:
        session["signed_in_at"] = NOW - 12 * 3_600_000 - 1
    form = {"csrf_token": token, "reason": "It names a nurse", "version": 1}
    answered = amina.client.post(f"/desk/stories/{made}/decline", data=form)
    assert answered.status_code == 401
    assert "It names a nurse</textarea>" in answered.get_data(as_text=True)


def test_words_typed_while_the_database_is_away_are_shown_but_no_password_is(desk: Desk) -> None:
    """And the page says to copy them."""
    made, amina = desk.question(), desk.signed_in("amina")
    token = amina.get("/desk/").split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "text": "At the Lido", "version": 1, "password": PASSWORD}
    with database_away(desk):
        page = amina.client.post(f"/desk/questions/{made}/answer", data=form).get_data(as_text=True)
    assert "Copy your words, so that you can send them again" in page
    assert "At the Lido</textarea>" in page
    assert PASSWORD not in page


# Nonsense that is sent ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_no_row_can_have_is_simply_not_found(desk: Desk, number: int) -> None:
    """On either database, for reading and for acting."""
    sam = desk.signed_in("sam")
    for section in ("stories", "questions", "alerts", "services", "answers", "people"):
        sam.get(f"/desk/{section}/{number}", 404)
    assert sam.send(f"/desk/messages/{number}/retry").status_code == 404


@pytest.mark.parametrize("query", ["endpoint=x", "_method=POST", "_scheme=x", "_external=1", "values=1", "story_id=2"])
def test_a_strange_name_in_a_query_breaks_no_list(desk: Desk, query: str) -> None:
    """The page has a next one, whose address is made of this one's."""
    for number in range(21):
        desk.story(f"Story number {number}")
    page = desk.signed_in("amina").get(f"/desk/stories?{query}&status=received")
    assert f'href="/desk/stories?{query}&amp;status=received&amp;page=2"' in page


def test_a_nul_byte_is_refused_wherever_it_stands(desk: Desk) -> None:
    """PostgreSQL keeps none, so it would be an error of ours."""
    made, sam = desk.story(), desk.signed_in("sam")
    for path in ("/desk/services?words=a%00b", "/desk/services?a%00b=1", "/desk/stories?language=%00", "/assets/%00"):
        assert "did not arrive whole" in sam.get(path, 400), path
    for field in ("reason", "version"):
        answered = sam.send(f"/desk/stories/{made}/decline", **{"reason": "x", "version": "1", field: "a\0b"})
        assert answered.status_code == 400
    assert desk.visitor().send("/desk/sign-in", email="a\0b@example.org", password=PASSWORD).status_code == 400
    assert [row.status for row in desk.rows(story)] == ["received"]


@pytest.mark.parametrize("text", ["\u200b\u200d", "\u2060\ufeff \u00ad", "\u3164", "\u2800\ufe0f"])
def test_words_that_cannot_be_seen_are_no_words(desk: Desk, text: str) -> None:
    """They would cost a text and say nothing."""
    asked, told, alarm, sam = desk.question(), desk.story(), desk.alert(), desk.signed_in("sam")
    assert sam.send(f"/desk/questions/{asked}/answer", version=1, text=text).status_code == 422
    assert sam.send(f"/desk/stories/{told}/reply", last=0, text=text).status_code == 422
    assert sam.send(f"/desk/stories/{told}/decline", version=1, reason=text).status_code == 422
    assert sam.send(f"/desk/alerts/{alarm}/acknowledge", note=text).status_code == 422
    assert desk.rows(outbound) == []


def test_joiners_inside_words_stay(desk: Desk) -> None:
    """Urdu and Bangla need them."""
    asked = desk.question()
    desk.signed_in("amina").send(f"/desk/questions/{asked}/answer", version=1, text="می\u200cخواهم")
    (row,) = desk.rows(outbound)
    assert desk.opened(row.text_enc) == "می\u200cخواهم"


def test_a_name_longer_than_its_column_is_refused_kindly(desk: Desk) -> None:
    """And the form asks for no more than fits."""
    sam = desk.signed_in("sam")
    assert 'maxlength="120"' in sam.get("/desk/people")
    answered = sam.send("/desk/people", name="n" * 121, email="new@example.org", roles=["lead"])
    assert answered.status_code == 422
    assert "at most 120 letters" in answered.get_data(as_text=True)
    assert len(desk.rows(user)) == 5
