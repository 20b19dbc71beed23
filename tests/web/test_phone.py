"""The phone page's routes: made-up people can be added, read and played; nobody else can be reached from here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update
from werkzeug.test import TestResponse

from bot.channel.message import Channel, Inbound, Outbound
from bot.store import contacts, meeting, simulated, turn
from bot.store.database import Database
from bot.store.schema import contact, inbound, outbound
from tests.web.phone_stage import Stage, build, menu, outbound_row

NOW = 1_780_394_400_000


def answers(message: Inbound) -> Sequence[Outbound]:
    """The script: a menu for "menu", otherwise the same words back."""
    if message.text == "menu":
        return [menu("What do you need?", "Food", "A doctor", "Somebody to talk to")]
    return [Outbound(f"You said: {message.text}")]


@pytest.fixture
def stage(db: Database) -> Stage:
    return build(db, answers)


class Player:
    """A browser on the phone page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        page = client.get("/phone").get_data(as_text=True)
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        self.token = found.group(1) if found else ""

    def post(self, path: str, said: dict[str, Any] | None = None, **form: Any) -> TestResponse:
        headers = {"X-CSRFToken": self.token}
        if form:
            return self.client.post(f"/phone{path}", data=form, headers=headers)
        return self.client.post(f"/phone{path}", json=said or {}, headers=headers)

    def add(self, channel: str = "sms") -> dict[str, Any]:
        made: dict[str, Any] = self.post("/people", {"channel": channel}).get_json()["person"]
        return made

    def messages(self, person: dict[str, Any], after: str = "") -> dict[str, Any]:
        said: dict[str, Any] = self.client.get(f"/phone/{person['id']}/messages?after={after}").get_json()
        return said


@pytest.fixture
def player(stage: Stage) -> Player:
    return Player(stage.app.test_client())


def test_a_new_person_has_a_drama_number_that_nobody_else_has(player: Player) -> None:
    made = [player.add("whatsapp") for _ in range(5)]
    assert all(re.fullmatch(r"\+447700900\d{3}", one["number"]) for one in made)
    assert len({one["number"] for one in made}) == 5
    assert {one["channel"] for one in made} == {"whatsapp"}
    assert all(one["label"] for one in made)


def test_a_person_texts_and_both_directions_are_shown_with_what_they_cost(player: Player) -> None:
    anna = player.add()
    sent = player.post(f"/{anna['id']}/messages", {"text": "Zażółć gęślą jaźń"})
    assert (sent.status_code, sent.get_json()) == (201, {"taken": True, "duplicate": False})
    hers, answer = player.messages(anna)["lines"]
    assert (hers["from"], hers["text"], hers["encoding"]) == ("person", "Zażółć gęślą jaźń", "UCS-2")
    assert (answer["from"], answer["text"]) == ("bot", "You said: Zażółć gęślą jaźń")
    assert (answer["status"], answer["segments"], answer["encoding"]) == ("delivered", 1, "UCS-2")


def test_the_inbox_gets_a_simulated_message_from_her_number(stage: Stage, player: Player) -> None:
    anna = player.add("whatsapp")
    player.post(f"/{anna['id']}/messages", text="hello", id="a" * 32)
    [message] = stage.inbox.received
    assert message == Inbound(Channel.WHATSAPP, anna["number"], "hello", f"PH{'a' * 32}", simulated=True)


def test_the_same_message_sent_again_has_one_effect(stage: Stage, player: Player) -> None:
    anna = player.add()
    for expected in (201, 200):
        again = player.post(f"/{anna['id']}/messages", {"text": "hello", "id": "b" * 32})
        assert again.status_code == expected
    assert len(stage.inbox.received) == 1


def test_a_tapped_button_goes_out_as_twilio_sends_it(stage: Stage, player: Player) -> None:
    anna = player.add("whatsapp")
    player.post(f"/{anna['id']}/messages", {"text": "menu"})
    question = player.messages(anna)["lines"][-1]
    assert question["shape"] == "buttons"
    assert question["prompt"] == "What do you need?"
    assert question["options"][1] == {"key": "key2", "label": "A doctor"}
    player.post(f"/{anna['id']}/messages", {"button": "key2", "line": question["key"]})
    tapped = stage.inbox.received[-1]
    assert (tapped.button, tapped.button_text, tapped.text) == ("key2", "A doctor", "A doctor")
    assert tapped.replied_to.endswith("-What do -bot")


