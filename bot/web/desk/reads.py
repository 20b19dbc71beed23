"""Who read what: each story, question, talk and alert that somebody opened in the last thirty days."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.catalogue import N_
from bot.store import desk_reads
from bot.store.desk_reads import KEPT_DAYS
from bot.web import scoped, users
from bot.web.context import parts
from bot.web.desk.paging import paged
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("reads", __name__, url_prefix="/desk/reads")

# The pages that show one person's words, and the name of the number in their address.
OPENED = {
    "stories.story": ("story", "story_id"),
    "questions.question": ("question", "question_id"),
    "keeping.keep": ("question", "question_id"),
    "talks.talk": ("talk", "talk_id"),
    "alerts.alert": ("alert", "alert_id"),
}
KINDS = {
    "story": N_("Story {reference}"),
    "question": N_("Question {reference}"),
    "talk": N_("Talk {reference}"),
    "alert": N_("Alert {reference}"),
}
KIND_NAMES = {"story": N_("Stories"), "question": N_("Questions"), "talk": N_("Talks"), "alert": N_("Alerts")}


def init_app(app: Flask) -> None:
    """Attach the page, and note what is opened."""
    app.register_blueprint(bp)
    app.after_request(_note)


@bp.get("")
@needs(Permission.WHO_READ)
def page() -> ResponseReturnValue:
    """Of everybody, or one person; of everything, one kind, or one item."""
    who, item = request.args.get("who", 0, type=int), request.args.get("item", 0, type=int)
    kind = request.args.get("kind", "") if request.args.get("kind", "") in KINDS else ""
    scope = scoped.scope_of(Permission.WHO_READ)
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: desk_reads.page(
                conn, scope, who=who, kind=kind, item_id=item if kind else 0, offset=offset, limit=limit
            )
        )
        people = [(str(id), name) for id, name in sorted(users.names(conn).items(), key=lambda one: one[1].casefold())]
    return render_template(
        "desk/reads.html",
        page=found,
        rows=[(row, _called(row), _address(row)) for row in found.rows],
        people=people,
        kinds=[(one, gettext(name)) for one, name in KIND_NAMES.items()],
        who=str(who or ""),
        kind=kind,
        item=item if kind else 0,
        days=KEPT_DAYS,
    )


def _called(row: desk_reads.Read) -> str:
    return gettext(KINDS[row.kind], reference=row.reference or row.item_id)


def _address(row: desk_reads.Read) -> str:
    """Where the page is narrowed to this item."""
    return f"?kind={row.kind}&item={row.item_id}"


def _note(response: Response) -> Response:
    kind, name = OPENED.get(request.endpoint or "", ("", ""))
    if kind and request.method == "GET" and response.status_code == 200 and current_user.is_authenticated:
        _note_once(kind, int((request.view_args or {})[name]))
    return response


def _note_once(kind: str, item_id: int) -> None:
    with parts().db.read() as conn:
        if desk_reads.noted(conn, current_user.id, kind, item_id, parts().now_ms()):
            return
    with parts().db.begin() as conn:
        desk_reads.note(conn, current_user.id, kind, item_id, parts().now_ms())
