"""Taking a story to read: the next one for you, this one, or somebody else's; and giving it back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import claims, handing
from bot.store.swap import Gone, Stale
from bot.story.status import MoveRefused
from bot.web.context import parts
from bot.web.desk import pace
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.deciding import CANNOT_GO, raced
from bot.web.desk.stories.one import show
from bot.web.desk.stories.upcoming import full, reader
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

ROUNDS = 5  # each looks at a few candidates; others would have to be faster at every one of them
KEPT = N_("It is kept for you while you read.")
GIVEN_BACK = N_("Given back. Somebody else can read it now.")


@bp.post("/next")
@needs(Permission.DECIDE_STORIES)
def take_next() -> ResponseReturnValue:
    """Take the story that needs her most, or go on with the one that she holds."""
    with parts().db.read() as conn:
        one, found, enough = reader(conn), claims.holding(conn, current_user.id, parts().now_ms()), full(conn)
    if found is None and enough:
        flash(
            gettext("You took as many stories today as you wanted. Thank you. The others are left to your colleagues.")
        )
        return redirect(url_for(".page"))
    if found is None:
        found = _take_best(one)
    if found is None:
        flash(gettext("No story waits for you now. Thank you."))
        return redirect(url_for(".page"))
    return redirect(url_for(".story", story_id=found))


@bp.post("/<int:story_id>/take")
@needs(Permission.DECIDE_STORIES)
def take(story_id: int) -> ResponseReturnValue:
    """Keep this story for her while she reads; with ``over`` also when somebody else reads it."""
    from_her = request.form.get("over") == "yes"
    user_id, now_ms = current_user.id, parts().now_ms()
    return _act(
        story_id,
        KEPT,
        lambda conn, version: claims.take(conn, story_id, version, user_id=user_id, now_ms=now_ms, over=from_her),
    )


@bp.post("/<int:story_id>/give-back")
@needs(Permission.DECIDE_STORIES)
def give_back(story_id: int) -> ResponseReturnValue:
    """Let somebody else read it."""
    user_id, now_ms = current_user.id, parts().now_ms()
    return _act(
        story_id,
        GIVEN_BACK,
        lambda conn, version: claims.release(conn, story_id, version, user_id=user_id, now_ms=now_ms),
    )


@bp.post("/<int:story_id>/hand-back")
@needs(Permission.DECIDE_STORIES)
def hand_back(story_id: int) -> ResponseReturnValue:
    """She cannot read what a lead handed to her: anybody may take it."""
    with parts().db.begin() as conn:
        done = handing.hand_back(conn, story_id, user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext(GIVEN_BACK) if done else gettext("It was not waiting for you any more."))
    return redirect(url_for(".page"))


def _act(story_id: int, done: str, act: Callable[[Connection, int], None]) -> ResponseReturnValue:
    try:
        with parts().db.begin() as conn:
            act(conn, request.form.get("version", 0, type=int))
    except Stale as stale:
        return show(story_id, raced=raced(stale)), 409
    except MoveRefused:
        return show(story_id, refused=gettext(CANNOT_GO)), 409
    flash(gettext(done))
    return redirect(url_for(".story", story_id=story_id))


def _take_best(one: claims.Reader) -> int | None:
    """The best story that nobody else takes at the same moment; each try is a transaction, so that none waits long."""
    user_id, now_ms = current_user.id, parts().now_ms()
    for _ in range(ROUNDS):
        with parts().db.read() as conn:
            found = pace.spared_ids(conn, claims.candidates(conn, one, now_ms))
        for story_id in found:
            if _took(story_id, user_id, now_ms):
                return story_id
        if not found:
            return None
    return None


def _took(story_id: int, user_id: int, now_ms: int) -> bool:
    try:
        with parts().db.begin() as conn:
            claims.take(conn, story_id, None, user_id=user_id, now_ms=now_ms)
    except (Gone, Stale, MoveRefused):
        return False
    return True
