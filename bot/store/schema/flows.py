"""Conversations: what comes later by itself, revisions, drafts, and what happened at each step."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# A timer of a silence does nothing unless the contact's session still carries its stamp. A follow-up carries what is to
# be gone on with.
timer = Table(
    "timer",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(12), nullable=False, default="silence"),  # silence | follow_up | late
    Column("stamp", Integer, nullable=False),
    Column("payload_enc", Text),  # JSON [revision, frames] of a follow-up; the reference of a talk
    Column("due_at", Moment, nullable=False, index=True),
    **IDS_ONCE,
)

flow_revision = Table(
    "flow_revision",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("sources", Text, nullable=False),  # JSON {file name: text}
    Column("packed", LargeBinary),  # the same, read by the code that packed_by names
    Column("packed_by", String(64)),
    Column("published_at", Moment, nullable=False),
    Column("in_use_at", Moment),  # when people's conversations last began to begin in it; null: a draft that was tried
)

# What happened at each step, in numbers, a row a day (days since 1970 UTC). Nothing here leads to a person.
flow_count = Table(
    "flow_count",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("step", Text, primary_key=True),  # "" is the flow's end
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(64), primary_key=True),
    Column("language", String(12), primary_key=True),
    Column("simulated", Boolean, primary_key=True),
    Column("reached", Integer, nullable=False, default=0),
    Column("gone", Integer, nullable=False, default=0),  # left without an answer
    Column("missed", Integer, nullable=False, default=0),  # an answer was not understood
)

# The words of answers that were not understood, for 90 days.
missed = Table(
    "missed",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("flow", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("language", String(12), nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("words_enc", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    **IDS_ONCE,
)

# What the desk published over the folder's files, one row a time; the newest row's ``edits`` are in force.
flow_publication = Table(
    "flow_publication",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),  # the revision that it made where it was published
    Column("edits", JSON, nullable=False),  # list of bot.flow.live.Edit, all that were in force or rest from then on
    Column("before", JSON, nullable=False),  # {file: its text before, null where it was not there}: what undoing needs
    Column("draft_id", Integer, ForeignKey("flow_draft.id", ondelete="SET NULL")),
    Column("back_of", Integer),  # the publication that this one took back
    Column("published_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("published_at", Moment, nullable=False),
    **IDS_ONCE,
)

flow_draft = Table(
    "flow_draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("status", String(16), nullable=False, default="open"),  # open | published | thrown_away
    Column("version", Integer, nullable=False, default=1),
    Column("started_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("changed_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("changed_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_flow_draft_status", "status"),
    **IDS_ONCE,
)

flow_draft_file = Table(
    "flow_draft_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", Integer, ForeignKey("flow_draft.id", ondelete="CASCADE"), nullable=False),
    Column("file", String(80), nullable=False),
    Column("text", Text, nullable=False),  # as it was written, right or wrong
    Column("base", Text),  # the text in use that it was begun from; null for a new conversation
    UniqueConstraint("draft_id", "file", name="uq_flow_draft_file_draft_id_file"),
    **IDS_ONCE,
)
