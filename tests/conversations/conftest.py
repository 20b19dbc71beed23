"""One house for all conversations: they only read its content, and each has a person of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.app import House
from tests.people import house_on


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("conversations")
    made = house_on(f"sqlite:///{folder}/bot.sqlite3", folder)
    yield made
    made.parts.db.close()
