"""Whether a person is told by e-mail of what waits for her: when, and of what."""

from __future__ import annotations

from babel.dates import get_day_names
from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.catalogue import N_
from bot.store import reminders
from bot.story.reminding import About, Pace, Wish
from bot.web import users
from bot.web.context import parts
from bot.web.permissions import Permission, needs
from bot.web.waiting_for import may_be_told_of
from bot.web.wording import desk_language, gettext, language_name, locale

bp = Blueprint("mails", __name__, url_prefix="/desk/me/mails")
PACES = {
    Pace.NEVER: N_("Never"),
    Pace.AT_ONCE: N_("At once, when something waits that only you can take"),
    Pace.DAILY: N_("Once a day"),
    Pace.WEEKLY: N_("Once a week"),
}
NAMES = {About.STORIES: N_("Stories"), About.QUESTIONS: N_("Questions"), About.TALKS: N_("Talks")}


def init_app(app: Flask) -> None:
    """Attach the action, and what the page of a person's own choices asks."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(mail_choices=mail_choices)


@bp.post("")
@needs(Permission.DESK)
def save() -> ResponseReturnValue:
    """Keep when she is told, and of what; in the language she reads the desk in now, unless she chose one before."""
    wish = _asked()
    with parts().db.begin() as conn:
        reminders.choose(conn, current_user.id, wish, parts().now_ms())
        if not current_user.desk_language:
            users.set_desk_language(conn, current_user.id, desk_language().code, parts().now_ms())
    flash(gettext("Saved."))
    return redirect(url_for("me.page"))


def mail_choices() -> dict[str, object] | None:
    """What the form shows; None when nothing can wait for this person."""
    offered = may_be_told_of(current_user)
    if not offered:
        return None
    with parts().db.read() as conn:
        wish = reminders.of(conn, current_user.id)
    days = get_day_names("wide", "stand-alone", locale())
    return {
        "wish": wish,
        "paces": [(one.value, gettext(words)) for one, words in PACES.items()],
        "hours": [(str(hour), f"{hour:02d}:00") for hour in range(24)],
        "days": [(str(number), days[number]) for number in range(7)],
        "about": [(one.value, gettext(NAMES[one]), None) for one in offered],
        "language": language_name(current_user.desk_language or desk_language().code),
        "set_up": parts().settings.mails_staff,
    }


def _asked() -> Wish:
    """What the form says; what is not in it, or not to be had, stays as everybody has it at first."""
    form, first = request.form, Wish()
    pace = form.get("pace", "")
    hour, weekday = form.get("hour", -1, type=int), form.get("weekday", -1, type=int)
    ticked = set(form.getlist("about"))
    return Wish(
        Pace(pace) if pace in set(Pace) else first.pace,
        hour if hour in range(24) else first.hour,
        weekday if weekday in range(7) else first.weekday,
        frozenset(one for one in may_be_told_of(current_user) if one.value in ticked),
    )
