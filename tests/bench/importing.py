"""What it takes to fetch a directory of 10,000 services over HTTP, its feed in a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import settings as table
from bot.app import build, now_ms
from bot.store import sources
from bot.store.migrate import upgrade
from tests.bench.measure import Table, progress

SERVICES = 10_000
PATIENCE_S = 30.0


def importing() -> list[Table]:
    """A list with all of each service in it, then a shallow one: each service's own page is asked for."""
    rows = [_row("whole list", shallow=False), _row("shallow list, 10,000 own pages", shallow=True)]
    title = f"Importing {SERVICES:,} services over HTTP on this machine, from another process, into SQLite"
    return [Table(title, ("feed", "seconds", "CPU s of ours", "CPU us a service"), rows)]


def _row(name: str, *, shallow: bool) -> tuple[str, float, float, float]:
    progress(f"importing {SERVICES:,} services: {name}")
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder), shallow=shallow) as url:
        took, spent = _fetch(url, Path(folder) / "bot.db")
    return name, took, spent, 1e6 * spent / SERVICES


def _fetch(url: str, database: Path) -> tuple[float, float]:
    """(seconds, seconds of CPU in this process, all its threads)."""
    given = {"DATABASE_URL": f"sqlite:///{database}", "FEEDS_OWN_NETWORK": "yes", "MATCH_BY_MEANING": "no"}
    house = build(table.load(given))
    upgrade(house.parts.db)
    with house.parts.db.begin() as conn:
        id = sources.register(
            conn, key="bench", location=url, area="anywhere", mapping=None, alone=True, now_ms=now_ms()
        )
    began, cpu = time.perf_counter(), time.process_time()
    outcome = house.importing.fetch(id)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    house.parts.db.close()
    if (outcome.trouble, outcome.counts.stored) != ("", SERVICES):
        raise RuntimeError(f"Only {outcome.counts.stored:,} services were stored. {outcome.trouble}")
    return took, spent


@contextmanager
def _served(folder: Path, *, shallow: bool) -> Iterator[str]:
    """The address of a directory that another process serves."""
    file, port = folder / "feed.json", _free_port()
    file.write_text(json.dumps([_record(number) for number in range(SERVICES)]), encoding="utf-8")
    command = [sys.executable, "-m", "tests.stand_in.directory", str(file), "--port", str(port)]
    with subprocess.Popen(
        [*command, *(["--shallow"] if shallow else [])], stdout=subprocess.DEVNULL
    ) as served:  # our own module
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("The made-up directory did not start.")


def _record(number: int) -> dict[str, object]:
    """A service as Open Referral UK v3 has it, of a usual size."""
    address = {"address_1": f"{number} Mill Lane", "city": "Ipswich", "postal_code": "IP1 1AA"}
    return {
        "id": f"service-{number}", "name": f"Lunch club {number}", "status": "active",
        "description": f"<p>Hot food and company for older people, group {number}. Step-free. Ring first.</p>",
        "url": f"https://example.org/{number}", "email": "lunch@example.org", "fees": "Free", "minimum_age": 50,
        "organization": {"id": "org", "name": "Mill Lane Mission"}, "languages": [{"name": "Urdu"}, {"code": "bn"}],
        "schedules": [{"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "12:00", "closes_at": "14:00"}],
        "contacts": [{"phones": [{"number": "01632 960100", "description": "Office"}]}],
        "cost_options": [{"option": "Meal", "amount": 2.5}],
        "service_at_locations": [{"location": {"latitude": 52.06, "longitude": 1.15, "addresses": [address]}}],
    }  # fmt: skip
