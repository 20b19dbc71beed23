"""What the desk's pages cost over HTTP: twenty people who click at the same time, on the product's own server.

Each looks at a page, waits a second as a reader does, and goes to the next: some twenty pages a second are asked for. A
click takes from the request to the last byte of the page, on a line that stays open.
"""

from __future__ import annotations

import gc
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from random import Random
from statistics import median, quantiles
from threading import Thread

from flask.testing import FlaskClient
from sqlalchemy import select, text

from bot.app import create_app, now_ms
from bot.settings import new_key
from bot.store import desk_sessions
from bot.store.schema import user
from bot.web import sessions, users
from tests.bench import desk_fill
from tests.bench.desk import STORIES, WAITING, paths
from tests.bench.desk_fill import CHAMPIONS
from tests.bench.measure import Table, progress
from tests.bench.wire import processes
from tests.bench.wire.databases import PLACES, Place
from tests.conftest import migrated
from tests.web.desk_stage import Desk, open_desk

PAUSE_S = 1.0
ROUNDS = 2  # how often each goes through all her pages
LIMIT_MS = 150.0
Pages = dict[str, list[float]]  # by address, what each click took, in ms


@dataclass
class Person:
    """One of the desk's people in front of her browser."""

    cookie: str
    pages: list[str]
    seed: int
    took: Pages = field(default_factory=lambda: defaultdict(list))
    refused: list[str] = field(default_factory=list)

    def clicks(self, port: int) -> None:
        """Go through her pages in an order of her own, again and again."""
        luck = Random(self.seed)
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(luck.random() * PAUSE_S)
        for _ in range(ROUNDS):
            for path in luck.sample(self.pages, len(self.pages)):
                began = time.perf_counter()
                self._click(line, path)
                self.took[path].append((time.perf_counter() - began) * 1e3)
                time.sleep(PAUSE_S)
        line.close()

    def _click(self, line: HTTPConnection, path: str) -> None:
        line.request("GET", path, headers={"Cookie": self.cookie, "Accept-Language": "en"})
        answer = line.getresponse()
        answer.read()
        if answer.status not in {200, 304}:
            self.refused.append(f"{path}: {answer.status}")


def desk_over_http() -> list[Table]:
    """Every page of a champion, then of leads and admins, on each database."""
    found = []
    for place in PLACES.values():
        with place() as made:
            found.append(_on(made))
    return found


def _on(place: Place) -> Table:
    progress(f"{place.name}: a desk of {STORIES:,} stories")
    database_url, redis_url = place.make()
    with _filled(database_url, redis_url) as (desk, environ), ExitStack() as stack:
        server = stack.enter_context(processes.server("bot.app:wsgi", environ, place.folder, path="/readyz"))
        rows, spent_s = [], 0.0
        for who, names in _crowds(desk).items():
            progress(f"{place.name}: {len(names)} times {who}, each with a pause of {PAUSE_S:.0f} s")
            crowd = _crowd(desk, names)
            _warmed(crowd[0], server.port)
            began_s = server.cpu_s() + place.cpu_s()
            rows += _clicked(who, crowd, server.port)
            spent_s += server.cpu_s() + place.cpu_s() - began_s
    rows.sort(key=lambda row: -row[3])
    over, each_ms = sum(row[3] > LIMIT_MS for row in rows), spent_s / sum(row[4] for row in rows) * 1e3
    title = (
        f"The desk over HTTP, {place.name}: {CHAMPIONS} people at once, a click a second each, {STORIES:,} stories; "
        f"{over} of {len(rows)} pages over {LIMIT_MS:.0f} ms at p95; {each_ms:.0f} ms of processor time a "
        f"click, the database's with it; load of the machine {os.getloadavg()[0]:.1f}"
    )
    return Table(title, ("page", "by", "p50 ms", "p95 ms", "clicks"), [*_together(rows), *rows])


Row = tuple[str, str, float, float, float]


def _together(rows: list[Row]) -> list[Row]:
    """The page in the middle, and how many clicks there were."""
    middle = (median(row[2] for row in rows), median(row[3] for row in rows))
    return [("the page in the middle", "all", *middle, sum(row[4] for row in rows))]


def _clicked(who: str, crowd: list[Person], port: int) -> list[Row]:
    gc.collect()
    gc.freeze()  # what filled the desk is still there: to look through it would stop all twenty at once
    threads = [Thread(target=one.clicks, args=(port,), daemon=True) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused := [said for one in crowd for said in one.refused]:
        raise processes.NotServing(f"Of the pages {len(refused)} did not come, as {refused[0]}.")
    took: Pages = defaultdict(list)
    for one in crowd:
        for path, times in one.took.items():
            took[path] += times
    return [(path, who, median(one), quantiles(one, n=20)[-1], float(len(one))) for path, one in took.items()]


def _warmed(one: Person, port: int) -> None:
    """Each of the two processes has made each page once or twice: its templates are read, its caches filled."""
    for _ in range(8):  # lines; the kernel gives each to either process
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        for path in one.pages:
            one._click(line, path)
        line.close()


def _crowds(desk: Desk) -> dict[str, list[str]]:
    """Twenty champions; then ten leads; then ten admins."""
    found = {"champion": desk_fill.champions(desk)}
    for role in ("lead", "admin"):
        found[role] = [f"{role}{number}" for number in range(CHAMPIONS // 2)]
        with desk.db.begin() as conn:
            for name in found[role]:
                address = f"{name}@desk.example.org"
                desk.ids[name] = users.add(conn, email=address, name=name, roles=[role], languages=["en"])
    return found


def _crowd(desk: Desk, names: list[str]) -> list[Person]:
    people = [_browser(desk, name) for name in names]
    first = people[0]
    pages = [path for path in paths(desk) if first.get(path).status_code == 200]
    return [Person(_cookie(desk, one), pages, number) for number, one in enumerate(people)]


def _browser(desk: Desk, name: str) -> FlaskClient:
    """Signed in now, by the clock that the server has, too."""
    client = desk.app.test_client()
    with desk.db.begin() as conn:
        key = conn.scalar(select(user.c.fs_uniquifier).where(user.c.id == desk.ids[name]))
        secret = desk_sessions.begin(conn, desk.ids[name], browser="", came_from="", now_ms=now_ms())
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"], session[sessions.NAME] = key, True, secret
    return client


def _cookie(desk: Desk, client: FlaskClient) -> str:
    name = desk.app.config["SESSION_COOKIE_NAME"]
    found = client.get_cookie(name)
    assert found
    return f"{name}={found.value}"


@contextmanager
def _filled(database_url: str, redis_url: str) -> Iterator[tuple[Desk, dict[str, str]]]:
    """The desk with its year behind it, by today's clock, and what its server is to be started with."""
    keys = {"SECRET_KEY": new_key(), "DATA_KEYS": new_key(), "MATCH_BY_MEANING": "no"}
    migrated(database_url)
    made = open_desk(database_url, demo=False, redis_url=redis_url, **keys)
    made.app = create_app(made.app.extensions["bot"].settings)  # its clock stands still; this one's goes
    try:
        desk_fill.stories(made, WAITING, STORIES - WAITING, now_ms())
        desk_fill.the_rest(made, STORIES, now_ms())
        with made.db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
            conn.execute(text("ANALYZE"))
        rest = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "DEMO": "no", "REQUIRE_TWO_FACTOR": "nobody"}
        yield made, keys | rest
    finally:
        made.db.close()
