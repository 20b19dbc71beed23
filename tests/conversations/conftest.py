"""One house for all conversations: they only read its content, and each has a person of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import House
from tests.people import house_on


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> Iterator[House]:
    file = tmp_path_factory.mktemp("conversations") / "bot.sqlite3"
    shutil.copy(prepared_sqlite, file)
    made = house_on(f"sqlite:///{file}")
    yield made
    made.parts.db.close()
