"""What somebody has typed into a story's page and neither sent nor kept yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_unsaved",
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.String(24), nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("base", BIG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _of("story_id", "story"),
        _of("user_id", "user"),
        sa.PrimaryKeyConstraint("story_id", "user_id", "box", name="pk_story_unsaved"),
    )
    op.create_index("ix_story_unsaved_at", "story_unsaved", ["at"])


def downgrade() -> None:
    op.drop_index("ix_story_unsaved_at", table_name="story_unsaved")
    op.drop_table("story_unsaved")


def _of(column: str, of: str) -> sa.ForeignKeyConstraint:
    name = f"fk_story_unsaved_{column}_{of}"
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=name, ondelete="CASCADE")
