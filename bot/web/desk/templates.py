"""Templates: what WhatsApp must approve before we may write to somebody after a day, in each language."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.background.templating import Row
from bot.language.catalogue import N_
from bot.store.templates import State
from bot.web.context import parts
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("templates", __name__, url_prefix="/desk/templates")

STATES: dict[State, tuple[str, str]] = {
    State.MISSING: (N_("Not handed in"), "warn"),
    State.CREATED: (N_("Not handed in"), "warn"),
    State.SUBMITTED: (N_("WhatsApp looks at it"), "teal"),
    State.APPROVED: (N_("Approved"), "good"),
    State.REJECTED: (N_("Refused"), "bad"),
}


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.TEMPLATES)
def page() -> ResponseReturnValue:
    """Every template in every language, and how its approval stands."""
    rows = [(row, *STATES[row.state], why(row)) for row in parts().templates.rows()]
    groups = [(name, list(found)) for name, found in groupby(rows, key=lambda one: one[0].name)]
    return render_template("desk/templates.html", groups=groups, can_ask=parts().settings.twilio_on)


@bp.post("/refresh")
@needs(Permission.TEMPLATES)
def refresh() -> ResponseReturnValue:
    """Ask Twilio how the approvals stand."""
    if not parts().settings.twilio_on:
        flash(gettext("No Twilio account is set up here, so there is nobody to ask."), "trouble")
        return redirect(url_for(".page"))
    done = parts().templates.refresh(parts().now_ms())
    if any(one.trouble for one in done):
        flash(gettext("Twilio did not answer for all of them. Try again in a minute."), "trouble")
    else:
        flash(gettext("This is how it stands now."))
    return redirect(url_for(".page"))


def why(row: Row) -> str:
    """What the state means to people, in one sentence."""
    if row.older:
        return gettext("The text was changed. The older one goes out until WhatsApp approves this one.")
    if row.state is State.APPROVED:
        return gettext("It goes out when we want to write and their last message is more than a day old.")
    if not row.translated:
        return gettext("It is not translated yet. Until it is, our texts wait until people write again.")
    if row.state is State.REJECTED:
        return gettext("WhatsApp does not take it. Ask your developer to change the words and hand it in again.")
    if row.state is State.SUBMITTED:
        return gettext("Until it is approved, our texts wait until people write again.")
    return gettext('Ask your developer to run "bot templates submit". Our texts wait until people write again.')