@pytest.mark.parametrize(
    "said", [{"button": "key9", "line": "o1"}, {"button": "key2", "line": "o999999"}, {"button": "key2"}]
)
def test_a_button_that_the_bot_never_offered_is_refused(stage: Stage, player: Player, said: dict[str, str]) -> None:
    anna = player.add("whatsapp")
    player.post(f"/{anna['id']}/messages", {"text": "menu"})
    assert player.post(f"/{anna['id']}/messages", said).status_code == 400
    assert len(stage.inbox.received) == 1


def test_another_persons_button_cannot_be_tapped(player: Player) -> None:
    anna, bilal = player.add("whatsapp"), player.add("whatsapp")
    player.post(f"/{anna['id']}/messages", {"text": "menu"})
    hers = player.messages(anna)["lines"][-1]
    stolen = player.post(f"/{bilal['id']}/messages", {"button": "key1", "line": hers["key"]})
    assert stolen.status_code == 400


def test_plain_sms_has_no_buttons(player: Player) -> None:
    anna = player.add("sms")
    player.post(f"/{anna['id']}/messages", {"text": "menu"})
    question = player.messages(anna)["lines"][-1]
    assert question["shape"] == "text"
    assert question["text"].endswith("3 Somebody to talk to")
    assert player.post(f"/{anna['id']}/messages", {"button": "key1", "line": question["key"]}).status_code == 400


MENUS = {
    "three short ones are buttons": (["Yes", "No", "x" * 20], "buttons"),
    "three with a long one are a list": (["Yes", "No", "x" * 21], "list"),
    "four are a list": (["a", "b", "c", "d"], "list"),
    "ten are a list": (["x" * 24] * 10, "list"),
    "eleven are numbered text": (["x"] * 11, "text"),
    "one that is too long for a list makes numbered text": (["Yes", "x" * 25], "text"),
}


@pytest.mark.parametrize(("labels", "shape"), MENUS.values(), ids=MENUS)
def test_options_take_the_shape_that_whatsapp_allows(db: Database, labels: list[str], shape: str) -> None:
    player = Player(build(db, lambda message: [menu("Which?", *labels)]).app.test_client())
    anna = player.add("whatsapp")
    player.post(f"/{anna['id']}/messages", {"text": "hello"})
    assert player.messages(anna)["lines"][-1]["shape"] == shape


@pytest.mark.parametrize(
    ("kind", "content_type"), [("photo", "image/jpeg"), ("voice", "audio/ogg"), ("document", "application/pdf")]
)
def test_made_up_media_comes_from_an_address_like_twilios(
    stage: Stage, player: Player, kind: str, content_type: str
) -> None:
    anna = player.add("whatsapp")
    assert player.post(f"/{anna['id']}/messages", {"media": kind}).status_code == 201
    [media] = stage.inbox.received[0].media
    assert media.content_type == content_type
    assert media.url.startswith("https://api.twilio.com/2010-04-01/Accounts/AC0000")
    assert player.messages(anna)["lines"][0]["media"] == [content_type.partition("/")[0]]


def test_a_place_is_sent_as_numbers_and_shown_as_a_place(stage: Stage, player: Player) -> None:
    anna = player.add("whatsapp")
    player.post(f"/{anna['id']}/messages", {"latitude": 52.6, "longitude": "2.6"})
    assert stage.inbox.received[0].location == (52.6, 2.6)
    assert player.messages(anna)["lines"][0]["media"] == ["location"]


