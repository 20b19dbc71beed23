"""Safeguarding: who is on call, who was told of an alert and when, what was done, and how grave a story is."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# Who of the desk can be told of an alert, and where.
rota_person = Table(
    "rota_person",
    metadata,
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("phone_enc", Text),
    Column("email_enc", Text),
)

# When somebody is on call, by the clock on the wall in London. ``until`` at or before ``begins`` is on the next day.
rota_shift = Table(
    "rota_shift",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("rota_person.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("stands_in", Boolean, nullable=False),
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("begins", Integer, nullable=False),  # minutes after midnight
    Column("until", Integer, nullable=False),
    **IDS_ONCE,
)

# From which day to which somebody on the rota is away, both included, in London.
rota_away = Table(
    "rota_away",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("rota_person.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    **IDS_ONCE,
)

# Each step of an alert's clock: once, whoever does it.
alert_step = Table(
    "alert_step",
    metadata,
    Column("alert_id", BigId, ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("who", String(12), nullable=False),  # bot.story.rota.Rung
    Column("at", Moment, nullable=False),
)

# One text or e-mail to one person of the desk about one step.
alert_notice = Table(
    "alert_notice",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("alert_id", BigId, ForeignKey("alert.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("way", String(8), nullable=False),  # sms | email
    Column("status", String(12), nullable=False, default="waiting"),  # bot.store.notices.NoticeStatus
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, index=True),  # when something is to be done about it; empty: nothing more
    Column("began_at", Moment),  # when the last try began
    Column("provider_id", String(64)),
    Column("error_code", String(24)),
    Column("status_at", Moment, nullable=False),
    UniqueConstraint("alert_id", "step", "user_id", "way"),
    **IDS_ONCE,
)

# What was done about an alert: only ever added to.
alert_action = Table(
    "alert_action",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("alert_id", BigId, ForeignKey("alert.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("what", String(24), nullable=False),  # bot.story.safeguarding.Action
    Column("outcome", String(24)),  # bot.story.safeguarding.Outcome, when this changed it
    Column("note_enc", Text),
    Column("at", Moment, nullable=False),
    **IDS_ONCE,
)

# How grave the worst thing said in a story is. Apart from the story, for champions alone.
story_rating = Table(
    "story_rating",
    metadata,
    Column("story_id", BigId, ForeignKey("story.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("rating", Integer, nullable=False),  # 0 to 5
    Column("rated_by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    Index("ix_story_rating_rating", "rating"),
)
