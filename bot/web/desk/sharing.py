"""The work shared out: who holds how much, who could take a story and is handed it, how many each wants on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, Connection, func, select

from bot.language.catalogue import N_
from bot.store import handing, load, moderators, reach, readings, stories
from bot.store.load import Load
from bot.store.moderators import Moderator
from bot.store.schema import story
from bot.store.stories import StoryRow
from bot.store.swap import Stale
from bot.story.consent import SameReader
from bot.story.reading import Heed, spare
from bot.story.status import WAITING, MoveRefused, StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk.labels import STORY
from bot.web.desk.paging import paged
from bot.web.desk.stories.deciding import CANNOT_GO, raced
from bot.web.permissions import Permission, may, needs
from bot.web.wording import day_began, gettext, today

bp = Blueprint("sharing", __name__, url_prefix="/desk/sharing")
NOBODYS = "nobodys"
CANNOT_TAKE = N_("This person cannot take the story just now. Choose somebody else.")


@dataclass(frozen=True)
class Shared:
    """A story that waits, to whom it is handed ("": to nobody), and who could take it: the least loaded first.

    Of the story a lead sees where it belongs and how long it waits, and none of its words.
    """

    row: StoryRow
    handed: str
    takers: list[tuple[Moderator, Load]]


def init_app(app: Flask) -> None:
    """Attach the pages, and what the templates ask."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(my_limit=my_limit, nobodys_stories=nobodys_stories)


@bp.get("")
@needs(Permission.ADVISE_ON_STORIES)
def page() -> ResponseReturnValue:
    """What waits, and who could take it."""
    return _show()


@bp.post("/<int:story_id>")
@needs(Permission.ADVISE_ON_STORIES)
def hand(story_id: int) -> ResponseReturnValue:
    """Hand a story to a champion who could take it."""
    to, version = request.form.get("to", 0, type=int), request.form.get("version", 0, type=int)
    try:
        with parts().db.begin() as conn:
            row = stories.get(conn, parts().db.vault, story_id)
            if row is None or to not in {one.id for one, _ in _takers(conn, [row])[row.id]}:
                return _show(wrong=gettext(CANNOT_TAKE)), 409
            handing.hand(conn, story_id, version, to, by=current_user.id, now_ms=parts().now_ms())
    except Stale as stale:
        return _show(wrong=raced(stale)), 409
    except SameReader:
        return _show(wrong=gettext(CANNOT_TAKE)), 409
    except MoveRefused:
        return _show(wrong=gettext(CANNOT_GO)), 409
    flash(gettext("Handed over. It stands first on their desk now."))
    return redirect(url_for(".page"))


@bp.post("/a-day")
@needs(Permission.DECIDE_STORIES)
def a_day() -> ResponseReturnValue:
    """Keep how many stories she wants on a day; nothing written: as many as there are."""
    typed = request.form.get("stories", "").strip()
    stories_a_day = min(int(typed), load.MOST_A_DAY) if typed.isdecimal() else None
    with parts().db.begin() as conn:
        load.set_limit(conn, current_user.id, stories_a_day, parts().now_ms())
    flash(gettext("Saved."))
    return redirect(url_for("me.page"))


def my_limit() -> int | None:
    """How many stories the person signed in wants on a day."""
    with parts().db.read() as conn:
        return load.limit(conn, current_user.id)


def nobodys_stories() -> int:
    """For who sees every place: how many stories that wait belong to one that no champion looks after."""
    if not may(Permission.ADVISE_ON_STORIES):
        return 0
    with parts().db.read() as conn:
        where = moderators.nobodys_place(moderators.everyone(conn))
        if where is None:
            return 0
        return conn.scalar(select(func.count()).select_from(story).where(where, _within())) or 0


def _within() -> ColumnElement[bool]:
    """What the person signed in looks after as a lead."""
    return reach.within(scoped.scope_of(Permission.ADVISE_ON_STORIES), story.c.area, story.c.language)


def _show(wrong: str = "") -> str:
    of_nobody = request.args.get("of") == NOBODYS
    with parts().db.read() as conn:
        everyone = moderators.everyone(conn)
        only = moderators.nobodys_place(everyone) if of_nobody else None
        found = paged(lambda offset, limit: _waiting(conn, only, offset, limit))
        takers = _takers(conn, found.rows)
        handed = handing.who(conn, [row.id for row in found.rows], parts().now_ms())
        loads = _loads(conn, [one for one in everyone if _works_here(one)])
    rows = [Shared(row, handed.get(row.id, ""), takers[row.id]) for row in found.rows]
    return render_template(
        "desk/sharing.html", page=found, rows=rows, loads=loads, label=STORY, wrong=wrong, of_nobody=of_nobody,
        now_ms=parts().now_ms(), days=load.LATELY_DAYS,
    )  # fmt: skip


def _works_here(one: Moderator) -> bool:
    """Whether she looks after a place that the person signed in leads, too: how others fare is for their own leads."""
    lead = scoped.scope_of(Permission.ADVISE_ON_STORIES)
    return lead.everywhere or one.scope.everywhere or bool(lead.areas & one.scope.areas)


def _waiting(conn: Connection, only: ColumnElement[bool] | None, offset: int, limit: int) -> list[StoryRow]:
    """The words are opened to see whether they are hard to read. No template gets them."""
    vault = parts().db.vault
    return stories.page(conn, vault, status=WAITING, within=_within(), but=only, offset=offset, limit=limit)


def _loads(conn: Connection, those: Sequence[Moderator]) -> list[tuple[Moderator, Load]]:
    """The least loaded first."""
    found = load.of(conn, [one.id for one in those], parts().now_ms())
    return sorted(((one, found[one.id]) for one in those), key=lambda pair: (pair[1], pair[0].name.casefold()))


def _takers(conn: Connection, rows: Sequence[StoryRow]) -> dict[int, list[tuple[Moderator, Load]]]:
    """Who could take each: who reads its language and sees its area, is not its first reader, and is spared nothing of
    it. Why somebody is not among them is nobody's business: "not today" is hers."""
    full = load.all_at_limit(conn, day_began())
    ready = [(one, much) for one, much in _loads(conn, moderators.everyone(conn)) if one.id not in full]
    heeds = readings.heeds(conn, parts().codebook, rows)
    days = {one.id: readings.reader(conn, one.id, today(), parts().settings.read_in_a_row) for one, _ in ready}

    def fits(one: Moderator, row: StoryRow, heed: Heed) -> bool:
        first = row.status is StoryStatus.NEEDS_SECOND and row.first_by == one.id
        return one.could_take(row.area, row.language) and not first and bool(spare([(row, heed)], days[one.id]))

    return {row.id: [pair for pair in ready if fits(pair[0], row, heeds[row.id])] for row in rows}
