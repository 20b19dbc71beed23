"""What a person chooses for herself: keys, and what she is told of."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.catalogue import N_
from bot.store import preferences
from bot.store.preferences import Preference
from bot.story.status import HANDED
from bot.web.context import parts
from bot.web.permissions import Permission, may, needs
from bot.web.wording import gettext

bp = Blueprint("choosing", __name__, url_prefix="/desk/me/choices")
# Whom a number is for: what of it may be switched off. Alerts and texts that did not arrive are always shown.
TOLD_OF: dict[str, tuple[str, Permission]] = {
    "stories": (N_("Stories that wait"), Permission.READ_STORIES),
    "questions": (N_("Questions that wait"), Permission.QUESTIONS),
    "talks": (N_("Talks that wait"), Permission.TALK),
    "notes": (N_("Notes that name you"), Permission.DECIDE_STORIES),
}
ALWAYS = frozenset({"alerts", "failed", "news"})


def init_app(app: Flask) -> None:
    """Attach the action, and what the templates ask."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(chosen=chosen, keys_on=keys_on, told_of=told_of, titled=titled)


@bp.post("")
@needs(Permission.DESK)
def save() -> ResponseReturnValue:
    """Keep what was ticked."""
    ticked = set(request.form.getlist("wanted"))
    offered = [one for one in Preference if one is Preference.KEYS or one.partition("_")[2] in dict(told_of())]
    with parts().db.begin() as conn:
        preferences.choose(conn, current_user.id, {one: one in ticked for one in offered}, parts().now_ms())
    flash(gettext("Saved."))
    return redirect(url_for("me.page"))


def chosen() -> dict[Preference, bool]:
    """What the person signed in chose, asked once a page."""
    if "chosen" not in g:
        with parts().db.read() as conn:
            g.chosen = preferences.of(conn, current_user.id)
    found: dict[Preference, bool] = g.chosen
    return found


def keys_on() -> bool:
    """Whether single keys do something for her (WCAG 2.1.4: they can be switched off)."""
    return bool(current_user.is_authenticated) and chosen()[Preference.KEYS]


def told_of() -> list[tuple[str, str]]:
    """The numbers that are for her to choose: key and name."""
    return [(key, name) for key, (name, permission) in TOLD_OF.items() if may(permission)]


def shown(counts: Mapping[str, int]) -> dict[str, int]:
    """The numbers that she wants to see in the way around. What a lead handed to her she sees whatever she chose."""
    mine = chosen()
    found = {key: count for key, count in counts.items() if key not in TOLD_OF or mine[Preference(f"badge_{key}")]}
    return {"stories": counts[HANDED], **found} if counts.get(HANDED) else found


def titled(counts: Mapping[str, int]) -> int:
    """The number for the window's title: dangers, what a lead handed to her, and what she chose."""
    mine = chosen()
    kept = [key for key in TOLD_OF if mine[Preference(f"title_{key}")]]
    return sum(counts.get(key, 0) for key in ("alerts", *([] if "stories" in kept else [HANDED]), *kept))
