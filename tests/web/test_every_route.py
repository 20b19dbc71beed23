"""Every route of the desk, for everybody: forced browsing across roles and areas gets nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.desk_stage import Desk
from tests.web.every_route import COLUMNS, Town, routes, town

TABLE = Path(__file__).parent.parent / "data" / "routes.txt"


def written() -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of the table: a route, and what becomes of each person there."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.split()
            cells = words[-len(COLUMNS) :]
            yield " ".join(words[: -len(COLUMNS)]), dict(zip(COLUMNS, cells, strict=True))


@pytest.fixture
def full(desk: Desk) -> Town:
    """A desk with one of everything."""
    return town(desk)


def test_the_table_names_every_route_and_no_other(desk: Desk) -> None:
    """Whoever adds a route says here who may use it."""
    assert sorted(name for name, _ in written()) == sorted(routes(desk))


@pytest.mark.parametrize("column", COLUMNS)
def test_forced_browsing_across_roles_and_areas(full: Town, column: str) -> None:
    """At each route each person gets what the table says, whatever address she types."""
    rules = routes(full.desk)
    expected = {name: cells[column] for name, cells in written()}
    assert {name: full.ask(column, name.split()[0], rules[name]) for name in expected} == expected


def test_whoever_looks_after_another_area_gets_nothing_of_this_one(full: Town) -> None:
    """None of the routes with somebody's number in it is open to the two of Brackley."""
    numbered = ("story_id", "question_id", "talk_id", "alert_id", "message_id", "media_id")
    placed = {name: cells for name, cells in written() if any(one in name for one in numbered)}
    assert len(placed) >= 25
    assert {cells[who] for cells in placed.values() for who in ("champion elsewhere", "lead elsewhere")} == {
        "no",
        "gone",
    }
