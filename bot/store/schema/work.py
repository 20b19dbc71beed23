"""What waits for champions: stories, questions, alerts, talks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata


def deprivation() -> tuple[Column[int], Column[int]]:
    """Of where she said she is, no more than this: the edition of the indices (a year), and the decile (1 to 10)."""
    return Column("deprivation_edition", Integer), Column("deprivation_decile", Integer)


def area() -> Column[str]:
    """Where it belongs: a town or a postcode's district, never more exact. None: nobody said so."""
    return Column("area", String(60))


story = Table(
    "story",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("contact_id", BigId, ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("language", String(12), nullable=False),
    Column("consent", String(16), nullable=False),  # bot.story.consent.Consent
    Column("follow_up", Boolean, nullable=False, default=False),
    Column("status", String(24), nullable=False, default="received"),  # bot.story.status.StoryStatus
    Column("version", Integer, nullable=False, default=1),
    Column("text_enc", Text),  # JSON list of the messages, as texted; never edited; None once it is taken back
    Column("media_enc", Text),  # JSON list of {kind, url, content_type}
    Column("wish_enc", Text),
    *deprivation(),
    area(),
    Column("reason_enc", Text),  # why it was declined, or what a lead is asked
    Column("simulated", Boolean, nullable=False, default=False),
    Column("decided_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("decided_at", Moment),
    # A lease: whoever reads it, since when, and until when nobody disturbs her. See bot.story.status.standing.
    Column("claimed_by", Integer, ForeignKey("user.id", ondelete="SET NULL"), index=True),
    Column("claimed_at", Moment),
    Column("claim_until", Moment),
    Column("first_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),  # who approved it first
    Column("created_at", Moment, nullable=False),
    Index("ix_story_status_created_at", "status", "created_at"),
    Index("ix_story_status_language_created_at", "status", "language", "created_at"),
    Index("ix_story_status_consent_decided_at", "status", "consent", "decided_at"),
    Index("ix_story_language_contact_id", "language", "contact_id"),  # how many have told something in a language
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
    *deprivation(),
    area(),
    Column("answer_id", Integer, ForeignKey("answer.id", ondelete="SET NULL")),
    Column("simulated", Boolean, nullable=False, default=False),
    Column("answered_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("answered_at", Moment),
    Column("due_on", Date),  # the day she was told to expect an answer by
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
    area(),
    Column("answered", Boolean, nullable=False, default=True),  # she was sent the numbers; not after a STOP
    Column("simulated", Boolean, nullable=False, default=False),
    Column("created_at", Moment, nullable=False, index=True),
    Column("acknowledged_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("acknowledged_at", Moment),
    Column("note_enc", Text),  # what was done
    Column("step_due_at", Moment, server_default="0", index=True),  # when the next people are told; 0: at once
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
    area(),
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
