"""Directories that services are fetched from: where they are, how each fetch went, and what could not be read."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# ``run`` counts the fetches. While one is under way, ``page``, ``first_page``, ``shallow`` and ``total`` say how far it
# is, so that another process can go on; ``held_until`` is how long the present one has it for itself.
source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), nullable=False, unique=True),
    Column("location", Text, nullable=False),  # an address, or a file of this machine
    Column("area", String(40), nullable=False),
    Column("mapping", Text),  # YAML, for a table
    Column("active", Boolean, nullable=False, default=True),  # fetched by itself, each ``every_hours``
    Column("every_hours", Integer, nullable=False, default=24),
    Column("next_at", Moment),
    Column("run", Integer, nullable=False, default=0),
    Column("state", String(12), nullable=False, default="new"),  # bot.store.sources.State
    Column("page", Integer),
    Column("first_page", Integer),
    Column("shallow", Boolean),
    Column("total", Integer),
    Column("held_until", Moment),
    Column("held_by", String(40)),
    Column("began_at", Moment),
    Column("ended_at", Moment),
    Column("good_at", Moment),  # the last fetch that was complete
    Column("trouble", Text, nullable=False, default=""),  # why the last one was not
    Column("read", Integer, nullable=False, default=0),
    Column("stored", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("gone", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    **IDS_ONCE,
)

# Records of a shallow list whose own page is still to be read in this run.
source_waiting = Table(
    "source_waiting",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("record", String(200), nullable=False),
    Column("name", String(120), nullable=False),
    UniqueConstraint("source_id", "record", name="uq_source_waiting_source_id_record"),
    **IDS_ONCE,
)

# What could not be read in the last run: a whole record (``rejected``), or a field of one that was kept without it.
source_problem = Table(
    "source_problem",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("run", Integer, nullable=False),
    Column("record", String(200), nullable=False),
    Column("name", String(120), nullable=False),
    Column("rejected", Boolean, nullable=False),
    Column("sentence", Text, nullable=False),
    Index("ix_source_problem_source_id_run", "source_id", "run"),
    **IDS_ONCE,
)
