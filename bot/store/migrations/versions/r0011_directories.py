"""Directories that services are fetched from, and what the desk changed of what came from them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _source()
    _source_waiting()
    _source_problem()
    for column in _from_feeds():
        op.add_column("service", column)
    op.create_index("ix_service_source_id_record", "service", ["source_id", "record"], unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM service WHERE source_id IS NOT NULL")  # older code would take them for rows of its files
    op.drop_index("ix_service_source_id_record", "service")
    for column in reversed(_from_feeds()):
        op.drop_column("service", column.name)
    for table in ("source_problem", "source_waiting", "source"):
        op.drop_table(table)


def _from_feeds() -> list[sa.Column[Any]]:
    return [
        sa.Column("source_id", sa.Integer()),
        sa.Column("record", sa.String(length=200)),
        sa.Column("imported", sa.JSON()),
        sa.Column("changes", sa.JSON()),
        sa.Column("seen_run", sa.Integer()),
        sa.Column("closed", sa.String(length=24), nullable=False, server_default=""),
        sa.Column("gone_at", sa.BigInteger()),
    ]


def _source() -> None:
    counts = [
        sa.Column(name, sa.Integer(), nullable=False) for name in ("read", "stored", "unchanged", "rejected", "gone")
    ]
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("mapping", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("page", sa.Integer()),
        sa.Column("first_page", sa.Integer()),
        sa.Column("shallow", sa.Boolean()),
        sa.Column("total", sa.Integer()),
        sa.Column("held_until", sa.BigInteger()),
        sa.Column("held_by", sa.String(length=40)),
        sa.Column("began_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("good_at", sa.BigInteger()),
        sa.Column("trouble", sa.Text(), nullable=False),
        *counts,
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("key", name="uq_source_key"),
        **IDS_ONCE,
    )


def _source_waiting() -> None:
    op.create_table(
        "source_waiting",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_waiting"),
        sa.UniqueConstraint("source_id", "record", name="uq_source_waiting_source_id_record"),
        _of_source("source_waiting"),
        **IDS_ONCE,
    )


def _source_problem() -> None:
    op.create_table(
        "source_problem",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_problem"),
        _of_source("source_problem"),
        **IDS_ONCE,
    )
    op.create_index("ix_source_problem_source_id_run", "source_problem", ["source_id", "run"])


def _of_source(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["source_id"], ["source.id"], name=f"fk_{table}_source_id_source", ondelete="CASCADE"
    )
