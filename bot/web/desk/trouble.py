"""The pages for when something is wrong: plain, kind, and free of anything personal."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.language.catalogue import N_
from bot.store.database import DatabaseAway
from bot.store.swap import Gone
from bot.web.accounts import forget_user
from bot.web.wording import gettext

log = structlog.get_logger()

FOR_PROGRAMS = ("/twilio/", "/phone/", "/healthz", "/readyz", "/metrics")
AGAIN = N_("Nothing was changed. Go back, load the page again and try once more.")
# The fields in which people write, on any form of the desk; the last, of the other boxes of a story's page.
WORDS = ("text", "reason", "note", "title", "asked", "words", "translation", "unsaved_text")
SENTENCES: dict[int, tuple[str, str]] = {
    400: (N_("That did not arrive whole"), AGAIN),
    401: (
        N_("You are signed out"),
        N_("Nothing was changed and nothing was sent. Sign in, then do it again."),
    ),
    403: (
        N_("This page is for others"),
        N_("Your role does not open it. If you need it for your work, ask whoever runs the desk."),
    ),
    404: (
        N_("There is nothing here"),
        N_("It may have been taken back by the person who sent it, or the address has a slip in it."),
    ),
    405: (N_("That did not arrive whole"), AGAIN),
    413: (
        N_("That is too much at once"),
        N_("Nothing was changed. Make it shorter, or send it in parts."),
    ),
    429: (
        N_("Too many tries"),
        N_("To keep everyone's words safe, signing in is paused. Wait an hour, or ask whoever runs the desk."),
    ),
    500: (
        N_("Something broke on our side"),
        N_("It is not your fault, and it was noted. Nothing was half done. Try again in a moment."),
    ),
    503: (
        N_("The desk is out of reach for a moment"),
        N_("Nothing was changed and nothing is lost. Try again in a minute."),
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error of a page with a page. What programs call answers in its own way."""
    app.register_error_handler(CSRFError, _form_not_ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Gone, lambda _: _page(404))
    app.register_error_handler(DatabaseAway, _away)


def _form_not_ours(error: CSRFError) -> ResponseReturnValue:
    return _page(400, typed_words()) if _ours() else error


def _http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError):
        log.error("desk_page_broke", endpoint=request.endpoint)
    if not _ours() or (error.code or 500) < 400:
        return error
    code = error.code or 500
    return _page(code, typed_words() if code == 401 or code >= 500 else [])


def _away(error: DatabaseAway) -> ResponseReturnValue:
    log.warning("database_away", endpoint=request.endpoint)
    return _page(503, typed_words()) if _ours() else ("", 503)


def _ours() -> bool:
    return not request.path.startswith(FOR_PROGRAMS)


def typed_words() -> list[str]:
    """What somebody wrote in the form that could not be taken, so that it is not lost. Never a password."""
    return [text for name in WORDS for text in request.form.getlist(name) if text.strip()]


def _page(code: int, words: Sequence[str] = ()) -> ResponseReturnValue:
    """The database may be what broke, so this page asks it nothing, not even who is signed in."""
    forget_user()
    title, sentence = SENTENCES.get(code, SENTENCES[500 if code >= 500 else 400])
    page = render_template(
        "desk/trouble.html", title=gettext(title), sentence=gettext(sentence), code=code, words=words
    )
    return page, code
