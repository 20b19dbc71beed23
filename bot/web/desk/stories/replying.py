"""Writing to the teller of a story."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import audit, outgoing, stories
from bot.store.audit import Event
from bot.store.schema import story as story_table
from bot.store.swap import Stale, hold
from bot.story.consent import may_follow_up
from bot.web.context import parts
from bot.web.desk import sending
from bot.web.desk.intake import words
from bot.web.desk.sending import LONGEST
from bot.web.desk.stories import unsaved
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.one import replies_to, show, who
from bot.web.permissions import Permission, needs
from bot.web.wording import age, gettext


@bp.post("/<int:story_id>/reply")
@needs(Permission.REPLY)
def reply(story_id: int) -> ResponseReturnValue:
    """Text the teller, when she allowed it and has not said STOP."""
    text = words("text")
    if not 0 < len(text) <= LONGEST:
        sentence = gettext("Write something to send, at most {count} letters.", count=LONGEST)
        return show(story_id, errors={"reply": sentence}, typed={"reply": text}), 422
    try:
        with parts().db.begin() as conn:
            contact_id = _send_reply(conn, story_id, text)
            unsaved.drop(conn, story_id, "reply")
    except Stale as stale:
        told = N_("{who} wrote to this person, {age}. Read it before you send yours.")
        sentence = gettext(told, who=who(stale), age=age(stale.at or 0))
        return show(story_id, raced=sentence, typed={"reply": text}), 409
    except outgoing.Stopped:
        sentence = gettext("This person may not be texted any more, so nothing was sent.")
        return show(story_id, refused=sentence, typed={"reply": text}), 409
    parts().wake(contact_id)
    flash(gettext("Your text is on its way."))
    return redirect(url_for(".story", story_id=story_id))


def _send_reply(conn: Connection, story_id: int, text: str) -> int:
    """Holds the story, so that of two champions who write at once the second reads the first one's text."""
    hold(conn, story_table, story_id)
    found = stories.get(conn, parts().db.vault, story_id)
    if found is None or found.contact_id is None or not may_follow_up(found.follow_up, found.stopped):
        raise outgoing.Stopped("This person may not be written to.")
    earlier = replies_to(conn, story_id)
    if earlier and earlier[-1].id != request.form.get("last", 0, type=int):
        raise Stale(by=earlier[-1].sender, by_id=None, status=found.status, at=earlier[-1].at)
    made = sending.queue(conn, contact_id=found.contact_id, text=text, language=found.language, user_id=current_user.id)
    audit.append(
        conn,
        now_ms=parts().now_ms(),
        actor=f"user:{current_user.id}",
        event=Event.STORY_REPLY_SENT,
        subject=f"story:{story_id}",
        detail={"outbound": made},
    )
    return found.contact_id
