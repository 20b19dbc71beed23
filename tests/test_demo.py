"""The demo is filled once, by one process, and never among real people."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from ruamel.yaml import YAML
from sqlalchemy import func, select

from bot.app import House, prepare
from bot.channel.message import Channel, Inbound
from bot.demo import seed
from bot.settings import SettingError
from bot.store import broadcasts, schema
from tests.store.together import run_together


def test_of_two_that_begin_at_once_one_fills_the_demo(house: House) -> None:
    filled: list[bool] = []
    now_ms = time.time_ns() // 1_000_000
    run_together([lambda: filled.append(seed(house, now_ms))] * 2)
    assert sorted(filled) == [False, True]
    assert not seed(house, now_ms)
    with house.parts.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(schema.story))
        assert conn.scalar(select(func.count()).select_from(schema.user)) == 4
        states = sorted(conn.execute(select(schema.talk.c.status, schema.talk.c.late_at <= now_ms)).all())
        assert states == [("taken", False), ("waiting", False), ("waiting", True)]
        assert conn.scalar(select(func.count()).select_from(schema.talk_line)) == 8


def test_everything_that_the_made_up_people_sent_is_there(house: House) -> None:
    """Nobody of them is still in the middle of something else when a story or a question begins; and the pages of
    conversations have numbers to show."""
    seed(house, time.time_ns() // 1_000_000)
    file = house.parts.settings.flows_dir / "demo" / "people.yaml"
    written = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    with house.parts.db.read() as conn:
        for table, scenes in ((schema.story, "stories"), (schema.question, "questions"), (schema.alert, "alerts")):
            assert conn.scalar(select(func.count()).select_from(table)) == len(written[scenes])
        people = {one["id"]: one for one in written["people"]}
        told = [(one["follow_up"], people[one["from"]]["area"].casefold() if one.get("where", True) else None)
                for one in written["stories"]]  # fmt: skip
        assert Counter(told) == Counter(
            tuple(row) for row in conn.execute(select(schema.story.c.follow_up, schema.story.c.area))
        )
        spoken = dict(conn.execute(select(schema.contact.c.pseudonym, schema.contact.c.language)).all())
        assert spoken == {one["name"]: one["language"] for one in written["people"]}, "each is answered in her own"
        shown = [broadcasts.progress(conn, one.id) for one in broadcasts.listed(conn)]
        assert [one.status for one in broadcasts.listed(conn)] == ["asked", "finished"]
        assert [one.people for one in shown] == [0, len(written["news"])]
        assert shown[1].sent + shown[1].arrived > len(written["news"]) // 2
        assert shown[1].left_out
        for table in (schema.flow_count, schema.missed):
            assert conn.scalar(select(func.count()).select_from(table).where(table.c.simulated))
        assert conn.scalar(select(func.count(schema.contact.c.at_step)))


def test_a_demo_is_refused_where_real_people_have_texted(house: House) -> None:
    """Its accounts have public passwords, and its services do not exist."""
    hello = Inbound(Channel.SMS, "+447700900123", "Hello", "SM" + "7" * 32)
    house.parts.inbox.receive(hello, 1_780_394_400_000)
    for opening in (lambda: prepare(house), lambda: seed(house, 0)):
        with pytest.raises(SettingError, match="DEMO cannot be yes: there are real people"):
            opening()
    with house.parts.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(schema.user)) == 0
