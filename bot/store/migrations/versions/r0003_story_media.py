"""What came with a story beside its words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("story", sa.Column("media_enc", sa.Text()))


def downgrade() -> None:
    op.drop_column("story", "media_enc")
