"""Stories: the queue, one story, and what a champion decides about it."""

from __future__ import annotations

from flask import Flask

from bot.web.desk.stories import deciding, one, queue, replying, taken_back
from bot.web.desk.stories.blueprint import bp

__all__ = ["deciding", "init_app", "one", "queue", "replying", "taken_back"]


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
