"""What champions put beside stories and questions, and what each of them chose for herself."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata


def _tags(of: str) -> Table:
    """The tags of one kind of thing. ``key`` is one of the codebook's; the codebook may have lost it since."""
    return Table(
        f"{of}_tag",
        metadata,
        Column(f"{of}_id", BigId, ForeignKey(f"{of}.id", ondelete="CASCADE"), primary_key=True),
        Column("key", String(40), primary_key=True),
        Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
        Column("at", Moment, nullable=False),
        Index(f"ix_{of}_tag_key", "key", f"{of}_id"),
    )


story_tag = _tags("story")
question_tag = _tags("question")

# What champions write to one another about a story.
story_note = Table(
    "story_note",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text_enc", Text, nullable=False),
    Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    **IDS_ONCE,
)

# Whom a note names: she is told, until she has seen it.
note_mention = Table(
    "note_mention",
    metadata,
    Column("note_id", BigId, ForeignKey("story_note.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("seen_at", Moment),
    Index("ix_note_mention_user_id", "user_id", "seen_at"),
)

# What somebody has typed into a story's page and neither sent nor kept yet. Hers alone, and gone after a week.
story_unsaved = Table(
    "story_unsaved",
    metadata,
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("box", String(24), primary_key=True),  # bot.web.desk.stories.unsaved.BOXES, or translation-LANGUAGE
    Column("text_enc", Text, nullable=False),
    Column("base", BigId, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

# What a champion says about how hard a story is to read. It wins over the words that were found in it.
story_heed = Table(
    "story_heed",
    metadata,
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("distressing", Boolean, nullable=False),
    Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
)

# Whom a lead asked to read a story, until when. It ends by itself, and hides nothing.
story_handed = Table(
    "story_handed",
    metadata,
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)

# How many stories somebody wants to be given on a day; no row: as many as there are.
day_limit = Table(
    "day_limit",
    metadata,
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("stories", Integer, nullable=False),
)

# How one reader's day goes. Of another day than today it means nothing, and is deleted.
reading_day = Table(
    "reading_day",
    metadata,
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, nullable=False, index=True),  # in London
    Column("in_a_row", Integer, nullable=False, default=0),  # distressing stories opened, with no easier one between
    Column("not_today", Boolean, nullable=False, default=False),
)

# Texts that are written often, in each language. Ours, and nobody's story: so they are not sealed.
canned_reply = Table(
    "canned_reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("language", String(12), nullable=False, index=True),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("changed_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("changed_at", Moment, nullable=False),
    **IDS_ONCE,
)

# What somebody chose that differs from what everybody has: bot.store.preferences.Preference.
preference = Table(
    "preference",
    metadata,
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(24), primary_key=True),
    Column("wanted", Boolean, nullable=False),
)

# When somebody is told by e-mail of what waits for her: bot.story.reminding.Wish. One row a person, which is the clock
# and the line, too: who sends puts ``due_at`` off by a lease, so that of many workers one does.
reminder = Table(
    "reminder",
    metadata,
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("pace", String(8), nullable=False),
    Column("hour", Integer, nullable=False),  # on the clock on the wall in London
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("about", JSON, nullable=False),
    Column("due_at", Moment, index=True),  # when to look again; empty: never
    Column("period_at", Moment),  # what was due when the first try began: it names the e-mail
    Column("sent_at", Moment),  # when the server of e-mail took the last one
    Column("told", JSON, nullable=False),  # of what she was told at once and what still waits: "stories:12"
)
