"""Tags, notes between champions, what is hard to read, replies that are written often, and each champion's choices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALL = (
    "preference",
    "canned_reply",
    "reading_day",
    "story_heed",
    "note_mention",
    "story_note",
    "question_tag",
    "story_tag",
)


def upgrade() -> None:
    _tags("story")
    _tags("question")
    op.create_table(
        "story_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        *_by_whom("story_note"),
        _gone_with("story_note", "story_id", "story"),
        sa.PrimaryKeyConstraint("id", name="pk_story_note"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_story_note_story_id", "story_note", ["story_id"])
    op.create_table(
        "note_mention",
        sa.Column("note_id", BIG, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        _gone_with("note_mention", "note_id", "story_note"),
        _gone_with("note_mention", "user_id", "user"),
        sa.PrimaryKeyConstraint("note_id", "user_id", name="pk_note_mention"),
    )
    op.create_index("ix_note_mention_user_id", "note_mention", ["user_id", "seen_at"])
    op.create_table(
        "story_heed",
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("distressing", sa.Boolean(), nullable=False),
        *_by_whom("story_heed"),
        _gone_with("story_heed", "story_id", "story"),
        sa.PrimaryKeyConstraint("story_id", name="pk_story_heed"),
    )
    _of_each_champion()


def _of_each_champion() -> None:
    op.create_table(
        "reading_day",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("not_today", sa.Boolean(), nullable=False),
        _gone_with("reading_day", "user_id", "user"),
        sa.PrimaryKeyConstraint("user_id", name="pk_reading_day"),
    )
    op.create_index("ix_reading_day_day", "reading_day", ["day"])
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer()),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user.id"], name="fk_canned_reply_changed_by_user", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_canned_reply"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_canned_reply_language", "canned_reply", ["language"])
    op.create_table(
        "preference",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        _gone_with("preference", "user_id", "user"),
        sa.PrimaryKeyConstraint("user_id", "name", name="pk_preference"),
    )


def _tags(of: str) -> None:
    table = f"{of}_tag"
    op.create_table(
        table,
        sa.Column(f"{of}_id", BIG, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        *_by_whom(table),
        _gone_with(table, f"{of}_id", of),
        sa.PrimaryKeyConstraint(f"{of}_id", "key", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_key", table, ["key", f"{of}_id"])


def _by_whom(table: str) -> tuple[sa.Column[int], sa.Column[int], sa.ForeignKeyConstraint]:
    gone = sa.ForeignKeyConstraint(["by"], ["user.id"], name=f"fk_{table}_by_user", ondelete="SET NULL")
    return sa.Column("by", sa.Integer()), sa.Column("at", sa.BigInteger(), nullable=False), gone


def _gone_with(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=f"fk_{table}_{column}_{of}", ondelete="CASCADE")


def downgrade() -> None:
    for table in ALL:
        op.drop_table(table)