WRONG = {
    "nothing": {},
    "blank": {"text": " \n "},
    "too long": {"text": "x" * 1601},
    "unknown media": {"media": "hologram"},
    "half a place": {"latitude": 52.6},
    "no place on earth": {"latitude": 91, "longitude": 0},
    "not a number": {"latitude": "nan", "longitude": 0},
    "words for a place": {"latitude": "north", "longitude": "east"},
    "a strange id": {"text": "hello", "id": "../../etc"},
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_a_message_that_cannot_be_is_refused_with_a_sentence(
    stage: Stage, player: Player, said: dict[str, Any]
) -> None:
    anna = player.add("whatsapp")
    refused = player.post(f"/{anna['id']}/messages", said)
    assert refused.status_code == 400
    assert refused.get_json()["error"].endswith(".")
    assert stage.inbox.received == []


def test_half_a_surrogate_does_no_harm(player: Player) -> None:
    anna = player.add()
    assert player.post(f"/{anna['id']}/messages", {"text": "a\ud83d"}).status_code == 201
    assert player.messages(anna)["lines"][0]["text"] == "a?"


def test_nothing_new_is_said_in_one_short_line(player: Player) -> None:
    anna = player.add()
    player.post(f"/{anna['id']}/messages", {"text": "hello"})
    mark = player.messages(anna)["as_of"]
    assert player.messages(anna, mark) == {"changed": False, "as_of": mark}


def test_a_delivery_status_that_moved_is_news(stage: Stage, player: Player) -> None:
    anna = player.add()
    player.post(f"/{anna['id']}/messages", {"text": "hello"})
    mark = player.messages(anna)["as_of"]
    with stage.db.begin() as conn:
        conn.execute(update(outbound).values(status="undelivered", error_code="30003"))
    news = player.messages(anna, mark)
    assert news["changed"]
    assert (news["lines"][-1]["status"], news["lines"][-1]["error_code"]) == ("undelivered", "30003")


def test_a_stop_shows_in_the_conversation_and_in_the_list(player: Player) -> None:
    anna = player.add()
    player.post(f"/{anna['id']}/messages", {"text": "STOP"})
    assert player.messages(anna)["person"]["stopped"] is True
    [listed] = player.client.get("/phone/people").get_json()["people"]
    assert listed["stopped"] is True


def test_the_list_counts_only_what_reached_the_person(stage: Stage, player: Player) -> None:
    anna = player.add()
    with stage.db.begin() as conn:
        for status in ("waiting", "sending_now", "failed", "undelivered", "canceled", "sent", "delivered", "read"):
            row = outbound_row(stage.db.vault, anna["id"], Outbound(f"It is {status}."), NOW, status=status)
            conn.execute(insert(outbound).values(row))
    [listed] = player.client.get("/phone/people").get_json()["people"]
    assert (listed["heard"], listed["last_text"]) == (3, "It is read.")


# Real people ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def real(stage: Stage) -> int:
    """A real resident, who once wrote."""
    with stage.db.begin() as conn:
        message = Inbound(Channel.SMS, "+447700900111", "I am afraid", "SM1")
        known = meeting.meet(conn, stage.db.vault, message, NOW)
        turn.keep_inbound(conn, stage.db.vault, known.contact_id, message, message.text, "en", NOW)
    return known.contact_id


def test_a_real_persons_words_cannot_be_read(player: Player, real: int) -> None:
    answer = player.client.get(f"/phone/{real}/messages")
    assert answer.status_code == 404
    assert "afraid" not in answer.get_data(as_text=True)


def test_nobody_can_text_as_a_real_person(stage: Stage, player: Player, real: int) -> None:
    assert player.post(f"/{real}/messages", {"text": "STOP"}).status_code == 404
    assert stage.inbox.received == []


def test_a_real_person_is_not_on_the_list(player: Player, real: int) -> None:
    assert player.client.get("/phone/people").get_json()["people"] == []


def test_a_made_up_person_never_becomes_a_real_one(stage: Stage, player: Player, real: int) -> None:
    """The same number, made up: another contact, and the real one is untouched."""
    with stage.db.begin() as conn:
        message = Inbound(Channel.SMS, "+447700900111", "", "", simulated=True)
        made_up = meeting.meet(conn, stage.db.vault, message, NOW).contact_id
    assert made_up != real
    player.post(f"/{made_up}/messages", {"text": "hello"})
    with stage.db.read() as conn:
        assert conn.scalar(select(func.count()).where(inbound.c.contact_id == real)) == 1


def test_somebody_who_was_erased_is_gone(stage: Stage, player: Player) -> None:
    anna = player.add()
    player.post(f"/{anna['id']}/messages", {"text": "hello"})
    with stage.db.begin() as conn:
        contacts.erase(conn, anna["id"], NOW, "resident")
    assert player.client.get(f"/phone/{anna['id']}/messages").status_code == 404
    assert player.client.get("/phone/people").get_json()["people"] == []


def test_somebody_erased_after_a_stop_is_not_brought_back_as_a_new_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated, "DRAMA_NUMBERS", ("+447700900001", "+447700900002"))
    player = Player(stage.app.test_client())
    anna = player.add()
    player.post(f"/{anna['id']}/messages", {"text": "STOP"})
    with stage.db.begin() as conn:
        contacts.erase(conn, anna["id"], NOW, "resident")
    bilal = player.add()
    assert bilal["number"] != anna["number"]
    with stage.db.read() as conn:
        kept = conn.execute(select(contact).where(contact.c.id == anna["id"])).one()
    assert (kept.status, stage.db.vault.open(kept.address_enc)) == ("stopped", "")
    assert player.post("/people", {"channel": "sms"}).status_code == 409


