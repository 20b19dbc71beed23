"""What waits on the desk, in numbers, and who could take it: the way around shows these on every page."""

from __future__ import annotations

from flask import g
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import alerts, broadcasts, handing, messages, notes, pauses, questions, readers, stories, talks
from bot.story.consent import Audience
from bot.story.status import HANDED, WAITING, QuestionStatus, StoryStatus, TalkStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.permissions import Permission, audience, may


def counts() -> dict[str, int]:
    """How much of each kind waits for somebody with this person's roles."""
    if "waiting" not in g:
        with parts().db.read() as conn:
            g.waiting = _counts(conn)
    found: dict[str, int] = g.waiting
    return found


def _counts(conn: Connection) -> dict[str, int]:
    found = {}
    if may(Permission.READ_STORIES):
        by_status = stories.counts(conn, scoped.story_rows())
        found["stories"] = sum(by_status[one] for one in WAITING) if moderates() else 0
        found["stories"] += by_status[StoryStatus.NEEDS_LEAD] if may(Permission.ADVISE_ON_STORIES) else 0
    if may(Permission.DECIDE_STORIES):
        found["notes"] = notes.unseen(conn, current_user.id)
        found[HANDED] = len(handing.of(conn, current_user.id, parts().now_ms()))
    if may(Permission.QUESTIONS):
        found["questions"] = questions.counts(conn, scoped.question_rows())[QuestionStatus.WAITING]
    if may(Permission.TALK):
        mine = talks.count_unanswered(conn, current_user.id)
        found["talks"] = talks.counts(conn, scoped.talk_rows())[TalkStatus.WAITING] + mine
    if may(Permission.KNOW_OF_ALERTS):
        found["alerts"] = alerts.counts(conn, scoped.alert_rows())["open"]
    if may(Permission.MESSAGES):
        failed = messages.failed(conn, scoped.message_rows(), without=hidden_kinds())
        found["failed"] = failed + len(pauses.everywhere(conn))
    if may(Permission.BROADCAST):
        found["news"] = broadcasts.to_confirm(conn, current_user.id)
    return found


def hidden_kinds() -> frozenset[str]:
    """The kinds of messages that are not for the person signed in now: who was in danger is for those who see to it."""
    return frozenset() if may(Permission.ALERTS) else frozenset({"danger"})


def moderates() -> bool:
    """True when the person signed in now reads stories as a champion does."""
    return audience(current_user.role_names) is Audience.CHAMPIONS


def languages_read(conn: Connection) -> set[str]:
    """Every language that somebody who moderates can read."""
    return {code for languages in readers.moderating(conn).values() for code in languages}
