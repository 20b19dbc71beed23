"""Stories: the queue, one story, and what a champion decides about it."""

from __future__ import annotations

from flask import Flask

from bot.web.desk.stories import bulk, deciding, heeding, noting, one, queue, replying, tagging
from bot.web.desk.stories.blueprint import bp

__all__ = ["bulk", "deciding", "heeding", "init_app", "noting", "one", "queue", "replying", "tagging"]


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.register_blueprint(noting.notebook)
