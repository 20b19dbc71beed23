"""Every table of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IDS_ONCE = {"sqlite_autoincrement": True}  # SQLite would give a deleted row's id to the next row
CHILDREN_FIRST = (
    "outbound",
    "user_role",
    "timer",
    "story",
    "question",
    "inbound",
    "alert",
    "user",
    "service",
    "role",
    "revision",
    "flow_revision",
    "contact",
    "audit",
    "answer",
)


def upgrade() -> None:
    _answer()
    _audit()
    _contact()
    _flow_revision()
    _revision()
    _role()
    _service()
    _user()
    _alert()
    _inbound()
    _question()
    _story()
    _timer()
    _user_role()
    _outbound()


def downgrade() -> None:
    for table in CHILDREN_FIRST:
        op.drop_table(table)


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("rights", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("verified", sa.Date()),
        sa.Column("review_by", sa.Date()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("off_by_desk", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("key", name="uq_answer_key"),
        **IDS_ONCE,
    )
    op.create_index("ix_answer_topic", "answer", ["topic"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("previous", name="uq_audit_previous"),
        **IDS_ONCE,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("external_lookup", sa.String(length=64)),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("address_enc", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=12)),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column("last_inbound_at", sa.BigInteger()),
        sa.Column("session_enc", sa.Text()),
        sa.Column("session_stamp", sa.Integer(), nullable=False),
        sa.Column("flow_revision", sa.String(length=64)),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("external_lookup", name="uq_contact_external_lookup"),
        sa.UniqueConstraint("lookup", name="uq_contact_lookup"),
        **IDS_ONCE,
    )


def _flow_revision() -> None:
    op.create_table(
        "flow_revision",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_flow_revision"),
    )


def _revision() -> None:
    op.create_table(
        "revision",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_revision"),
    )


def _role() -> None:
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=255)),
        sa.Column("permissions", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("name", name="uq_role_name"),
    )


def _service() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("verified", sa.Date()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("off_by_desk", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service"),
        sa.UniqueConstraint("key", name="uq_service_key"),
        **IDS_ONCE,
    )
    op.create_index("ix_service_area", "service", ["area"])


def _user() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255)),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.Column("last_login_at", sa.DateTime()),
        sa.Column("current_login_at", sa.DateTime()),
        sa.Column("last_login_ip", sa.String(length=64)),
        sa.Column("current_login_ip", sa.String(length=64)),
        sa.Column("login_count", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_user_fs_uniquifier"),
        **IDS_ONCE,
    )


def _alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=12)),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_by", sa.Integer()),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("note_enc", sa.Text()),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["user.id"], name="fk_alert_acknowledged_by_user", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_alert_contact_id_contact", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        **IDS_ONCE,
    )
    op.create_index("ix_alert_contact_id", "alert", ["contact_id"])
    op.create_index("ix_alert_created_at", "alert", ["created_at"])


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("media_enc", sa.Text()),
        sa.Column("language", sa.String(length=12)),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_inbound_contact_id_contact", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inbound"),
        sa.UniqueConstraint("provider_id", name="uq_inbound_provider_id"),
        **IDS_ONCE,
    )
    op.create_index("ix_inbound_contact_id", "inbound", ["contact_id"])


def _question() -> None:
    op.create_table(
        "question",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("contact_id", BIG_ID),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("answer_enc", sa.Text()),
        sa.Column("answer_id", sa.Integer()),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("answered_by", sa.Integer()),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name="fk_question_answer_id_answer", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name="fk_question_answered_by_user", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_question_contact_id_contact", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("reference", name="uq_question_reference"),
        **IDS_ONCE,
    )
    op.create_index("ix_question_contact_id", "question", ["contact_id"])
    op.create_index("ix_question_status_created_at", "question", ["status", "created_at"])


def _story() -> None:
    op.create_table(
        "story",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("contact_id", BIG_ID),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.Column("follow_up", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("wish_enc", sa.Text()),
        sa.Column("reason_enc", sa.Text()),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_story_contact_id_contact", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name="fk_story_decided_by_user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
        sa.UniqueConstraint("reference", name="uq_story_reference"),
        **IDS_ONCE,
    )
    op.create_index("ix_story_contact_id", "story", ["contact_id"])
    op.create_index("ix_story_status_created_at", "story", ["status", "created_at"])


def _timer() -> None:
    op.create_table(
        "timer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("payload_enc", sa.Text()),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_timer_contact_id_contact", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
        **IDS_ONCE,
    )
    op.create_index("ix_timer_contact_id", "timer", ["contact_id"])
    op.create_index("ix_timer_due_at", "timer", ["due_at"])


def _user_role() -> None:
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_user_role_role_id_role", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_user_role_user_id_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name="pk_user_role"),
    )


def _outbound() -> None:
    op.create_table(
        "outbound",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("inbound_id", BIG_ID),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text_enc", sa.Text(), nullable=False),
        sa.Column("options_enc", sa.Text()),
        sa.Column("language", sa.String(length=12)),
        sa.Column("encoding", sa.String(length=8), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=64)),
        sa.Column("error_code", sa.String(length=16)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger()),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("status_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_by", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_outbound_contact_id_contact", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name="fk_outbound_inbound_id_inbound", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["user.id"], name="fk_outbound_sent_by_user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_outbound"),
        sa.UniqueConstraint("provider_id", name="uq_outbound_provider_id"),
        **IDS_ONCE,
    )
    op.create_index("ix_outbound_contact_id_id", "outbound", ["contact_id", "id"])
    op.create_index("ix_outbound_inbound_id", "outbound", ["inbound_id"])
    op.create_index("ix_outbound_status_next_try_at", "outbound", ["status", "next_try_at"])
