"""What champions write to one another about a story."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import notes, stories
from bot.store.swap import Gone
from bot.story.mentions import mentioned
from bot.web import users
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.paging import paged
from bot.web.desk.stories import unsaved
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import readable
from bot.web.desk.stories.one import show
from bot.web.permissions import MODERATORS, Permission, needs
from bot.web.wording import gettext

notebook = Blueprint("notebook", __name__, url_prefix="/desk/notes")
LONGEST = 2000


@bp.post("/<int:story_id>/notes")
@needs(Permission.DECIDE_STORIES)
def note(story_id: int) -> ResponseReturnValue:
    """Keep a note, and tell those whom it names."""
    text = words("note")
    if not 0 < len(text) <= LONGEST:
        sentence = gettext("Write something, at most {count} letters.", count=LONGEST)
        return show(story_id, errors={"note": sentence}, typed={"note": text}), 422
    try:
        with parts().db.begin() as conn:
            found = stories.get(conn, parts().db.vault, story_id)
            if found is None or not readable(found):
                abort(404)
            named = mentioned(text, _champions(conn))
            who = {"user_id": current_user.id, "now_ms": parts().now_ms()}
            notes.write(conn, parts().db.vault, story_id, text, named=named, **who)
            unsaved.drop(conn, story_id, "note")
    except Gone:
        abort(404)
    told = len(named - {current_user.id})
    flash(gettext("Kept. Told about it: {count}.", count=told) if told else gettext("Kept for the other champions."))
    return redirect(url_for(".story", story_id=story_id, _anchor="notes"))


@bp.post("/<int:story_id>/notes/<int:note_id>/back")
@needs(Permission.DECIDE_STORIES)
def take_back(story_id: int, note_id: int) -> ResponseReturnValue:
    """Delete a note of her own."""
    with parts().db.begin() as conn:
        who = {"user_id": current_user.id, "now_ms": parts().now_ms()}
        if not notes.take_back(conn, story_id, note_id, **who):
            abort(404)
    flash(gettext("Your note is deleted."))
    return redirect(url_for(".story", story_id=story_id, _anchor="notes"))


@notebook.get("")
@needs(Permission.DECIDE_STORIES)
def page() -> ResponseReturnValue:
    """The notes that name her."""
    vault = parts().db.vault
    with parts().db.read() as conn:
        found = paged(lambda offset, limit: notes.naming(conn, vault, current_user.id, offset=offset, limit=limit))
        unseen = notes.unseen(conn, current_user.id)
    return render_template("desk/notes.html", page=found, unseen=unseen)


@notebook.post("/seen")
@needs(Permission.DECIDE_STORIES)
def seen() -> ResponseReturnValue:
    """She has seen them all."""
    with parts().db.begin() as conn:
        notes.see(conn, current_user.id, parts().now_ms())
    return redirect(url_for("notebook.page"))


def _champions(conn: Connection) -> dict[int, str]:
    """Those who may be named: they moderate, so they may read what a note says."""
    everyone = [one for one in users.everyone(conn) if one.active and MODERATORS & set(one.role_names)]
    return {one.id: one.name for one in everyone}
