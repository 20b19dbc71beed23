"""Flow revisions are also kept packed, in the form that is read fastest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("flow_revision") as table:
        table.add_column(sa.Column("packed", sa.LargeBinary()))
        table.add_column(sa.Column("packed_by", sa.String(length=64)))


def downgrade() -> None:
    with op.batch_alter_table("flow_revision") as table:
        table.drop_column("packed_by")
        table.drop_column("packed")
