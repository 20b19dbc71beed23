"""Drafts of conversations: begin one, write, have it checked, look at its picture, throw it away and take it back."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.flow.draw.picture import draw
from bot.flow.model import Flow
from bot.store import drafts, published
from bot.store.drafts import Draft, DraftFile, DraftStatus
from bot.store.swap import Stale
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.changes import changes
from bot.web.desk.flows import PICTURE_POLICY
from bot.web.desk.intake import words
from bot.web.desk.looked_at import flow_of, in_english, look_at, numbered
from bot.web.permissions import Permission, needs
from bot.web.wording import age, desk_language, gettext

bp = Blueprint("drafts", __name__, url_prefix="/desk/drafts")

LONGEST = 60_000  # letters of one file: a hundred times the longest conversation we know
FLOW_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 40
NEW_FLOW = """\
flow: {name}
about: Say here in one sentence what this conversation is for. Only people who write conversations see it.
start_words: [{word}]
steps:
  - ask: What do you want to know?
    id: wish
    options:
      - first: The first thing
      - second: The second thing
    go: {{second: about_second}}
  - say: Here is what we know about the first thing. Text {{menu}} for other help.
    end: yes
  - id: about_second
    say: Here is what we know about the second thing. Text {{menu}} for other help.
"""


def init_app(app: Flask) -> None:
    """Attach the pages, and let the pages of a conversation ask who is changing it."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(drafts_of=drafts_of)
    app.jinja_env.filters.update(isolated=isolated)


def isolated(name: str) -> str:
    """A name inside a sentence whose letters may run the other way (Unicode's first strong isolate)."""
    return f"\N{FIRST STRONG ISOLATE}{name or gettext('Someone')}\N{POP DIRECTIONAL ISOLATE}"


def drafts_of(flow: Flow) -> list[Draft]:
    """The open drafts in which this conversation is being changed."""
    with parts().db.read() as conn:
        return [draft for draft in drafts.listed(conn) if flow.file in draft.files]


@bp.get("")
@needs(Permission.READ_FLOWS)
def page() -> ResponseReturnValue:
    """Every open draft, what was thrown away or published last, and where the folder and the desk differ."""
    return _list({}, "")


@bp.post("")
@needs(Permission.CHANGE_FLOWS)
def begin() -> ResponseReturnValue:
    """Begin to change a conversation that is in use, to mend published words that rest, or a new one."""
    flow, resting = request.form.get("flow", ""), request.form.get("resting", "")
    if resting:
        return _begun(_mended(resting))
    if flow:
        found = parts().flows().flows.get(flow) or abort(404)
        text = parts().shelf.live().sources[found.file]
        return _begun(DraftFile(found.file, text, text))
    asked = words("name").lower()
    if sentence := _refused_name(asked):
        return _list({"name": sentence}, words("name")), 422
    return _begun(DraftFile(f"{asked}.yaml", NEW_FLOW.format(name=asked, word=asked.replace("-", " ")), None))


@bp.get("/<int:draft_id>")
@needs(Permission.READ_FLOWS)
def draft(draft_id: int) -> ResponseReturnValue:
    """One draft: its text, what there is to say about it, and what can be done with it."""
    return _page(_found(draft_id), request.args.get("file", ""))


@bp.post("/<int:draft_id>")
@needs(Permission.CHANGE_FLOWS)
def save(draft_id: int) -> ResponseReturnValue:
    """Keep what was typed, right or wrong, and look at it. The second of two writers is told, and loses nothing."""
    found = _found(draft_id)
    file = found.files.get(request.form.get("file", "")) or abort(404)
    text = request.form.get("text", "").replace("\r\n", "\n")
    if len(text) > LONGEST:
        sentence = gettext("Make it shorter: at most {count} letters.", count=LONGEST)
        return _page(found, file.file, typed=text, errors={"text": sentence}), 422
    version = request.form.get("version", 0, int)
    try:
        with parts().db.begin() as conn:
            drafts.write(conn, draft_id, version, DraftFile(file.file, text, file.base), **_signed())
    except Stale as first:
        return _page(_found(draft_id), file.file, typed=text, raced=_raced(first)), 409
    flash(gettext("Saved. Residents do not see it before it is published."))
    return redirect(url_for(".draft", draft_id=draft_id, file=file.file))


@bp.post("/<int:draft_id>/files")
@needs(Permission.CHANGE_FLOWS)
def add_file(draft_id: int) -> ResponseReturnValue:
    """Change one more conversation in the same draft: both are then published at one moment."""
    found = _found(draft_id)
    flow = parts().flows().flows.get(request.form.get("flow", "")) or abort(404)
    if flow.file not in found.files:
        text = parts().shelf.live().sources[flow.file]
        try:
            with parts().db.begin() as conn:
                drafts.write(conn, draft_id, found.version, DraftFile(flow.file, text, text), **_signed())
        except Stale as first:
            return _page(_found(draft_id), raced=_raced(first)), 409
    return redirect(url_for(".draft", draft_id=draft_id, file=flow.file))


