"""Twilio calls: a message came in, a text we sent has fared so. Each is signed, small, and answered at once."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from flask import Blueprint, Flask, Request, Response, request

from bot.channel.twilio import BadForm, is_signed, public_address, read_inbound
from bot.observe import INBOUND, TURN_SECONDS
from bot.settings import Settings
from bot.store.database import DatabaseAway
from bot.web.context import parts

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger("webhooks")

blueprint = Blueprint("twilio", __name__, url_prefix="/twilio")

LARGEST_FORM = 64 * 1024  # bytes; a real one is a few thousand
COME_AGAIN_SECONDS = 5


def init_app(app: Flask) -> None:
    """Attach the two addresses that Twilio calls."""
    app.register_blueprint(blueprint)


def _from_twilio(view: Callable[[], Response]) -> Callable[[], Response]:
    """Let only calls through that Twilio signed; while the database is away, ask it to come again."""

    @wraps(view)
    def guarded() -> Response:
        settings = parts().settings
        if not settings.twilio_on:
            return _sentence(404, "Twilio is not set up here: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
        request.max_content_length = LARGEST_FORM
        if not _is_from_twilio(settings, request):
            log.warning("unsigned call", path=request.path, signed="X-Twilio-Signature" in request.headers)
            return _sentence(403, "This call is not signed by Twilio with our token for our PUBLIC_URL.")
        try:
            return view()
        except DatabaseAway as away:
            log.error("database away", path=request.path, error=str(away))
            return _come_again()

    return guarded


def _is_from_twilio(settings: Settings, call: Request) -> bool:
    url = public_address(settings.public_url, _raw_path(call), call.query_string.decode("utf-8", "replace"))
    return is_signed(settings.twilio_auth_token, url, call.form, call.headers.get("X-Twilio-Signature"))


def _raw_path(call: Request) -> str:
    """The path as it was sent. Flask's own has been decoded, and re-encoding need not give the same again."""
    raw = str(call.environ.get("RAW_URI") or call.environ.get("REQUEST_URI") or "")
    return raw.partition("?")[0] if raw.startswith("/") else quote(call.path)


def _sentence(status: int, words: str) -> Response:
    return Response(words + "\n", status, mimetype="text/plain")


def _come_again() -> Response:
    answer = _sentence(503, "We cannot take this just now. Please send it again.")
    answer.headers["Retry-After"] = str(COME_AGAIN_SECONDS)
    return answer


@blueprint.post("/inbound")
@_from_twilio
def inbound() -> Response:
    """One message in. Our answer goes out by the outbox, so what Twilio hears is empty TwiML."""
    try:
        message = read_inbound(request.form)
    except BadForm as bad:
        log.warning("not a message", error=str(bad))
        return _sentence(400, str(bad))
    with TURN_SECONDS.time():
        receipt = parts().inbox.receive(message, parts().now_ms())
    outcome = "duplicate" if receipt.duplicate else "taken" if receipt.taken else "left"
    INBOUND.labels(message.channel.value, outcome).inc()
    return Response("<Response/>", mimetype="text/xml")


@blueprint.post("/status")
@_from_twilio
def status() -> Response:
    """How a text fared. What we cannot place is taken all the same."""
    form = request.form
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    word = form.get("MessageStatus") or form.get("SmsStatus") or ""
    placed = parts().outbox.status(sid, word, form.get("ErrorCode") or None, parts().now_ms())
    return Response(status=204) if placed else _come_again()
