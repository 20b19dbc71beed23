"""Talks: somebody wants to text with a person. Take one, write to and fro, pass it on, or finish it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import media, outgoing, talks
from bot.store.media import Item
from bot.store.swap import Stale
from bot.store.talks import Talk, TalkLine
from bot.story.status import TalkStatus
from bot.web import scoped, users
from bot.web.context import parts
from bot.web.desk import agreed, history, sending
from bot.web.desk.intake import words
from bot.web.desk.labels import TALK
from bot.web.desk.paging import Page, paged
from bot.web.desk.sending import LONGEST, Sent
from bot.web.desk.waiting import languages_read
from bot.web.permissions import Permission, needs
from bot.web.wording import age, gettext, language_name

bp = Blueprint("talks", __name__, url_prefix="/desk/talks")

UNCHANGED = 204  # htmx leaves the page as it is
STOP_ASKING = 286  # htmx's own: this part of the page changes no more
ACTED: dict[str, str] = {
    TalkStatus.TAKEN: N_("{who} took this talk or wrote in it, {age}."),
    TalkStatus.WAITING: N_("{who} gave this talk back to everybody, {age}."),
    TalkStatus.FINISHED: N_("{who} finished this talk, {age}."),
}


@dataclass(frozen=True)
class Bubble:
    """One text of a talk as the page shows it: hers, or one of ours with what became of it."""

    line: TalkLine
    sent: Sent | None
    media: list[Item]


@dataclass(frozen=True)
class Thread:
    """All of a talk, and a short mark that changes whenever something of it does."""

    talk: Talk
    bubbles: list[Bubble]
    mark: str


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.TALK)
def page() -> ResponseReturnValue:
    """The talks of one state, of all languages or one. An open page asks for the list again, and gets it when it is
    not what ``seen`` stands for."""
    status, language = _status(), request.args.get("language", "")
    with parts().db.read() as conn:
        found = _found(conn, status, language)
        counts, read = talks.counts(conn, scoped.talk_rows()), languages_read(conn)
    rows = [(row, why(row, read)) for row in found.rows]
    mark = _mark([(row.id, row.version, row.waits_since, row.with_bot, said) for row, said in rows])
    if mark == request.args.get("seen"):
        return "", UNCHANGED
    template = "desk/talks_list.html" if request.headers.get("HX-Request") else "desk/talks.html"
    again = url_for(".page", status=status.value, language=language or None, page=found.number, seen=mark)
    tabs = [_tab(one, one is status, language, counts[one]) for one in TalkStatus]
    return render_template(
        template,
        page=found,
        rows=rows,
        again=again,
        status=status,
        tabs=tabs,
        language=language,
        now_ms=parts().now_ms(),
    )


@bp.get("/<int:talk_id>")
@needs(Permission.TALK)
def talk(talk_id: int) -> ResponseReturnValue:
    """One talk: what was said, and what can be done now."""
    return _page(talk_id)


@bp.get("/<int:talk_id>/lines")
@needs(Permission.TALK)
def lines(talk_id: int) -> ResponseReturnValue:
    """What was said, when it is not what ``seen`` stands for: a page that is open asks again and again."""
    with parts().db.read() as conn:
        thread = _thread(conn, talk_id)
    if thread.mark == request.args.get("seen"):
        return "", UNCHANGED
    shown = render_template("desk/talk_lines.html", thread=thread, talk=thread.talk)
    return shown, STOP_ASKING if thread.talk.status is TalkStatus.FINISHED else 200


@bp.post("/<int:talk_id>/take")
@needs(Permission.TALK)
def take(talk_id: int) -> ResponseReturnValue:
    """I will write with her."""
    try:
        with parts().db.begin() as conn:
            talks.take(conn, id=talk_id, version=_version(), user_id=current_user.id, now_ms=parts().now_ms())
    except Stale as stale:
        return _page(talk_id, raced=_raced(stale)), 409
    flash(gettext("It is yours. Say who you are in your first text."))
    return redirect(url_for(".talk", talk_id=talk_id))


@bp.post("/<int:talk_id>/write")
@needs(Permission.TALK)
def write(talk_id: int) -> ResponseReturnValue:
    """Text her."""
    text = words("text")
    if not 0 < len(text) <= LONGEST:
        sentence = gettext("Write something to send, at most {count} letters.", count=LONGEST)
        return _page(talk_id, errors={"text": sentence}, typed=text), 422
    try:
        with parts().db.begin() as conn:
            contact_id = parts().answering.write(
                conn, talk_id, _version(), text, user_id=current_user.id, now_ms=parts().now_ms()
            )
    except Stale as stale:
        return _page(talk_id, raced=_raced(stale), typed=text), 409
    except outgoing.Stopped:
        sentence = gettext("This person has said STOP, so nothing can be sent.")
        return _page(talk_id, refused=sentence, typed=text), 409
    parts().wake(contact_id)
    return redirect(url_for(".talk", talk_id=talk_id, _anchor="newest"))


@bp.post("/<int:talk_id>/pass-on")
@needs(Permission.TALK)
def pass_on(talk_id: int) -> ResponseReturnValue:
    """Give it to another champion, or back to all of them."""
    to = request.form.get("to", 0, type=int) or None
    try:
        with parts().db.begin() as conn:
            if to and to not in dict(_colleagues(conn, _here(conn, talk_id))):
                abort(400)
            now_ms = parts().now_ms()
            talks.pass_on(conn, id=talk_id, version=_version(), to=to, user_id=current_user.id, now_ms=now_ms)
    except Stale as stale:
        return _page(talk_id, raced=_raced(stale)), 409
    flash(gettext("Passed on. Thank you for what you did."))
    return redirect(url_for(".page"))


@bp.post("/<int:talk_id>/finish")
@needs(Permission.TALK)
def finish(talk_id: int) -> ResponseReturnValue:
    """End it: the bot answers her again, and tells her so."""
    try:
        with parts().db.begin() as conn:
            contact_id = parts().answering.finish(
                conn, talk_id, _version(), user_id=current_user.id, now_ms=parts().now_ms()
            )
    except Stale as stale:
        return _page(talk_id, raced=_raced(stale)), 409
    parts().wake(contact_id)
    flash(gettext("Finished. The bot answers them again."))
    return redirect(url_for(".page"))


def _found(conn: Connection, status: TalkStatus, language: str) -> Page[Talk]:
    wanted = {"": None, "mine": current_user.languages}.get(language, [language])
    vault, within = parts().db.vault, scoped.talk_rows()
    return paged(
        lambda offset, limit: talks.page(
            conn, vault, status=status, languages=wanted, within=within, offset=offset, limit=limit
        )
    )


def _status() -> TalkStatus:
    asked = request.args.get("status", "")
    return next((one for one in TalkStatus if one.value == asked), TalkStatus.WAITING)


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _raced(stale: Stale) -> str:
    return gettext(ACTED[stale.status], who=stale.by or gettext("Someone"), age=age(stale.at or parts().now_ms()))


def _thread(conn: Connection, talk_id: int) -> Thread:
    found = _here(conn, talk_id)
    said = talks.lines(conn, parts().db.vault, talk_id)
    ours = {one.id: one for one in sending.sent(conn, [line.outbound_id for line in said if line.outbound_id])}
    came = media.of_lines(conn, [line.id for line in said])
    bubbles = [Bubble(line, ours.get(line.outbound_id or 0), came.get(line.id, [])) for line in said]
    state = [
        (one.line.id, one.sent.delivery if one.sent else "", [item.state for item in one.media]) for one in bubbles
    ]
    return Thread(found, bubbles, _mark((state, found.version, found.with_bot, found.stopped)))


def _mark(seen: object) -> str:
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:20]


def _page(
    talk_id: int, *, errors: dict[str, str] | None = None, typed: str = "", raced: str = "", refused: str = ""
) -> str:
    with parts().db.read() as conn:
        thread = _thread(conn, talk_id)
        done = history.of(conn, f"talk:{talk_id}")
        consents = agreed.of(conn, thread.talk.contact_id)
        colleagues = _colleagues(conn, thread.talk)
        closed = sending.closed_window(conn, thread.talk.contact_id, thread.talk.language)
    return render_template(
        "desk/talk.html",
        thread=thread,
        talk=thread.talk,
        is_mine=thread.talk.taken_by == current_user.id,
        closed=closed,
        colleagues=colleagues,
        history=done,
        consents=consents,
        errors=errors or {},
        typed=typed,
        raced=raced,
        refused=refused,
        label=TALK,
        now_ms=parts().now_ms(),
    )


def _here(conn: Connection, talk_id: int) -> Talk:
    found = talks.get(conn, parts().db.vault, talk_id)
    if found is None:
        abort(404)
    return found


def _colleagues(conn: Connection, row: Talk) -> list[tuple[int, str]]:
    """The others who can take this talk, each with the languages they read."""
    able = [one for one in users.everyone(conn) if one.active and _may_take(one, row)]
    return [(one.id, _with_languages(one)) for one in able if one.id != current_user.id]


def _may_take(one: users.User, row: Talk) -> bool:
    return scoped.scope_for(one, Permission.TALK).sees(row.area, row.language)


def _with_languages(one: users.User) -> str:
    read = ", ".join(language_name(code) for code in one.languages)
    return f"{one.name or one.email} ({read})" if read else one.name or one.email


def why(row: Talk, read: set[str]) -> str:
    """Why this talk is where it is."""
    who = row.taken_by_name or gettext("Someone")
    if row.status is TalkStatus.FINISHED:
        return gettext("It is finished. {who} had it.", who=who)
    if row.status is TalkStatus.TAKEN:
        return _why_taken(row, who)
    name = language_name(row.language)
    if row.language in current_user.languages:
        return gettext("Wants to text with a person. It is in {language}, which you read.", language=name)
    if row.language in read:
        return gettext("Wants to text with a person. It is in {language}: someone else here reads it.", language=name)
    return gettext("Nobody on the desk reads {language}. Do you know someone who could help?", language=name)


def _why_taken(row: Talk, who: str) -> str:
    if row.taken_by == current_user.id:
        return gettext("They wrote to you and wait for an answer.") if row.waits_since else gettext("It is yours.")
    if row.waits_since:
        return gettext("{who} has it. They wrote and wait for an answer.", who=who)
    return gettext("{who} has it.", who=who)


def _tab(status: TalkStatus, here: bool, language: str, count: int) -> dict[str, object]:
    href = url_for(".page", status=status.value, language=language or None)
    return {"label": gettext(TALK[status][0]), "href": href, "here": here, "count": count}
