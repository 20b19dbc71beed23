"""Whom a lead asked to read a story, how many stories somebody wants on a day, and what each has done lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_handed",
        sa.Column("story_id", BIG, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        _of("story_handed", "story_id", "story"),
        _of("story_handed", "user_id", "user"),
        _of("story_handed", "by", "user", gone="SET NULL"),
        sa.PrimaryKeyConstraint("story_id", name="pk_story_handed"),
    )
    op.create_index("ix_story_handed_user_id", "story_handed", ["user_id"])
    op.create_table(
        "day_limit",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        _of("day_limit", "user_id", "user"),
        sa.PrimaryKeyConstraint("user_id", name="pk_day_limit"),
    )
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])


def downgrade() -> None:
    op.drop_index("ix_audit_actor_at", table_name="audit")
    op.drop_table("day_limit")
    op.drop_table("story_handed")


def _of(table: str, column: str, of: str, gone: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=f"fk_{table}_{column}_{of}", ondelete=gone)
