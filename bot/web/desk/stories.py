"""Stories: the queue, one story, and what a champion decides about it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection, select

from bot.language.catalogue import N_
from bot.store import audit, media, outgoing, stories
from bot.store.audit import Event
from bot.store.media import Item
from bot.store.schema import audit as audit_table
from bot.store.schema import story as story_table
from bot.store.stories import Story, StoryRow
from bot.store.swap import Stale, hold
from bot.story.consent import Audience, Consent, may_follow_up, may_read
from bot.story.status import MoveRefused, StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import agreed, history, sending
from bot.web.desk.intake import words
from bot.web.desk.labels import CONSENT, STORY, counted_media
from bot.web.desk.paging import paged
from bot.web.desk.sending import LONGEST, Sent
from bot.web.desk.waiting import languages_read, moderates
from bot.web.permissions import Permission, audience, may, needs
from bot.web.wording import age, gettext, language_name

bp = Blueprint("stories", __name__, url_prefix="/desk/stories")

ACTED: dict[StoryStatus, str] = {
    StoryStatus.RECEIVED: N_("{who} put this story back in the queue, {age}."),
    StoryStatus.NEEDS_LEAD: N_("{who} asked a lead about this story, {age}."),
    StoryStatus.APPROVED: N_("{who} approved this story, {age}."),
    StoryStatus.DECLINED: N_("{who} declined this story, {age}."),
}
DONE: dict[StoryStatus, str] = {
    StoryStatus.RECEIVED: N_("Back in the queue."),
    StoryStatus.NEEDS_LEAD: N_("A lead is asked. You will see the answer here."),
    StoryStatus.APPROVED: N_("Approved. Thank you for reading it."),
    StoryStatus.DECLINED: N_("Declined. Nobody else sees it."),
}


@dataclass(frozen=True)
class Shown:
    """A story as this person may see it. ``words`` is False when its teller did not let them read it."""

    story: Story
    words: bool
    replies: list[Sent]
    may_write: bool
    closed: str  # what becomes of a text that is sent now, when WhatsApp's window is closed
    history: list[history.Entry]
    media: list[Item]
    consents: list[agreed.Agreed]


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.READ_STORIES)
def page() -> ResponseReturnValue:
    """The queue: one state at a time, of all languages or one."""
    status = _status()
    language = request.args.get("language", "")
    wanted = {"": None, "mine": current_user.languages}.get(language, [language])
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: stories.page(
                conn,
                parts().db.vault,
                status={status},
                languages=wanted,
                audience=audience(current_user.role_names),
                within=scoped.story_rows(),
                newest_first=status in {StoryStatus.APPROVED, StoryStatus.DECLINED},
                offset=offset,
                limit=limit,
            )
        )
        counts, read = stories.counts(conn, scoped.story_rows()), languages_read(conn)
    return render_template(
        "desk/stories.html",
        page=found,
        rows=[(row, readable(row), why(row, read)) for row in found.rows if _listed(row)],
        status=status,
        tabs=_tabs(status, language, counts),
        language=language,
        label=STORY,
    )


@bp.get("/<int:story_id>")
@needs(Permission.READ_STORIES)
def story(story_id: int) -> ResponseReturnValue:
    """One story: her words, what she allowed, what can be done now, and what was done."""
    return _page(story_id)


@bp.post("/<int:story_id>/approve")
@needs(Permission.DECIDE_STORIES)
def approve(story_id: int) -> ResponseReturnValue:
    """Let it be read by those whom its teller chose."""
    return _decide(story_id, StoryStatus.APPROVED)


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


@bp.post("/<int:story_id>/reply")
@needs(Permission.REPLY)
def reply(story_id: int) -> ResponseReturnValue:
    """Text the teller, when she allowed it and has not said STOP."""
    text = words("text")
    if not 0 < len(text) <= LONGEST:
        sentence = gettext("Write something to send, at most {count} letters.", count=LONGEST)
        return _page(story_id, errors={"reply": sentence}, typed={"reply": text}), 422
    try:
        with parts().db.begin() as conn:
            contact_id = _send_reply(conn, story_id, text)
    except Stale as stale:
        told = N_("{who} wrote to this person, {age}. Read it before you send yours.")
        sentence = gettext(told, who=_who(stale), age=age(stale.at or 0))
        return _page(story_id, raced=sentence, typed={"reply": text}), 409
    except outgoing.Stopped:
        sentence = gettext("This person may not be texted any more, so nothing was sent.")
        return _page(story_id, refused=sentence, typed={"reply": text}), 409
    parts().wake(contact_id)
    flash(gettext("Your text is on its way."))
    return redirect(url_for(".story", story_id=story_id))


def _send_reply(conn: Connection, story_id: int, text: str) -> int:
    """Holds the story, so that of two champions who write at once the second reads the first one's text."""
    hold(conn, story_table, story_id)
    found = stories.get(conn, parts().db.vault, story_id)
    if found is None or found.contact_id is None or not may_follow_up(found.follow_up, found.stopped):
        raise outgoing.Stopped("This person may not be written to.")
    earlier = _replies(conn, story_id)
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


def _replies(conn: Connection, story_id: int) -> list[Sent]:
    wanted = (audit_table.c.subject == f"story:{story_id}") & (audit_table.c.event == Event.STORY_REPLY_SENT)
    details = conn.execute(select(audit_table.c.detail).where(wanted)).scalars()
    return sending.sent(conn, [detail["outbound"] for detail in details])


