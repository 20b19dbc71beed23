"""What the second look for danger found, of stories, questions and lines of talks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LOOKED_AT = ("story", "question", "talk_line")


def upgrade() -> None:
    for of in LOOKED_AT:
        table, column = f"{of}_look", f"{of}_id"
        op.create_table(
            table,
            sa.Column(column, BIG, nullable=False, autoincrement=False),
            sa.Column("near", sa.Boolean(), nullable=False),
            sa.Column("at", sa.BigInteger(), nullable=False),
            sa.ForeignKeyConstraint([column], [f"{of}.id"], name=f"fk_{table}_{column}_{of}", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint(column, name=f"pk_{table}"),
        )


def downgrade() -> None:
    for of in reversed(LOOKED_AT):
        op.drop_table(f"{of}_look")
