"""The desk: what it knows, who works at it, and what was done there."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# Answers and services: ``origin`` file rows follow the files in FLOWS_DIR, desk rows belong to the desk. The desk alone
# sets ``off_by_desk``: such a row stays off whatever the files say.
answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("origin", String(8), nullable=False),  # file | desk
    Column("language", String(12), nullable=False, default="en"),
    Column("topic", String(24), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("romanised", JSON, nullable=False, default=list, server_default="[]"),  # pairs of language and text
    Column("short", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("say", Text, nullable=False, default=""),
    Column("rights", Boolean, nullable=False, default=False),
    Column("source", Text, nullable=False, default=""),
    Column("source_name", Text, nullable=False, default=""),
    Column("verified", Date),
    Column("review_by", Date),
    Column("active", Boolean, nullable=False, default=True),
    Column("off_by_desk", Boolean, nullable=False, default=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("audio", JSON, nullable=False, default=dict, server_default="{}"),  # language -> link
    Column("easy_read", JSON, nullable=False, default=dict, server_default="{}"),
    **IDS_ONCE,
)

service = Table(
    "service",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("origin", String(8), nullable=False),  # file | demo | desk | feed
    Column("area", String(40), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("document", JSON, nullable=False),  # the record as bot.knowledge.services.Service reads it
    Column("verified", Date),
    Column("active", Boolean, nullable=False, default=True),
    Column("off_by_desk", Boolean, nullable=False, default=False),
    # Of a row from a directory: what it says, what the desk says instead, the last fetch that it was in, why it is not
    # offered ("" when it is), and since when it is missing there. ``document`` is the two together.
    Column("source_id", Integer),
    Column("record", String(200)),
    Column("imported", JSON),
    Column("changes", JSON),
    Column("seen_run", Integer),
    Column("closed", String(24), nullable=False, default="", server_default=""),
    Column("gone_at", Moment),
    Column("updated_at", Moment, nullable=False),
    Index("ix_service_source_id_record", "source_id", "record", unique=True),
    **IDS_ONCE,
)

# Counters: one tells every process that its copy of answers and services is old; one, that the flows in use are other
# ones; one, that the demo is filled.
revision = Table(
    "revision",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("number", Integer, nullable=False),
)

user = Table(
    "user",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(255), nullable=False, unique=True),
    Column("password", String(255)),
    Column("name", String(120), nullable=False, default=""),
    Column("languages", JSON, nullable=False, default=list),  # the languages this champion reads
    Column("active", Boolean, nullable=False, default=True),
    Column("fs_uniquifier", String(64), nullable=False, unique=True),
    Column("confirmed_at", DateTime),
    Column("last_login_at", DateTime),
    Column("current_login_at", DateTime),
    Column("last_login_ip", String(64)),
    Column("current_login_ip", String(64)),
    Column("login_count", Integer),
    Column("invited_at", Moment),  # since when her link waits; empty once she has a password
    Column("totp_enc", Text),  # what her app makes the codes from
    Column("totp_step", Integer),  # of the last code she used: none works twice
    Column("recovery", JSON, nullable=False, default=list, server_default="[]"),  # blind indexes of her spare codes
    Column("desk_language", String(12)),  # in what she chose to read the desk last: her e-mails and texts come in it
    **IDS_ONCE,
)

role = Table(
    "role",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),  # champion | translator | lead | admin
    Column("description", String(255)),
    Column("permissions", JSON),
)

user_role = Table(
    "user_role",
    metadata,
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", Integer, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
    Column("everywhere", Boolean, nullable=False, default=True, server_default=true()),  # else see role_place
)

# Append-only and hash-chained: each row's hash covers the one before it.
audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(40), nullable=False),  # "user:7", "resident", "system"
    Column("event", String(48), nullable=False),  # bot.store.audit.Event
    Column("subject", String(64), nullable=False),  # "story:12"
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("previous"),
    Index("ix_audit_subject", "subject"),
    Index("ix_audit_actor_at", "actor", "at"),  # what somebody has done lately
    **IDS_ONCE,
)
