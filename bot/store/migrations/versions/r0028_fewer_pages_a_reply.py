"""A reply touches two pages less: the carrier's id is looked for among texts that have one, and which message a reply
belongs to is a number that nobody searches for.

An inbound row's id is never given to another, so that the number of one that was erased says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0028"
down_revision = "0027"
ID, TO = "uq_outbound_provider_id", "fk_outbound_inbound_id_inbound"
GIVEN = sa.text("provider_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_outbound_inbound_id", "outbound")
    with _anew() as outbound:
        outbound.drop_constraint(TO, type_="foreignkey")
        outbound.drop_constraint(ID, type_="unique")
    op.create_index(ID, "outbound", ["provider_id"], unique=True, sqlite_where=GIVEN, postgresql_where=GIVEN)


def downgrade() -> None:
    op.drop_index(ID, "outbound")
    op.execute(
        "UPDATE outbound SET inbound_id = NULL WHERE inbound_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM inbound WHERE inbound.id = outbound.inbound_id)"
    )
    with _anew() as outbound:
        outbound.create_unique_constraint(ID, ["provider_id"])
        outbound.create_foreign_key(TO, "inbound", ["inbound_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_outbound_inbound_id", "outbound", ["inbound_id"])


@contextmanager
def _anew() -> Iterator[BatchOperations]:
    """SQLite builds the table anew, and would forget which ids were given."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    count = "SELECT seq FROM sqlite_sequence WHERE name = 'outbound'"
    given = op.get_bind().scalar(sa.text(count)) if sqlite else None
    with op.batch_alter_table("outbound", table_kwargs={"sqlite_autoincrement": True}) as outbound:
        yield outbound
    if given is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'outbound'")
        op.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbound', :n)").bindparams(n=given))
