"""Reading without harm: what to know before a story is read, how the reader's day goes, and "not today"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from flask import Blueprint, Flask, flash, g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import readings, stories, tags
from bot.store.readings import Told
from bot.store.schema import story as story_table
from bot.store.stories import StoryRow
from bot.story.consent import Audience
from bot.story.reading import Heed, Reader, spare
from bot.story.status import StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.permissions import Permission, may, needs
from bot.web.wording import gettext, today

bp = Blueprint("pace", __name__, url_prefix="/desk/reading")
OPENED = "opened"  # in the signed cookie: the ids of the stories that she opened last; below zero: covered again
MOST_OPENED = 40
EASIER_AMONG = 40

Row = TypeVar("Row", bound=StoryRow)


class Placed(Told, Protocol):
    """A story whose words are looked at, and where it belongs: for whom it is, that decides what is told of it."""

    @property
    def area(self) -> str | None: ...
    @property
    def language(self) -> str: ...


def init_app(app: Flask) -> None:
    """Attach the actions, and what templates ask."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        heed_of=heed_of, tags_of=tags_of, champion_support=support, my_reading=my_reading, resting=resting
    )


@bp.post("/not-today")
@needs(Permission.READ_STORIES)
def not_today() -> ResponseReturnValue:
    """No distressing stories for her today."""
    with parts().db.begin() as conn:
        readings.set_not_today(conn, current_user.id, today(), not_today=True)
    flash(gettext("You are given no distressing stories today. Nobody is told."))
    return redirect(url_for("stories.page"))


@bp.post("/again")
@needs(Permission.READ_STORIES)
def again() -> ResponseReturnValue:
    """She reads them again."""
    with parts().db.begin() as conn:
        readings.set_not_today(conn, current_user.id, today(), not_today=False)
    flash(gettext("You are given every story again."))
    return redirect(url_for("stories.page"))


@bp.post("/rested")
@needs(Permission.READ_STORIES)
def rested() -> ResponseReturnValue:
    """She had a break: counting begins anew."""
    with parts().db.begin() as conn:
        readings.take_a_break(conn, current_user.id, today())
    flash(gettext("Good. Take as many breaks as you need."))
    return redirect(url_for("stories.page"))


def reader(conn: Connection) -> Reader:
    """How the day of the person signed in goes."""
    return readings.reader(conn, current_user.id, today(), parts().settings.read_in_a_row)


def my_reading() -> Reader:
    """``reader``, asked once a page."""
    if "reading" not in g:
        with parts().db.read() as conn:
            g.reading = reader(conn)
    found: Reader = g.reading
    return found


def resting() -> int | None:
    """For leads: how many read no distressing stories today. None for everybody else."""
    if not may(Permission.ADVISE_ON_STORIES):
        return None
    with parts().db.read() as conn:
        return readings.not_today(conn, today())


def support() -> str:
    """Where a champion finds somebody to talk to."""
    told = gettext("Hard to read? Talk to your lead. Samaritans listen day and night, free: 116 123.")
    return parts().settings.champion_support or told


def look(conn: Connection, rows: Sequence[Placed]) -> dict[int, Heed]:
    """What to know before each of these is read, kept for the templates of this page."""
    found = _heeds(conn, rows)
    g.setdefault("heeds", {}).update(found)
    g.setdefault("tags", {}).update({row.id: [] for row in rows} | _worn(conn, rows))
    return found


def heed_of(row: Placed) -> Heed:
    """What to know before this one is read."""
    found: Heed = _looked("heeds", row)
    return found


def tags_of(row: Placed) -> list[str]:
    """The names of the tags that this one wears, in the desk's language. Leaders see none."""
    found: list[str] = _looked("tags", row)
    return found


def spared(conn: Connection, rows: Sequence[Row]) -> list[Row]:
    """Those of the stories that may be given to the person signed in, in their order."""
    found = look(conn, rows)
    return spare([(row, found[row.id]) for row in rows], reader(conn))


def spared_ids(conn: Connection, ids: Sequence[int]) -> list[int]:
    """``spared`` for who knows no more of the stories than their ids."""
    rows = {row.id: row for row in _rows(conn, ids)}
    return [row.id for row in spared(conn, [rows[id] for id in ids if id in rows])]


def easier(conn: Connection, but: int) -> int | None:
    """The oldest story in her languages that waits and is easier to read; None when there is none near at hand."""
    waiting = stories.page(
        conn, parts().db.vault, status={StoryStatus.RECEIVED}, languages=current_user.languages,
        within=scoped.moderated_rows(), limit=EASIER_AMONG,
    )  # fmt: skip
    found = look(conn, waiting)
    return next((row.id for row in waiting if row.id != but and not found[row.id].distressing), None)


def opened(story_id: int) -> bool:
    """Whether she opened it lately, in this browser."""
    return story_id in session.get(OPENED, [])


def counted(story_id: int) -> bool:
    """Whether it was counted when she opened it, though it may be covered again."""
    return opened(story_id) or -story_id in session.get(OPENED, [])


def note_opened(story_id: int) -> None:
    """Remember it, in her own cookie: nobody else needs to know."""
    _remember(story_id)


def cover(story_id: int) -> None:
    """Cover it again."""
    _remember(-story_id)


def _remember(mark: int) -> None:
    kept = [one for one in session.get(OPENED, []) if abs(one) != abs(mark)]
    session[OPENED] = [*kept, mark][-MOST_OPENED:]


def _heeds(conn: Connection, rows: Sequence[Placed]) -> dict[int, Heed]:
    """Of what she reads as leaders do no more than those words tell: tags and alerts stay with its champions."""
    book, hers = parts().codebook, _moderated(rows)
    told = {row.id: Heed(tuple(theme.name for theme in book.noted(row.texts))) for row in rows}
    return told | (readings.heeds(conn, book, hers) if hers else {})


def _worn(conn: Connection, rows: Sequence[Placed]) -> dict[int, list[str]]:
    hers = [row.id for row in _moderated(rows)]
    if not hers:
        return {}
    book = parts().codebook
    worn = tags.of(conn, tags.STORY, hers)
    return {id: [gettext(theme.name) if (theme := book.tag(key)) else key for key in worn[id]] for id in worn}


def _moderated(rows: Sequence[Placed]) -> list[Placed]:
    """Those that she reads as a champion: somebody may be one in one town, and lead in another."""
    return [row for row in rows if scoped.audience_of(row.area, row.language) is Audience.CHAMPIONS]


def _looked(kind: str, row: Placed) -> Any:
    if row.id not in g.setdefault(kind, {}):
        with parts().db.read() as conn:
            look(conn, [row])
    return g.get(kind)[row.id]


def _rows(conn: Connection, ids: Sequence[int]) -> list[StoryRow]:
    among = story_table.c.id.in_(ids)
    return stories.page(conn, parts().db.vault, but=among, limit=len(ids)) if ids else []
