"""Publishing a draft: what it changes, side by side with what is in use; then for everyone at once; and back again."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.flow.live import laid
from bot.knowledge.content_error import ContentErrors
from bot.store import counts, drafts, published
from bot.store.drafts import Draft, DraftFile
from bot.store.swap import Gone, Stale
from bot.web.context import parts
from bot.web.desk.changes import changes
from bot.web.desk.counted import AWAY_DAYS, asked
from bot.web.desk.drafts import isolated
from bot.web.desk.looked_at import LookedAt, in_english, look_at
from bot.web.desk.meaning import CHANGES, Conversation, of_draft
from bot.web.permissions import Permission, needs
from bot.web.wording import age, gettext

bp = Blueprint("publishing", __name__, url_prefix="/desk/drafts")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("/<int:draft_id>/changes")
@needs(Permission.READ_FLOWS)
def page(draft_id: int) -> ResponseReturnValue:
    """What the draft changes, what to know before it is published, and the button."""
    return _page(_found(draft_id))


@bp.post("/<int:draft_id>/publish")
@needs(Permission.CHANGE_FLOWS)
def publish(draft_id: int) -> ResponseReturnValue:
    """Let every conversation that begins from now on begin in it. Those under way end in their old words."""
    looked = look_at(_found(draft_id))
    if refused := _refused(looked):
        return _page(looked.draft, errors=refused), 422
    try:
        with parts().db.begin() as conn:
            drafts.note_published(conn, draft_id, request.form.get("version", 0, int), **_signed())
            texts = {one.file: one.text for one in looked.changed}
            bases = {one.file: one.base for one in looked.changed}
            published.publish(conn, parts().shelf.folder, texts, bases, draft_id=draft_id, **_signed())
    except Stale as first:
        return _page(_found(draft_id), raced=_raced(first)), 409
    except ContentErrors as bad:
        return _page(_found(draft_id), errors={"publish": str(bad.errors[0])}), 422
    parts().shelf.look_again()
    flash(gettext("Published. Everyone who begins now gets it. Who is in the middle of it ends in the old words."))
    return redirect(url_for("drafts.page"))


@bp.post("/<int:draft_id>/caught-up")
@needs(Permission.CHANGE_FLOWS)
def caught_up(draft_id: int) -> ResponseReturnValue:
    """Whoever writes the draft has seen what others changed meanwhile, and it stands in the draft as she wants it."""
    draft, live = _found(draft_id), parts().shelf.live().sources
    try:
        for file in draft.files.values():
            if file.base != live.get(file.file):
                draft = _based(draft, DraftFile(file.file, file.text, live.get(file.file)))
    except Stale as first:
        return _page(_found(draft_id), raced=_raced(first)), 409
    return redirect(url_for(".page", draft_id=draft_id))


@bp.post("/back")
@needs(Permission.CHANGE_FLOWS)
def back() -> ResponseReturnValue:
    """Undo: publish again what was in use before the last publication."""
    publication_id = request.form.get("publication", 0, int)
    try:
        with parts().db.begin() as conn:
            published.go_back(conn, parts().shelf.folder, publication_id, **_signed())
        flash(gettext("Done. What was in use before is in use again."))
    except Stale:
        flash(gettext("Somebody has published something else meanwhile. Look at it first."), "trouble")
    except (Gone, ContentErrors):
        flash(
            gettext("That does not go together with the other conversations any more. Nothing was changed."), "trouble"
        )
    parts().shelf.look_again()
    return redirect(url_for("drafts.page"))


def _based(draft: Draft, file: DraftFile) -> Draft:
    with parts().db.begin() as conn:
        drafts.write(conn, draft.id, draft.version, file, **_signed())
    return _found(draft.id)


def _refused(looked: LookedAt) -> dict[str, str]:
    """Why it cannot be published as things are."""
    if looked.errors:
        return {"publish": gettext("There are errors in this draft. Put them right first.")}
    if looked.moved:
        return {"caught-up": gettext("Somebody has published other words of this meanwhile. Look at them first.")}
    if not looked.changed:
        return {"publish": gettext("This draft changes nothing.")}
    if (looked.warnings or _english(looked)) and request.form.get("read") != "yes":
        return {"read": gettext("Read what stands here, then tick that you have read it.")}
    return {}


def _page(draft: Draft, errors: dict[str, str] | None = None, raced: str = "") -> str:
    looked = look_at(draft)
    texts = [(one, changes(looked.live.get(one.file, ""), one.text)) for one in draft.files.values()]
    meanwhile = [(name, changes(draft.files[name].base or "", looked.live.get(name, ""))) for name in looked.moved]
    return render_template(
        "desk/draft_changes.html",
        draft=draft,
        looked=looked,
        texts=texts,
        meanwhile=meanwhile,
        english=_english(looked),
        people=_people(looked),
        kinds=CHANGES,
        away=AWAY_DAYS,
        errors=errors or {},
        raced=raced,
    )


def _people(looked: LookedAt) -> list[Conversation] | None:
    """Who is in the middle of what the draft changes; None while the draft cannot be read."""
    if looked.errors or not looked.changed:
        return None
    draft = parts().shelf.read(laid(looked.live, looked.draft.texts))
    with parts().db.read() as conn:
        groups = counts.groups(conn, asked().span)
    return of_draft(groups, draft)


def _english(looked: LookedAt) -> list[tuple[str, str, int]]:
    """(file, language, how many texts) that people will read in English."""
    return [(one.file, to.code, count) for one in looked.changed for to, count in in_english(one)]


def _found(draft_id: int) -> Draft:
    with parts().db.read() as conn:
        found = drafts.one(conn, draft_id)
    if found is None:
        raise Gone("There is no such draft.")
    return found


def _raced(first: Stale) -> str:
    return gettext("{who} was here first, {age}.", who=isolated(first.by), age=age(first.at or 0))


def _signed() -> dict[str, int]:
    return {"user_id": current_user.id, "now_ms": parts().now_ms()}
