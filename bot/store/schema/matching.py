"""What matching questions needs: vectors of our own texts, and what people chose for what they asked."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

embedding = Table(
    "embedding",
    metadata,
    Column("mark", LargeBinary(16), primary_key=True),  # of the text: bot.knowledge.e5.mark
    Column("model", String(40), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # half-precision numbers
)

# One row for each person and question. ``person`` is another HMAC for each question, so that nobody's questions can be
# put side by side.
choice = Table(
    "choice",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("question", String(64), nullable=False),  # HMAC of the words that may be kept
    Column("person", String(64), nullable=False),
    Column("words_enc", Text, nullable=False),  # those words, in their order
    Column("language", String(12), nullable=False),
    Column("answer_key", String(80), nullable=False),  # "": none of those shown
    Column("chosen_at", Moment, nullable=False),
    UniqueConstraint("question", "person", name="uq_choice_question_person"),
    **IDS_ONCE,
)

# What the desk said must not be learned from choices.
unlearned = Table(
    "unlearned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", String(64), nullable=False),
    Column("answer_key", String(80), nullable=False),
    Column("by", Integer, ForeignKey("user.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
    UniqueConstraint("question", "answer_key", name="uq_unlearned_question_answer_key"),
    **IDS_ONCE,
)
