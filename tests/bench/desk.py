"""What the desk's pages cost: 20 champions over 10,000 stories, and whether the queue grows dearer with its archive."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from bot.story.status import StoryStatus
from tests.bench import desk_fill
from tests.bench.desk_fill import CHAMPIONS
from tests.bench.measure import Table, in_turn, progress
from tests.conftest import migrated
from tests.web.desk_stage import Desk, open_desk

STORIES, WAITING = 10_000, 3_000
ARCHIVES = (1_000, 100_000)
VISITS = 30  # of each page, by one champion after the other
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
        desk_fill.stories(opened, WAITING, STORIES - WAITING)
        desk_fill.the_rest(opened, STORIES)
        champions = [opened.signed_in(name).client for name in desk_fill.champions(opened)]
        readers = {
            "a champion": cycle(champions),
            "a lead": cycle([opened.signed_in("ruth").client]),
            "an admin": cycle([opened.signed_in("sam").client]),
        }
        rows = []
        for who, clients in readers.items():
            for path in paths(opened):
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


def paths(opened: Desk) -> list[str]:
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
            desk_fill.stories(opened, 300, archived)
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
