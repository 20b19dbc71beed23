"""What is kept how long and erased next, what was taken back after it went out, and a person's own copy of it all."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.catalogue import N_
from bot.store import issuing, person, retention
from bot.store.retention import DAY_MS
from bot.story.keeping import Kind
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.stories.taken_back import PLACES
from bot.web.permissions import Permission, needs
from bot.web.person_copy import zipped
from bot.web.wording import gettext

kept = Blueprint("kept", __name__, url_prefix="/desk/kept")
AHEAD_DAYS = 30
KINDS: dict[Kind, str] = {
    Kind.MESSAGES: N_("People whose texts are old: they have not written since, and nobody owes them an answer"),
    Kind.DECLINED: N_("Stories that were declined"),
    Kind.APPROVED: N_("Stories that were approved"),
    Kind.QUESTIONS: N_("Questions that were answered or closed"),
    Kind.TALKS: N_("Talks that were finished"),
    Kind.ALERTS: N_("The words of alerts that were acted on"),
    Kind.TAKEN_BACK: N_("What is left of stories that were taken back: no words"),
    Kind.PEOPLE: N_("People of whom nothing else is left. Whoever said STOP is kept, so that nobody texts them"),
}


@dataclass(frozen=True)
class Line:
    """One kind: how many days it is kept (0: for ever), how many are due now, and in the days ahead."""

    name: str
    days: int
    now: int
    soon: int


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(kept)


@kept.get("")
@needs(Permission.SEE_KEPT)
def page() -> ResponseReturnValue:
    """What is kept how long, when it was last looked through, and what went out and was taken back since."""
    return _page()


@kept.post("/copy")
@needs(Permission.COPY_PERSON)
def copy() -> ResponseReturnValue:
    """Everything about one person, for herself. Made anew each time, and kept nowhere."""
    whose, house = words("whose"), parts()
    with house.db.begin() as conn:
        found = person.find(conn, whose)
        one = person.held(conn, house.db.vault, found[0]) if len(found) == 1 else None
        if one is not None:
            made = zipped(conn, house.db.vault, house.catalogues, one, house.settings.service_name)
            person.note_export(conn, one, f"user:{current_user.id}", house.now_ms())
            return Response(made, mimetype="application/zip", headers=_headers(one.pseudonym))
    sentence = (
        gettext("More than one person is called so. Give a reference instead.")
        if found
        else gettext("Nobody is called so, and nothing has this reference.")
    )
    return _page({"whose": sentence}, whose), 422


def _headers(pseudonym: str) -> dict[str, str]:
    name = pseudonym.lower().replace(" ", "-")
    return {"Content-Disposition": f'attachment; filename="{name}.zip"', "Cache-Control": "private, no-store"}


def _page(errors: dict[str, str] | None = None, whose: str = "") -> str:
    days, now = parts().settings.keep_days, parts().now_ms()
    with parts().db.read() as conn:
        due, soon = retention.due(conn, days, now), retention.due(conn, days, now + AHEAD_DAYS * DAY_MS)
        last, back = retention.last_run(conn), issuing.taken_back(conn)
    lines = [Line(gettext(KINDS[kind]), days[kind], due[kind], soon[kind] - due[kind]) for kind in Kind]
    return render_template(
        "desk/kept.html", lines=lines, last=last, erased=sum(last.erased.values()) if last else 0, back=back,
        went_to=PLACES, ahead=AHEAD_DAYS, errors=errors or {}, whose=whose,
    )  # fmt: skip
