"""What came beside words: photos, voice notes, videos and documents, fetched, looked at and sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNERS = ("contact", "inbound", "story", "talk_line")


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", BIG_ID, nullable=False),
        *(sa.Column(f"{owner}_id", BIG_ID) for owner in OWNERS),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer()),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16)),
        sa.Column("url_enc", sa.Text(), nullable=False),
        sa.Column("at_carrier", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        *(_owned_by("media", owner) for owner in OWNERS),
        **IDS_ONCE,
    )
    for owner in OWNERS:
        op.create_index(f"ix_media_{owner}_id", "media", [f"{owner}_id"])
    op.create_index("ix_media_next_try_at", "media", ["next_try_at"])
    op.create_table(
        "media_part",
        sa.Column("media_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("media_id", "number", name="pk_media_part"),
        _owned_by("media_part", "media"),
    )


def downgrade() -> None:
    op.drop_table("media_part")
    op.drop_table("media")


def _owned_by(table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{owner}_id"], [f"{owner}.id"], name=f"fk_{table}_{owner}_id_{owner}", ondelete="CASCADE"
    )
