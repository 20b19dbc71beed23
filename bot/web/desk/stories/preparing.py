"""Preparing a story's words: what is taken out, and what a champion changes by hand."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import stories, wordings
from bot.store.stories import Story
from bot.store.swap import Stale
from bot.story.consent import goes_out
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.stories import unsaved
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.one import show, who
from bot.web.desk.stories.worded import KINDS, Draft, draft, prepares, say, told
from bot.web.permissions import Permission, needs
from bot.web.wording import age, gettext


class Taken(Exception):
    """Somebody else reads the story just now."""


LONGEST = 20_000  # letters: a story of a dozen long messages
KEPT_TO_LEAVE = N_("The words are kept. Read them once more before you approve.")
KEPT_AMONG_CHAMPIONS = N_("The words are kept. Only champions read them.")


@bp.post("/<int:story_id>/words")
@needs(Permission.DECIDE_STORIES)
def keep_words(story_id: int) -> ResponseReturnValue:
    """Keep the prepared words as a new version. Without scripts, this is also where marks are used."""
    if "use_marks" in request.form:
        made = _marked(story_id)[1]
        return show(story_id, typed={"words": made.text, **({"lost": "yes"} if made.lost else {})})
    text = words("words").replace("\r\n", "\n")
    if not 0 < len(text) <= LONGEST:
        return show(story_id, errors={"for-others": unfit(story_id)}, typed={"words": text}), 422
    try:
        with parts().db.begin() as conn:
            found = to_prepare(conn, story_id)
            keep(conn, found, text, request.form.get("seen", 0, type=int))
            unsaved.drop(conn, story_id, "words")
    except Stale as stale:
        return show(story_id, raced=raced(stale), typed={"words": text}), 409
    except wordings.Decided:
        return show(story_id, refused=decided(), typed={"words": text}), 409
    except Taken:
        return show(story_id, typed={"words": text}), 409  # the page says who reads it, and until when
    leaves = goes_out(found.consent)
    flash(gettext(KEPT_TO_LEAVE if leaves else KEPT_AMONG_CHAMPIONS))
    return redirect(url_for(".story", story_id=story_id, _anchor="prepared"))


@bp.post("/<int:story_id>/words/marks")
@needs(Permission.DECIDE_STORIES)
def use_marks(story_id: int) -> ResponseReturnValue:
    """The words with just the ticked details taken out, for the box on the page. Nothing is kept yet."""
    found, made = _marked(story_id)
    return render_template("desk/story/worded_box.html", draft=made, story=found, kinds=KINDS, errors={})


def _marked(story_id: int) -> tuple[Story, Draft]:
    out = {int(number) for number in request.form.getlist("out") if number.isascii() and number.isdecimal()}
    typed = request.form.get("words", "")[:LONGEST].replace("\r\n", "\n")
    with parts().db.read() as conn:
        found = to_prepare(conn, story_id)
        text, done = told(found).with_marks(typed, out, say(found.language).__getitem__)
        return found, draft(conn, found, text, lost=not done)


def keep(conn: Connection, found: Story, text: str, seen: int) -> None:
    """Keep these as the newest words, if ``seen`` were the newest before. Raises Taken, Stale, Decided, Gone."""
    if found.taken_from(current_user.id, parts().now_ms()):
        raise Taken
    wordings.prepare(
        conn,
        parts().db.vault,
        found.id,
        text,
        user_id=current_user.id,
        now_ms=parts().now_ms(),
        seen=seen,
        taken_out=len(told(found).taken_out(text)),
    )


def unfit(story_id: int) -> str:
    """What to tell her who left the words empty, or wrote far too many."""
    with parts().db.read() as conn:
        leaves = goes_out(to_prepare(conn, story_id).consent)
    if leaves:
        return gettext("Write the words that others may read, at most {count} letters.", count=LONGEST)
    return gettext("Write the words for other champions, at most {count} letters.", count=LONGEST)


def to_prepare(conn: Connection, story_id: int) -> Story:
    """The story, for one who may prepare its words; 404 for all others."""
    found = stories.get(conn, parts().db.vault, story_id)
    if found is None or not prepares(found):
        abort(404)
    return found


def raced(stale: Stale) -> str:
    """What to tell the one who came second."""
    return gettext("{who} prepared other words, {age}. Read them first.", who=who(stale), age=age(stale.at or 0))


def decided() -> str:
    """What to tell her who changes words that were decided about."""
    return gettext("This story was decided. Put it back in the queue to change its words.")
