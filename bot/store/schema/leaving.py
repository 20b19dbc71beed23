"""What was told to leave us, what has left us, and what people told about themselves, apart from all else."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# Where words of a story went out. A row outlives its story: what was printed cannot be called back, only marked.
issued = Table(
    "issued",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("story_id", BigId, ForeignKey("story.id", ondelete="SET NULL"), index=True),
    Column("place", String(12), nullable=False),  # bot.store.issuing.Place
    Column("name", String(120), nullable=False),  # which board or report; ours, and no word of hers
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),  # its teller took it back since
    **IDS_ONCE,
)

# No id that counts up and no moment: neither order nor time may lead from these answers to a story. ``person`` is a
# blind index of who answered, made for this table alone, so that what she erases can be found and nobody else's can.
about_you = Table(
    "about_you",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("month", String(7), nullable=False),  # "2026-05"
    Column("language", String(12), nullable=False),
    Column("age", String(24)),
    Column("age_set", String(32)),  # bot.story.codes: which list the code is of
    Column("ethnic_group", String(32)),
    Column("ethnic_group_set", String(32)),
    Column("disability", String(8)),
    Column("carer", String(8)),
    Column("area", String(60)),
    Column("simulated", Boolean, nullable=False, default=False),
    sqlite_with_rowid=False,
)

# Each time that what was old enough was erased: how many of each kind.
retention_run = Table(
    "retention_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("erased", JSON, nullable=False),  # {bot.store.retention.Kind: rows}
    **IDS_ONCE,
)
