"""What the second look for danger found, of each story, question and line of a talk: once, and gone with it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Table

from bot.store.schema.base import BigId, Moment, metadata


def _look(of: str) -> Table:
    return Table(
        f"{of}_look",
        metadata,
        Column(f"{of}_id", BigId, ForeignKey(f"{of}.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        Column("near", Boolean, nullable=False),  # it may be about danger
        Column("at", Moment, nullable=False),
    )


story_look = _look("story")
question_look = _look("question")
talk_line_look = _look("talk_line")
