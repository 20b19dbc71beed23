"""E-mails about what waits, the language each person of the desk reads, and who of the rota is away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("user", sa.Column("desk_language", sa.String(12)))
    op.create_table(
        "reminder",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pace", sa.String(8), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("period_at", sa.BigInteger()),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_reminder_user_id_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_reminder"),
    )
    op.create_index("ix_reminder_due_at", "reminder", ["due_at"])
    op.create_table(
        "rota_away",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["rota_person.user_id"], name="fk_rota_away_user_id_rota_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rota_away"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rota_away_user_id", "rota_away", ["user_id"])


def downgrade() -> None:
    op.drop_table("rota_away")
    op.drop_table("reminder")
    with op.batch_alter_table("user") as user:
        user.drop_column("desk_language")
