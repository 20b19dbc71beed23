"""Who did what to one thing, read from the audit log and told in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy import Connection, select

from bot.language.catalogue import N_
from bot.store.audit import Event
from bot.store.schema import audit
from bot.web import users
from bot.web.wording import gettext

SENTENCES: dict[str, str] = {
    Event.STORY_RECEIVED: N_("The story came in"),
    Event.STORY_APPROVED: N_("{who} approved it"),
    Event.STORY_DECLINED: N_("{who} declined it"),
    Event.STORY_TO_LEAD: N_("{who} asked a lead"),
    Event.STORY_REOPENED: N_("{who} put it back in the queue"),
    Event.STORY_CLAIMED: N_("{who} took it to read"),
    Event.STORY_RELEASED: N_("{who} gave it back unread"),
    Event.STORY_HANDED: N_("{who} handed it to a champion"),
    Event.STORY_HANDED_BACK: N_("{who} handed it back unread"),
    Event.STORY_TO_TRANSLATE: N_("{who} asked for somebody who reads this language"),
    Event.STORY_TO_SECOND: N_("{who} approved it as the first reader"),
    Event.STORY_CONSENT_LOWERED: N_("The teller let fewer people read it"),
    Event.STORY_REPLY_SENT: N_("{who} wrote to the person"),
    Event.STORY_PREPARED: N_("{who} prepared the words"),
    Event.STORY_TRANSLATED: N_("{who} translated the words"),
    Event.STORY_DRAFTED: N_("{who} had the words translated by a machine"),
    Event.STORY_WITHDRAWN: N_("Its teller took it back"),
    Event.QUESTION_RECEIVED: N_("The question came in"),
    Event.QUESTION_ANSWERED: N_("{who} answered it"),
    Event.QUESTION_CLOSED: N_("{who} closed it"),
    Event.TALK_BEGAN: N_("They asked for a person"),
    Event.TALK_TAKEN: N_("{who} took it"),
    Event.TALK_PASSED_ON: N_("{who} passed it on"),
    Event.TALK_TEXT_SENT: N_("{who} wrote to the person"),
    Event.TALK_FINISHED: N_("{who} finished it"),
    Event.ANSWER_KEPT: N_("{who} kept it as a reusable answer"),
    Event.ALERT_RAISED: N_("The alert came in"),
    Event.ALERT_ACKNOWLEDGED: N_("{who} took it on"),
    Event.BROADCAST_BEGUN: N_("{who} began to write it"),
    Event.BROADCAST_ASKED: N_("{who} asked for a second look"),
    Event.BROADCAST_CONFIRMED: N_("{who} said that it may go"),
    Event.BROADCAST_CHANGED: N_("{who} took it back to change it"),
    Event.BROADCAST_PAUSED: N_("{who} paused it"),
    Event.BROADCAST_RESUMED: N_("{who} let it go on"),
    Event.BROADCAST_CANCELED: N_("{who} cancelled it"),
    Event.BROADCAST_FINISHED: N_("It was finished"),
    Event.MESSAGE_RESENT: N_("{who} had it sent again"),
    Event.ALERT_STEP: N_("The desk's people on call were told"),
    Event.ALERT_ACTION: N_("{who} wrote down what was done"),
    Event.ROTA_CHANGED: N_("{who} changed the rota"),
    Event.STORY_RATED: N_("{who} rated how grave it is"),
    Event.SERVICE_CHANGED: N_("{who} changed it"),
    Event.ANSWER_CHANGED: N_("{who} changed it"),
    Event.SOURCE_ADDED: N_("The directory was added"),
    Event.SOURCE_CHANGED: N_("{who} changed when it is fetched"),
    Event.CHECK_UNDONE: N_("{who} took the check back"),
    Event.TEXT_TRANSLATED: N_("{who} translated it"),
    Event.LESSON_CHANGED: N_("{who} changed it"),
    Event.DRAFT_BEGUN: N_("{who} began this draft"),
    Event.DRAFT_THROWN_AWAY: N_("{who} threw it away"),
    Event.DRAFT_TAKEN_BACK: N_("{who} took it back"),
    Event.USER_INVITED: N_("{who} made a link to sign in with"),
    Event.USER_CHANGED: N_("{who} changed what this person may do"),
    Event.TAG_CHANGED: N_("{who} changed the tags"),
    Event.NOTE_CHANGED: N_("{who} wrote or deleted a note"),
    Event.CONTENT_NOTE_CHANGED: N_("{who} changed the content note"),
    Event.USER_SIGNED_IN: N_("Signed in"),
    Event.AREA_CHANGED: N_("{who} said where it belongs"),
    Event.REACH_CHANGED: N_("{who} changed where this person works"),
    Event.SESSIONS_ENDED: N_("{who} signed this person out"),
    Event.SECOND_STEP_CHANGED: N_("{who} changed the second step"),
    Event.PASSWORD_CHANGED: N_("{who} chose a password"),
    Event.ACCOUNT_UNLOCKED: N_("{who} opened the account again"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that was done: a sentence in the desk's language, and when."""

    sentence: Markup
    at: int


def of(conn: Connection, subject: str) -> list[Entry]:
    """What was done to ``subject`` ("story:12"), oldest first."""
    rows = conn.execute(
        select(audit.c.at, audit.c.actor, audit.c.event).where(audit.c.subject == subject).order_by(audit.c.id)
    )
    people = users.names(conn)
    return [Entry(_sentence(row.event, row.actor, people), row.at) for row in rows if row.event in SENTENCES]


def _sentence(event: str, actor: str, people: dict[int, str]) -> Markup:
    """With the name set apart, for its letters may run the other way than the sentence."""
    kind, _, number = actor.partition(":")
    who = people.get(int(number)) if kind == "user" and number.isdigit() else None
    name = Markup("<bdi>{}</bdi>").format(who or gettext("Someone"))
    return escape(gettext(SENTENCES[event])).format(who=name)
