"""What changed while a page lies open: how much waits, and whether something new came, without moving what is read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection, Table, func, select

from bot.store.schema import question, story
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import choosing, waiting
from bot.web.desk.waiting import moderates
from bot.web.permissions import Permission, may, needs

bp = Blueprint("live", __name__, url_prefix="/desk/live")
EVERY_S = 20
# Each request keeps the session from ending, so a page that lies open asks for half an hour, not for ever.
WATCHED_MS = 30 * 60_000
STOP_ASKING = 286  # htmx's own: https://htmx.org/docs/#polling
COUNTED_AT_MOST = 100
# The lists that new ones may come into: what is listed, and the state in which it comes.
LISTS: dict[str, tuple[Table, str]] = {"stories.page": (story, "received"), "questions.page": (question, "waiting")}


@dataclass(frozen=True)
class Watch:
    """What a page shows that new ones may come into; ``newest`` is the id of the last one when it was made."""

    page: str
    language: str
    newest: int


def init_app(app: Flask) -> None:
    """Attach the part, and what the pages ask of it."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(live_address=live_address, live_every=EVERY_S)


def live_address() -> str:
    """Where this page asks what changed."""
    watched = request.endpoint if request.endpoint in LISTS and _fits() else None
    with parts().db.read() as conn:
        newest = _newest(conn, LISTS[watched][0]) if watched else None
    language = request.args.get("language") or None if watched else None
    return url_for("live.page", of=watched, language=language, newest=newest, opened=parts().now_ms())


@bp.get("")
@needs(Permission.DESK)
def page() -> ResponseReturnValue:
    """The numbers, and how many new ones came. The same as before is answered with 304 and nothing else."""
    if parts().now_ms() - request.args.get("opened", 0, type=int) > WATCHED_MS:
        return "", STOP_ASKING
    counts = choosing.shown(waiting.counts())
    new, watched = 0, request.args.get("of", "")
    if watched in LISTS and _may_watch(watched):
        with parts().db.read() as conn:
            new = _came(conn, Watch(watched, request.args.get("language", ""), request.args.get("newest", 0, type=int)))
    made = render_template(
        "desk/live.html", counts=counts, titled=choosing.titled(counts), new=new, of=watched,
        language=request.args.get("language") or None,
    )  # fmt: skip
    return _kept(make_response(made))


def _kept(answer: Response) -> ResponseReturnValue:
    """For the browser to keep, and to ask each time whether it still holds. It holds numbers, and no words."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
    return answer.make_conditional(request)


def _fits() -> bool:
    """Only a list of what waits can get new ones, and only its first page is looked at from the top."""
    asked = request.args.get("status", "")
    return asked in {"", LISTS[request.endpoint or ""][1]} and not {"area", "tag_is", "who", "age", "page"} & {
        name for name, value in request.args.items() if value
    }


def _may_watch(watched: str) -> bool:
    return moderates() if watched == "stories.page" else may(Permission.QUESTIONS)


def _newest(conn: Connection, table: Table) -> int:
    return conn.scalar(select(func.max(table.c.id))) or 0


def _came(conn: Connection, watch: Watch) -> int:
    """By the newest id, so that it costs the same however large the archive is."""
    table, status = LISTS[watch.page]
    hers = scoped.moderated_rows() if watch.page == "stories.page" else scoped.question_rows()
    query = select(table.c.id).where(table.c.id > watch.newest, table.c.status == status, hers)
    if watch.language:
        wanted = current_user.languages if watch.language == "mine" else [watch.language]
        query = query.where(table.c.language.in_(wanted))
    return conn.scalar(select(func.count()).select_from(query.limit(COUNTED_AT_MOST).subquery())) or 0
