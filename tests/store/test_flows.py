"""A conversation finds the flows it began in."""

from __future__ import annotations

from sqlalchemy import func, select, update

from bot.flow.compiled import pack
from bot.settings import SHIPPED
from bot.store import flows
from bot.store.database import Database
from bot.store.schema import flow_revision
from bot.store.shelf import read_folder
from tests.store import rows
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


def test_flows_are_read_packed_only_by_the_code_that_packed_them(db: Database, now: int) -> None:
    written = read_folder(SHIPPED / "flows", demo=False)
    with db.begin() as conn:
        flows.publish(conn, written.sources, now)
        assert flows.packed(conn, written.flows.digest) is None
        flows.keep_packed(conn, written.flows)
    with db.begin() as conn:
        found = flows.packed(conn, written.flows.digest)
        assert found is not None
        assert pack(found) == pack(written.flows)
        conn.execute(update(flow_revision).values(packed_by="other code"))
    with db.read() as conn:
        assert flows.packed(conn, written.flows.digest) is None


def test_only_revisions_in_which_people_are_wait_to_be_packed(db: Database, now: int) -> None:
    digest = publish(db, FILES, now)
    with db.begin() as conn:
        assert list(flows.unpacked_in_use(conn)) == []
        rows.resident(conn, db.vault, now, flow_revision=digest)
        assert list(flows.unpacked_in_use(conn)) == [FILES]
