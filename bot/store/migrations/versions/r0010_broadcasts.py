"""What people said yes or no to, and texts for many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _consent()
    _broadcast()
    _broadcast_person()


def downgrade() -> None:
    for table in ("broadcast_person", "broadcast", "consent"):
        op.drop_table(table)


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", BigId, nullable=False),
        sa.Column("contact_id", BigId, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("wording", sa.Text()),
        sa.Column("flow_revision", sa.String(length=64)),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_consent_contact_id_contact", ondelete="CASCADE"
        ),
        **IDS_ONCE,
    )
    op.create_index("ix_consent_contact_id_id", "consent", ["contact_id", "id"])


def _broadcast() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("english_for_rest", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("send_at", sa.BigInteger()),
        sa.Column("asked_by", sa.Integer()),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("confirmed_by", sa.Integer()),
        sa.Column("acted_by", sa.Integer()),
        sa.Column("acted_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast"),
        *(_leads_to("broadcast", column, "user") for column in ("asked_by", "confirmed_by", "acted_by")),
        **IDS_ONCE,
    )
    op.create_index("ix_broadcast_status", "broadcast", ["status"])


def _broadcast_person() -> None:
    op.create_table(
        "broadcast_person",
        sa.Column("id", BigId, nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", BigId),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16)),
        sa.Column("outbound_id", BigId),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_person"),
        sa.UniqueConstraint("broadcast_id", "contact_id", name="uq_broadcast_person_broadcast_id_contact_id"),
        sa.UniqueConstraint("outbound_id", name="uq_broadcast_person_outbound_id"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_broadcast_person_broadcast_id_broadcast", ondelete="CASCADE"
        ),
        _leads_to("broadcast_person", "contact_id", "contact"),
        _leads_to("broadcast_person", "outbound_id", "outbound"),
        **IDS_ONCE,
    )
    op.create_index("ix_broadcast_person_contact_id", "broadcast_person", ["contact_id"])
    op.create_index("ix_broadcast_person_broadcast_id_state", "broadcast_person", ["broadcast_id", "state"])


def _leads_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete="SET NULL")
