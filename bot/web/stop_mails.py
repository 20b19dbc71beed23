"""``/mails/stop/…``: whoever has an e-mail about what waits can stop these e-mails from there, without signing in.

Opening the address changes nothing, for programs that look for harmful links open every one; the button does, and so
does a mail program's own "unsubscribe", which sends a form with no token of ours (RFC 8058, 3.1). So this stands apart
from the desk, and all that it can do is stop.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, make_response, render_template
from flask.typing import ResponseReturnValue

from bot.channel.stop_link import PATH, StopLinks
from bot.language.names import language
from bot.store import reminders
from bot.web import users
from bot.web.context import parts
from bot.web.desk.look import HEADERS

bp = Blueprint("stop_mails", __name__, url_prefix=PATH.rstrip("/"))


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(bp)


@bp.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    """One button."""
    return _shown() if _whose(token) else _wrong()


@bp.post("/<token>")
def stop(token: str) -> ResponseReturnValue:
    """No more of these e-mails for whoever this link was made for; a second time changes nothing."""
    whose = _whose(token)
    if whose is None:
        return _wrong()
    with parts().db.begin() as conn:
        reminders.stop(conn, whose, parts().now_ms())
    return _shown(stopped=True)


def _whose(token: str) -> int | None:
    """Whose e-mails this stops. The page speaks the language of the e-mail that it was in."""
    whose = StopLinks(parts().settings.secret_key, parts().settings.public_url).whose(token)
    if whose is not None:
        with parts().db.read() as conn:
            chosen = users.desk_language(conn, whose)
        if chosen in parts().settings.languages:
            g.desk_language = language(chosen)
    return whose


def _wrong() -> ResponseReturnValue:
    return _shown(wrong=True), 404


def _shown(*, stopped: bool = False, wrong: bool = False) -> Response:
    answer = make_response(render_template("desk/stop_mails.html", stopped=stopped, wrong=wrong))
    answer.headers.extend(HEADERS)
    return answer
