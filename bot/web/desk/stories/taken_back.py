"""A story that its teller took back: that she did, when, and where its words had gone before. None of the words."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from bot.language.catalogue import N_
from bot.store import issuing, stories
from bot.store.issuing import Place
from bot.store.swap import Gone
from bot.story.status import StoryStatus
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.stories.blueprint import bp

PLACES: dict[Place, str] = {Place.BOARD: N_("On the public page"), Place.REPORT: N_("In a report")}


def page(story_id: int) -> str:
    """The page of a story that was taken back; "" for any other."""
    with parts().db.read() as conn:
        found = stories.get(conn, parts().db.vault, story_id)
        if found is None or found.status is not StoryStatus.WITHDRAWN:
            return ""
        went, done = issuing.of(conn, story_id), history.of(conn, f"story:{story_id}")
    return render_template("desk/story/taken_back.html", story=found, went=went, went_to=PLACES, history=done)


@bp.errorhandler(Gone)
def gone(problem: Gone) -> ResponseReturnValue:
    """Whoever had it open is told so at the next thing she does; where nothing is left to tell of, that it is gone."""
    taken = page((request.view_args or {}).get("story_id", 0))
    return (taken, 410) if taken else current_app.handle_user_exception(NotFound())
