"""The people who text, and what they agreed to."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

contact = Table(
    "contact",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("lookup", String(64), nullable=False, unique=True),
    Column("external_lookup", String(64), unique=True),
    Column("channel", String(16), nullable=False),
    Column("simulated", Boolean, nullable=False, default=False),
    Column("address_enc", Text, nullable=False),
    Column("pseudonym", String(24), nullable=False),
    Column("language", String(12)),
    Column("status", String(16), nullable=False, default="active"),  # active | stopped | erased (its receipt goes out)
    Column("stopped_at", Moment),
    Column("last_inbound_at", Moment),
    Column("session_enc", Text),
    Column("session_stamp", Integer, nullable=False, default=0),
    Column("flow_revision", String(64)),
    Column("at_flow", Text),  # where the conversation waits, and since when; None when nothing is under way
    Column("at_step", Text),
    Column("at_since", Moment),
    Column("rehearses", String(64)),  # a simulated person who tries a draft: the draft's revision, newest for her alone
    Column("created_at", Moment, nullable=False),
    **IDS_ONCE,
)

# What she said yes or no to, one row a time, never changed: of a purpose the newest row is in force.
consent = Table(
    "consent",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", String(16), nullable=False),  # bot.flow.actions.PURPOSES
    Column("state", String(12), nullable=False),  # given | withdrawn
    Column("how", String(12), nullable=False),  # flow | word | stop
    Column("language", String(12), nullable=False),
    Column("wording", Text),  # the question as she read it: ours, and nothing of hers
    Column("flow_revision", String(64)),  # the flows in which that question stands
    Column("at", Moment, nullable=False),
    Index("ix_consent_contact_id_id", "contact_id", "id"),
    **IDS_ONCE,
)
