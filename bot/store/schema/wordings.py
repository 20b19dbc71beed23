"""The words of a story beside the original: as champions prepared them for others, and in other languages."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# Each version is kept. What leaves the champions is the newest, and only when a second one has approved just that.
story_redaction = Table(
    "story_redaction",
    metadata,
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text_enc", Text, nullable=False),
    Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Column("approved_by_second", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("approved_at", Moment),
)

# A translation is of one version of the prepared words: of an older one it is stale, and goes nowhere.
story_translation = Table(
    "story_translation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),  # of the prepared words it translates
    Column("language", String(12), nullable=False),
    Column("made", String(8), nullable=False),  # bot.store.wordings.Made: draft | champion
    Column("text_enc", Text, nullable=False),
    Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),  # who wrote it, or had it drafted
    Column("at", Moment, nullable=False),
    ForeignKeyConstraint(
        ["story_id", "version"], ["story_redaction.story_id", "story_redaction.version"], ondelete="CASCADE"
    ),
    Index("ix_story_translation_story_id", "story_id", "language"),
    **IDS_ONCE,
)
