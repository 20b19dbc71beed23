"""What keeps answers and services true: who looks after them, who checked them when, their links, their translations;
and what was looked for and not found."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# Who of the desk looks after an answer or a service. By key, so that it outlives a row that comes anew with the files.
upkeep = Table(
    "upkeep",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),  # answer | service
    Column("key", String(80), nullable=False),
    Column("owner_id", Integer, ForeignKey("user.id", ondelete="SET NULL"), index=True),
    UniqueConstraint("kind", "key"),
    **IDS_ONCE,
)

# Each time that somebody said "I have checked it", with what stood there before, so that it can be undone.
checkup = Table(
    "checkup",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("key", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Column("verified_before", Date),
    Column("review_before", Date),
    Column("undone_at", Moment),
    Index("ix_checkup_kind_key", "kind", "key"),
    **IDS_ONCE,
)

# Every address on the net that residents are sent to, and what came of asking it last.
link = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("host", String(255), nullable=False, index=True),
    Column("state", String(16)),  # bot.knowledge.links.LinkState; empty: never asked
    Column("status", Integer),  # the HTTP status of the last answer
    Column("leads_to", Text),  # where it led, when that is another address
    Column("asked_at", Moment),
    Column("fine_at", Moment),  # when it was last well
    Column("bad_days", Integer, nullable=False, default=0),  # on so many different days in a row it was broken
    Column("bad_day", Date),  # the last of them
    Column("wanted_at", Moment),  # somebody waits for it to be asked, since then
    Column("due_at", Moment, nullable=False, index=True),
    Column("leased_until", Moment),
    **IDS_ONCE,
)

# Which answer or service sends people there.
link_use = Table(
    "link_use",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("link_id", Integer, ForeignKey("link.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# A text of ours in another language, written on the desk. It wins over the catalogues of the files.
translation = Table(
    "translation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain", String(16), nullable=False),
    Column("language", String(12), nullable=False),
    Column("digest", String(64), nullable=False),  # of the text: it may be too long for an index
    Column("msgid", Text, nullable=False),
    Column("msgstr", Text, nullable=False),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    UniqueConstraint("domain", "language", "digest"),
    **IDS_ONCE,
)

# What somebody looked for and we did not have. ``who`` is a blind index of the person and the month: it counts her
# once, and leads nowhere. No words, no place more exact than a district, no time more exact than a day.
gap = Table(
    "gap",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("month", String(7), nullable=False),  # "2026-05"
    Column("day", Date, nullable=False),
    Column("who", String(64), nullable=False, index=True),
    Column("what", String(12), nullable=False),  # bot.story.gaps.Came
    Column("topic", String(24), nullable=False, default=""),
    Column("language", String(12), nullable=False),
    Column("area", String(60), nullable=False, default=""),
    Column("simulated", Boolean, nullable=False, default=False),
    Index("ix_gap_month", "month"),
    **IDS_ONCE,
)
