"""What happens at each step of a conversation: where people wait, counts a day, and words not understood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACE = ("at_flow", "at_step", "at_since")


def upgrade() -> None:
    op.add_column("contact", sa.Column("at_flow", sa.Text()))
    op.add_column("contact", sa.Column("at_step", sa.Text()))
    op.add_column("contact", sa.Column("at_since", sa.BigInteger()))
    _flow_count()
    _missed()


def downgrade() -> None:
    op.drop_table("missed")
    op.drop_table("flow_count")
    for column in PLACE:
        op.drop_column("contact", column)


def _flow_count() -> None:
    op.create_table(
        "flow_count",
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("flow", "step", "day", "revision", "language", "simulated", name="pk_flow_count"),
    )


def _missed() -> None:
    op.create_table(
        "missed",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("words_enc", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_missed_contact_id_contact", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_missed"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_missed_contact_id", "missed", ["contact_id"])
    op.create_index("ix_missed_at", "missed", ["at"])
