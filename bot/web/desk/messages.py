"""Texts on their way out: what waits, what went, and what failed, with one sentence why and one thing to do."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.channel.errors import sentence
from bot.language.catalogue import N_
from bot.store import messages
from bot.store.messages import MessageRow, RetryRefused, State
from bot.web.context import parts
from bot.web.desk.labels import KINDS, delivery
from bot.web.desk.paging import paged
from bot.web.desk.waiting import hidden_kinds
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("messages", __name__, url_prefix="/desk/messages")

STATES: dict[State, str] = {"failed": N_("Failed"), "waiting": N_("Waiting"), "sent": N_("Sent")}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.MESSAGES)
def page() -> ResponseReturnValue:
    """The texts of one state, newest first."""
    state, hidden = _state(), hidden_kinds()
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: messages.page(
                conn, parts().db.vault, state=state, without=hidden, offset=offset, limit=limit
            )
        )
        counts = messages.counts(conn, without=hidden)
    tabs = [
        {"label": gettext(name), "href": url_for(".page", state=one), "here": one == state, "count": counts[one]}
        for one, name in STATES.items()
    ]
    rows = [(row, delivery(row.status), trouble(row), can_retry(row)) for row in found.rows]
    return render_template("desk/messages.html", page=found, rows=rows, state=state, tabs=tabs, kinds=KINDS)


@bp.post("/<int:message_id>/retry")
@needs(Permission.MESSAGES)
def retry(message_id: int) -> ResponseReturnValue:
    """Send a failed text again."""
    try:
        with parts().db.begin() as conn:
            contact_id = messages.retry(
                conn, message_id, parts().now_ms(), user_id=current_user.id, without=hidden_kinds()
            )
    except RetryRefused as refused:
        flash(gettext(str(refused)), "trouble")
        return redirect(url_for(".page", state="failed"))
    parts().wake(contact_id)
    flash(gettext("It is being sent again."))
    return redirect(url_for(".page", state="failed"))


def trouble(row: MessageRow) -> str:
    """Why it did not arrive, in one sentence."""
    return gettext(sentence(row.error_code)) if row.error_code else ""


def can_retry(row: MessageRow) -> bool:
    """True when sending again is allowed: it failed, and the person has not said STOP."""
    return row.status in messages.STATES["failed"] and not row.stopped


def _state() -> State:
    asked = request.args.get("state")
    found: State = next((one for one in get_args(State) if one == asked), "failed")
    return found
