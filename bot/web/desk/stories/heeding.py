"""Opening a story that is hard to read, and saying whether it is."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.store import readings, stories
from bot.store.swap import Gone
from bot.web.context import parts
from bot.web.desk import pace, undo
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import readable
from bot.web.desk.undo import Kind, Step
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext, today


@bp.post("/<int:story_id>/open")
@needs(Permission.READ_STORIES)
def open_words(story_id: int) -> ResponseReturnValue:
    """Show the words. Each distressing story that is opened is counted, for her own sake."""
    with parts().db.begin() as conn:
        found = stories.get(conn, parts().db.vault, story_id)
        if found is None or not readable(found):
            abort(404)
        if not pace.counted(story_id):
            heed = pace.look(conn, [found])[story_id]
            readings.note_opened(conn, current_user.id, today(), distressing=heed.distressing)
    pace.note_opened(story_id)
    return redirect(url_for(".story", story_id=story_id))


@bp.post("/<int:story_id>/cover")
@needs(Permission.READ_STORIES)
def cover_words(story_id: int) -> ResponseReturnValue:
    """Cover them again."""
    pace.cover(story_id)
    return redirect(url_for(".story", story_id=story_id))


@bp.post("/<int:story_id>/heed")
@needs(Permission.DECIDE_STORIES)
def heed(story_id: int) -> ResponseReturnValue:
    """Say that it is hard to read, or that it is not."""
    hard = request.form.get("distressing") == "yes"
    try:
        with parts().db.begin() as conn:
            before = readings.say(conn, story_id, hard, user_id=current_user.id, now_ms=parts().now_ms())
    except Gone:
        abort(404)
    pace.note_opened(story_id)
    undo.offer(Kind.HEED, [Step(story_id, before={None: "", True: "yes", False: "no"}[before])])
    flash(gettext("A content note stands before it now.") if hard else gettext("The content note is gone."))
    return redirect(url_for(".story", story_id=story_id))
