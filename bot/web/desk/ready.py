"""Replies that are written often: a list for each language, and putting one into the box."""

from __future__ import annotations

from typing import Any, Protocol, TypedDict

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import canned
from bot.store.swap import Gone, Stale
from bot.web.context import parts
from bot.web.desk.intake import LARGEST_ID, words
from bot.web.desk.sending import LONGEST
from bot.web.permissions import Permission, may, needs
from bot.web.wording import gettext

bp = Blueprint("ready", __name__, url_prefix="/desk/replies")
LONGEST_TITLE = 80
# What may stand in such a text, and what it becomes.
FILLED: dict[str, str] = {
    "{reference}": N_("the reference of the story or the question"),
    "{service_name}": N_("the name of this service"),
    "{champion}": N_("your first name"),
}
GONE = N_("This reply is no longer here: somebody took it away.")


class Typed(TypedDict):
    """What stood in the boxes."""

    title: str
    text: str


class Written(Protocol):
    """What a reply is about: a story or a question."""

    @property
    def reference(self) -> str: ...
    @property
    def language(self) -> str: ...


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


def filled(text: str, reference: str) -> str:
    """The text with its places filled. What is no such place stays as it is written."""
    first_name = current_user.name.split(" ")[0] if current_user.name else ""
    for place, value in (
        ("{reference}", reference),
        ("{service_name}", parts().settings.service_name),
        ("{champion}", first_name),
    ):
        text = text.replace(place, value)
    return text


def texts(conn: Connection, about: Written) -> list[tuple[int, str, str]]:
    """Those in the language of what they are about: id, title, and the text with its places filled."""
    return [(one.id, one.title, filled(one.text, about.reference)) for one in canned.listed(conn, about.language)]


def written(field: str, reference: str, typed: dict[str, str] | None) -> dict[str, str]:
    """What stands in a box: what was typed, and the reply that was chosen, when the page is opened with it."""
    chosen = request.args.get("canned", 0, type=int) if request.method == "GET" else 0
    if not chosen or not may(Permission.REPLY):
        return typed or {}
    with parts().db.read() as conn:
        found = canned.get(conn, min(chosen, LARGEST_ID))
    before = (typed or {}).get(field, "")
    text = filled(found.text, reference) if found else ""
    return {**(typed or {}), field: "\n".join(filter(None, (before, text)))}


@bp.get("")
@needs(Permission.REPLY)
def page() -> ResponseReturnValue:
    """All of them, or those of one language."""
    return _page()


@bp.post("")
@needs(Permission.REPLY)
def add() -> ResponseReturnValue:
    """Keep a new one."""
    typed, language = _typed(), request.form.get("language", "")
    errors = _errors(typed)
    if language not in parts().settings.languages:
        errors["language"] = gettext("Choose a language.")
    if errors:
        return _page(errors=errors, typed={**typed, "language": language}), 422
    with parts().db.begin() as conn:
        canned.add(conn, language=language, user_id=current_user.id, now_ms=parts().now_ms(), **typed)
    flash(gettext("Kept. Everybody who answers in this language can use it."))
    return redirect(url_for(".page", language=language))


@bp.post("/<int:reply_id>")
@needs(Permission.REPLY)
def change(reply_id: int) -> ResponseReturnValue:
    """Change one, or take it away."""
    typed, version = _typed(), request.form.get("version", 0, type=int)
    remove = request.form.get("do") == "remove"
    if not remove and (errors := _errors(typed)):
        return _page(editing=reply_id, errors=errors, typed=typed), 422
    me, now_ms = current_user.id, parts().now_ms()
    try:
        with parts().db.begin() as conn:
            if remove:
                canned.remove(conn, reply_id, version, user_id=me, now_ms=now_ms)
            else:
                canned.change(conn, reply_id, version, user_id=me, now_ms=now_ms, **typed)
    except Gone:
        return _page(refused=gettext(GONE), typed=typed), 409
    except Stale as stale:
        sentence = gettext("{who} changed this reply. Look at it again.", who=stale.by or gettext("Someone"))
        return _page(editing=reply_id, refused=sentence, typed=typed), 409
    flash(gettext("Taken away.") if remove else gettext("Saved."))
    return redirect(url_for(".page", language=request.form.get("language") or None))


def _typed() -> Typed:
    return {"title": words("title"), "text": words("text")}


def _errors(typed: Typed) -> dict[str, str]:
    errors = {}
    if not 0 < len(typed["title"]) <= LONGEST_TITLE:
        errors["title"] = gettext("Give it a short name, at most {count} letters.", count=LONGEST_TITLE)
    if not 0 < len(typed["text"]) <= LONGEST:
        errors["text"] = gettext("Write something to send, at most {count} letters.", count=LONGEST)
    return errors


def _page(
    *,
    editing: int | None = None,
    errors: dict[str, str] | None = None,
    typed: Any = None,
    refused: str = "",
) -> str:
    language = request.args.get("language", "")
    with parts().db.read() as conn:
        rows = canned.listed(conn, language)
    return render_template(
        "desk/replies.html", rows=rows, language=language, editing=editing, errors=errors or {}, typed=typed or {},
        refused=refused, filled=FILLED,
    )  # fmt: skip
