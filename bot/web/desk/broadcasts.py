"""News for people who said yes to it: write it, see what it costs, have it confirmed, and watch it go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import format_currency
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.flow.hours import HERE, civil
from bot.language.catalogue import N_
from bot.language.names import LANGUAGES
from bot.language.segments import Size, dear_characters, split
from bot.store import broadcasts
from bot.store.broadcasts import ENGLISH, Broadcast, NotYours, Reason, Status
from bot.store.swap import Stale
from bot.web import users
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.intake import words
from bot.web.permissions import Permission, allowed, needs
from bot.web.wording import gettext, language_name, locale, moment

bp = Blueprint("broadcasts", __name__, url_prefix="/desk/broadcasts")

LONGEST_TITLE = 80
FEW_CHARACTERS = 5  # more than these are the letters of a language, not something to do without
HOLES = frozenset("[]{}")
STOP_ASKING = 286  # htmx's own: this part of the page changes no more
# What a lead may begin from. It goes to residents in English, so it is not of the desk's catalogue.
FORMS = {
    "blank": "",
    "you_said": "You said: [what people told us]\nWe did: [what is different now]",
    "opens": "New near you: [what it is]. [Where and when]. [What it costs]. [How to get in]",
}
FORM_NAMES = {
    "you_said": N_("You said, we did"),
    "opens": N_("Something new opens"),
    "blank": N_("An empty page"),
}
STATUS: dict[Status, tuple[str, str]] = {
    Status.DRAFT: (N_("Being written"), "plain"),
    Status.ASKED: (N_("Waits for a second look"), "lead"),
    Status.CONFIRMED: (N_("Waits for its time"), "teal"),
    Status.GOING: (N_("Going out now"), "teal"),
    Status.PAUSED: (N_("Paused"), "warn"),
    Status.FINISHED: (N_("Finished"), "good"),
    Status.CANCELED: (N_("Cancelled"), "plain"),
}
REASONS: dict[str, str] = {
    Reason.WITHDRAWN: N_("They took back their yes"),
    Reason.STOPPED: N_("They said STOP"),
    Reason.GONE: N_("They erased what they wrote"),
    Reason.NO_TEXT: N_("There is no text in their language"),
    Reason.WINDOW: N_("On WhatsApp, and has not written for a day"),
    Reason.CANCELED: N_("It was cancelled before their turn"),
}
WAYS = {"pause": Status.PAUSED, "resume": Status.GOING, "change": Status.DRAFT, "cancel": Status.CANCELED}


@dataclass(frozen=True)
class Version:
    """What the people of one language get: the whole text, its size, and how many get it by what."""

    language: str
    whole: str
    size: Size
    sms: int
    whatsapp: int
    dear: str  # the few characters without which it would cost less, "" when there are none
    without_them: int  # segments then

    @property
    def segments(self) -> int:
        """Segments to pay for."""
        return self.size.segments * self.sms


@dataclass(frozen=True)
class Preview:
    """Everything before it goes: each version, who is left out, and the estimate.

    ``missing`` are the languages of the group that it is not written in, each with how many people write in it.
    """

    versions: list[Version]
    missing: list[tuple[str, int]]
    silent: int

    @property
    def people(self) -> int:
        """How many get it, as of now."""
        return sum(one.sms + one.whatsapp for one in self.versions)

    @property
    def segments(self) -> int:
        """Segments to pay for, all together."""
        return sum(one.segments for one in self.versions)


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.BROADCAST)
def page() -> ResponseReturnValue:
    """All of them, and a way to begin one."""
    return _list({})


@bp.post("")
@needs(Permission.BROADCAST)
def begin() -> ResponseReturnValue:
    """A new draft. On a demo, or when that was ticked, it is for made-up people and no one else."""
    title = words("title")
    if not 0 < len(title) <= LONGEST_TITLE:
        return _list({"title": gettext("Say in a few words what it is about.")}), 422
    practice = parts().settings.demo or request.form.get("practice") == "yes"
    text = FORMS.get(request.form.get("form", ""), "")
    with parts().db.begin() as conn:
        made = broadcasts.begin(conn, title, simulated=practice, **_signed())
        broadcasts.write(conn, made, 1, {"texts": {ENGLISH: text} if text else {}}, **_signed())
    return redirect(url_for(".broadcast", broadcast_id=made))


@bp.get("/<int:broadcast_id>")
@needs(Permission.BROADCAST)
def broadcast(broadcast_id: int) -> ResponseReturnValue:
    """One of them: its words, whom it is for, what it costs, and how it goes."""
    return _page(broadcast_id)


@bp.post("/<int:broadcast_id>")
@needs(Permission.BROADCAST)
def save(broadcast_id: int) -> ResponseReturnValue:
    """Keep what was written, and show what people would read."""
    typed = _typed()
    errors = _wrong(typed)
    if errors:
        return _page(broadcast_id, errors=errors, typed=typed), 422
    values = {**typed, "send_at": _send_at()}
    try:
        with parts().db.begin() as conn:
            broadcasts.write(conn, broadcast_id, _version(), values, **_signed())
    except Stale:
        return _page(broadcast_id, typed=typed, raced=True), 409
    flash(gettext("Saved. Nothing is sent before somebody else has looked at it."))
    return redirect(url_for(".broadcast", broadcast_id=broadcast_id, _anchor="preview"))


@bp.post("/<int:broadcast_id>/ask")
@needs(Permission.BROADCAST)
def ask(broadcast_id: int) -> ResponseReturnValue:
    """It is written; another lead is to look at it."""
    with parts().db.read() as conn:
        found = _found(conn, broadcast_id)
        people = _preview(conn, found).people
    errors = _wrong({"texts": found.texts})
    if not people:
        errors["preview"] = gettext("Nobody would get it. Look at the group below.")
    if errors:
        return _page(broadcast_id, errors=errors), 422
    return _done(broadcast_id, lambda conn: broadcasts.ask(conn, broadcast_id, _version(), people=people, **_signed()))


@bp.post("/<int:broadcast_id>/confirm")
@needs(Permission.BROADCAST)
def confirm(broadcast_id: int) -> ResponseReturnValue:
    """The second look: it may go."""
    with parts().db.read() as conn:
        people, others = _preview(conn, _found(conn, broadcast_id)).people, _others(conn)
    try:
        return _done(
            broadcast_id,
            lambda conn: broadcasts.confirm(conn, broadcast_id, _version(), people=people, others=others, **_signed()),
        )
    except NotYours:
        return _page(broadcast_id), 403


@bp.post("/<int:broadcast_id>/<any(pause, resume, change, cancel):way>")
@needs(Permission.BROADCAST)
def move(broadcast_id: int, way: str) -> ResponseReturnValue:
    """Pause, go on, change or cancel. What is in line and has not gone is taken out of it."""
    answer = _done(broadcast_id, lambda conn: broadcasts.move(conn, broadcast_id, _version(), WAYS[way], **_signed()))
    parts().broadcasting.recheck(broadcast_id, parts().now_ms())
    return answer


@bp.get("/<int:broadcast_id>/progress")
@needs(Permission.BROADCAST)
def progress(broadcast_id: int) -> ResponseReturnValue:
    """How it goes now: the page asks again and again while it does."""
    with parts().db.read() as conn:
        found, seen = _found(conn, broadcast_id), broadcasts.progress(conn, broadcast_id)
    shown = render_template("desk/broadcast_progress.html", broadcast=found, **_gone(found, seen))
    return shown, 200 if found.status in {Status.GOING, Status.CONFIRMED} else STOP_ASKING


def _done(broadcast_id: int, act: Callable[[Connection], None]) -> ResponseReturnValue:
    try:
        with parts().db.begin() as conn:
            act(conn)
    except Stale:
        return _page(broadcast_id, raced=True), 409
    return redirect(url_for(".broadcast", broadcast_id=broadcast_id))


def _found(conn: Connection, broadcast_id: int) -> Broadcast:
    return broadcasts.one(conn, broadcast_id) or abort(404)


def _signed() -> dict[str, int]:
    return {"user_id": current_user.id, "now_ms": parts().now_ms()}


def _version() -> int:
    return request.form.get("version", 0, int)


def _typed() -> dict[str, object]:
    offered = parts().settings.languages
    texts = {code: words(f"text-{code}").replace("\r\n", "\n") for code in offered}
    return {
        "texts": {code: text for code, text in texts.items() if text},
        "languages": [code for code in request.form.getlist("languages") if code in offered],
        "english_for_rest": request.form.get("english_for_rest") == "yes",
    }


def _wrong(typed: dict[str, object]) -> dict[str, str]:
    """What is wrong with the words, by the field."""
    texts: dict[str, str] = typed["texts"]  # type: ignore[assignment] # as _typed made it
    errors = {} if texts.get(ENGLISH) else {f"text-{ENGLISH}": gettext("Write the text in English.")}
    for code, text in texts.items():
        if HOLES & set(text):
            errors[f"text-{code}"] = gettext("Put your own words in place of what stands in [ ] or { }.")
        elif len(split(parts().broadcasting.whole(text, code))) > 1:
            errors[f"text-{code}"] = gettext("Make it shorter: it must fit into one message.")
    try:
        _send_at()
    except ValueError:
        errors["send_at"] = gettext("Write the day and the time, like 2026-11-23T10:00.")
    return errors


def _send_at() -> int | None:
    """When it may begin, in ms: what was typed is the time on the clock here."""
    typed = request.form.get("send_at", "").strip()
    return int(datetime.fromisoformat(typed).replace(tzinfo=HERE).timestamp() * 1000) if typed else None


def _others(conn: Connection) -> bool:
    """Whether there is another person who may confirm."""
    able = (one for one in users.everyone(conn) if one.active and allowed(one.role_names, Permission.BROADCAST))
    return any(one.id != current_user.id for one in able)


def _preview(conn: Connection, found: Broadcast) -> Preview:
    groups = broadcasts.groups(conn, found, parts().now_ms())
    counts = {code: [0, 0] for code in found.texts if not found.languages or code in found.languages}
    for group in groups:
        if written := found.text_for(group.language):
            numbers = counts.setdefault(written[0], [0, 0])
            numbers[0], numbers[1] = numbers[0] + group.sms, numbers[1] + group.whatsapp
    versions = [_version_of(found, code, *numbers) for code, numbers in counts.items()]
    missing = [(group.language, group.reached) for group in groups if group.language not in found.texts]
    return Preview(versions, [one for one in missing if one[1]], sum(group.silent for group in groups))


def _version_of(found: Broadcast, code: str, sms: int, whatsapp: int) -> Version:
    sending, words = parts().broadcasting, found.texts[code]
    size = sending.size(words, code)
    dear = dear_characters(words)
    plain = sending.size("".join(letter for letter in words if letter not in dear), code).segments
    dear = dear if len(dear) <= FEW_CHARACTERS and plain < size.segments else ""
    return Version(code, sending.whole(words, code), size, sms, whatsapp, dear, plain)


def money(segments: int) -> str:
    """What so many segments cost, as an estimate, in pounds."""
    pounds = parts().settings.price_per_segment_pence * segments / Decimal(100)
    return format_currency(pounds, "GBP", locale=locale())


def _gone(found: Broadcast, seen: broadcasts.Progress) -> dict[str, object]:
    return {
        "seen": seen,
        "reasons": [(gettext(REASONS[why]), count) for why, count in seen.left_out.items()],
        "money": money,
        "asks": found.status in {Status.GOING, Status.CONFIRMED},
        "night": civil(parts().now_ms()) != parts().now_ms(),
    }


def _list(errors: dict[str, str]) -> str:
    demo = parts().settings.demo
    with parts().db.read() as conn:
        found = broadcasts.listed(conn)
        consented = broadcasts.consented(conn, simulated=demo)
    names = [(key, gettext(name)) for key, name in FORM_NAMES.items()]
    return render_template(
        "desk/broadcasts.html",
        broadcasts=found, consented=consented, errors=errors, title=words("title"), status=STATUS, forms=names,
        demo=demo,
    )  # fmt: skip


def _page(
    broadcast_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, object] | None = None,
    raced: bool = False,
) -> str:
    now_ms = parts().now_ms()
    with parts().db.read() as conn:
        found, others = _found(conn, broadcast_id), _others(conn)
        seen, done = broadcasts.progress(conn, broadcast_id), history.of(conn, f"broadcast:{broadcast_id}")
        preview = _preview(conn, found)
    since = broadcasts.confirm_from(found, others=others, user_id=current_user.id, now_ms=now_ms)
    send_at = request.form.get("send_at") or (moment(found.send_at).strftime("%Y-%m-%dT%H:%M") if found.send_at else "")
    return render_template(
        "desk/broadcast.html",
        broadcast=found, preview=preview, history=done, errors=errors or {}, raced=raced, send_at=send_at,
        typed=typed or {"texts": found.texts, "languages": found.languages, "english_for_rest": found.english_for_rest},
        offered=[LANGUAGES[code] for code in parts().settings.languages],
        names=[(code, language_name(code), "") for code in parts().settings.languages],
        may_confirm=since <= now_ms, others=others, label=STATUS, **_gone(found, seen),
    )  # fmt: skip
