"""Writing about a service on the desk: a new one of our own, or what a directory says otherwise than we know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.knowledge.content_error import ContentErrors
from bot.knowledge.reading import form_problems
from bot.knowledge.services import NATIONAL, ServiceRecord, to_document
from bot.knowledge.topics import TOPICS
from bot.language.catalogue import N_
from bot.language.names import LANGUAGES
from bot.store import library
from bot.store.library import ServiceEntry
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.labels import topic_options
from bot.web.desk.services import COSTS, FACTS, area_name
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext, language_name

bp = Blueprint("service_form", __name__, url_prefix="/desk/services")

# The fields of the form: their label and how many letters they may have.
TEXTS: dict[str, tuple[str, int]] = {
    "name": (N_("Name"), 80),
    "summary": (N_("What it does, in one sentence"), 120),
    "who": (N_("For whom"), 80),
    "reach": (N_("How to get in"), 100),
    "cost_note": (N_("About the cost"), 120),
    "hours_note": (N_("When it is open, in words"), 120),
    "phone": (N_("Phone"), 24),
    "text": (N_("Number for text messages"), 24),
    "email": (N_("E-mail"), 120),
    "url": (N_("Website"), 300),
    "address": (N_("Address"), 120),
    "postcode": (N_("Postcode"), 8),
    "source": (N_("Web page to check it against"), 300),
    "alert": (N_("A warning for now, like: closed in August"), 160),
}
OF_FACTS: dict[str, tuple[str, int]] = {
    "culture": (N_("Food or care of a culture"), 80),
    "faith": (N_("Faith"), 24),
}
YES_NO: dict[str, bool | None] = {"yes": True, "no": False, "": None}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("/new")
@needs(Permission.EDIT_SERVICES)
def new() -> ResponseReturnValue:
    """An empty form."""
    return _page(None, {}, {})


@bp.post("/new")
@needs(Permission.EDIT_SERVICES)
def add() -> ResponseReturnValue:
    """Keep a service of our own. No file and no directory ever changes it."""
    document = _written()
    if errors := _problems({**document, "id": "desk"}):
        return _page(None, document, errors), 422
    with parts().db.begin() as conn:
        made = library.add_service(conn, document=_told(document), user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("Residents can find it now."))
    return redirect(url_for("services.service", service_id=made))


@bp.get("/<int:service_id>/edit")
@needs(Permission.EDIT_SERVICES)
def edit(service_id: int) -> ResponseReturnValue:
    """The form with what is known."""
    entry = _found(service_id)
    return _page(entry, to_document(entry.service), {})


@bp.post("/<int:service_id>/edit")
@needs(Permission.EDIT_SERVICES)
def change(service_id: int) -> ResponseReturnValue:
    """Keep what was changed. Of a directory's service it stays changed when the directory is fetched again."""
    entry = _found(service_id)
    document, known = _written(), to_document(entry.service)
    if errors := _problems({**known, **document, "facts": _facts(known, document)}):
        return _page(entry, document, errors), 422
    changes = _changes(known, document)
    if not changes:
        flash(gettext("Nothing was different, so nothing was changed."))
        return redirect(url_for("services.service", service_id=service_id))
    try:
        with parts().db.begin() as conn:
            library.change(conn, id=service_id, changes=changes, user_id=current_user.id, now_ms=parts().now_ms())
    except ContentErrors as bad:
        return _page(entry, document, {"name": " ".join(error.sentence for error in bad.errors)}), 422
    flash(gettext("Changed. This is what residents get now."))
    return redirect(url_for("services.service", service_id=service_id))


@bp.post("/<int:service_id>/as-directory")
@needs(Permission.EDIT_SERVICES)
def undo(service_id: int) -> ResponseReturnValue:
    """Say again what the directory says."""
    with parts().db.begin() as conn:
        library.undo_changes(conn, id=service_id, user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("It says again what its directory says."))
    return redirect(url_for("services.service", service_id=service_id))


def _written() -> dict[str, Any]:
    """What the form says, in the terms of a service's document. What was left empty is None."""
    document: dict[str, Any] = {name: words(name) or None for name in TEXTS}
    document |= {"cost": request.form.get("cost") or "unknown", "area": words("area") or None}
    document["topics"] = [topic for topic in request.form.getlist("topics") if topic in TOPICS] or None
    document["languages"] = request.form.getlist("languages") or None
    document["interpreter"] = YES_NO.get(request.form.get("interpreter", ""))
    document |= {name: _years(words(name)) for name in ("minimum_age", "maximum_age")}
    facts: dict[str, Any] = {name: YES_NO.get(request.form.get(name, "")) for name in FACTS}
    document["facts"] = facts | {name: words(name) or None for name in OF_FACTS}
    return document


def _years(said: str) -> object:
    return int(said) if said.isdecimal() and len(said) < 4 else said or None


def _problems(document: dict[str, Any]) -> dict[str, str]:
    errors = form_problems(_told(document), ServiceRecord)
    if not document.get("topics"):
        errors["topics"] = gettext("Choose a topic.")
    if not document.get("area"):
        errors["area"] = gettext("Choose an area.")
    if not document.get("name"):
        errors["name"] = gettext("Give it a name.")
    if not document.get("summary"):
        errors["summary"] = gettext("Say what it does.")
    return errors


def _told(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what nobody knows."""
    told = {name: value for name, value in document.items() if value is not None}
    return {**told, "facts": {name: value for name, value in told.get("facts", {}).items() if value is not None}}


def _changes(known: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Only the fields that differ, so that all others still follow the directory."""
    changes = {
        name: value
        for name, value in document.items()
        if name != "facts" and value != known.get(name, "unknown" if name == "cost" else None)
    }
    before = known.get("facts", {})
    facts = {name: value for name, value in document["facts"].items() if value != before.get(name)}
    if "phone" in changes:
        changes["phones"] = None
    if {"address", "postcode"} & changes.keys():
        changes |= {"sites": None, "point": None}
    return {**changes, **({"facts": facts} if facts else {})}


def _facts(known: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    return {**known.get("facts", {}), **document["facts"]}


def _found(service_id: int) -> ServiceEntry:
    with parts().db.read() as conn:
        entry = library.one_service(conn, service_id)
    if entry is None or entry.origin not in library.CHANGED_HERE:
        abort(404)
    return entry


def _page(entry: ServiceEntry | None, document: dict[str, Any], errors: dict[str, str]) -> str:
    with parts().db.read() as conn:
        areas = sorted({*library.areas(conn), NATIONAL})
    return render_template(
        "desk/service_form.html",
        entry=entry,
        document=document,
        facts=document.get("facts", {}),
        errors=errors,
        texts=TEXTS,
        of_facts=OF_FACTS,
        asked_facts=FACTS,
        costs=[(code, gettext(label)) for code, label in COSTS.items()],
        topics=[(topic, label, "") for topic, label in topic_options()],
        areas=[(area, area_name(area)) for area in areas],
        language_options=[(code, language_name(code), "") for code in _languages(document.get("languages") or ())],
    )


def _languages(chosen: Iterable[str]) -> list[str]:
    """The languages of the desk's list, and those that the directory names."""
    return sorted({*LANGUAGES, *chosen})
