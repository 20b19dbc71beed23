"""Taking back goes through every table that leads to a story, also those that are not made yet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, ForeignKey, Integer, Table, Text, insert, select

from bot.store import withdrawing
from bot.store.database import Database
from bot.store.schema import metadata, story
from bot.story.consent import Audience, Consent, may_read
from bot.story.status import StoryStatus
from tests.store import rows

TRACES = {"issued"}  # what went out is marked, and keeps the number of the row that stands for it


@pytest.fixture
def made(db: Database) -> Iterator[list[Table]]:
    """Two tables as somebody may add them: one about a story, and one that only names it."""
    note = Table(
        "made_note", metadata, Column("id", Integer, primary_key=True), Column("text_enc", Text),
        Column("story_id", ForeignKey("story.id", ondelete="CASCADE")),
    )  # fmt: skip
    visit = Table(
        "made_visit", metadata, Column("id", Integer, primary_key=True),
        Column("story_id", ForeignKey("story.id", ondelete="SET NULL")),
    )  # fmt: skip
    with db.begin() as conn:
        for table in (note, visit):
            table.create(conn)
    yield [note, visit]
    for table in (visit, note):
        metadata.remove(table)


def test_a_table_that_is_new_is_covered_from_its_first_day(db: Database, now: int, made: list[Table]) -> None:
    note, visit = made
    with db.begin() as conn:
        contact_id = rows.resident(conn, db.vault, now)
        story_id = rows.story(conn, db.vault, now, contact_id, reference="ABCDEF")
        conn.execute(insert(note).values(story_id=story_id, text_enc=db.vault.seal(rows.SAID)))
        conn.execute(insert(visit).values(story_id=story_id))
    with db.begin() as conn:
        assert withdrawing.withdraw(conn, db.vault, contact_id, "ABCDEF", now)
    with db.read() as conn:
        assert conn.execute(select(note)).all() == []
        assert [row.story_id for row in conn.execute(select(visit))] == [None]


def test_every_table_says_what_becomes_of_it_when_its_story_is_taken_back() -> None:
    """A key that says neither CASCADE nor SET NULL would leave a row that nobody thought of."""
    rules = {key.ondelete for table in metadata.sorted_tables for key in table.foreign_keys if key.column is story.c.id}
    assert rules <= {"CASCADE", "SET NULL"}


def test_no_column_leads_to_her_words_when_all_is_done(db: Database, now: int) -> None:
    with db.begin() as conn:
        contact_id = rows.resident(conn, db.vault, now, session_enc=None)
        story_id = rows.story(conn, db.vault, now, contact_id, reference="ABCDEF")
        rows.inbound(conn, db.vault, now, contact_id)
        withdrawing.withdraw(conn, db.vault, contact_id, "ABCDEF", now)
    with db.read() as conn:
        left = {
            f"{column.table.name}.{column.name}"
            for column in withdrawing.carriers()
            if conn.execute(select(column).where(column == story_id)).first()
        }
        row = conn.execute(select(story)).mappings().one()
    assert left <= TRACES
    assert {name for name, value in row.items() if name.endswith("_enc") and value} == set()


def test_twice_is_once(db: Database, now: int) -> None:
    with db.begin() as conn:
        contact_id = rows.resident(conn, db.vault, now)
        rows.story(conn, db.vault, now, contact_id, reference="ABCDEF")
        done = [withdrawing.withdraw(conn, db.vault, contact_id, "ABCDEF", now) for _ in range(2)]
    assert done == [True, False]


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("consent", list(Consent))
def test_nobody_may_read_what_was_taken_back(consent: Consent, audience: Audience) -> None:
    assert not may_read(consent, StoryStatus.WITHDRAWN, audience)


def test_who_reads_less_is_never_more(db: Database, now: int) -> None:
    with db.begin() as conn:
        contact_id = rows.resident(conn, db.vault, now)
        rows.story(conn, db.vault, now, contact_id, reference="ABCDEF", consent="champions")
        assert not withdrawing.narrow(conn, db.vault, contact_id, "ABCDEF", now)
