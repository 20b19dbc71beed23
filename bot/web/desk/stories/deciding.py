"""What a champion or a lead decides about a story."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import stories
from bot.store.swap import Gone, Stale
from bot.story.consent import SameReader
from bot.story.status import HANDED, MoveRefused, StoryStatus
from bot.web.context import parts
from bot.web.desk import undo
from bot.web.desk.intake import words
from bot.web.desk.stories import unsaved
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import listed
from bot.web.desk.stories.one import show, who
from bot.web.permissions import Permission, needs
from bot.web.wording import age, clock, gettext

ACTED: dict[str, str] = {
    HANDED: N_("{who} handed this story to a champion, {age}."),
    StoryStatus.RECEIVED: N_("{who} put this story back in the queue, {age}."),
    StoryStatus.CLAIMED: N_("{who} took this story to read, until {time}."),
    StoryStatus.NEEDS_TRANSLATION: N_("{who} asked for somebody who reads this language, {age}."),
    StoryStatus.NEEDS_SECOND: N_("{who} approved this story as its first reader, {age}."),
    StoryStatus.NEEDS_LEAD: N_("{who} asked a lead about this story, {age}."),
    StoryStatus.APPROVED: N_("{who} approved this story, {age}."),
    StoryStatus.DECLINED: N_("{who} declined this story, {age}."),
    StoryStatus.WITHDRAWN: N_("The teller took this story back, {age}."),
}
DONE: dict[StoryStatus, str] = {
    StoryStatus.RECEIVED: N_("Back in the queue."),
    StoryStatus.NEEDS_TRANSLATION: N_("It waits for somebody who reads this language."),
    StoryStatus.NEEDS_SECOND: N_("Approved. Another champion reads it now, and then it goes out."),
    StoryStatus.NEEDS_LEAD: N_("A lead is asked. You will see the answer here."),
    StoryStatus.APPROVED: N_("Approved. Thank you for reading it."),
    StoryStatus.DECLINED: N_("Declined. Nobody else sees it."),
}

CANNOT_GO = N_("This story cannot go there from where it is now.")


@bp.post("/<int:story_id>/approve")
@needs(Permission.DECIDE_STORIES)
def approve(story_id: int) -> ResponseReturnValue:
    """Let it be read by those whom its teller chose."""
    return _decide(story_id, StoryStatus.APPROVED)


@bp.post("/<int:story_id>/translate")
@needs(Permission.DECIDE_STORIES)
def translate(story_id: int) -> ResponseReturnValue:
    """Leave it to somebody who reads its language."""
    return _decide(story_id, StoryStatus.NEEDS_TRANSLATION)


@bp.post("/<int:story_id>/decline")
@needs(Permission.DECIDE_STORIES)
def decline(story_id: int) -> ResponseReturnValue:
    """Keep it out, and say why."""
    return _decide(story_id, StoryStatus.DECLINED, "decline", N_("Write why, so that others understand and learn."))


@bp.post("/<int:story_id>/ask-lead")
@needs(Permission.DECIDE_STORIES)
def ask_lead(story_id: int) -> ResponseReturnValue:
    """Ask a lead before deciding."""
    return _decide(story_id, StoryStatus.NEEDS_LEAD, "ask", N_("Write what you want to ask the lead."))


@bp.post("/<int:story_id>/advise")
@needs(Permission.ADVISE_ON_STORIES)
def advise(story_id: int) -> ResponseReturnValue:
    """A lead answers, and the story goes back to the champions."""
    return _decide(story_id, StoryStatus.RECEIVED, "advise", N_("Write your answer to the champion."))


@bp.post("/<int:story_id>/reopen")
@needs(Permission.DECIDE_STORIES)
def reopen(story_id: int) -> ResponseReturnValue:
    """Undo: the story waits to be read again."""
    return _decide(story_id, StoryStatus.RECEIVED)


def _decide(story_id: int, new: StoryStatus, field: str = "", missing: str = "") -> ResponseReturnValue:
    """Move the story that was on the page. ``field`` names the words that must come with it."""
    reason = words("reason")
    if field and not reason:
        return show(story_id, errors={field: gettext(missing)}), 422
    wording = words("words").replace("\r\n", "\n")
    typed = {field: reason} if field else {"words": wording}
    try:
        with parts().db.begin() as conn:
            _refuse_unseen(conn, story_id)
            reached = stories.decide(
                conn,
                parts().db.vault,
                id=story_id,
                version=request.form.get("version", 0, type=int),
                new_status=new,
                reason=reason,
                wording=wording,
                user_id=current_user.id,
                now_ms=parts().now_ms(),
            )
            unsaved.drop(conn, story_id, field or ("words" if wording else ""))
    except Stale as stale:
        return show(story_id, raced=raced(stale), typed=typed), 409
    except stories.NotPrepared:
        sentence = gettext("Write the words that others may read. Nothing goes out without them.")
        return show(story_id, errors={"for-others": sentence}, typed=typed), 422
    except SameReader:
        sentence = gettext("You approved it first. Another champion must read it before it goes out.")
        return show(story_id, refused=sentence, typed=typed), 409
    except MoveRefused:
        return show(story_id, refused=gettext(CANNOT_GO), typed=typed), 409
    flash(gettext(DONE[reached]))
    undo.offer_decided(story_id)
    return redirect(url_for(".story", story_id=story_id))


def raced(stale: Stale) -> str:
    """What somebody else did just before, in one sentence."""
    at = stale.at or parts().now_ms()
    return gettext(ACTED[stale.status], who=who(stale), age=age(at), time=clock(at))


def _refuse_unseen(conn: Connection, story_id: int) -> None:
    found = stories.get(conn, parts().db.vault, story_id)
    if found and found.status is StoryStatus.WITHDRAWN:
        raise Gone("Its teller took this story back.")
    if found is None or not listed(found):
        abort(404)
