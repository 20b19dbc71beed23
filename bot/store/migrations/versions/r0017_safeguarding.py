"""Safeguarding: the rota, who was told of an alert and when, what was done, and how grave a story is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _rota()
    _steps()
    _notices()
    _actions()
    _ratings()
    # A new alert is due at once. Those that stand there already were told of on the desk: nobody is rung up for them.
    op.add_column("alert", sa.Column("step_due_at", sa.BigInteger(), server_default="0"))
    op.create_index("ix_alert_step_due_at", "alert", ["step_due_at"])
    op.execute("UPDATE alert SET step_due_at = NULL")


def downgrade() -> None:
    op.drop_index("ix_alert_step_due_at", table_name="alert")
    with op.batch_alter_table("alert") as alert:
        alert.drop_column("step_due_at")
    for table in ("story_rating", "alert_action", "alert_notice", "alert_step", "rota_shift", "rota_person"):
        op.drop_table(table)


def _rota() -> None:
    op.create_table(
        "rota_person",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("phone_enc", sa.Text()),
        sa.Column("email_enc", sa.Text()),
        sa.PrimaryKeyConstraint("user_id", name="pk_rota_person"),
        _of("rota_person", "user_id", "user", "CASCADE"),
    )
    op.create_table(
        "rota_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stands_in", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rota_shift"),
        _of("rota_shift", "user_id", "rota_person", "CASCADE", "user_id"),
        **IDS_ONCE,
    )
    op.create_index("ix_rota_shift_user_id", "rota_shift", ["user_id"])


def _steps() -> None:
    op.create_table(
        "alert_step",
        sa.Column("alert_id", BigId, autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "step", name="pk_alert_step"),
        _of("alert_step", "alert_id", "alert", "CASCADE"),
    )


def _notices() -> None:
    op.create_table(
        "alert_notice",
        sa.Column("id", BigId, nullable=False),
        sa.Column("alert_id", BigId, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("began_at", sa.BigInteger()),
        sa.Column("provider_id", sa.String(length=64)),
        sa.Column("error_code", sa.String(length=24)),
        sa.Column("status_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_notice"),
        sa.UniqueConstraint("alert_id", "step", "user_id", "way", name="uq_alert_notice_alert_id"),
        _of("alert_notice", "alert_id", "alert", "CASCADE"),
        _of("alert_notice", "user_id", "user", "SET NULL"),
        **IDS_ONCE,
    )
    op.create_index("ix_alert_notice_alert_id", "alert_notice", ["alert_id"])
    op.create_index("ix_alert_notice_due_at", "alert_notice", ["due_at"])


def _actions() -> None:
    op.create_table(
        "alert_action",
        sa.Column("id", BigId, nullable=False),
        sa.Column("alert_id", BigId, nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=24)),
        sa.Column("note_enc", sa.Text()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_action"),
        _of("alert_action", "alert_id", "alert", "CASCADE"),
        _of("alert_action", "user_id", "user", "SET NULL"),
        **IDS_ONCE,
    )
    op.create_index("ix_alert_action_alert_id", "alert_action", ["alert_id"])


def _ratings() -> None:
    op.create_table(
        "story_rating",
        sa.Column("story_id", BigId, autoincrement=False, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("rated_by", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", name="pk_story_rating"),
        _of("story_rating", "story_id", "story", "CASCADE"),
        _of("story_rating", "rated_by", "user", "SET NULL"),
    )
    op.create_index("ix_story_rating_rating", "story_rating", ["rating"])


def _of(table: str, column: str, other: str, then: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}", ondelete=then)
