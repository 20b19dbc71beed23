"""Questions in Latin letters, vectors of texts, and what people chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("answer") as answer:
        answer.add_column(sa.Column("romanised", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "embedding",
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "model", name="pk_embedding"),
    )
    _choice()
    _unlearned()


def downgrade() -> None:
    for table in ("unlearned", "choice", "embedding"):
        op.drop_table(table)
    with op.batch_alter_table("answer") as answer:
        answer.drop_column("romanised")


def _choice() -> None:
    op.create_table(
        "choice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("words_enc", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("answer_key", sa.String(length=80), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_choice"),
        sa.UniqueConstraint("question", "person", name="uq_choice_question_person"),
        **IDS_ONCE,
    )


def _unlearned() -> None:
    op.create_table(
        "unlearned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("answer_key", sa.String(length=80), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unlearned"),
        sa.UniqueConstraint("question", "answer_key", name="uq_unlearned_question_answer_key"),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name="fk_unlearned_by_user", ondelete="SET NULL"),
        **IDS_ONCE,
    )
