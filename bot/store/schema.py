"""The tables. What a person wrote, and every address, is encrypted (``*_enc``); look-ups go by HMAC (``*_lookup``)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up by itself in an INTEGER primary key; PostgreSQL gets 64 bits.
BigId = BigInteger().with_variant(Integer(), "sqlite")
# Moments are whole milliseconds since 1970 UTC: the turn writes them with the bare driver, alike on both databases.
Moment = BigInteger
# SQLite would give a deleted row's id to the next row: a page left open on an erased story would act on another's.
IDS_ONCE: dict[str, Any] = {"sqlite_autoincrement": True}

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

# What is waiting to go out and what went. Per contact the order is the order of ids.
outbound = Table(
    "outbound",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("inbound_id", BigId, ForeignKey("inbound.id", ondelete="SET NULL")),
    Column("kind", String(16), nullable=False),  # reply | champion | danger | opt_out | template | bulk
    Column("text_enc", Text, nullable=False),
    Column("options_enc", Text),  # JSON {prompt, options: [[key, label], ...]}
    Column("language", String(12)),
    Column("encoding", String(8), nullable=False),
    Column("segments", Integer, nullable=False),
    Column("status", String(16), nullable=False, default="waiting"),
    Column("provider_id", String(64), unique=True),
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
    Index("ix_outbound_inbound_id", "inbound_id"),  # erasing one inbound row would read the whole table
    Index("ix_outbound_status_next_try_at", "status", "next_try_at"),
    Index("ix_outbound_status_kind", "status", "kind"),
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

story = Table(
    "story",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("language", String(12), nullable=False),
    Column("consent", String(16), nullable=False),  # bot.story.consent.Consent
    Column("follow_up", Boolean, nullable=False, default=False),
    Column("status", String(16), nullable=False, default="received"),  # bot.story.status.StoryStatus
    Column("version", Integer, nullable=False, default=1),
    Column("text_enc", Text, nullable=False),  # JSON list of the messages, as texted; never edited
    Column("media_enc", Text),  # JSON list of {kind, url, content_type}
    Column("wish_enc", Text),
    Column("reason_enc", Text),  # why it was declined, or what a lead is asked
    Column("simulated", Boolean, nullable=False, default=False),
    Column("decided_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("decided_at", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_story_status_created_at", "status", "created_at"),
    **IDS_ONCE,
)

question = Table(
    "question",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("language", String(12), nullable=False),
    Column("status", String(16), nullable=False, default="waiting"),  # waiting | answered | closed
    Column("version", Integer, nullable=False, default=1),
    Column("text_enc", Text, nullable=False),
    Column("answer_enc", Text),
    Column("answer_id", Integer, ForeignKey("answer.id", ondelete="SET NULL")),
    Column("simulated", Boolean, nullable=False, default=False),
    Column("answered_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("answered_at", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_question_status_created_at", "status", "created_at"),
    **IDS_ONCE,
)

alert = Table(
    "alert",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("kind", String(16), nullable=False),  # bot.story.danger.Danger
    Column("language", String(12)),
    Column("text_enc", Text, nullable=False),
    Column("answered", Boolean, nullable=False, default=True),  # she was sent the numbers; not after a STOP
    Column("simulated", Boolean, nullable=False, default=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("acknowledged_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("acknowledged_at", Moment),
    Column("note_enc", Text),  # what was done
    **IDS_ONCE,
)

# A talk with a champion. ``waits_since``: what she wrote after our last text waits for an answer from then on.
talk = Table(
    "talk",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("language", String(12), nullable=False),
    Column("status", String(16), nullable=False, default="waiting"),  # bot.story.status.TalkStatus
    Column("version", Integer, nullable=False, default=1),
    Column("with_bot", Boolean, nullable=False, default=False),  # she has gone back to the bot meanwhile
    Column("simulated", Boolean, nullable=False, default=False),
    Column("taken_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("acted_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("acted_at", Moment),
    Column("late_at", Moment, nullable=False),  # when nobody has taken it by then, it is late
    Column("waits_since", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_talk_status_created_at", "status", "created_at"),
    **IDS_ONCE,
)

# What was said in a talk, in the order of ids: her words, or one of our texts.
talk_line = Table(
    "talk_line",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("talk_id", BigId, ForeignKey("talk.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text_enc", Text),  # hers; empty when a photo or a voice note came without words
    Column("danger", Boolean, nullable=False, default=False),
    Column("outbound_id", BigId, ForeignKey("outbound.id", ondelete="CASCADE"), index=True),
    Column("at", Moment, nullable=False),
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
    **IDS_ONCE,
)

service = Table(
    "service",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("origin", String(8), nullable=False),  # file | demo | desk
    Column("area", String(40), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("document", JSON, nullable=False),  # the record as bot.knowledge.services.Service reads it
    Column("verified", Date),
    Column("active", Boolean, nullable=False, default=True),
    Column("off_by_desk", Boolean, nullable=False, default=False),
    Column("updated_at", Moment, nullable=False),
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
    **IDS_ONCE,
)
