"""A draft is rehearsed on /phone through the real inbox: everything as on a phone, and nothing of it for residents."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import select

from bot.app import House
from bot.store import drafts, flows, simulated
from bot.store.drafts import DraftFile
from bot.store.schema import contact, flow_publication, story
from bot.web.context import Parts
from tests.people import Person
from tests.web.desk_stage import NOW, Desk, Visitor

DRAFTED, IN_USE = "What may we do for you?", "What do you need?"


class Player:
    """Somebody of the desk at /phone."""

    def __init__(self, visitor: Visitor, path: str = "/phone") -> None:
        self.client = visitor.client
        self.page = self.client.get(path).get_data(as_text=True)
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.page)
        self.token = found[1] if found else ""

    def post(self, path: str, **said: Any) -> Any:
        return self.client.post(f"/phone{path}", json=said, headers={"X-CSRFToken": self.token})

    def texts(self, person: int, *texts: str) -> str:
        """Text these; all that the bot said by then."""
        for text in texts:
            assert self.post(f"/{person}/messages", text=text).status_code == 201
        lines = self.client.get(f"/phone/{person}/messages").get_json()["lines"]
        return "\n\n".join(line["text"] for line in lines if line["from"] == "bot")


def drafted(desk: Desk, text: str = DRAFTED, flow: str = "menu.yaml") -> int:
    parts: Parts = desk.app.extensions["bot"]
    now = parts.shelf.live().sources[flow]
    with desk.db.begin() as conn:
        file = DraftFile(flow, now.replace(IN_USE, text), now)
        return drafts.begin(conn, file, user_id=desk.ids["ruth"], now_ms=NOW)


def new_person(player: Player, **said: Any) -> int:
    return int(player.post("/people", **said).get_json()["person"]["id"])


def test_somebody_new_talks_with_the_draft_and_it_says_so(desk: Desk) -> None:
    made, player = drafted(desk), Player(desk.signed_in("ruth"))
    assert f'<option value="{made}">menu (Ruth)</option>' in player.page
    answered = player.post("/people", channel="sms", draft=str(made)).get_json()["person"]
    assert answered["draft"] is True
    said = player.texts(answered["id"], "Hello", "English", "menu")
    assert DRAFTED in said
    assert IN_USE not in said
    with desk.db.read() as conn:
        row = conn.execute(select(contact)).one()
        assert row.flow_revision == row.rehearses
        assert DRAFTED in (flows.sources(conn, row.rehearses) or {})["menu.yaml"]


def test_nobody_else_ever_gets_the_draft(desk: Desk) -> None:
    player = Player(desk.signed_in("ruth"))
    player.texts(new_person(player, draft=str(drafted(desk))), "Hello", "English")
    said = player.texts(new_person(player), "Hello", "English", "menu")
    assert IN_USE in said
    assert DRAFTED not in said
    assert desk.app.extensions["bot"].flows().flows["menu"].steps[0].text == IN_USE
    assert desk.rows(flow_publication) == []


def test_who_began_in_a_draft_stays_in_its_words_as_they_were(desk: Desk) -> None:
    """A later save makes another revision; the next person gets that one."""
    player, made = Player(desk.signed_in("ruth")), drafted(desk)
    anna = new_person(player, draft=str(made))
    player.texts(anna, "Hello", "English")
    text = desk.app.extensions["bot"].shelf.live().sources["menu.yaml"].replace(IN_USE, "Third?")
    file = DraftFile("menu.yaml", text, "")
    with desk.db.begin() as conn:
        drafts.write(conn, made, 1, file, user_id=desk.ids["ruth"], now_ms=NOW)
    assert "Third?" not in player.texts(anna, "menu")
    assert "Third?" in player.texts(new_person(player, draft=str(made)), "Hello", "English", "menu")


def test_somebody_like_her_tries_the_same_draft(desk: Desk) -> None:
    player = Player(desk.signed_in("ruth"))
    anna = new_person(player, draft=str(drafted(desk)))
    assert player.post("/people", like=anna).get_json()["person"]["draft"] is True
    assert player.post("/people", like=new_person(player)).get_json()["person"]["draft"] is False


def test_a_draft_with_errors_cannot_be_tried(desk: Desk) -> None:
    player = Player(desk.signed_in("ruth"))
    made = drafted(desk)
    with desk.db.begin() as conn:
        drafts.write(conn, made, 1, DraftFile("menu.yaml", "flow: [", ""), user_id=desk.ids["ruth"], now_ms=NOW)
    refused = player.post("/people", draft=str(made))
    assert (refused.status_code, "errors in this draft" in refused.get_json()["error"]) == (409, True)
    assert desk.rows(contact) == []


@pytest.mark.parametrize("draft", ["99", "x", "-1"])
def test_a_draft_that_is_not_there_cannot_be_tried(desk: Desk, draft: str) -> None:
    assert Player(desk.signed_in("ruth")).post("/people", draft=draft).status_code == 404


@pytest.mark.parametrize("name", ["amina", "tara"])
def test_who_may_not_change_conversations_neither_tries_nor_sees_a_draft(desk: Desk, name: str) -> None:
    made = drafted(desk)
    anna = new_person(Player(desk.signed_in("ruth")), draft=str(made))
    player = Player(desk.signed_in(name))
    assert "Try a draft" not in player.page
    assert player.client.get(f"/phone?draft={made}").status_code == 403
    assert player.post("/people", draft=str(made)).status_code == 403
    assert player.post("/people", like=anna).status_code == 403
    assert player.client.get("/phone/people").get_json()["people"] == []
    assert player.client.get(f"/phone/{anna}/messages").status_code == 404
    assert player.post(f"/{anna}/messages", text="Hello").status_code == 404


def test_in_the_demo_a_stranger_plays_residents_and_no_drafts(desk: Desk) -> None:
    made = drafted(desk)
    anna = new_person(Player(desk.signed_in("ruth")), draft=str(made))
    parts: Parts = desk.app.extensions["bot"]
    desk.app.extensions["bot"] = replace(parts, settings=replace(parts.settings, demo=True))
    stranger = Player(desk.visitor())
    assert "Try a draft" not in stranger.page
    assert stranger.client.get(f"/phone?draft={made}").status_code == 302
    assert stranger.post("/people", draft=str(made)).status_code == 403
    assert stranger.client.get(f"/phone/{anna}/messages").status_code == 404


def test_a_story_told_in_a_rehearsal_is_marked_as_made_up(desk: Desk) -> None:
    """As every story of a simulated person is."""
    player = Player(desk.signed_in("ruth"))
    anna = new_person(player, draft=str(drafted(desk)))
    player.texts(anna, "Hello", "English", "story", "1", "They were kind", "done")
    assert [row.simulated for row in desk.rows(story)] == [True]


def test_a_real_person_never_rehearses_whatever_her_row_says(house: House) -> None:
    """The column is for made-up people alone."""
    anna = Person(house, language="en")
    db = house.parts.db
    with db.begin() as conn:
        digest = flows.publish(conn, {**house.shelf.folder.sources, "menu.yaml": _other(house)}, NOW)
        conn.execute(contact.update().values(simulated=False, rehearses=digest))
        assert simulated.rehearsed(conn, anna.contact_id) == ""
    real = structs.replace(anna.inbound("menu"), simulated=True)
    anna.inbox.receive(real, anna.now_ms)
    with db.read() as conn:
        assert conn.scalar(select(contact.c.flow_revision).where(contact.c.id == anna.contact_id)) != digest


def _other(house: House) -> str:
    return house.shelf.folder.sources["menu.yaml"].replace(IN_USE, DRAFTED)
