"""Stories taken back, words that went out, what people told about themselves, and what was erased when it was old."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "issued",
        sa.Column("id", ID, nullable=False),
        sa.Column("story_id", ID),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_issued"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_issued_story_id_story", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_issued_story_id", "issued", ["story_id"])
    op.create_table(
        "about_you",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("age", sa.String(24)),
        sa.Column("age_set", sa.String(32)),
        sa.Column("ethnic_group", sa.String(32)),
        sa.Column("ethnic_group_set", sa.String(32)),
        sa.Column("disability", sa.String(8)),
        sa.Column("carer", sa.String(8)),
        sa.Column("area", sa.String(60)),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_about_you"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retention_run"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for name in ("retention_run", "about_you", "issued"):
        op.drop_table(name)
