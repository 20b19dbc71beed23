"""What every page shares: templates, static files, the way around, and the headers that keep a page to itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for
from flask_login import current_user

from bot.knowledge.bidi import isolated
from bot.language.catalogue import N_
from bot.web.context import parts
from bot.web.desk import choosing, waiting
from bot.web.permissions import Permission, may

STATIC = Path(__file__).resolve().parent.parent / "static"
look = Blueprint("look", __name__, static_folder=str(STATIC), static_url_path="/assets", template_folder="../templates")

# Nothing of a page may come from, or go to, another place; nothing inline runs.
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": STRICT,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


YEAR = 31_536_000  # seconds


@dataclass(frozen=True)
class Place:
    """One place in the way around. ``main`` places stay in reach of the thumb on a phone; ``within`` are the other
    blueprints whose pages belong here."""

    endpoint: str
    label: str
    permission: Permission
    icon: str
    count: str = ""
    main: bool = False
    within: tuple[str, ...] = ()

    @property
    def blueprints(self) -> tuple[str, ...]:
        """Whose pages stand here."""
        return (self.endpoint.split(".")[0], *self.within)


PLACES: tuple[Place, ...] = (
    Place("home.page", N_("Home"), Permission.DESK, "home", main=True),
    Place("stories.page", N_("Stories"), Permission.READ_STORIES, "story", "stories", main=True, within=("sharing",)),
    Place("questions.page", N_("Questions"), Permission.QUESTIONS, "question", "questions", main=True),
    Place("talks.page", N_("Talks"), Permission.TALK, "talk", "talks", main=True),
    Place("alerts.page", N_("Alerts"), Permission.KNOW_OF_ALERTS, "alert", "alerts", main=True, within=("rota",)),
    Place("notebook.page", N_("Notes"), Permission.DECIDE_STORIES, "note", "notes"),
    Place("finding.page", N_("Find"), Permission.DECIDE_STORIES, "find"),
    Place("ready.page", N_("Ready replies"), Permission.REPLY, "ready"),
    Place("messages.page", N_("Messages"), Permission.MESSAGES, "message", "failed", within=("templates",)),
    Place("broadcasts.page", N_("News"), Permission.BROADCAST, "news", "news"),
    Place("services.page", N_("Services"), Permission.READ_SERVICES, "service"),
    Place("answers.page", N_("Answers"), Permission.READ_ANSWERS, "answer", within=("due", "keeping")),
    Place("gaps.page", N_("Gaps"), Permission.GAPS, "gap"),
    Place(
        "flows.page", N_("Conversations"), Permission.READ_FLOWS, "flow", within=("revisions", "drafts", "publishing")
    ),
    Place("posters.page", N_("Posters"), Permission.DESK, "poster"),
    Place("kept.page", N_("Kept and erased"), Permission.SEE_KEPT, "lock"),
    Place("people.page", N_("People"), Permission.MANAGE_PEOPLE, "people", within=("standing", "organisations")),
    Place("reads.page", N_("Who read what"), Permission.WHO_READ, "read"),
)


def init_app(app: Flask) -> None:
    """Attach templates and static files."""
    app.register_blueprint(look)
    app.jinja_env.globals.update(asset=asset, isolated=isolated, may=may, Permission=Permission)
    app.context_processor(around)
    app.after_request(_headers)


def asset(name: str) -> str:
    """The address of a static file, with its content's hash: a new file is fetched at once, an old one never again."""
    return url_for("look.static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def around() -> dict[str, object]:
    """For every page: the places this person may go, with what waits in each."""
    if not request.path.startswith("/desk") or not current_user.is_authenticated:
        return {"places": [], "counts": {}, "service_name": parts().settings.service_name}
    places = [place for place in PLACES if may(place.permission)]
    return {"places": places, "counts": choosing.shown(waiting.counts()), "service_name": parts().settings.service_name}


def _headers(response: Response) -> Response:
    if request.path.startswith("/desk") or request.path == "/":
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    if request.endpoint == "look.static" and response.status_code in {200, 304} and _named_by_content():
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _named_by_content() -> bool:
    """Only under its true hash: during a deploy an old process may be asked for a new file."""
    name = (request.view_args or {}).get("filename", "")
    return request.args.get("v") == _digest(name)
