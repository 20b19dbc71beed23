"""Directories: where services come from, how the last fetch of each went, and what could not be read."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.catalogue import N_
from bot.store import sources
from bot.store.sources import Source, State
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.paging import paged
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("directories", __name__, url_prefix="/desk/directories")

STATES: dict[State, tuple[str, str]] = {
    State.NEW: (N_("Not fetched yet"), "warn"),
    State.RUNNING: (N_("Being fetched now"), "teal"),
    State.DONE: (N_("Fetched"), "good"),
    State.BROKEN: (N_("The last fetch broke off"), "bad"),
}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.READ_SERVICES)
def page() -> ResponseReturnValue:
    """Every directory, and how its last fetch went."""
    with parts().db.read() as conn:
        found = sources.every(conn)
    return render_template("desk/directories.html", sources=found, states=STATES)


@bp.get("/<int:source_id>")
@needs(Permission.READ_SERVICES)
def directory(source_id: int) -> ResponseReturnValue:
    """One directory, with a sentence for each record that could not be read."""
    found = _found(source_id)
    with parts().db.read() as conn:
        problems = paged(lambda offset, limit: sources.problems(conn, found, offset=offset, limit=limit))
        done = history.of(conn, f"source:{source_id}")
    return render_template("desk/directory.html", source=found, states=STATES, page=problems, history=done)


@bp.post("/<int:source_id>/fetch")
@needs(Permission.EDIT_SERVICES)
def fetch(source_id: int) -> ResponseReturnValue:
    """Have it fetched at the next opportunity, which is within a minute while a worker is there."""
    found = _found(source_id)
    if not found.active:
        flash(gettext("It is not fetched by itself. Switch that on first."), "trouble")
        return redirect(url_for(".directory", source_id=source_id))
    with parts().db.begin() as conn:
        sources.fetch_soon(conn, source_id, user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("It is fetched within a minute. Look again then."))
    return redirect(url_for(".directory", source_id=source_id))


@bp.post("/<int:source_id>/active")
@needs(Permission.EDIT_SERVICES)
def active(source_id: int) -> ResponseReturnValue:
    """Fetch it each day from now on, or no longer."""
    _found(source_id)
    wanted = request.form.get("active") == "yes"
    with parts().db.begin() as conn:
        sources.set_active(conn, source_id, active=wanted, user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("It is fetched each day.") if wanted else gettext("It is not fetched by itself any more."))
    return redirect(url_for(".directory", source_id=source_id))


def _found(source_id: int) -> Source:
    with parts().db.read() as conn:
        found = sources.one(conn, source_id)
    if found is None:
        abort(404)
    return found
