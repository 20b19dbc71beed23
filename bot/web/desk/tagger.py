"""The tags of the codebook: those that something wears, those that its words suggest, the rest; and questions' own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import tags
from bot.store.swap import Gone
from bot.story.codebook import Theme
from bot.web.context import parts
from bot.web.desk import undo
from bot.web.desk.undo import Kind, Step
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("tagger", __name__, url_prefix="/desk/questions")


@dataclass(frozen=True)
class Tagged:
    """The tags that it wears (key and name), those that its words suggest, and those that are left."""

    worn: list[tuple[str, str]]
    suggested: list[Theme]
    others: list[Theme]


def init_app(app: Flask) -> None:
    """Attach the actions."""
    app.register_blueprint(bp)


def of(conn: Connection, kind: tags.Tagged, id: int, texts: Iterable[str]) -> Tagged:
    """The tags of one thing with these words."""
    book = parts().codebook
    keys = tags.of(conn, kind, [id]).get(id, [])
    suggested = [theme for theme in book.suggested(texts) if theme.key not in keys]
    others = [theme for theme in book.tags if theme.key not in keys and theme not in suggested]
    return Tagged([(key, theme.name if (theme := book.tag(key)) else key) for key in keys], suggested, others)


def chosen() -> Theme:
    """The tag that a form names; 422 when the codebook has no such tag."""
    theme = parts().codebook.tag(request.form.get("tag", ""))
    if theme is None:
        abort(422)
    return theme


@bp.post("/<int:question_id>/tags")
@needs(Permission.QUESTIONS)
def tag(question_id: int) -> ResponseReturnValue:
    """Put a tag on a question."""
    theme, me, now_ms = chosen(), current_user.id, parts().now_ms()
    try:
        with parts().db.begin() as conn:
            done = tags.put(conn, tags.QUESTION, question_id, theme.key, user_id=me, now_ms=now_ms)
    except Gone:
        abort(404)
    if done:
        undo.offer(Kind.TAGGED, [Step(question_id, tag=theme.key, of="question")])
        flash(gettext("Tagged: {tag}.", tag=gettext(theme.name)))
    return redirect(url_for("questions.question", question_id=question_id, _anchor="tags"))


@bp.post("/<int:question_id>/untag")
@needs(Permission.QUESTIONS)
def untag(question_id: int) -> ResponseReturnValue:
    """Take one off."""
    key = request.form.get("tag", "")
    with parts().db.begin() as conn:
        done = tags.take_off(conn, tags.QUESTION, question_id, key, user_id=current_user.id, now_ms=parts().now_ms())
    if done:
        undo.offer(Kind.UNTAGGED, [Step(question_id, tag=key, of="question")])
        flash(gettext("The tag is off."))
    return redirect(url_for("questions.question", question_id=question_id, _anchor="tags"))