def _decide(story_id: int, new: StoryStatus, field: str = "", missing: str = "") -> ResponseReturnValue:
    """Move the story that was on the page. ``field`` names the words that must come with it."""
    reason = words("reason")
    if field and not reason:
        return _page(story_id, errors={field: gettext(missing)}), 422
    typed = {field: reason} if field else {}
    try:
        with parts().db.begin() as conn:
            _refuse_unseen(conn, story_id)
            stories.decide(
                conn,
                parts().db.vault,
                id=story_id,
                version=request.form.get("version", 0, type=int),
                new_status=new,
                reason=reason,
                user_id=current_user.id,
                now_ms=parts().now_ms(),
            )
    except Stale as stale:
        sentence = gettext(ACTED[StoryStatus(stale.status)], who=_who(stale), age=age(stale.at or parts().now_ms()))
        return _page(story_id, raced=sentence, typed=typed), 409
    except MoveRefused:
        return _page(story_id, refused=gettext("This story cannot go there from where it is now."), typed=typed), 409
    flash(gettext(DONE[new]))
    return redirect(url_for(".story", story_id=story_id))


def _refuse_unseen(conn: Connection, story_id: int) -> None:
    found = stories.get(conn, parts().db.vault, story_id)
    if found is None or not _listed(found):
        abort(404)


def _who(stale: Stale) -> str:
    return stale.by or gettext("Someone")


def _page(
    story_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    raced: str = "",
    refused: str = "",
) -> str:
    shown = _shown(story_id)
    return render_template(
        "desk/story.html",
        shown=shown,
        story=shown.story,
        media=counted_media(shown.story.media),
        errors=errors or {},
        typed=typed or {},
        raced=raced,
        refused=refused,
        label=STORY,
        consent=CONSENT,
        decides=may(Permission.DECIDE_STORIES) and as_champion(shown.story),
    )


def _shown(story_id: int) -> Shown:
    with parts().db.read() as conn:
        found = stories.get(conn, parts().db.vault, story_id)
        if found is None or not _listed(found):
            abort(404)
        reachable = found.contact_id is not None and may_follow_up(found.follow_up, found.stopped)
        replies = _replies(conn, story_id) if as_champion(found) else []
        may_write = may(Permission.REPLY) and reachable
        done = history.of(conn, f"story:{story_id}")
        closed = sending.closed_window(conn, found.contact_id, found.language) if may_write else ""
        said = agreed.of(conn, found.contact_id)
        return Shown(found, readable(found), replies, may_write, closed, done, media.of_story(conn, story_id), said)


def readable(row: StoryRow) -> bool:
    """The one gate: whether the person signed in now may see this story's words."""
    reader = scoped.audience_of(row.area, row.language)
    return reader is not None and may_read(row.consent, row.status, reader)


def as_champion(row: StoryRow) -> bool:
    """Whether the person signed in now moderates where this story belongs."""
    return scoped.audience_of(row.area, row.language) is Audience.CHAMPIONS


def _listed(row: StoryRow) -> bool:
    """A leader sees that she is asked about a story, though not its words; of the others, those she may read."""
    asked = row.status is StoryStatus.NEEDS_LEAD and scoped.audience_of(row.area, row.language) is not None
    return readable(row) or asked


def why(row: StoryRow, read: set[str]) -> str:
    """Why this story is where it is, in one sentence or two."""
    who = row.decided_by_name or gettext("Someone")
    if row.status is StoryStatus.NEEDS_LEAD:
        return gettext("{who} asked a lead before deciding.", who=who)
    if row.status is StoryStatus.APPROVED:
        if row.consent is Consent.LEADERS:
            return gettext("{who} approved it. Leaders may read it.", who=who)
        return gettext("{who} approved it. Only champions may read it.", who=who)
    if row.status is StoryStatus.DECLINED:
        return gettext("{who} declined it. Nobody else sees it.", who=who)
    if row.version > 1:
        return gettext("{who} put it back in the queue.", who=who)
    return _why_unread(row.language, read)


def _why_unread(code: str, read: set[str]) -> str:
    name = language_name(code)
    if code in current_user.languages:
        return gettext("Nobody has read it yet. It is in {language}, which you read.", language=name)
    if code in read:
        return gettext("Nobody has read it yet. It is in {language}: someone else here reads it.", language=name)
    return gettext("Nobody on the desk reads {language}. Do you know someone who could help?", language=name)


def _status() -> StoryStatus:
    asked = request.args.get("status", "")
    if asked in {status.value for status in _statuses()}:
        return StoryStatus(asked)
    return _statuses()[0]


def _statuses() -> tuple[StoryStatus, ...]:
    if audience(current_user.role_names) is Audience.CHAMPIONS:
        return tuple(StoryStatus)
    return (StoryStatus.NEEDS_LEAD, StoryStatus.APPROVED)


def _tabs(status: StoryStatus, language: str, counts: dict[StoryStatus, int]) -> list[dict[str, object]]:
    """A leader is not told how many stories there are that she may not read."""
    return [
        {
            "label": gettext(STORY[one][0]),
            "href": url_for(".page", status=one.value, language=language or None),
            "here": one is status,
            "count": counts[one] if moderates() else None,
        }
        for one in _statuses()
    ]
