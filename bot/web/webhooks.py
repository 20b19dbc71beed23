"""Twilio calls: a message came in, a text we sent has fared so. Each is signed, small, and answered at once.

The two addresses stand in front of Flask: the sessions, limits and contexts that pages need took a third of a turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from flask import Flask
from prometheus_client import Counter
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_content_length, get_path_info

from bot.channel.form import Form, read_form
from bot.channel.twilio import BadForm, is_signed, public_address, read_inbound
from bot.observe import INBOUND, TURN_SECONDS
from bot.settings import Settings
from bot.store.database import DatabaseAway
from bot.web.context import Parts, parts_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger("webhooks")

LARGEST_FORM = 64 * 1024  # bytes; a real one is a few thousand
FORM_TYPE = "application/x-www-form-urlencoded"
COME_AGAIN_SECONDS = 5
EMPTY_TWIML = b"<Response/>"
TWIML_HEADERS = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(EMPTY_TWIML)))]


def init_app(app: Flask) -> None:
    """Put the two addresses that Twilio calls before everything else of the application."""
    app.wsgi_app = Webhooks(parts_of(app), app.wsgi_app)  # type: ignore[method-assign]


class Call:
    """What Twilio sends. Werkzeug's own request takes a tenth of a whole turn to read a form of twenty fields."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ
        self._form: Form | None = None
        self.method: str = environ["REQUEST_METHOD"]
        self.signature: str | None = environ.get("HTTP_X_TWILIO_SIGNATURE")

    @property
    def path(self) -> str:
        """The path as it was sent. What WSGI tells has been decoded, and encoding it again need not give the same."""
        environ = self._environ
        raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
        return raw.partition("?")[0] if raw.startswith("/") else _quoted(get_path_info(environ))

    @property
    def query(self) -> str:
        """What follows the path's question mark."""
        return str(self._environ.get("QUERY_STRING", "")).encode("latin-1").decode("utf-8", "replace")

    @property
    def form(self) -> Form:
        """The fields; none when it is no form. Raises RequestEntityTooLarge, a 413."""
        if self._form is None:  # a cached_property would take a lock each time
            self._form = self._read()
        return self._form

    def _read(self) -> Form:
        environ = self._environ
        length = get_content_length(environ) or 0
        if length > LARGEST_FORM:
            raise RequestEntityTooLarge
        if not environ.get("CONTENT_TYPE", "").startswith(FORM_TYPE):
            return Form()
        return read_form(environ["wsgi.input"].read(length))


class Webhooks:
    """A WSGI application that answers the two addresses and hands every other on to ``pages``."""

    def __init__(self, house: Parts, pages: WSGIApplication) -> None:
        self._house, self._pages = house, pages
        self._views: dict[str, Callable[[Call], WSGIApplication]] = {
            "/twilio/inbound": self._inbound,
            "/twilio/status": self._status,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        view = self._views.get(environ.get("PATH_INFO", ""))
        if view is None:
            return self._pages(environ, start_response)
        return self._answer(view, Call(environ))(environ, start_response)

    def _answer(self, view: Callable[[Call], WSGIApplication], call: Call) -> WSGIApplication:
        """The view's answer, or what to say when there is none. While the database is away, Twilio is to come again."""
        try:
            return self._refusal(call) or view(call)
        except HTTPException as error:
            return error
        except DatabaseAway as away:
            log.error("database away", path=call.path, error=str(away))
            return _come_again()
        except Exception:
            log.exception("call broke", path=call.path)
            return _sentence(500, "Something broke on our side. It was noted.")

    def _refusal(self, call: Call) -> Response | None:
        """Only calls come through that Twilio signed."""
        settings = self._house.settings
        if call.method != "POST":
            raise MethodNotAllowed(["POST"])
        if not settings.twilio_on:
            return _sentence(404, "Twilio is not set up here: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
        if _is_from_twilio(settings, call):
            return None
        log.warning("unsigned call", path=call.path, signed=call.signature is not None)
        return _sentence(403, "This call is not signed by Twilio with our token for our PUBLIC_URL.")

    def _inbound(self, call: Call) -> WSGIApplication:
        """One message in. Our answer goes out by the outbox, so what Twilio hears is empty TwiML."""
        try:
            message = read_inbound(call.form)
        except BadForm as bad:
            log.warning("not a message", error=str(bad))
            return _sentence(400, str(bad))
        began = perf_counter()
        try:
            receipt = self._house.inbox.receive(message, self._house.now_ms())
        finally:
            TURN_SECONDS.observe(perf_counter() - began)
        outcome = "duplicate" if receipt.duplicate else "taken" if receipt.taken else "left"
        _count_of(str(message.channel), outcome).inc()
        return _nothing_to_say

    def _status(self, call: Call) -> Response:
        """How a text fared. What we cannot place is taken all the same."""
        form = call.form
        sid = form.get("MessageSid") or form.get("SmsSid") or ""
        word = form.get("MessageStatus") or form.get("SmsStatus") or ""
        placed = self._house.outbox.status(sid, word, form.get("ErrorCode") or None, self._house.now_ms())
        return Response(status=204) if placed else _come_again()


_quoted = lru_cache(maxsize=8)(quote)  # of the two addresses


@cache
def _count_of(channel: str, outcome: str) -> Counter:
    return INBOUND.labels(channel, outcome)


def _is_from_twilio(settings: Settings, call: Call) -> bool:
    url = public_address(settings.public_url, call.path, call.query)
    return is_signed(settings.twilio_auth_token, url, call.form, call.signature)


def _sentence(status: int, words: str) -> Response:
    return Response(words + "\n", status, mimetype="text/plain")


def _nothing_to_say(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Empty TwiML. A response object for each turn would cost as much as finding out who wrote."""
    start_response("200 OK", [*TWIML_HEADERS])
    return [EMPTY_TWIML]


def _come_again() -> Response:
    answer = _sentence(503, "We cannot take this just now. Please send it again.")
    answer.headers["Retry-After"] = str(COME_AGAIN_SECONDS)
    return answer
