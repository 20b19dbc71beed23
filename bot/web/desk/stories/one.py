"""One story: her words, what she allowed, what can be done now, and what was done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection, select

from bot.store import media, stories
from bot.store.audit import Event
from bot.store.media import Item
from bot.store.schema import audit as audit_table
from bot.store.stories import Story
from bot.store.swap import Stale
from bot.store.unsaved import Unsaved
from bot.story.consent import goes_out, may_follow_up
from bot.story.status import WAITING, StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import agreed, history, ready, sending
from bot.web.desk.labels import CONSENT, STORY, counted_media
from bot.web.desk.sending import Sent
from bot.web.desk.stories import beside, taken_back, unsaved
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import as_champion, listed, readable, reading, translated_for_her
from bot.web.desk.stories.upcoming import Upcoming, upcoming
from bot.web.desk.stories.worded import KINDS, Worded, worded
from bot.web.permissions import Permission, may, needs
from bot.web.wording import clock, gettext


@dataclass(frozen=True)
class Claim:
    """Who reads a story, and how far its words are. ``taken``: a sentence while somebody else reads it."""

    mine: bool
    taken: str
    until: str
    waits: bool
    goes_out: bool
    first_reader: bool
    upcoming: Upcoming | None


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
    claim: Claim
    worded: Worded | None  # the words prepared of it, for those who prepare them
    typed: dict[str, str]  # what stands in the boxes: typed just now, or earlier
    unsaved: dict[str, Unsaved]


@bp.get("/<int:story_id>")
@needs(Permission.READ_STORIES)
def story(story_id: int) -> ResponseReturnValue:
    """One story: her words, what she allowed, what can be done now, and what was done."""
    return show(story_id)


def show(
    story_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    raced: str = "",
    refused: str = "",
) -> str:
    """The page of one story, with what went wrong just now and what was typed meanwhile."""
    if taken := taken_back.page(story_id):
        return taken
    shown = _shown(story_id, typed or {})
    found = beside.of(shown)
    return render_template(
        "desk/story.html",
        **found,
        media=counted_media(shown.story.media),
        errors=errors or {},
        typed=ready.written("reply", shown.story.reference, shown.typed),
        just_typed=typed or {},
        without_box=[] if found["cover"].covered else unsaved.without_box(shown, but=typed or {}),
        raced=raced,
        refused=refused,
        label=STORY,
        translated_for_her=translated_for_her(shown.story),
        consent=CONSENT,
        kinds=KINDS,
        decides=may(Permission.DECIDE_STORIES) and as_champion(shown.story),
        original=as_champion(shown.story),
        upcoming=shown.claim.upcoming,
    )


def _shown(story_id: int, typed: dict[str, str]) -> Shown:
    with parts().db.read() as conn:
        found = stories.get(conn, parts().db.vault, story_id, scoped.audience_of)
        if found is None or not listed(found):
            abort(404)
        reachable = found.contact_id is not None and may_follow_up(found.follow_up, found.stopped)
        sent = replies_to(conn, story_id) if as_champion(found) else []
        may_write = may(Permission.REPLY) and reachable
        done = history.of(conn, f"story:{story_id}")
        closed = sending.closed_window(conn, found.contact_id, found.language) if may_write else ""
        said = agreed.of(conn, found.contact_id)
        came = media.of_story(conn, story_id) if readable(found) and as_champion(found) else []
        kept = unsaved.hers(conn, found)
        wanted = {**unsaved.typed_of(kept, typed.get("to") or request.args.get("to", "")), **typed}
        claim, prepared = _claim(conn, found), worded(conn, found, wanted)
        words = readable(found)
        return Shown(found, words, sent, may_write, closed, done, came, said, claim, prepared, wanted, kept)


def _claim(conn: Connection, found: Story) -> Claim:
    now_ms, me = parts().now_ms(), current_user.id
    mine = found.claimed_by == me and found.standing(now_ms) is StoryStatus.CLAIMED
    return Claim(
        mine=mine,
        taken=reading(found) if found.taken_from(me, now_ms) else "",
        until=clock(found.claim_until) if mine and found.claim_until else "",
        waits=found.status in WAITING,
        goes_out=goes_out(found.consent),
        first_reader=found.status is StoryStatus.NEEDS_SECOND and found.first_by == me,
        upcoming=upcoming(conn) if found.status not in WAITING else None,
    )


def replies_to(conn: Connection, story_id: int) -> list[Sent]:
    """What was texted to the teller about this story, oldest first."""
    wanted = (audit_table.c.subject == f"story:{story_id}") & (audit_table.c.event == Event.STORY_REPLY_SENT)
    details = conn.execute(select(audit_table.c.detail).where(wanted)).scalars()
    return sending.sent(conn, [detail["outbound"] for detail in details])


def who(stale: Stale) -> str:
    """The name of whoever was faster."""
    return stale.by or gettext("Someone")
