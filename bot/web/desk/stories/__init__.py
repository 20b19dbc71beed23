"""Stories: the queue, one story, and what a champion decides about it."""

from __future__ import annotations

from flask import Flask

from bot.web.desk.stories import (
    bulk,
    claiming,
    deciding,
    heeding,
    noting,
    one,
    preparing,
    queue,
    replying,
    tagging,
    taken_back,
    translating,
    unsaved,
)
from bot.web.desk.stories.blueprint import bp

__all__ = [
    "bulk",
    "claiming",
    "deciding",
    "heeding",
    "init_app",
    "noting",
    "one",
    "preparing",
    "queue",
    "replying",
    "tagging",
    "taken_back",
    "translating",
    "unsaved",
]


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.register_blueprint(noting.notebook)
    app.jinja_env.globals.update(unsaved_called=unsaved.called)
