"""The front door: what this is, and the way to the phone and the desk."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from bot.web.context import parts

front = Blueprint("front", __name__)


def init_app(app: Flask) -> None:
    """Attach the front page."""
    app.register_blueprint(front)


@front.get("/")
def page() -> ResponseReturnValue:
    """Open to everyone; it shows nothing but the way."""
    return render_template("front.html", demo=parts().settings.demo)
