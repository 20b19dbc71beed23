"""How deprived the streets are that a story or a question comes from: an edition of the indices, and a decile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = ("story", "question")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("deprivation_edition", sa.Integer()))
        op.add_column(table, sa.Column("deprivation_decile", sa.Integer()))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "deprivation_decile")
        op.drop_column(table, "deprivation_edition")
