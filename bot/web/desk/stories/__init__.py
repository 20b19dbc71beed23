"""Stories: the queue, one story, and what a champion decides about it."""

from __future__ import annotations

from flask import Flask

from bot.web.desk.stories import claiming, deciding, one, preparing, queue, replying, taken_back, translating
from bot.web.desk.stories.blueprint import bp

__all__ = ["claiming", "deciding", "init_app", "one", "preparing", "queue", "replying", "taken_back", "translating"]


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