@bp.get("/<int:draft_id>/<name>.svg")
@needs(Permission.READ_FLOWS)
def picture(draft_id: int, name: str) -> ResponseReturnValue:
    """The draft's conversation as a picture, while it can be read."""
    file = _found(draft_id).files.get(f"{name}.yaml") or abort(404)
    flow = flow_of(file) or abort(404)
    code, narrow = desk_language().code, request.args.get("narrow") == "yes"
    drawn = draw(flow, parts().catalogues, code, narrow=narrow, night=False)
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    return answer


@bp.post("/<int:draft_id>/throw-away")
@needs(Permission.CHANGE_FLOWS)
def throw_away(draft_id: int) -> ResponseReturnValue:
    """Out of sight; the list keeps it, and it can be taken back."""
    try:
        with parts().db.begin() as conn:
            drafts.throw_away(conn, draft_id, request.form.get("version", 0, int), **_signed())
    except Stale as first:
        return _page(_found(draft_id), raced=_raced(first)), 409
    flash(gettext("Thrown away. You can take it back below."))
    return redirect(url_for(".page"))


@bp.post("/<int:draft_id>/take-back")
@needs(Permission.CHANGE_FLOWS)
def take_back(draft_id: int) -> ResponseReturnValue:
    """Undo: the draft is written in again."""
    try:
        with parts().db.begin() as conn:
            drafts.take_back(conn, draft_id, request.form.get("version", 0, int), **_signed())
    except Stale as first:
        return _page(_found(draft_id), raced=_raced(first)), 409
    flash(gettext("The draft is back."))
    return redirect(url_for(".draft", draft_id=draft_id))


def _begun(file: DraftFile) -> ResponseReturnValue:
    with parts().db.begin() as conn:
        made = drafts.begin(conn, file, **_signed())
    return redirect(url_for(".draft", draft_id=made))


def _mended(name: str) -> DraftFile:
    """The words of a published file that rests, over those that are in use instead."""
    live = parts().shelf.live()
    texts = [one.edit.text for one in live.resting if one.edit.file == name]
    return DraftFile(name, (texts and texts[0]) or abort(404), live.sources.get(name))


def _refused_name(name: str) -> str:
    """Why no new conversation can be called this; "" when one can."""
    if not FLOW_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        return gettext("Use small letters a to z, digits and hyphens, like free-lunch.")
    if name in parts().flows().flows or f"{name}.yaml" in parts().shelf.live().sources:
        return gettext("There is a conversation of this name already. Choose another.")
    return ""


def _found(draft_id: int) -> Draft:
    with parts().db.read() as conn:
        return drafts.one(conn, draft_id) or abort(404)


def _signed() -> dict[str, int]:
    return {"user_id": current_user.id, "now_ms": parts().now_ms()}


def _raced(first: Stale) -> str:
    """What the one who came second reads."""
    who, when = isolated(first.by), age(first.at or 0)
    if first.status == DraftStatus.OPEN:
        return gettext("{who} wrote in this draft, {age}.", who=who, age=when)
    if first.status == DraftStatus.PUBLISHED:
        return gettext("{who} published this draft, {age}.", who=who, age=when)
    return gettext("{who} threw this draft away, {age}.", who=who, age=when)


def _list(errors: dict[str, str], name: str) -> str:
    with parts().db.read() as conn:
        by_status = {status: drafts.listed(conn, status, 100 if status == "open" else 5) for status in DraftStatus}
        done = published.publications(conn)
    return render_template(
        "desk/drafts.html",
        open=by_status[DraftStatus.OPEN],
        thrown_away=by_status[DraftStatus.THROWN_AWAY],
        publications=done,
        live=parts().shelf.live(),
        errors=errors,
        name=name,
    )


def _page(
    found: Draft, name: str = "", *, typed: str | None = None, errors: dict[str, str] | None = None, raced: str = ""
) -> str:
    """The draft's page at one of its files. ``typed`` is what could not be saved: it stays in the box."""
    file = found.files.get(name) or next(iter(found.files.values()))
    looked = look_at(found)
    own = [one for one in looked.findings if one.file == file.file]
    others = [one for one in parts().flows().flows.values() if one.file not in found.files]
    with parts().db.read() as conn:
        done = history.of(conn, f"draft:{found.id}")
    return render_template(
        "desk/draft.html",
        draft=found,
        file=file,
        name=file.file.removesuffix(".yaml"),
        typed=file.text if typed is None else typed,
        apart=changes(file.text, typed) if typed is not None and raced else [],
        looked=looked,
        lines=numbered(file.text if typed is None else typed, own if typed is None else ()),
        flow=flow_of(file),
        english=in_english(file),
        others=others,
        errors=errors or {},
        raced=raced,
        history=done,
    )
