"""Talks with a champion, and what was said in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row


def upgrade() -> None:
    _talk()
    _talk_line()


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE kind = 'late'")  # the code before would take it for a follow-up
    op.drop_table("talk_line")
    op.drop_table("talk")


def _talk() -> None:
    op.create_table(
        "talk",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("contact_id", BIG_ID),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("with_bot", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("taken_by", sa.Integer()),
        sa.Column("acted_by", sa.Integer()),
        sa.Column("acted_at", sa.BigInteger()),
        sa.Column("late_at", sa.BigInteger(), nullable=False),
        sa.Column("waits_since", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk"),
        sa.UniqueConstraint("reference", name="uq_talk_reference"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_talk_contact_id_contact", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["taken_by"], ["user.id"], name="fk_talk_taken_by_user", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["acted_by"], ["user.id"], name="fk_talk_acted_by_user", ondelete="SET NULL"),
        **IDS_ONCE,
    )
    op.create_index("ix_talk_contact_id", "talk", ["contact_id"])
    op.create_index("ix_talk_status_created_at", "talk", ["status", "created_at"])


def _talk_line() -> None:
    op.create_table(
        "talk_line",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("talk_id", BIG_ID, nullable=False),
        sa.Column("text_enc", sa.Text()),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("outbound_id", BIG_ID),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_line"),
        sa.ForeignKeyConstraint(["talk_id"], ["talk.id"], name="fk_talk_line_talk_id_talk", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["outbound_id"], ["outbound.id"], name="fk_talk_line_outbound_id_outbound", ondelete="CASCADE"
        ),
        **IDS_ONCE,
    )
    op.create_index("ix_talk_line_talk_id", "talk_line", ["talk_id"])
    op.create_index("ix_talk_line_outbound_id", "talk_line", ["outbound_id"])
