"""``/heard``, the public board: what people told us and let everybody read. Nobody signs in for it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, make_response, render_template, request

from bot.language.catalogue import N_
from bot.language.names import language
from bot.store import board
from bot.store.board import Heard
from bot.store.wordings import Leaving
from bot.web.context import parts
from bot.web.desk.look import HEADERS
from bot.web.desk.paging import paged
from bot.web.wording import month

bp = Blueprint("heard", __name__)
FRESH = 60  # seconds for which a copy may be shown: who takes her story back is gone from here as soon
LABELS = {"champion": N_("Translated by a champion"), "draft": N_("Translated by a machine: it may be wrong")}


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(bp)


@bp.get("/heard")
def page() -> Response:
    """The newest stories first, in the reader's language as far as somebody has translated them."""
    _choose_language()
    made_up = parts().settings.demo
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: board.heard(conn, parts().db.vault, made_up=made_up, offset=offset, limit=limit)
        )
    shown = render_template(
        "heard.html",
        page=found,
        stories=[_shown(one) for one in found.rows],
        languages=[language(code) for code in parts().settings.languages],
        searchable=parts().settings.heard_searchable,
        service_name=parts().settings.service_name,
    )
    return _public(make_response(shown))


def _shown(one: Heard) -> dict[str, object]:
    """Her own words, and before them a translation into the reader's language when there is one."""
    words, code = one.words, g.desk_language.code
    own = {"language": words.language, "text": words.text}
    return {"own": own, "translated": _translated(words, code), "month": month(one.told_at)}


def _translated(words: Leaving, code: str) -> dict[str, str] | None:
    found = {kind: text for into, text, kind in words.translations if into == code and kind in LABELS}
    if code == words.language or not found:
        return None
    kind = min(found, key=list(LABELS).index)
    return {"language": code, "text": found[kind], "label": LABELS[kind]}


def _choose_language() -> None:
    """By the address, so that a link leads everybody to the same words; else as the browser asks."""
    offered = parts().settings.languages
    asked = request.args.get("language", "")
    best = request.accept_languages.best_match(offered) or "en"
    g.desk_language = language(asked if asked in offered else best)


def _public(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = f"public, max-age={FRESH}, must-revalidate"
    response.vary.add("Accept-Language")
    if not parts().settings.heard_searchable:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.add_etag()
    response.make_conditional(request)
    return response
