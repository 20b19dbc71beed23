"""What came in and what goes out: texts, what came beside words, how fast each channel goes, texts for many."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
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
    false,
    text,
)

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

inbound = Table(
    "inbound",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("provider_id", String(64), nullable=False, unique=True),
    Column("text_enc", Text, nullable=False),
    Column("media_enc", Text),  # JSON list of {url, content_type}
    Column("language", String(12)),
    Column("received_at", Moment, nullable=False),
    **IDS_ONCE,
)

GIVEN = text("provider_id IS NOT NULL")  # a reply has none until it is sent

# What is waiting to go out and what went. Per contact the order is the order of ids.
outbound = Table(
    "outbound",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("inbound_id", BigId),  # the turn it belongs to; no key, as every reply would have to look it up
    Column("kind", String(16), nullable=False),  # reply | champion | danger | opt_out | template | bulk
    Column("text_enc", Text, nullable=False),
    Column("options_enc", Text),  # JSON {prompt, options: [[key, label], ...]}
    Column("language", String(12)),
    Column("encoding", String(8), nullable=False),
    Column("segments", Integer, nullable=False),
    Column("status", String(16), nullable=False, default="waiting"),
    Column("provider_id", String(64)),
    Column("error_code", String(16)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", Moment),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("status_at", Moment, nullable=False),
    Column("sent_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("news_asked_at", Moment),  # when the carrier was last asked what became of it
    Column("done_at", Moment),  # somebody has seen that it failed, and needs nothing more of it
    Column("template", String(60)),  # the name of the template that this is, for when WhatsApp's window is closed
    Column("by_sms", Boolean, nullable=False, default=False, server_default=false()),  # to the same number, instead
    Index("ix_outbound_contact_id_id", "contact_id", "id"),
    Index("uq_outbound_provider_id", "provider_id", unique=True, sqlite_where=GIVEN, postgresql_where=GIVEN),
    Index("ix_outbound_status_kind_next_try_at", "status", "kind", "next_try_at"),
    **IDS_ONCE,
)

# When each channel has sent what it was given to send, in microseconds since 1970: the next text begins then.
channel_pace = Table(
    "channel_pace",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("free_at", BigInteger, nullable=False),
)

# A channel that sends nothing because our own configuration is wrong. One text tries it again at ``probe_at``.
channel_pause = Table(
    "channel_pause",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("error_code", String(16), nullable=False),
    Column("since", Moment, nullable=False),
    Column("probe_at", Moment, nullable=False),
    Column("probes", Integer, nullable=False),
)

# What Twilio's Content API has of ours: a question's buttons (key: bot.channel.content) by its SID.
content = Table(
    "content",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("sid", String(34), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("language", String(12), nullable=False),
    Column("created_at", Moment, nullable=False),
)

# Texts handed in for WhatsApp's approval. A changed text is a new row; the old one serves until that is approved.
template = Table(
    "template",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("language", String(12), nullable=False),
    Column("text", Text, nullable=False),  # ours, in that language
    Column("text_hash", String(64), nullable=False),
    Column("sid", String(34), nullable=False),
    Column("state", String(12), nullable=False),  # bot.store.templates.State
    Column("reason", Text, nullable=False, default=""),
    Column("submitted_at", Moment),
    Column("checked_at", Moment),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("name", "language", "text_hash", name="uq_template_name_language_text_hash"),
    **IDS_ONCE,
)

# One text for many. ``texts`` are ours, {language: words}, without the last line that says how to stop.
broadcast = Table(
    "broadcast",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(80), nullable=False),  # only the desk sees it
    Column("status", String(16), nullable=False, default="draft"),  # bot.store.broadcasts.Status
    Column("version", Integer, nullable=False, default=1),
    Column("texts", JSON, nullable=False),
    Column("languages", JSON, nullable=False),  # whom it is for; an empty list: everybody who said yes
    Column("english_for_rest", Boolean, nullable=False, default=False),
    Column("simulated", Boolean, nullable=False, default=False),
    Column("send_at", Moment),  # not before then
    Column("asked_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("asked_at", Moment),
    Column("confirmed_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("acted_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("acted_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_broadcast_status", "status"),
    **IDS_ONCE,
)

# Who gets it, written down when it begins: one row, and one text, a person, however many workers are at it.
broadcast_person = Table(
    "broadcast_person",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("broadcast_id", Integer, ForeignKey("broadcast.id", ondelete="CASCADE"), nullable=False),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("state", String(12), nullable=False, default="waiting"),  # waiting | queued | left_out
    Column("reason", String(16)),  # bot.store.broadcasts.Reason, of who is left out
    Column("outbound_id", BigId, ForeignKey("outbound.id", ondelete="SET NULL"), unique=True),
    Column("at", Moment, nullable=False),
    UniqueConstraint("broadcast_id", "contact_id", name="uq_broadcast_person_broadcast_id_contact_id"),
    Index("ix_broadcast_person_broadcast_id_state", "broadcast_id", "state"),
    **IDS_ONCE,
)

# What came beside words. Its bytes are sealed in ``media_part``, and only once it was fetched and looked at.
media = Table(
    "media",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), index=True),  # null: only to be deleted
    Column("inbound_id", BigId, ForeignKey("inbound.id", ondelete="CASCADE"), index=True),
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), index=True),
    Column("talk_line_id", BigId, ForeignKey("talk_line.id", ondelete="CASCADE"), index=True),
    Column("kind", String(12), nullable=False),  # bot.flow.media.KINDS
    Column("content_type", String(80), nullable=False),  # what the carrier said; once it is kept, what it is
    Column("size", Integer),  # bytes
    Column("state", String(12), nullable=False),  # bot.store.media.State
    Column("reason", String(16)),  # bot.store.media.Reason
    Column("url_enc", Text, nullable=False),  # where the carrier keeps it
    Column("at_carrier", Boolean, nullable=False),  # it still lies there
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", Moment),  # null: nothing is to be done
    Column("created_at", Moment, nullable=False),
    Index("ix_media_next_try_at", "next_try_at"),
    **IDS_ONCE,
)

media_part = Table(
    "media_part",
    metadata,
    Column("media_id", BigId, ForeignKey("media.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