# Who may come in ------------------------------------------------------------------------------------------------------

EVERY_DOOR = [
    ("GET", "/phone"),
    ("GET", "/phone/people"),
    ("POST", "/phone/people"),
    ("GET", "/phone/1/messages"),
    ("POST", "/phone/1/messages"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_DOOR)
def test_outside_the_demo_a_stranger_is_sent_to_the_sign_in_page(stage: Stage, method: str, path: str) -> None:
    stage.settings.demo = False
    answer = stage.app.test_client().open(path, method=method)
    assert answer.status_code == 302
    assert answer.location.startswith("/desk/login")


def test_outside_the_demo_the_desks_people_may_play(stage: Stage) -> None:
    stage.settings.demo = False
    client = stage.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "7"
    player = Player(client)
    assert player.post("/people", {"channel": "sms"}).status_code == 201


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_post_without_this_sessions_token_is_refused(stage: Stage, player: Player, token: str | None) -> None:
    headers = {} if token is None else {"X-CSRFToken": token}
    answer = player.client.post("/phone/people", json={"channel": "sms"}, headers=headers)
    assert answer.status_code == 403
    with stage.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(contact)) == 0


def test_another_sessions_token_is_refused(stage: Stage, player: Player) -> None:
    other = Player(stage.app.test_client())
    answer = player.client.post("/phone/people", json={}, headers={"X-CSRFToken": other.token})
    assert answer.status_code == 403


def test_a_token_from_the_list_works_too(player: Player) -> None:
    player.token = player.client.get("/phone/people").get_json()["token"]
    assert player.post("/people", {"channel": "sms"}).status_code == 201


def test_an_unknown_channel_is_refused(player: Player) -> None:
    assert player.post("/people", {"channel": "pigeon"}).status_code == 400


def test_a_body_that_is_no_object_is_refused(player: Player) -> None:
    answer = player.client.post("/phone/people", json=["sms"], headers={"X-CSRFToken": player.token})
    assert answer.status_code == 400


def test_a_huge_request_is_refused(player: Player) -> None:
    anna = player.add()
    assert player.post(f"/{anna['id']}/messages", {"text": "x" * 70_000}).status_code == 413


def test_when_the_database_is_away_she_is_told_and_nothing_is_lost(stage: Stage, player: Player) -> None:
    anna = player.add()
    stage.inbox.away = True
    answer = player.post(f"/{anna['id']}/messages", {"text": "hello"})
    assert answer.status_code == 503
    assert "Nothing was sent" in answer.get_json()["error"]


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_runs_under_a_strict_policy(player: Player) -> None:
    page = player.client.get("/phone")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    text = page.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|<style", text)
    assert "http://" not in text
    assert "https://" not in text


def test_nothing_of_a_conversation_is_kept_by_the_browser(player: Player) -> None:
    anna = player.add()
    assert player.client.get(f"/phone/{anna['id']}/messages").headers["Cache-Control"] == "no-store"


def test_no_number_is_ever_part_of_an_address(stage: Stage) -> None:
    rules = [rule.rule for rule in stage.app.url_map.iter_rules() if rule.rule.startswith("/phone")]
    assert sorted(rules) == [
        "/phone",
        "/phone/<int:contact_id>/messages",
        "/phone/<int:contact_id>/messages",
        "/phone/people",
        "/phone/people",
        "/phone/static/<path:filename>",
    ]


def test_every_line_of_a_long_conversation_is_in_order(stage: Stage, player: Player) -> None:
    anna = player.add()
    for number in range(3):
        player.post(f"/{anna['id']}/messages", {"text": f"number {number}"})
    texts = [line["text"] for line in player.messages(anna)["lines"]]
    assert texts == [
        "number 0",
        "You said: number 0",
        "number 1",
        "You said: number 1",
        "number 2",
        "You said: number 2",
    ]
