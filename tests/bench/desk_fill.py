"""A desk filled as after a year: stories, questions, talks, texts, answers and services, and twenty champions."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from sqlalchemy import insert

from bot.store.content import load_content
from bot.store.schema import contact, outbound, question, story, story_redaction, talk, talk_line
from bot.web import users
from tests.web.desk_stage import HOUR, NOW, Desk

CHAMPIONS = 20
WORDS = "She had to bring her son to translate, and he is nine. They told her to come back with somebody else. " * 3
LANGUAGES = ("en", "ur", "pl", "bn")
OPEN = ("received",) * 8 + ("needs_second", "needs_translation", "needs_lead")
DONE = ("approved",) * 4 + ("declined",)
CONSENTS = ("leaders", "leaders", "champions", "board")


def champions(opened: Desk) -> list[str]:
    """The names of those who are added here, all with English and one more language."""
    names = [f"champion{number}" for number in range(CHAMPIONS)]
    with opened.db.begin() as conn:
        for number, name in enumerate(names):
            reads = ["en", LANGUAGES[1 + number % 3]]
            address = f"{name}@desk.example.org"
            opened.ids[name] = users.add(conn, email=address, name=name, roles=["champion"], languages=reads)
    return names


def stories(opened: Desk, waiting: int, archived: int, now_ms: int = NOW) -> None:
    """Stories of so many people: what waits is young, what is done lies behind it."""
    luck, seal = Random(5), opened.db.vault.seal
    text, wish = seal(json.dumps([WORDS])), seal("A kinder word")
    people = [_person(number, now_ms) for number in range(1, waiting + archived + 1)]
    stories = []
    for number in range(1, waiting + archived + 1):
        done = number > waiting
        values = {
            "id": number,
            "reference": f"B{number:06d}",
            "contact_id": number,
            "language": luck.choice(LANGUAGES),
            "consent": luck.choice(CONSENTS),
            "follow_up": True,
            "status": luck.choice(DONE if done else OPEN),
            "version": 1,
            "text_enc": text,
            "wish_enc": wish,
            "created_at": now_ms - number * 60_000,
            "decided_by": opened.ids["amina"] if done else None,
            "decided_at": now_ms - number * 30_000 if done else None,
        }
        stories.append(values)
    words = [
        {
            "story_id": one["id"],
            "version": 1,
            "text_enc": seal(WORDS) if number < 3 else text,
            "by": opened.ids["amina"],
            "at": now_ms,
            "approved_at": now_ms,
        }
        for number, one in enumerate(stories)
        if one["status"] in {"approved", "needs_second"}
    ]
    with opened.db.begin() as conn:
        for table, rows in ((contact, people), (story, stories), (story_redaction, words)):
            for start in range(0, len(rows), 5_000):
                conn.execute(insert(table), rows[start : start + 5_000])


def _person(number: int, now_ms: int) -> dict[str, Any]:
    return {
        "id": number,
        "lookup": f"{number:064d}",
        "channel": "sms",
        "simulated": False,
        "address_enc": "sealed",
        "pseudonym": f"calm-heron-{number}",
        "language": "en",
        "status": "active",
        "session_stamp": 0,
        "created_at": now_ms - HOUR,
    }


def the_rest(opened: Desk, people: int, now_ms: int = NOW) -> None:
    """A year of the other subjects: questions, talks, texts, and the shipped answers and services."""
    luck, sealed = Random(6), opened.db.vault.seal("Where can I swim with women only?")
    ids = range(1, people // 2)
    asked = [
        {
            "reference": f"Q{id:06d}",
            "contact_id": id,
            "language": luck.choice(LANGUAGES),
            "status": luck.choice(("waiting", "answered", "answered", "closed")),
            "text_enc": sealed,
            "created_at": now_ms - id * 60_000,
        }
        for id in ids
    ]
    talks = [
        {
            "id": id,
            "reference": f"T{id:06d}",
            "contact_id": id,
            "language": luck.choice(LANGUAGES),
            "status": luck.choice(("waiting", "taken", "finished", "finished")),
            "late_at": now_ms,
            "waits_since": now_ms - id,
            "created_at": now_ms - id * 60_000,
        }
        for id in ids[: people // 10]
    ]
    lines = [{"talk_id": one["id"], "text_enc": sealed, "danger": False, "at": now_ms} for one in talks]
    texts = [
        {
            "contact_id": 1 + id % people,
            "kind": "reply",
            "text_enc": sealed,
            "encoding": "GSM-7",
            "segments": 1,
            "status": "failed" if id % 50 == 0 else "delivered",
            "error_code": "30003" if id % 50 == 0 else None,
            "created_at": now_ms - id * 1_000,
            "status_at": now_ms,
        }
        for id in range(people * 3)
    ]
    with opened.db.begin() as conn:
        for table, rows in ((question, asked), (talk, talks), (talk_line, lines), (outbound, texts)):
            conn.execute(insert(table), rows)
    parts = opened.app.extensions["bot"]
    parts.shelf.publish(now_ms)
    load_content(opened.db, parts.settings.flows_dir, demo=True, now_ms=now_ms)
