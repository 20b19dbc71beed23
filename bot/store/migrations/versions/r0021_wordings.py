"""Words of a story prepared for others, and their translations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _redaction()
    _translation()
    op.create_index("ix_story_language_contact_id", "story", ["language", "contact_id"])


def downgrade() -> None:
    op.drop_index("ix_story_language_contact_id", "story")
    op.drop_table("story_translation")
    op.drop_table("story_redaction")


def _redaction() -> None:
    op.create_table(
        "story_redaction",
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by_second", sa.Integer()),
        sa.Column("approved_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("story_id", "version", name="pk_story_redaction"),
        _to("story_redaction", "story_id", "story", "CASCADE"),
        _to("story_redaction", "by", "user", "SET NULL"),
        _to("story_redaction", "approved_by_second", "user", "SET NULL"),
    )


def _translation() -> None:
    op.create_table(
        "story_translation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("story_id", BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("made", sa.String(length=8), nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_translation"),
        _to("story_translation", "story_id", "story", "CASCADE"),
        _to("story_translation", "by", "user", "SET NULL"),
        sa.ForeignKeyConstraint(
            ["story_id", "version"],
            ["story_redaction.story_id", "story_redaction.version"],
            name="fk_story_translation_story_id_story_redaction",
            ondelete="CASCADE",
        ),
        **IDS_ONCE,
    )
    op.create_index("ix_story_translation_story_id", "story_translation", ["story_id", "language"])


def _to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete=ondelete)
