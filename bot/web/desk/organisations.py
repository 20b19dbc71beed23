"""Partner organisations, and the areas each works in."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import audit, reach
from bot.store.audit import Event
from bot.store.reach import NameTaken
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.standing import areas_typed
from bot.web.permissions import Permission, needs
from bot.web.users import LONGEST_NAME
from bot.web.wording import gettext

bp = Blueprint("organisations", __name__, url_prefix="/desk/organisations")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.MANAGE_PEOPLE)
def page() -> ResponseReturnValue:
    """All of them."""
    return _page({}, {})


@bp.post("")
@needs(Permission.MANAGE_PEOPLE)
def add() -> ResponseReturnValue:
    """Add one."""
    return _save(0)


@bp.post("/<int:organisation_id>")
@needs(Permission.MANAGE_PEOPLE)
def change(organisation_id: int) -> ResponseReturnValue:
    """Write its name and its areas."""
    with parts().db.read() as conn:
        if organisation_id not in {one.id for one in reach.organisations(conn)}:
            abort(404)
    return _save(organisation_id)


def _save(id: int) -> ResponseReturnValue:
    name, areas = words("name"), areas_typed(words("areas"))
    errors = _errors(name, areas)
    if not errors:
        try:
            with parts().db.begin() as conn:
                _write(conn, id, name, areas)
        except NameTaken:
            errors["name"] = gettext("There is an organisation of this name already.")
    if errors:
        return _page({"id": id, "name": name, "areas": ", ".join(areas)}, errors), 422
    flash(gettext("Saved."))
    return redirect(url_for(".page"))


def _write(conn: Connection, id: int, name: str, areas: tuple[str, ...]) -> None:
    before = next((len(one.areas) for one in reach.organisations(conn) if one.id == id), 0)
    if id:
        reach.change_organisation(conn, id, name, areas)
    else:
        id = reach.add_organisation(conn, name, areas, parts().now_ms())
    audit.append(
        conn,
        now_ms=parts().now_ms(),
        actor=f"user:{current_user.id}",
        event=Event.ORGANISATION_CHANGED,
        subject=f"organisation:{id}",
        detail={"before": before, "after": len(areas)},
    )


def _errors(name: str, areas: tuple[str, ...]) -> dict[str, str]:
    errors = {}
    if not name:
        errors["name"] = gettext("Write the name of the organisation.")
    elif len(name) > LONGEST_NAME:
        errors["name"] = gettext("Make it shorter: at most {count} letters.", count=LONGEST_NAME)
    if not areas:
        errors["areas"] = gettext("Name at least one area.")
    return errors


def _page(typed: dict[str, object], errors: dict[str, str]) -> str:
    with parts().db.read() as conn:
        found = reach.organisations(conn)
    return render_template(
        "desk/organisations.html", organisations=found, typed=typed, errors=errors, longest_name=LONGEST_NAME
    )
