"""Alerts: someone wrote danger words. Leads and admins see to them; champions see that they were told."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.store import actions, alerts
from bot.store.swap import Gone, Stale
from bot.story.safeguarding import Action, Outcome
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import history, safeguarding
from bot.web.desk.intake import words
from bot.web.desk.labels import danger_name
from bot.web.desk.paging import paged
from bot.web.permissions import Permission, may, needs
from bot.web.wording import age, gettext

bp = Blueprint("alerts", __name__, url_prefix="/desk/alerts")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(danger_name=danger_name)
    safeguarding.init_app(app)


@bp.get("")
@needs(Permission.KNOW_OF_ALERTS)
def page() -> ResponseReturnValue:
    """All alerts, the open ones first. Without the words for those who are only told that there is one."""
    with parts().db.read() as conn:
        vault, within = parts().db.vault, scoped.alert_rows()
        found = paged(lambda offset, limit: alerts.page(conn, vault, within, offset=offset, limit=limit))
        counts = alerts.counts(conn, within)
    return render_template("desk/alerts.html", page=found, open=counts["open"], sees=may(Permission.ALERTS))


@bp.get("/<int:alert_id>")
@needs(Permission.ALERTS)
def alert(alert_id: int) -> ResponseReturnValue:
    """One alert: what was written, what the bot answered, and what was done."""
    return _page(alert_id)


@bp.post("/<int:alert_id>/acknowledge")
@needs(Permission.ALERTS)
def acknowledge(alert_id: int) -> ResponseReturnValue:
    """Say that a person has seen to it, and what was done."""
    note = words("note")
    if not note:
        return _page(alert_id, errors={"note": gettext("Write what you did, or what you will do.")}), 422
    try:
        with parts().db.begin() as conn:
            alerts.acknowledge(
                conn, parts().db.vault, id=alert_id, note=note, user_id=current_user.id, now_ms=parts().now_ms()
            )
    except Stale as stale:
        who = stale.by or gettext("Someone")
        raced = gettext("{who} took on this alert, {age}.", who=who, age=age(stale.at or parts().now_ms()))
        return _page(alert_id, typed=note, raced=raced), 409
    flash(gettext("Noted. Thank you for looking after this."))
    return redirect(url_for(".alert", alert_id=alert_id))


@bp.post("/<int:alert_id>/actions")
@needs(Permission.ALERTS)
def add_action(alert_id: int) -> ResponseReturnValue:
    """Add to the record what was done, and how the alert stands now."""
    what, outcome, note = words("what"), words("outcome"), words("done")
    errors = {}
    if what not in set(Action):
        errors["what"] = gettext("Choose what was done.")
    if what == Action.NOTE and not note:
        errors["done"] = gettext("Write your note.")
    if errors:
        return _page(alert_id, errors=errors, done={"what": what, "outcome": outcome, "done": note}), 422
    try:
        with parts().db.begin() as conn:
            actions.add(
                conn,
                parts().db.vault,
                alert_id=alert_id,
                what=Action(what),
                note=note,
                outcome=Outcome(outcome) if outcome in set(Outcome) else Outcome.GOING_ON,
                user_id=current_user.id,
                now_ms=parts().now_ms(),
            )
    except Gone:
        abort(404)
    flash(gettext("Noted."))
    return redirect(url_for(".alert", alert_id=alert_id))


def _page(
    alert_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: str = "",
    raced: str = "",
    done: dict[str, str] | None = None,
) -> str:
    with parts().db.read() as conn:
        found = alerts.get(conn, parts().db.vault, alert_id)
        if found is None:
            abort(404)
        log, looked = history.of(conn, f"alert:{alert_id}"), safeguarding.of_alert(conn, parts().db.vault, alert_id)
    return render_template(
        "desk/alert.html",
        alert=found,
        history=log,
        safeguarding=looked,
        errors=errors or {},
        typed=typed,
        raced=raced,
        form=done or {},
    )
