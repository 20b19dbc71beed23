"""Putting tags of the codebook on a story, and taking them off."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import stories, tags
from bot.store.swap import Gone
from bot.web.context import parts
from bot.web.desk import undo
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import readable
from bot.web.desk.tagger import chosen
from bot.web.desk.undo import Kind, Step
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

Act = Callable[[Connection], bool]


@bp.post("/<int:story_id>/tags")
@needs(Permission.DECIDE_STORIES)
def tag(story_id: int) -> ResponseReturnValue:
    """Put a tag on."""
    theme = chosen()
    done = _done(story_id, lambda conn: tags.put(conn, tags.STORY, story_id, theme.key, **_who()))
    if done:
        undo.offer(Kind.TAGGED, [Step(story_id, tag=theme.key)])
        flash(gettext("Tagged: {tag}.", tag=gettext(theme.name)))
    return redirect(url_for(".story", story_id=story_id, _anchor="tags"))


@bp.post("/<int:story_id>/untag")
@needs(Permission.DECIDE_STORIES)
def untag(story_id: int) -> ResponseReturnValue:
    """Take one off. The codebook may have lost it since, so any may go."""
    key = request.form.get("tag", "")
    done = _done(story_id, lambda conn: tags.take_off(conn, tags.STORY, story_id, key, **_who()))
    if done:
        undo.offer(Kind.UNTAGGED, [Step(story_id, tag=key)])
        flash(gettext("The tag is off."))
    return redirect(url_for(".story", story_id=story_id, _anchor="tags"))


def _done(story_id: int, act: Act) -> bool:
    try:
        with parts().db.begin() as conn:
            found = stories.get(conn, parts().db.vault, story_id)
            if found is None or not readable(found):
                abort(404)
            return act(conn)
    except Gone:
        abort(404)


def _who() -> dict[str, int]:
    return {"user_id": current_user.id, "now_ms": parts().now_ms()}
