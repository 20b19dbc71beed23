"""How grave a story is: rated by a champion on its page, and seen by champions alone, and by a lead who is asked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.language.catalogue import N_
from bot.store import ratings, stories
from bot.store.ratings import Rating
from bot.store.stories import Story
from bot.store.swap import Gone, Stale
from bot.story.safeguarding import GRAVEST, LEAST_GRAVE
from bot.story.status import StoryStatus
from bot.web.context import parts
from bot.web.desk.stories.gate import as_champion, readable
from bot.web.permissions import Permission, may, needs
from bot.web.wording import gettext

bp = Blueprint("ratings", __name__, url_prefix="/desk/stories")

SCALE: tuple[str, ...] = (
    N_("0 - Not critical"),
    N_("1 - Hardly: a small thing"),
    N_("2 - Mildly: a nuisance"),
    N_("3 - Moderately: it made things worse"),
    N_("4 - Strongly: it did harm, or nearly"),
    N_("5 - Severely: grave harm, or a life in danger"),
)


@dataclass(frozen=True)
class Shown:
    """The rating as this person may see it; None when there is none yet. ``rates``: she may change it."""

    rating: Rating | None
    rates: bool


def init_app(app: Flask) -> None:
    """Attach the form, and let the story's page ask."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        rating_of=rating_of, rating_scale=lambda: [(str(at), gettext(name)) for at, name in enumerate(SCALE)]
    )


def rating_of(story: Story) -> Shown | None:
    """What to show of a story's rating; None to whom it is not shown: leaders as readers, and translators."""
    rates = as_champion(story) and may(Permission.DECIDE_STORIES) and readable(story)
    asked = may(Permission.ALERTS) and story.status is StoryStatus.NEEDS_LEAD
    if not rates and not asked:
        return None
    with parts().db.read() as conn:
        return Shown(ratings.of_story(conn, story.id), rates)


@bp.post("/<int:story_id>/rating")
@needs(Permission.DECIDE_STORIES)
def rate(story_id: int) -> ResponseReturnValue:
    """Rate a story, rate it anew, or take the rating back."""
    with parts().db.read() as conn:
        found = stories.get(conn, parts().db.vault, story_id)
    if found is None or not as_champion(found) or not readable(found):
        abort(404)
    try:
        with parts().db.begin() as conn:
            ratings.rate(
                conn,
                story_id=story_id,
                before=_number("before"),
                after=_number("rating"),
                user_id=current_user.id,
                now_ms=parts().now_ms(),
            )
        flash(gettext("Noted. Only champions see it, and a lead who is asked."))
    except Stale as stale:
        flash(gettext("{who} rated this story meanwhile. Look at it again.", who=stale.by or gettext("Someone")))
    except Gone:
        abort(404)
    return redirect(url_for("stories.story", story_id=story_id))


def _number(field: str) -> int | None:
    """The rating that was sent; None for none. Refuses what stands on no scale."""
    typed = request.form.get(field, "")
    if typed and typed not in {str(at) for at in range(LEAST_GRAVE, GRAVEST + 1)}:
        abort(400)
    return int(typed) if typed else None
