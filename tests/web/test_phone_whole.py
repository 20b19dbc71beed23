"""The phone page on the whole house: the real inbox, the real flows, the real outbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot import app as house_app
from bot import settings


@pytest.fixture
def house(tmp_path: Path) -> Iterator[house_app.House]:
    where = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3", "DEMO": "yes"}
    built = house_app.build(settings.load(where))
    house_app.prepare(built)
    yield built
    built.parts.db.close()


@pytest.fixture
def app(house: house_app.House) -> Flask:
    return house_app.create_app(house=house)


@pytest.fixture
def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/phone").get_data(as_text=True))
    assert found is not None
    return found.group(1)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_made_up_person_says_hello_and_the_bots_answer_reaches_her(
    house: house_app.House, client: FlaskClient, token: str, channel: str
) -> None:
    headers = {"X-CSRFToken": token}
    person = client.post("/phone/people", json={"channel": channel}, headers=headers).get_json()["person"]
    where = f"/phone/{person['id']}/messages"
    assert client.post(where, json={"text": "Hello"}, headers=headers).status_code == 201
    house.parts.outbox.deliver(person["id"], house_app.now_ms())
    lines = client.get(where).get_json()["lines"]
    assert [line["from"] for line in lines][:2] == ["person", "bot"]
    assert {line["status"] for line in lines if line["from"] == "bot"} == {"delivered"}
    assert all(line["segments"] >= 1 for line in lines)


def test_stop_is_kept_by_the_real_house(house: house_app.House, client: FlaskClient, token: str) -> None:
    headers = {"X-CSRFToken": token}
    person = client.post("/phone/people", json={"channel": "sms"}, headers=headers).get_json()["person"]
    client.post(f"/phone/{person['id']}/messages", json={"text": "STOP"}, headers=headers)
    assert client.get(f"/phone/{person['id']}/messages").get_json()["person"]["stopped"] is True


def test_media_and_places_go_through_the_real_house(client: FlaskClient, token: str) -> None:
    headers = {"X-CSRFToken": token}
    person = client.post("/phone/people", json={"channel": "whatsapp"}, headers=headers).get_json()["person"]
    where = f"/phone/{person['id']}/messages"
    for said in ({"media": "voice"}, {"latitude": 52.6, "longitude": 2.6}):
        assert client.post(where, json=said, headers=headers).status_code == 201
    shown = [line["media"] for line in client.get(where).get_json()["lines"] if line["from"] == "person"]
    assert shown == [["audio"], ["location"]]
