"""Drafts of conversations, what the desk published of them, and made-up people who try one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row


def upgrade() -> None:
    op.add_column("contact", sa.Column("rehearses", sa.String(length=64)))
    op.add_column("flow_revision", sa.Column("in_use_at", sa.BigInteger()))
    _draft()
    _draft_file()
    _publication()


def downgrade() -> None:
    for table in ("flow_publication", "flow_draft_file", "flow_draft"):
        op.drop_table(table)
    op.drop_column("flow_revision", "in_use_at")
    op.drop_column("contact", "rehearses")


def _draft() -> None:
    op.create_table(
        "flow_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Integer()),
        sa.Column("changed_by", sa.Integer()),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_draft"),
        _person("flow_draft", "started_by"),
        _person("flow_draft", "changed_by"),
        **IDS_ONCE,
    )
    op.create_index("ix_flow_draft_status", "flow_draft", ["status"])


def _draft_file() -> None:
    op.create_table(
        "flow_draft_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("base", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_flow_draft_file"),
        sa.UniqueConstraint("draft_id", "file", name="uq_flow_draft_file_draft_id_file"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["flow_draft.id"], name="fk_flow_draft_file_draft_id_flow_draft", ondelete="CASCADE"
        ),
        **IDS_ONCE,
    )


def _publication() -> None:
    op.create_table(
        "flow_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("draft_id", sa.Integer()),
        sa.Column("back_of", sa.Integer()),
        sa.Column("published_by", sa.Integer()),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_publication"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["flow_draft.id"], name="fk_flow_publication_draft_id_flow_draft", ondelete="SET NULL"
        ),
        _person("flow_publication", "published_by"),
        **IDS_ONCE,
    )


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user.id"], name=f"fk_{table}_{column}_user", ondelete="SET NULL")
