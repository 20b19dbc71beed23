"""What is due: answers and services that must be looked at again, whose they are, and their links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.knowledge.fresh import Freshness
from bot.knowledge.links import LinkState
from bot.language.catalogue import N_
from bot.store import library, links, upkeep
from bot.store.content import Kind
from bot.store.links import Link
from bot.store.upkeep import Check, Due
from bot.web import users
from bot.web.context import parts
from bot.web.desk.paging import paged
from bot.web.permissions import Permission, allowed, may, needs
from bot.web.wording import gettext, today

bp = Blueprint("due", __name__, url_prefix="/desk/due")

UNDO_MS = 3_600_000  # so long a check of one's own can be taken back from the list
EDITS: dict[str, Permission] = {"answer": Permission.EDIT_ANSWERS, "service": Permission.EDIT_SERVICES}
LINK: dict[LinkState, tuple[str, str]] = {
    LinkState.FINE: (N_("The link works"), "good"),
    LinkState.MOVED: (N_("The page has moved"), "teal"),
    LinkState.GUARDED: (N_("The site lets no machine look"), "plain"),
    LinkState.GONE: (N_("There is no such page any more"), "bad"),
    LinkState.TROUBLE: (N_("The site has trouble"), "warn"),
    LinkState.SLOW: (N_("The site did not answer in time"), "warn"),
    LinkState.CERTIFICATE: (N_("The site's certificate is not right"), "bad"),
    LinkState.UNREACHABLE: (N_("The site cannot be reached"), "bad"),
    LinkState.INSIDE: (N_("The link leads into a private network"), "bad"),
}
STATE: dict[Freshness, tuple[str, str]] = {
    Freshness.OVER: (N_("Over since {day}"), "bad"),
    Freshness.SOON: (N_("Due on {day}"), "warn"),
    Freshness.NEVER: (N_("Nobody has checked this"), "warn"),
    Freshness.FRESH: (N_("Due on {day}"), "plain"),
}
REASONS: dict[str, str] = {
    "link": N_("Broken link"),
    Freshness.OVER: N_("Over"),
    Freshness.SOON: N_("Soon"),
    Freshness.NEVER: N_("Never checked"),
}


@dataclass(frozen=True)
class Care:
    """Who looks after one answer or service, who checked it last, and its links."""

    kind: Kind
    id: int
    owner_id: int | None
    check: Check | None
    links: list[Link]
    people: list[tuple[int, str]]

    @property
    def waits(self) -> bool:
        """True while somebody waits for a link to be tried."""
        return any(link.waits for link in self.links)


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(care_of=care_of, LINK=LINK, may_edit=may_edit)


@bp.get("")
@needs(Permission.READ_ANSWERS)
def page() -> ResponseReturnValue:
    """What is due, of everybody or one, with one action: I have checked it."""
    asked = {name: request.args.get(name, "") for name in ("owner", "why")}
    with parts().db.read() as conn:
        every = upkeep.due(conn, today())
        done = upkeep.last_checks(conn, current_user.id, parts().now_ms() - UNDO_MS)
        people = _people(conn)
        round_ = links.progress(conn, request.args.get("since", 0, type=int) or parts().now_ms())
    rows = [one for one in every if _wanted(one, **asked)]
    return render_template(
        "desk/due.html",
        page=paged(lambda offset, limit: rows[offset : offset + limit]),
        asked=asked,
        counts={why: sum(_is(one, why) for one in every) for why in REASONS},
        reasons=[(why, gettext(name)) for why, name in REASONS.items()],
        owners=[("mine", gettext("Mine")), ("nobody", gettext("Nobody's")), *[(str(id), name) for id, name in people]],
        people=people,
        states=STATE,
        done=done,
        round=round_,
        since=request.args.get("since", 0, type=int),
    )


@bp.post("/<any(answer, service):kind>/<int:item_id>/checked")
@needs(Permission.READ_ANSWERS)
def checked(kind: Kind, item_id: int) -> ResponseReturnValue:
    """Note that it was checked today."""
    _need_edit(kind)
    with parts().db.begin() as conn:
        library.check(conn, kind=kind, id=item_id, day=today(), user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("Thank you. It now says that it was checked today."))
    return redirect(_back(kind, item_id))


@bp.post("/<any(answer, service):kind>/<int:item_id>/undo")
@needs(Permission.READ_ANSWERS)
def undo(kind: Kind, item_id: int) -> ResponseReturnValue:
    """Take the last check back."""
    _need_edit(kind)
    check_id = request.form.get("check", 0, type=int)
    try:
        with parts().db.begin() as conn:
            upkeep.undo(
                conn, kind=kind, id=item_id, check_id=check_id, user_id=current_user.id, now_ms=parts().now_ms()
            )
    except upkeep.TooLate:
        flash(gettext("Somebody has checked it again since. Nothing was taken back."), "trouble")
    else:
        flash(gettext("Taken back. It stands as it did before."))
    return redirect(_back(kind, item_id))


@bp.post("/<any(answer, service):kind>/<int:item_id>/owner")
@needs(Permission.READ_ANSWERS)
def owner(kind: Kind, item_id: int) -> ResponseReturnValue:
    """Say who looks after it."""
    _need_edit(kind)
    wanted = request.form.get("owner", 0, type=int) or None
    with parts().db.begin() as conn:
        if wanted is not None and wanted not in dict(_people(conn)):
            abort(400)
        upkeep.give(conn, kind=kind, id=item_id, owner_id=wanted, user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("Nobody looks after it now.") if wanted is None else gettext("It now says who looks after it."))
    return redirect(_back(kind, item_id))


@bp.post("/<any(answer, service):kind>/<int:item_id>/links")
@needs(Permission.READ_ANSWERS)
def try_links(kind: Kind, item_id: int) -> ResponseReturnValue:
    """Have its links tried now."""
    _need_edit(kind)
    with parts().db.begin() as conn:
        found = links.of(conn, kind, _key(conn, kind, item_id))
        links.want(conn, parts().now_ms(), [link.id for link in found])
    flash(gettext("The links are being tried. What comes of it stands below in a moment."))
    return redirect(_back(kind, item_id))


@bp.get("/<any(answer, service):kind>/<int:item_id>/links")
@needs(Permission.READ_ANSWERS)
def tried(kind: Kind, item_id: int) -> ResponseReturnValue:
    """Its links alone, for the page that waits for them."""
    return render_template("desk/care_links.html", care=care_of(kind, item_id, ""))


@bp.post("/links")
@needs(Permission.EDIT_ANSWERS)
def try_all() -> ResponseReturnValue:
    """Have every link tried now."""
    now = parts().now_ms()
    with parts().db.begin() as conn:
        links.want(conn, now)
    return redirect(url_for(".page", since=now))


@bp.get("/links")
@needs(Permission.READ_ANSWERS)
def progress() -> ResponseReturnValue:
    """How far the round is, for the page that waits for it."""
    since = request.args.get("since", 0, type=int)
    with parts().db.read() as conn:
        round_ = links.progress(conn, since)
    return render_template("desk/due_progress.html", round=round_, since=since)


def care_of(kind: Kind, item_id: int, key: str) -> Care:
    """All that a page says about the care of one answer or service. An empty ``key`` is looked up."""
    with parts().db.read() as conn:
        key = key or _key(conn, kind, item_id)
        return Care(
            kind,
            item_id,
            upkeep.owner(conn, kind, key),
            upkeep.last(conn, kind, key),
            links.of(conn, kind, key),
            _people(conn),
        )


def may_edit(kind: str) -> bool:
    """Whether the person signed in now may change answers, or services."""
    return may(EDITS[kind])


def _need_edit(kind: str) -> None:
    if not may_edit(kind):
        abort(403)


def _key(conn: Connection, kind: Kind, item_id: int) -> str:
    if kind == "answer":
        entry = library.one_answer(conn, item_id)
        return entry.answer.key if entry else abort(404)
    found = library.one_service(conn, item_id)
    return found.service.key if found else abort(404)


def _people(conn: Connection) -> list[tuple[int, str]]:
    """Those who may look after answers."""
    return [
        (one.id, one.name or one.email)
        for one in users.everyone(conn)
        if one.active and allowed(one.role_names, Permission.EDIT_ANSWERS)
    ]


def _back(kind: str, item_id: int) -> str:
    """To the list, or to its own page, wherever the button stood."""
    if request.form.get("back") == "list":
        kept = {name: request.form.get(name) or None for name in ("owner_filter", "why")}
        return url_for(".page", owner=kept["owner_filter"], why=kept["why"])
    if kind == "answer":
        return url_for("answers.answer", answer_id=item_id)
    return url_for("services.service", service_id=item_id)


def _wanted(one: Due, *, owner: str, why: str) -> bool:
    if why in REASONS and not _is(one, why):
        return False
    if owner == "mine":
        return one.owner_id == cast(int, current_user.id)
    if owner == "nobody":
        return one.owner_id is None
    return not owner.isdigit() or one.owner_id == int(owner)


def _is(one: Due, why: str) -> bool:
    return bool(one.broken) if why == "link" else one.state.value == why


def count(conn: Connection) -> int:
    """How much is over or has a broken link, of what this person looks after: the number in the way around."""
    return len(hers(upkeep.due(conn, today())))


def hers(every: Sequence[Due]) -> list[Due]:
    """What of it this person looks after, and cannot wait."""
    pressing = [one for one in every if one.broken or one.state is Freshness.OVER]
    return [one for one in pressing if one.owner_id == cast(int, current_user.id)]
