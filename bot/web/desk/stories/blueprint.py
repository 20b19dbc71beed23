"""The one blueprint of all story pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("stories", __name__, url_prefix="/desk/stories")
