"""Areas and organisations, a second step at sign-in, passkeys, sessions, guesses, and who read what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACED = ("story", "question", "talk", "alert")


def upgrade() -> None:
    for table in PLACED:
        op.add_column(table, sa.Column("area", sa.String(length=60)))
    op.add_column("user", sa.Column("invited_at", sa.BigInteger()))
    op.add_column("user", sa.Column("totp_enc", sa.Text()))
    op.add_column("user", sa.Column("totp_step", sa.Integer()))
    op.add_column("user", sa.Column("recovery", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("user_role", sa.Column("everywhere", sa.Boolean(), nullable=False, server_default=sa.true()))
    _organisation()
    _role_place()
    _desk_session()
    _sign_in_guess()
    _passkey()
    _desk_read()


def downgrade() -> None:
    for table in ("desk_read", "passkey", "sign_in_guess", "desk_session", "role_place", "organisation"):
        op.drop_table(table)
    with op.batch_alter_table("user_role") as user_role:
        user_role.drop_column("everywhere")
    with op.batch_alter_table("user") as user:
        for name in ("invited_at", "totp_enc", "totp_step", "recovery"):
            user.drop_column(name)
    for table in PLACED:
        with op.batch_alter_table(table) as placed:
            placed.drop_column("area")


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
        **IDS_ONCE,
    )


def _role_place() -> None:
    op.create_table(
        "role_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer()),
        sa.Column("area", sa.String(length=60)),
        sa.PrimaryKeyConstraint("id", name="pk_role_place"),
        *(_goes_with("role_place", column, table) for column, table in OWNERS),
        **IDS_ONCE,
    )
    op.create_index("ix_role_place_user_id", "role_place", ["user_id"])
    op.create_index("ix_role_place_organisation_id", "role_place", ["organisation_id"])


def _desk_session() -> None:
    op.create_table(
        "desk_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("came_from", sa.String(length=48), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_session"),
        _goes_with("desk_session", "user_id", "user"),
    )
    op.create_index("ix_desk_session_user_id", "desk_session", ["user_id"])
    op.create_index("ix_desk_session_seen_at", "desk_session", ["seen_at"])


def _sign_in_guess() -> None:
    op.create_table(
        "sign_in_guess",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("who", name="pk_sign_in_guess"),
    )
    op.create_index("ix_sign_in_guess_account", "sign_in_guess", ["account"])
    op.create_index("ix_sign_in_guess_last_at", "sign_in_guess", ["last_at"])


def _passkey() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("digest", name="uq_passkey_digest"),
        _goes_with("passkey", "user_id", "user"),
        **IDS_ONCE,
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])


def _desk_read() -> None:
    op.create_table(
        "desk_read",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item_id", BigId, nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=60)),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_read"),
        _goes_with("desk_read", "user_id", "user"),
        **IDS_ONCE,
    )
    op.create_index("ix_desk_read_at", "desk_read", ["at"])
    op.create_index("ix_desk_read_user_id_kind_item_id", "desk_read", ["user_id", "kind", "item_id"])
    op.create_index("ix_desk_read_kind_item_id", "desk_read", ["kind", "item_id"])


OWNERS = (("user_id", "user"), ("role_id", "role"), ("organisation_id", "organisation"))


def _goes_with(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{owner}"
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete="CASCADE")
