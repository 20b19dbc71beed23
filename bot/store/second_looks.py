"""The second look for danger: what waits for it, what it found, and what therefore stands first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Table, case, exists, select

from bot.store.schema import question, question_look, story, story_look, talk, talk_line, talk_line_look
from bot.store.vault import LOCKED, Vault, opened
from bot.story.status import WAITING, QuestionStatus, StoryStatus, TalkStatus

MOST = 1_000  # rows to look among: those that no key opens stay


@dataclass(frozen=True)
class Looked:
    """A table whose texts are looked at, where that is written down, and which rows still wait to be read."""

    table: Table
    look: Table
    waits: ColumnElement[bool]

    @property
    def of(self) -> ColumnElement[int]:
        """The column of ``look`` that says which row it is about."""
        return self.look.c[f"{self.table.name}_id"]


AT_WORK = frozenset({*WAITING, StoryStatus.NEEDS_LEAD})  # the stories that somebody still has to read
STORIES = Looked(story, story_look, story.c.status.in_(sorted(one.value for one in AT_WORK)))
QUESTIONS = Looked(question, question_look, question.c.status == QuestionStatus.WAITING.value)
LINES = Looked(
    talk_line,
    talk_line_look,
    talk_line.c.danger.is_(False)
    & talk_line.c.talk_id.in_(select(talk.c.id).where(talk.c.status != TalkStatus.FINISHED.value)),
)
EVERY = (LINES, STORIES, QUESTIONS)  # in a talk somebody is there now
NEAR_STORY = STORIES.waits & exists().where(STORIES.of == story.c.id, story_look.c.near)
NEAR_QUESTION = QUESTIONS.waits & exists().where(QUESTIONS.of == question.c.id, question_look.c.near)
NEAR_TALK = exists().where(
    talk_line.c.talk_id == talk.c.id,
    talk_line.c.at >= talk.c.waits_since,
    talk_line_look.c.talk_line_id == talk_line.c.id,
    talk_line_look.c.near,
)


def first(near: ColumnElement[bool]) -> ColumnElement[int]:
    """What to order by so that rows which may be about danger stand first."""
    return case((near, 0), else_=1)


def waiting(conn: Connection, vault: Vault, kind: Looked, limit: int) -> dict[int, str]:
    """Texts that wait to be read and have not been looked at, by id: the newest first.

    What no key opens is left for when its key is back.
    """
    row = kind.table
    new = ~exists().where(kind.of == row.c.id)
    query = select(row.c.id, row.c.text_enc).where(kind.waits, row.c.text_enc.isnot(None), new)
    rows = conn.execute(query.order_by(row.c.id.desc()).limit(MOST))
    texts = ((id, opened(vault, sealed)) for id, sealed in rows)
    return dict(islice(((id, _words(kind, text)) for id, text in texts if text != LOCKED), limit))


def keep(conn: Connection, kind: Looked, found: Mapping[int, bool], now_ms: int) -> None:
    """Write down which of these may be about danger. Another process may have been quicker: then it is as it was."""
    there = set(conn.execute(select(kind.table.c.id).where(kind.table.c.id.in_(found))).scalars())
    done = set(conn.execute(select(kind.of).where(kind.of.in_(found))).scalars())
    rows = [{kind.of.name: id, "near": near, "at": now_ms} for id, near in found.items() if id in there - done]
    if rows:
        conn.execute(kind.look.insert(), rows)


def _words(kind: Looked, text: str) -> str:
    """A story is kept as a list of messages."""
    if kind is not STORIES:
        return text
    try:
        return "\n".join(json.loads(text))
    except ValueError:
        return ""
