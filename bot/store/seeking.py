"""Looks for words in stories and questions. They are sealed, so they are opened and looked through, the newest first.

Nothing of them is written into an index: whoever steals the database learns no word from it (decision 35).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from bot.language.normal import words
from bot.store.schema import question, story
from bot.store.vault import LOCKED, Vault, opened

LOOK = 500  # stories, or questions, at one go: opening one takes a tenth of a millisecond
MOST = 40  # of what is found, on one page


@dataclass(frozen=True)
class Hit:
    """A story or a question that holds the words. ``texts`` are what its person wrote."""

    kind: str  # story | question
    id: int
    reference: str
    language: str
    status: str
    created_at: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Sought:
    """What was found among ``looked`` of them. ``older``: the id to go on below; None when all were looked through."""

    hits: list[Hit]
    looked: int
    older: int | None


def by_reference(conn: Connection, vault: Vault, reference: str) -> list[Hit]:
    """The story or the question of this reference, however it is typed."""
    wanted = reference.strip().upper()
    found = [_story(vault, row) for row in conn.execute(select(story).where(story.c.reference == wanted))]
    asked = conn.execute(select(question).where(question.c.reference == wanted))
    return found + [_question(vault, row) for row in asked]


def in_stories(
    conn: Connection, vault: Vault, sought: str, *, below: int | None = None, where: Sequence[ColumnElement[bool]] = ()
) -> Sought:
    """The stories with all these words, or words that begin so, among the newest ``LOOK`` below an id.

    Without words: all of those that ``where`` keeps.
    """
    columns = (story.c.id, story.c.reference, story.c.language, story.c.status, story.c.created_at, story.c.text_enc)
    query = select(*columns, story.c.wish_enc).where(*where).order_by(story.c.id.desc()).limit(LOOK + 1)
    rows = conn.execute(query.where(story.c.id < below) if below else query).all()
    return _among(rows, [_story(vault, row) for row in rows[:LOOK]], sought)


def in_questions(
    conn: Connection, vault: Vault, sought: str, *, below: int | None = None, where: Sequence[ColumnElement[bool]] = ()
) -> Sought:
    """The questions with all these words, as ``in_stories``; the champion's answer is looked through, too."""
    query = select(question).where(*where).order_by(question.c.id.desc()).limit(LOOK + 1)
    rows = conn.execute(query.where(question.c.id < below) if below else query).all()
    return _among(rows, [_question(vault, row) for row in rows[:LOOK]], sought)


def _among(rows: Sequence[Any], opened_rows: list[Hit], sought: str) -> Sought:
    wanted = [f" {word}" for word in words(sought)]
    hits = []
    for number, hit in enumerate(opened_rows, 1):
        if holds(hit.texts, wanted):
            hits.append(hit)
        if len(hits) == MOST:
            more = number < len(rows)
            return Sought(hits, number, hit.id if more else None)
    return Sought(hits, len(opened_rows), opened_rows[-1].id if len(rows) > len(opened_rows) else None)


def holds(texts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether each of the folded words, with a space before it, begins some word of the texts."""
    said = " " + " ".join(word for text in texts for word in words(text))
    return all(word in said for word in wanted)


def _story(vault: Vault, row: Any) -> Hit:
    kept = opened(vault, row.text_enc)
    texts = (LOCKED,) if kept == LOCKED else tuple(json.loads(kept or "[]"))
    wish = opened(vault, row.wish_enc)
    return _hit("story", row, (*texts, wish) if wish else texts)


def _question(vault: Vault, row: Any) -> Hit:
    texts = (opened(vault, row.text_enc), opened(vault, row.answer_enc))
    return _hit("question", row, tuple(text for text in texts if text))


def _hit(kind: str, row: Any, texts: tuple[str, ...]) -> Hit:
    return Hit(kind, row.id, row.reference, row.language, row.status, row.created_at, texts)
