"""Leases on stories, and the second reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0016"
down_revision = "0015"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
USERS = ("claimed_by", "first_by")
INDEXES = {
    "ix_story_claimed_by": ["claimed_by"],
    "ix_story_status_language_created_at": ["status", "language", "created_at"],
    "ix_story_status_consent_decided_at": ["status", "consent", "decided_at"],
}


def upgrade() -> None:
    with _anew() as story:
        story.alter_column("text_enc", existing_type=sa.Text(), nullable=True)
        story.alter_column("status", existing_type=sa.String(16), type_=sa.String(24), existing_nullable=False)
        for name in USERS:
            story.add_column(sa.Column(name, sa.Integer()))
            story.create_foreign_key(f"fk_story_{name}_user", "user", [name], ["id"], ondelete="SET NULL")
        for name in ("claimed_at", "claim_until"):
            story.add_column(sa.Column(name, sa.BigInteger()))
    for index, columns in INDEXES.items():
        op.create_index(index, "story", columns)
    # One champion's word was enough so far, and leaders read the original. Now each such story is read again.
    op.execute(
        "UPDATE story SET status = 'received', version = version + 1 WHERE status = 'approved' AND consent = 'leaders'"
    )


def downgrade() -> None:
    op.execute("DELETE FROM story WHERE text_enc IS NULL")  # taken back: nothing but a row without words
    op.execute("UPDATE story SET status = 'received' WHERE status IN ('needs_second', 'needs_translation')")
    # The code before would show leaders the original of these.
    op.execute("UPDATE story SET status = 'received' WHERE status = 'approved' AND consent <> 'champions'")
    op.execute("UPDATE story SET consent = 'leaders' WHERE consent = 'board'")
    for index in INDEXES:
        op.drop_index(index, "story")
    with _anew() as story:
        for name in USERS:
            story.drop_constraint(f"fk_story_{name}_user", type_="foreignkey")
            story.drop_column(name)
        for name in ("claimed_at", "claim_until"):
            story.drop_column(name)
        story.alter_column("text_enc", existing_type=sa.Text(), nullable=False)
        story.alter_column("status", existing_type=sa.String(24), type_=sa.String(16), existing_nullable=False)


@contextmanager
def _anew() -> Iterator[BatchOperations]:
    """The table of stories, changed. SQLite makes it anew, and would then give a deleted story's id to the next one."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    count = "SELECT seq FROM sqlite_sequence WHERE name = 'story'"
    given = op.get_bind().scalar(sa.text(count)) if sqlite else None
    with op.batch_alter_table("story", table_kwargs={"sqlite_autoincrement": True}) as story:
        yield story
    if given is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'story'")
        op.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('story', :given)").bindparams(given=given))
