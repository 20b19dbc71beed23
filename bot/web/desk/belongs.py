"""Where a story, question, talk or alert belongs: the town or the postcode's district whose champions see it."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.store import audit, reach
from bot.store.audit import Event
from bot.store.swap import hold
from bot.story.scope import area_key, area_shown
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("belongs", __name__, url_prefix="/desk")


def init_app(app: Flask) -> None:
    """Attach the forms, and the areas that they offer."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(area_shown=area_shown, known_areas=known_areas)
    app.jinja_env.filters.update(area_shown=area_shown)


def known_areas() -> list[str]:
    """The areas that somebody looks after."""
    with parts().db.read() as conn:
        return reach.known_areas(conn)


@bp.post("/stories/<int:story_id>/area")
@needs(Permission.DECIDE_STORIES)
def story(story_id: int) -> ResponseReturnValue:
    """Say where a story belongs."""
    here, away = url_for("stories.story", story_id=story_id), url_for("stories.page")
    return redirect(here if _place("story", story_id, Permission.DECIDE_STORIES) else away)


@bp.post("/questions/<int:question_id>/area")
@needs(Permission.QUESTIONS)
def question(question_id: int) -> ResponseReturnValue:
    """Say where a question belongs."""
    here, away = url_for("questions.question", question_id=question_id), url_for("questions.page")
    return redirect(here if _place("question", question_id, Permission.QUESTIONS) else away)


@bp.post("/talks/<int:talk_id>/area")
@needs(Permission.TALK)
def talk(talk_id: int) -> ResponseReturnValue:
    """Say where a talk belongs."""
    here, away = url_for("talks.talk", talk_id=talk_id), url_for("talks.page")
    return redirect(here if _place("talk", talk_id, Permission.TALK) else away)


@bp.post("/alerts/<int:alert_id>/area")
@needs(Permission.ALERTS)
def alert(alert_id: int) -> ResponseReturnValue:
    """Say where an alert belongs."""
    here, away = url_for("alerts.alert", alert_id=alert_id), url_for("alerts.page")
    return redirect(here if _place("alert", alert_id, Permission.ALERTS) else away)


def _place(kind: str, id: int, permission: Permission) -> bool:
    """Write it. False when she who gave it to another area no longer sees it; she is told so."""
    area = area_key(words("area"))
    with parts().db.begin() as conn:
        row = hold(conn, reach.PLACED[kind], id)
        reach.place(conn, kind, id, area)
        audit.append(
            conn,
            now_ms=parts().now_ms(),
            actor=f"user:{current_user.id}",
            event=Event.AREA_CHANGED,
            subject=f"{kind}:{id}",
            detail={"before": _code(row.area), "after": _code(area)},
        )
    sees = scoped.scope_of(permission).sees(area, row.language)
    gone = gettext("Saved. It is with the people of that area now, and no longer on your desk.")
    flash(gettext("Saved.") if sees else gone)
    return sees


def _code(area: str | None) -> str:
    """As the audit log keeps it: no blanks, and no letters beyond a to z."""
    return f"area:{re.sub(r'[^a-z0-9]+', '-', area or 'unknown')}"
