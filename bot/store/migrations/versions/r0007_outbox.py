"""When each channel is free, channels that are paused, and what was done about texts that failed or went silent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_pace"),
    )
    op.create_table(
        "channel_pause",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("error_code", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("probe_at", sa.BigInteger(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_pause"),
    )
    # Added in place: SQLite would make the table anew, and with the old one go the lines of talks that lead to it.
    op.add_column("outbound", sa.Column("news_asked_at", sa.BigInteger()))
    op.add_column("outbound", sa.Column("done_at", sa.BigInteger()))
    op.create_index("ix_outbound_status_kind", "outbound", ["status", "kind"])


def downgrade() -> None:
    op.drop_index("ix_outbound_status_kind", "outbound")
    op.drop_column("outbound", "done_at")
    op.drop_column("outbound", "news_asked_at")
    op.drop_table("channel_pause")
    op.drop_table("channel_pace")
