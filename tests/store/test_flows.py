"""A conversation finds the flows it began in."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.store import flows
from bot.store.database import Database
from bot.store.schema import flow_revision
from tests.store.together import run_together

FILES = {"menu.yaml": "flow: menu\n", "welcome.yaml": "say: Dzień dobry, خوش آمدید\n"}


def publish(db: Database, files: dict[str, str], now: int) -> str:
    with db.begin() as conn:
        return flows.publish(conn, files, now)


def test_what_was_published_is_found_by_its_digest(db: Database, now: int) -> None:
    digest = publish(db, FILES, now)
    with db.read() as conn:
        assert flows.sources(conn, digest) == FILES
        assert flows.sources(conn, "0" * 64) is None


def test_the_same_files_are_one_revision_whatever_their_order(db: Database, now: int) -> None:
    backwards = dict(reversed(FILES.items()))
    assert publish(db, FILES, now) == publish(db, backwards, now + 1)
    assert publish(db, {**FILES, "menu.yaml": "flow: menu2\n"}, now) != publish(db, FILES, now)
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(flow_revision)) == 2


def test_processes_that_publish_at_once_agree(db: Database, now: int) -> None:
    run_together([lambda: publish(db, FILES, now)] * 8)
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(flow_revision)) == 1
