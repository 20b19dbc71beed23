"""What stands beside a story: its content note, its tags, and what champions wrote about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask_login import current_user
from sqlalchemy import Connection

from bot.store import notes, readings, tags
from bot.store.notes import Note
from bot.store.stories import Story
from bot.story.reading import Heed, Reader
from bot.web.context import parts
from bot.web.desk import pace, ready, tagger
from bot.web.desk.stories.gate import as_champion
from bot.web.desk.tagger import Tagged
from bot.web.permissions import Permission, may
from bot.web.wording import today

if TYPE_CHECKING:
    from bot.web.desk.stories.one import Shown


@dataclass(frozen=True)
class Cover:
    """Whether the words are covered, and why. ``enough``: she read so many in a row that a break is offered first."""

    heed: Heed
    covered: bool
    enough: bool
    easier: int | None
    reader: Reader


@dataclass(frozen=True)
class Beside:
    """What champions put beside a story; of a covered one no suggestion tells what its words are."""

    tagged: Tagged
    notes: list[Note]


def of(shown: Shown) -> dict[str, Any]:
    """What the story's page needs besides, by name; of a covered story the words are taken out before."""
    with parts().db.read() as conn:
        cover = _cover(conn, shown)
        found: dict[str, Any] = {"cover": cover, "beside": _beside(conn, shown.story, covered=cover.covered)}
        found["canned"] = ready.texts(conn, shown.story) if may(Permission.REPLY) else []
    if shown.words and cover.reader.in_a_row and not cover.heed.distressing:
        _easier_one_read()
    if cover.covered:
        bare = replace(shown.story, texts=(), wish="")
        found |= {"shown": replace(shown, words=False, story=bare, worded=None, media=[]), "story": bare}
    else:
        found |= {"shown": shown, "story": shown.story}
    return found


def _cover(conn: Connection, shown: Shown) -> Cover:
    story, reader = shown.story, pace.reader(conn)
    heed = pace.look(conn, [story])[story.id]
    covered = shown.words and heed.distressing and not pace.opened(story.id)
    enough = covered and reader.had_enough and not heed.danger
    return Cover(heed, covered, enough, pace.easier(conn, story.id) if enough else None, reader)


def _easier_one_read() -> None:
    """It is read as soon as it is shown: the row of distressing ones is broken."""
    with parts().db.begin() as conn:
        readings.note_opened(conn, current_user.id, today(), distressing=False)


def _beside(conn: Connection, story: Story, *, covered: bool) -> Beside | None:
    if not (as_champion(story) and may(Permission.DECIDE_STORIES)):
        return None
    texts = () if covered else (*story.texts, story.wish)
    tagged = tagger.of(conn, tags.STORY, story.id, texts)
    return Beside(tagged, notes.of_story(conn, parts().db.vault, story.id, current_user.id))
