"""Who looks after answers, who checked them, links, translations of the desk, and what was not found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _upkeep()
    _checkup()
    _link()
    _link_use()
    _translation()
    _gap()
    with op.batch_alter_table("question") as question:
        question.add_column(sa.Column("due_on", sa.Date()))


def downgrade() -> None:
    with op.batch_alter_table("question") as question:
        question.drop_column("due_on")
    for table in ("gap", "translation", "link_use", "link", "checkup", "upkeep"):
        op.drop_table(table)


def _upkeep() -> None:
    op.create_table(
        "upkeep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_upkeep"),
        sa.UniqueConstraint("kind", "key", name="uq_upkeep_kind"),
        _by_user("upkeep", "owner_id"),
        **IDS_ONCE,
    )
    op.create_index("ix_upkeep_owner_id", "upkeep", ["owner_id"])


def _checkup() -> None:
    op.create_table(
        "checkup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("verified_before", sa.Date()),
        sa.Column("review_before", sa.Date()),
        sa.Column("undone_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_checkup"),
        _by_user("checkup", "user_id"),
        **IDS_ONCE,
    )
    op.create_index("ix_checkup_kind_key", "checkup", ["kind", "key"])


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16)),
        sa.Column("status", sa.Integer()),
        sa.Column("leads_to", sa.Text()),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("fine_at", sa.BigInteger()),
        sa.Column("bad_days", sa.Integer(), nullable=False),
        sa.Column("bad_day", sa.Date()),
        sa.Column("wanted_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("url", name="uq_link_url"),
        **IDS_ONCE,
    )
    op.create_index("ix_link_host", "link", ["host"])
    op.create_index("ix_link_due_at", "link", ["due_at"])


def _link_use() -> None:
    op.create_table(
        "link_use",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "link_id", name="pk_link_use"),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_link_use_link_id_link", ondelete="CASCADE"),
    )
    op.create_index("ix_link_use_link_id", "link_use", ["link_id"])


def _translation() -> None:
    op.create_table(
        "translation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
        sa.Column("msgstr", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_translation"),
        sa.UniqueConstraint("domain", "language", "digest", name="uq_translation_domain"),
        _by_user("translation", "user_id"),
        **IDS_ONCE,
    )


def _gap() -> None:
    op.create_table(
        "gap",
        sa.Column("id", BigId, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gap"),
        **IDS_ONCE,
    )
    op.create_index("ix_gap_month", "gap", ["month"])
    op.create_index("ix_gap_who", "gap", ["who"])


def _by_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user.id"], name=f"fk_{table}_{column}_user", ondelete="SET NULL")
