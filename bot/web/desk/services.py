"""Services: find one, read all that is known about it, and say that it was checked."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.knowledge.services import NATIONAL
from bot.language.catalogue import N_
from bot.store import content, library
from bot.store.library import ServiceEntry
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.labels import topic_name, topic_options
from bot.web.desk.paging import paged
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext, today

bp = Blueprint("services", __name__, url_prefix="/desk/services")

COSTS: dict[str, str] = {
    "free": N_("Free"),
    "low": N_("Low cost"),
    "varies": N_("Cost varies"),
    "unknown": N_("Cost not known"),
}
FACTS: dict[str, str] = {
    "women_only": N_("For women only"),
    "step_free": N_("No steps"),
    "family_friendly": N_("Children welcome"),
    "halal": N_("Halal"),
    "ring_first": N_("One must ring or book first"),
    "asks_immigration_status": N_("Asks about immigration status"),
}
DAYS: dict[str, str] = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
OLD_DAYS = 365  # after a year a number may well have changed


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(topic_name=topic_name, checked_state=checked_state)


@bp.get("")
@needs(Permission.READ_SERVICES)
def page() -> ResponseReturnValue:
    """Services by name, found by words, topic, area, or that nobody has checked them."""
    asked = {name: request.args.get(name, "") for name in ("words", "topic", "area")}
    unchecked = request.args.get("unchecked") == "yes"
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: library.services(conn, **asked, unchecked=unchecked, offset=offset, limit=limit)
        )
        areas = [(area, area_name(area)) for area in library.areas(conn)]
    return render_template(
        "desk/services.html",
        page=found,
        asked=asked,
        unchecked=unchecked,
        areas=areas,
        topics=topic_options(),
        costs=COSTS,
    )


@bp.get("/<int:service_id>")
@needs(Permission.READ_SERVICES)
def service(service_id: int) -> ResponseReturnValue:
    """All that is known about one service."""
    entry = _found(service_id)
    with parts().db.read() as conn:
        done = history.of(conn, f"service:{service_id}")
    return render_template(
        "desk/service.html",
        entry=entry,
        service=entry.service,
        area=area_name(entry.service.area),
        costs=COSTS,
        facts=FACTS,
        days=DAYS,
        CHANGED_HERE=library.CHANGED_HERE,
        history=done,
    )


@bp.post("/<int:service_id>/checked")
@needs(Permission.EDIT_SERVICES)
def checked(service_id: int) -> ResponseReturnValue:
    """Note that it was checked today."""
    with parts().db.begin() as conn:
        library.check(
            conn, kind="service", id=service_id, day=today(), user_id=current_user.id, now_ms=parts().now_ms()
        )
    flash(gettext("Thank you. It now says that it was checked today."))
    return redirect(url_for(".service", service_id=service_id))


@bp.post("/<int:service_id>/active")
@needs(Permission.EDIT_SERVICES)
def active(service_id: int) -> ResponseReturnValue:
    """Switch it on or off for residents."""
    wanted = request.form.get("active") == "yes"
    with parts().db.begin() as conn:
        content.set_active(
            conn, kind="service", id=service_id, active=wanted, user_id=current_user.id, now_ms=parts().now_ms()
        )
    flash(gettext("Residents can find it again.") if wanted else gettext("Residents no longer get it."))
    return redirect(url_for(".service", service_id=service_id))


def area_name(area: str) -> str:
    """An area as people call it."""
    return gettext("All of England") if area == NATIONAL else area.replace("-", " ").capitalize()


def checked_state(verified: object) -> str:
    """Whether it was checked: "never", "old" or "fresh"."""
    if verified is None:
        return "never"
    return "old" if (today() - verified).days > OLD_DAYS else "fresh"  # type: ignore[operator]  # a date, from a template


def _found(service_id: int) -> ServiceEntry:
    with parts().db.read() as conn:
        entry = library.one_service(conn, service_id)
    if entry is None:
        abort(404)
    return entry
