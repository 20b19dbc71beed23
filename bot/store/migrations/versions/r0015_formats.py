"""Where an answer can be heard, and where it can be read in easy words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
COLUMNS = ("audio", "easy_read")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("answer", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("answer") as table:
        for name in COLUMNS:
            table.drop_column(name)
