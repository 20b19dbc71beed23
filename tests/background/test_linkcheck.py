"""Links are tried over real HTTP, politely, and only what stays broken on another day counts as broken."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, select

from bot.app import House, prepare
from bot.background.linkcheck import Asker, LinkChecker
from bot.channel.outside import Address, is_public
from bot.knowledge.links import LinkState
from bot.store import links, schema, upkeep
from bot.store.content import load_directory_rows
from tests.conftest import free_port
from tests.people import NOW_MS, house_on

DAY = 86_400_000
AGENT = "Tea link checker (+https://tea.example)"


class Site(BaseHTTPRequestHandler):
    """A site with pages of every kind. What it was asked stands in ``asked``."""

    asked: list[tuple[str, str, str]]
    fails: int
    slow: Event

    def do_HEAD(self) -> None:
        """As the checker asks first."""
        self._answer()

    def do_GET(self) -> None:
        """As a browser asks."""
        self._answer()

    def _answer(self) -> None:
        site = type(self)
        site.asked.append((self.command, self.path, self.headers["User-Agent"]))
        status, to = self._of(site)
        self.send_response(status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _of(self, site: type[Site]) -> tuple[int, str]:
        if self.path == "/no-head":
            return (405 if self.command == "HEAD" else 200), ""
        if self.path == "/passing":
            site.fails += 1
            return (503 if site.fails <= 2 else 200), ""
        if self.path == "/slow":
            site.slow.wait(5)
        moved = {"/moved": "/fine", "/round": "/round", "/to-inside": "http://10.0.0.1/"}
        if to := moved.get(self.path):
            return 301, to
        return {"/gone": 410, "/missing": 404, "/trouble": 500, "/guarded": 403}.get(self.path, 200), ""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, type[Site]]]:
    class ThisSite(Site):
        asked: list[tuple[str, str, str]] = []  # noqa: RUF012 # one list for all requests to this site
        fails = 0
        slow = Event()

    site = ThisSite
    server = ThreadingHTTPServer(("127.0.0.1", 0), site)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}", site
    finally:
        site.slow.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[tuple[str, type[Site]]]:
    with running() as started:
        yield started


def only_here(address: Address) -> bool:
    """In these tests this machine is the world, everything else is inside."""
    return str(address) == "127.0.0.1"


def asker() -> Asker:
    return Asker(AGENT, only_here, lambda seconds: None)


@pytest.mark.parametrize(
    ("path", "state", "status"),
    [
        ("/fine", LinkState.FINE, 200),
        ("/no-head", LinkState.FINE, 200),
        ("/passing", LinkState.FINE, 200),
        ("/moved", LinkState.MOVED, 200),
        ("/gone", LinkState.GONE, 410),
        ("/missing", LinkState.GONE, 404),
        ("/trouble", LinkState.TROUBLE, 500),
        ("/guarded", LinkState.GUARDED, 403),
        ("/round", LinkState.TROUBLE, 301),
        ("/to-inside", LinkState.INSIDE, None),
    ],
)
def test_what_comes_of_a_page(site: tuple[str, type[Site]], path: str, state: LinkState, status: int | None) -> None:
    found = asker().ask(site[0] + path)
    assert (found.state, found.status) == (state, status)
    assert found.leads_to == (f"{site[0]}/fine" if path == "/moved" else "")


def test_a_site_is_asked_by_head_first_and_told_who_asks(site: tuple[str, type[Site]]) -> None:
    asker().ask(site[0] + "/missing")
    assert site[1].asked == [("HEAD", "/missing", AGENT), ("GET", "/missing", AGENT)]


def test_trouble_that_may_pass_is_tried_three_times_with_pauses(site: tuple[str, type[Site]]) -> None:
    pauses: list[float] = []
    assert Asker(AGENT, only_here, pauses.append).ask(site[0] + "/trouble").state is LinkState.TROUBLE
    assert len(site[1].asked) == 6  # HEAD and GET, three times
    assert len(pauses) == 5
    assert all(pause >= 1 for pause in pauses)


def test_a_site_that_does_not_answer_in_time_is_slow(
    site: tuple[str, type[Site]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.background.linkcheck.READ_S", 0.05)
    assert asker().ask(site[0] + "/slow").state is LinkState.SLOW


def test_nobody_there_is_unreachable() -> None:
    assert asker().ask(f"http://127.0.0.1:{free_port()}/").state is LinkState.UNREACHABLE


def test_a_certificate_that_nobody_vouches_for_is_told_apart(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with running(tls) as (url, _):
        assert asker().ask(url + "/fine").state is LinkState.CERTIFICATE


def test_our_own_network_is_never_asked(site: tuple[str, type[Site]]) -> None:
    port = urlsplit(site[0]).port
    for host in ("127.0.0.1", "localhost", "[::1]"):
        found = Asker(AGENT, is_public, lambda seconds: None).ask(f"http://{host}:{port}/fine")
        assert found.state is LinkState.INSIDE, host
    assert site[1].asked == [], "not a word was said to it"


# what is kept of it ---------------------------------------------------------------------------------------------------
@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    made = house_on(database_url, DEMO="no")
    prepare(made)
    with made.parts.db.begin() as conn:
        conn.execute(schema.answer.update().values(active=False))
        conn.execute(schema.service.update().values(active=False))
    yield made
    made.parts.db.close()


def answer_with(house: House, source: str, key: str = "swim") -> int:
    words = {"language": "en", "topic": "company", "title": "Swim", "questions": ["swim"], "short": "At the Lido."}
    stamps = {"created_at": 0, "updated_at": 0}
    with house.parts.db.begin() as conn:
        row = insert(schema.answer).values(key=key, origin="desk", source=source, **words, **stamps)
        conn.execute(schema.revision.update().values(number=schema.revision.c.number + 1))
        return int(conn.execute(row.returning(schema.answer.c.id)).scalar_one())


class Clock:
    now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


def checker(house: House, clock: Clock, every_days: int = 7) -> LinkChecker:
    return LinkChecker(
        house.parts.db, clock, agent=AGENT, every_days=every_days, may=only_here, pause=lambda seconds: None
    )


def state(house: House, key: str = "swim") -> links.Link:
    with house.parts.db.read() as conn:
        (one,) = links.of(conn, "answer", key)
        return one


def test_a_link_is_broken_when_it_is_on_two_different_days(house: House, site: tuple[str, type[Site]]) -> None:
    """Then its answer is due, whenever it was checked last; and not any more when the link is well again."""
    answer_with(house, site[0] + "/missing")
    clock = Clock()
    checks = checker(house, clock)
    assert checks.check_due() == 1
    assert checks.check_due() == 0
    assert (state(house).state, state(house).bad_days, state(house).broken) == (LinkState.GONE, 1, False)
    with house.parts.db.begin() as conn:  # twice on one day is once
        links.want(conn, clock.now_ms)
    clock.now_ms += 60_000
    assert checks.check_due() == 1
    assert state(house).bad_days == 1
    clock.now_ms += DAY
    assert checks.check_due() == 1
    assert state(house).broken
    with house.parts.db.read() as conn:
        (due,) = upkeep.due(conn, date(2026, 11, 23))
        assert [link.url for link in due.broken] == [site[0] + "/missing"]
    clock.now_ms += 6 * DAY
    assert checks.check_due() == 0  # known to be broken: asked once a week again
    with house.parts.db.begin() as conn:
        conn.execute(schema.link.update().values(url=site[0] + "/fine"))
        links.want(conn, clock.now_ms)
    assert checks.check_due() == 1
    assert (state(house).state, state(house).bad_days) == (LinkState.FINE, 0)


def test_one_site_is_asked_one_thing_at_a_time(house: House, site: tuple[str, type[Site]]) -> None:
    """Even by several workers: what is being tried keeps its whole site from the others, and for a moment after."""
    answer_with(house, site[0] + "/fine")
    answer_with(house, site[0] + "/moved", key="other")
    clock = Clock()
    checks = checker(house, clock)
    checks.sync()
    with house.parts.db.begin() as conn:
        first = links.lease(conn, clock.now_ms)
        assert first is not None
        assert links.lease(conn, clock.now_ms) is None
        links.note(conn, first.id, LinkState.FINE, now_ms=clock.now_ms, every_days=7)
        assert links.lease(conn, clock.now_ms + 1) is None
        assert links.lease(conn, clock.now_ms + links.PAUSE_MS + 1) is not None


def test_what_a_dead_worker_had_begun_another_one_does(house: House, site: tuple[str, type[Site]]) -> None:
    answer_with(house, site[0] + "/fine")
    clock = Clock()
    checks = checker(house, clock)
    checks.sync()
    with house.parts.db.begin() as conn:
        assert links.lease(conn, clock.now_ms)
    assert checks.check_due() == 0
    clock.now_ms += links.LEASE_MS + 1
    assert checks.check_due() == 1


def test_without_a_schedule_only_what_somebody_asks_for_is_tried(house: House, site: tuple[str, type[Site]]) -> None:
    answer_with(house, site[0] + "/fine")
    clock = Clock()
    checks = checker(house, clock, every_days=0)
    assert checks.check_due() == 0
    with house.parts.db.begin() as conn:
        assert links.want(conn, clock.now_ms) == 1
        assert links.progress(conn, clock.now_ms) == links.Progress(0, 1)
    assert checks.check_due() == 1
    with house.parts.db.read() as conn:
        assert links.progress(conn, clock.now_ms) == links.Progress(1, 1)


def test_links_come_and_go_with_answers_and_services(house: House) -> None:
    answer_with(house, "https://www.nhs.uk/a")
    checks = checker(house, Clock())
    checks.sync()
    with house.parts.db.begin() as conn:
        assert list(conn.scalars(select(schema.link.c.url))) == ["https://www.nhs.uk/a"]
        conn.execute(schema.answer.update().values(active=False))
        conn.execute(schema.revision.update().values(number=schema.revision.c.number + 1))
    checks.sync()
    with house.parts.db.read() as conn:
        assert list(conn.scalars(select(schema.link.c.url))) == []
        assert load_directory_rows(conn)[0] == ()
