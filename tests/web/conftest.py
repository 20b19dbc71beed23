"""The champions' desk with its people, for the tests of its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.desk_stage import Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A desk with nothing on it yet; each test runs on SQLite and on PostgreSQL."""
    opened = open_desk(database_url)
    yield opened
    opened.db.close()
