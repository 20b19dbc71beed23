"""Texts on their way out: what waits, what went, and what failed, with one sentence why and one thing to do."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.channel.errors import Action, problem, sentence
from bot.channel.message import Channel
from bot.language.catalogue import N_
from bot.store import messages, outgoing, pauses
from bot.store.messages import MessageRow, RetryRefused, State
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk.labels import KINDS, delivery
from bot.web.desk.paging import paged
from bot.web.desk.waiting import hidden_kinds
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

AT_ONCE = 50

bp = Blueprint("messages", __name__, url_prefix="/desk/messages")

STATES: dict[State, str] = {"failed": N_("Failed"), "waiting": N_("Waiting"), "sent": N_("Sent"), "done": N_("Done")}
CHANNELS = {"sms": "SMS", "whatsapp": "WhatsApp"}
HOPELESS = frozenset({Action.STOP_CONTACT, Action.GIVE_UP})


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.MESSAGES)
def page() -> ResponseReturnValue:
    """The texts of one state, danger first, then newest first; and the channels that are paused."""
    state, hidden = _state(), hidden_kinds()
    channel, language = _channel(), request.args.get("language", "")
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: messages.page(
                conn,
                parts().db.vault,
                state=state,
                without=hidden,
                within=scoped.message_rows(),
                channel=channel,
                language=language,
                offset=offset,
                limit=limit,
            )
        )
        counts = messages.counts(conn, scoped.message_rows(), without=hidden)
        paused = stopped_channels(conn)
    tabs = [
        {"label": gettext(name), "href": url_for(".page", state=one), "here": one == state, "count": counts[one]}
        for one, name in STATES.items()
    ]
    rows = [(row, delivery(row.status), trouble(row), action(row)) for row in found.rows]
    narrowed = {"channel": channel, "language": language, "channels": CHANNELS}
    return render_template(
        "desk/messages.html", page=found, rows=rows, state=state, tabs=tabs, kinds=KINDS, paused=paused, **narrowed
    )


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


@bp.post("/<int:message_id>/done")
@needs(Permission.MESSAGES)
def done(message_id: int) -> ResponseReturnValue:
    """Put a failed text aside."""
    try:
        with parts().db.begin() as conn:
            messages.finish(conn, message_id, parts().now_ms(), user_id=current_user.id, without=hidden_kinds())
    except RetryRefused:
        flash(gettext("Only a text that failed can be marked as done: this one is on its way."), "trouble")
        return redirect(url_for(".page", state="failed"))
    flash(gettext("It is marked as done."))
    return redirect(url_for(".page", state="failed"))


@bp.post("/channels/<channel>/resume")
@needs(Permission.MESSAGES)
def resume(channel: str) -> ResponseReturnValue:
    """Let a paused channel send again. If our configuration is still wrong, the first text pauses it again."""
    if channel not in CHANNELS:
        abort(404)
    with parts().db.begin() as conn:
        pauses.end(conn, Channel(channel), parts().now_ms(), f"user:{current_user.id}")
    with parts().db.read() as conn:
        waiting = outgoing.due(conn, parts().now_ms(), AT_ONCE)
    for contact_id in waiting:  # the sweep wakes the others
        parts().wake(contact_id)
    flash(gettext("We are trying again. If it still does not work, you will see it here in a moment."))
    return redirect(url_for(".page", state="waiting"))


def stopped_channels(conn: Connection) -> list[tuple[str, str, str]]:
    """Each paused channel: its key, its name, and one sentence why."""
    found = pauses.everywhere(conn)
    return [(one.channel.value, CHANNELS[one.channel.value], gettext(sentence(one.error_code))) for one in found]


def trouble(row: MessageRow) -> str:
    """Why it did not arrive, in one sentence."""
    return gettext(sentence(row.error_code)) if row.error_code else ""


def action(row: MessageRow) -> str:
    """The one thing to do about it: "again", "done" where sending again cannot help, "" when it has not failed."""
    if row.done or row.status not in messages.STATES["failed"]:
        return ""
    hopeless = row.error_code is not None and problem(row.error_code).action in HOPELESS
    return "done" if row.stopped or hopeless else "again"


def _channel() -> str:
    asked = request.args.get("channel", "")
    return asked if asked in CHANNELS else ""


def _state() -> State:
    asked = request.args.get("state")
    found: State = next((one for one in get_args(State) if one == asked), "failed")
    return found
