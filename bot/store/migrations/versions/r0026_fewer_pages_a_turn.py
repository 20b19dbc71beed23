"""One index of the outbox in place of two; on PostgreSQL, room beside each contact for her next state.

Every reply writes into every index of the outbox. A contact's row is renewed at each turn: where its page has room,
none of its indexes is touched (https://www.postgresql.org/docs/current/storage-hot.html).
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
ROOMY = ("contact", "timer")


def upgrade() -> None:
    op.create_index("ix_outbound_status_kind_next_try_at", "outbound", ["status", "kind", "next_try_at"])
    op.drop_index("ix_outbound_status_next_try_at", "outbound")
    op.drop_index("ix_outbound_status_kind", "outbound")
    _fill("SET (fillfactor = 70)")


def downgrade() -> None:
    _fill("RESET (fillfactor)")
    op.create_index("ix_outbound_status_kind", "outbound", ["status", "kind"])
    op.create_index("ix_outbound_status_next_try_at", "outbound", ["status", "next_try_at"])
    op.drop_index("ix_outbound_status_kind_next_try_at", "outbound")


def _fill(change: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ROOMY:
            op.execute(f"ALTER TABLE {table} {change}")
