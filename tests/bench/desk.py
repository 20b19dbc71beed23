"""What the desk's pages cost: 20 champions over 10,000 stories, and whether the queue grows dearer with its archive."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.routing import Rule

from bot.store.content import load_content
from bot.store.schema import contact, outbound, question, story, story_redaction, talk, talk_line
from bot.story.status import StoryStatus
from bot.web import users
from tests.bench.measure import Table, in_turn, progress
from tests.conftest import migrated
from tests.web.desk_stage import HOUR, NOW, Desk, open_desk

CHAMPIONS = 20
STORIES, WAITING = 10_000, 3_000
ARCHIVES = (1_000, 100_000)
VISITS = 30  # of each page, by one champion after the other
WORDS = "She had to bring her son to translate, and he is nine. They told her to come back with somebody else. " * 3
LANGUAGES = ("en", "ur", "pl", "bn")
OPEN = ("received",) * 8 + ("needs_second", "needs_translation", "needs_lead")
DONE = ("approved",) * 4 + ("declined",)
CONSENTS = ("leaders", "leaders", "champions", "board")
SLOWEST = 12  # rows of the table


def desk() -> list[Table]:
    """Every page, and the queue beside a small and a large archive."""
    return [_pages(), _archive()]


@contextmanager
def _opened() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/bot.sqlite3"
        migrated(url)
        made = open_desk(url)
        try:
            yield made
        finally:
            made.db.close()


def _pages() -> Table:
    progress(f"a desk of {STORIES:,} stories")
    with _opened() as opened:
        _fill(opened, WAITING, STORIES - WAITING)
        _fill_the_rest(opened)
        champions = _champions(opened)
        readers = {
            "a champion": cycle(champions),
            "a lead": cycle([opened.signed_in("ruth").client]),
            "an admin": cycle([opened.signed_in("sam").client]),
        }
        rows = []
        for who, clients in readers.items():
            for path in _paths(opened):
                progress(f"{who}: {path}")
                rows += _visited(who, path, clients)
    rows.sort(key=lambda row: -row[-1])  # of the two clocks the one that other work on the machine slows less
    title = f"The desk's slowest pages of {len(rows)}: {CHAMPIONS} champions, {STORIES:,} stories"
    return Table(title, ("page", "by", "wall ms p50", "wall ms p95", "CPU ms p95"), rows[:SLOWEST])


def _visited(who: str, path: str, clients: Iterator[FlaskClient]) -> list[tuple[str, str, float, float, float]]:
    """Nothing for a page that is not theirs."""
    walls, cpus = [], []
    if next(clients).get(path).status_code != 200:
        return []
    for _ in range(VISITS):
        client = next(clients)
        began, cpu = time.perf_counter(), time.process_time()
        client.get(path)
        walls.append((time.perf_counter() - began) * 1e3)
        cpus.append((time.process_time() - cpu) * 1e3)
    return [(path, who, median(walls), quantiles(walls, n=20)[-1], quantiles(cpus, n=20)[-1])]


def _paths(opened: Desk) -> list[str]:
    """Every page of the desk: lists, each state of the stories, and one of each kind."""
    rules = [rule for rule in opened.app.url_map.iter_rules() if rule.rule.startswith("/desk") and _plain(rule)]
    states = [f"/desk/stories?status={one.value}" for one in StoryStatus]
    some = [f"/desk/{kind}/7" for kind in ("stories", "questions", "talks", "services", "answers")]
    return sorted({rule.rule for rule in rules}) + states + ["/desk/stories?language=mine", "/heard", *some]


def _plain(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and not rule.arguments


def _archive() -> Table:
    """The same work to do, before a small and a large archive; each takes its turn."""
    progress("the queue beside its archive")
    with _opened() as small, _opened() as large:
        for opened, archived in zip((small, large), ARCHIVES, strict=True):
            _fill(opened, 300, archived)
        rows: list[tuple[str, float, float, float]] = []
        for path in ("/desk/", "/desk/stories", "/desk/stories?status=approved", "/desk/stories/7", "/heard"):
            progress(path)
            costs = in_turn({"small": _cpu(small, path), "large": _cpu(large, path)}, rounds=9)
            rows.append((path, costs["small"], costs["large"], costs["large"] / costs["small"]))
    names = [f"{archived:,} archived" for archived in ARCHIVES]
    return Table("The queue beside its archive, 300 stories waiting, CPU ms", ("page", *names, "ratio"), rows)


def _cpu(opened: Desk, path: str) -> Callable[[], float]:
    client = opened.signed_in("amina").client
    client.get(path)

    def work() -> float:
        began = time.process_time()
        for _ in range(5):
            client.get(path)
        return (time.process_time() - began) / 5 * 1e3

    return work


def _champions(opened: Desk) -> list[FlaskClient]:
    names = [f"champion{number}" for number in range(CHAMPIONS)]
    with opened.db.begin() as conn:
        for number, name in enumerate(names):
            reads = ["en", LANGUAGES[1 + number % 3]]
            address = f"{name}@desk.example.org"
            opened.ids[name] = users.add(conn, email=address, name=name, roles=["champion"], languages=reads)
    return [opened.signed_in(name).client for name in names]


def _fill(opened: Desk, waiting: int, archived: int) -> None:
    """Stories of so many people: what waits is young, what is done lies behind it."""
    luck, seal = Random(5), opened.db.vault.seal
    text, wish = seal(json.dumps([WORDS])), seal("A kinder word")
    people = [_person(opened, number) for number in range(1, waiting + archived + 1)]
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
            "created_at": NOW - number * 60_000,
            "decided_by": opened.ids["amina"] if done else None,
            "decided_at": NOW - number * 30_000 if done else None,
        }
        stories.append(values)
    words = [
        {
            "story_id": one["id"],
            "version": 1,
            "text_enc": seal(WORDS) if number < 3 else text,
            "by": opened.ids["amina"],
            "at": NOW,
            "approved_at": NOW,
        }
        for number, one in enumerate(stories)
        if one["status"] in {"approved", "needs_second"}
    ]
    with opened.db.begin() as conn:
        for table, rows in ((contact, people), (story, stories), (story_redaction, words)):
            for start in range(0, len(rows), 5_000):
                conn.execute(insert(table), rows[start : start + 5_000])


def _person(opened: Desk, number: int) -> dict[str, Any]:
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
        "created_at": NOW - HOUR,
    }


def _fill_the_rest(opened: Desk) -> None:
    """A year of the other subjects: questions, talks, texts, and the shipped answers and services."""
    luck, sealed = Random(6), opened.db.vault.seal("Where can I swim with women only?")
    ids = range(1, STORIES // 2)
    asked = [
        {
            "reference": f"Q{id:06d}",
            "contact_id": id,
            "language": luck.choice(LANGUAGES),
            "status": luck.choice(("waiting", "answered", "answered", "closed")),
            "text_enc": sealed,
            "created_at": NOW - id * 60_000,
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
            "late_at": NOW,
            "waits_since": NOW - id,
            "created_at": NOW - id * 60_000,
        }
        for id in ids[: STORIES // 10]
    ]
    lines = [{"talk_id": one["id"], "text_enc": sealed, "danger": False, "at": NOW} for one in talks]
    texts = [
        {
            "contact_id": 1 + id % STORIES,
            "kind": "reply",
            "text_enc": sealed,
            "encoding": "GSM-7",
            "segments": 1,
            "status": "failed" if id % 50 == 0 else "delivered",
            "error_code": "30003" if id % 50 == 0 else None,
            "created_at": NOW - id * 1_000,
            "status_at": NOW,
        }
        for id in range(STORIES * 3)
    ]
    with opened.db.begin() as conn:
        for table, rows in ((question, asked), (talk, talks), (talk_line, lines), (outbound, texts)):
            conn.execute(insert(table), rows)
    parts = opened.app.extensions["bot"]
    parts.shelf.publish(NOW)
    load_content(opened.db, parts.settings.flows_dir, demo=True, now_ms=NOW)
