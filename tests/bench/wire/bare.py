"""The least that can stand behind a webhook: the signature checked by Twilio's own validator, constant TwiML back."""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped] # Twilio ships no types


def wsgi() -> Flask:
    """What the server starts, as a factory. The token comes from the environment, as ours does."""
    app = Flask(__name__)
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    @app.post("/twilio/inbound")
    def inbound() -> Response:
        if not validator.validate(request.url, request.form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)
        return Response("<Response/>", mimetype="text/xml")

    return app
