"""Buttons and templates of WhatsApp: what Twilio has of ours, and which template a text is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("outbound", sa.Column("template", sa.String(length=60)))
    op.add_column("outbound", sa.Column("by_sms", sa.Boolean(), nullable=False, server_default=sa.false()))
    _content()
    _template()


def downgrade() -> None:
    op.drop_table("template")
    op.drop_table("content")
    op.drop_column("outbound", "by_sms")
    op.drop_column("outbound", "template")


def _content() -> None:
    op.create_table(
        "content",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_content"),
    )


def _template() -> None:
    op.create_table(
        "template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger()),
        sa.Column("checked_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_template"),
        sa.UniqueConstraint("name", "language", "text_hash", name="uq_template_name_language_text_hash"),
        sqlite_autoincrement=True,
    )
