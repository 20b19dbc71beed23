"""The first page: what needs this person, why, and one thing to do about each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import alerts, claims, messages, questions, readers, stories, talks
from bot.store.messages import MessageRow
from bot.store.questions import Question
from bot.store.stories import StoryRow
from bot.store.talks import Talk
from bot.story.status import WAITING, QuestionStatus, StoryStatus, TalkStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import due, pace
from bot.web.desk import messages as message_pages
from bot.web.desk import questions as question_pages
from bot.web.desk import talks as talk_pages
from bot.web.desk.stories import gate
from bot.web.desk.stories.upcoming import Upcoming, reader, upcoming
from bot.web.desk.waiting import hidden_kinds, languages_read, moderates
from bot.web.permissions import Permission, may, needs

bp = Blueprint("home", __name__, url_prefix="/desk")
FEW = 5


@dataclass(frozen=True)
class Needs:
    """What waits for one person. Each list is None when the subject is not hers."""

    alerts: list[alerts.Alert] | None
    alerts_open: int
    alerts_unanswered: int
    upcoming: Upcoming | None
    stories: list[tuple[StoryRow, bool, str]] | None
    questions: list[tuple[Question, str]] | None
    talks: list[tuple[Talk, str]] | None
    failed: list[tuple[MessageRow, str, str]] | None
    paused: list[tuple[str, str, str]]
    unread: list[tuple[str, int]]
    due: int

    @property
    def nothing(self) -> bool:
        """True when there is nothing at all to do."""
        hot = self.alerts or self.alerts_open or self.paused or (self.upcoming and self.upcoming.any)
        return not (hot or self.unread or self.due or self.stories or self.questions or self.talks or self.failed)


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(bp)


@bp.get("/")
@needs(Permission.DESK)
def page() -> ResponseReturnValue:
    """What needs you."""
    with parts().db.read() as conn:
        found = _needs(conn)
    return render_template("desk/home.html", needs=found, upcoming=found.upcoming, now_ms=parts().now_ms())


@bp.get("")
@needs(Permission.DESK)
def bare() -> ResponseReturnValue:
    """The same page, for those who leave out the last stroke."""
    return redirect(url_for(".page"))


def _needs(conn: Connection) -> Needs:
    read = languages_read(conn)
    vault = parts().db.vault
    return Needs(
        alerts=alerts.open_alerts(conn, vault, scoped.alert_rows()) if may(Permission.ALERTS) else None,
        alerts_open=alerts.counts(conn, scoped.alert_rows())["open"] if may(Permission.KNOW_OF_ALERTS) else 0,
        alerts_unanswered=alerts.unanswered(conn, scoped.alert_rows()) if may(Permission.KNOW_OF_ALERTS) else 0,
        upcoming=upcoming(conn) if may(Permission.DECIDE_STORIES) else None,
        stories=_stories(conn, read) if may(Permission.READ_STORIES) else None,
        questions=_questions(conn, read) if may(Permission.QUESTIONS) else None,
        talks=_talks(conn, read) if may(Permission.TALK) else None,
        failed=_failed(conn) if may(Permission.MESSAGES) else None,
        unread=_unread(conn) if may(Permission.GAPS) else [],
        due=due.count(conn) if may(Permission.EDIT_ANSWERS) else 0,
        paused=message_pages.stopped_channels(conn) if may(Permission.MESSAGES) else [],
    )


def _stories(conn: Connection, read: set[str]) -> list[tuple[StoryRow, bool, str]]:
    """To a lead the stories she is asked about; to a champion those she can read, and those nobody here can."""
    vault, within = parts().db.vault, scoped.story_rows()
    found: list[StoryRow] = []
    if may(Permission.ADVISE_ON_STORIES):
        found += stories.page(
            conn, vault, status={StoryStatus.NEEDS_LEAD}, audience=scoped.audience_of, within=within, limit=FEW
        )
    if moderates():
        one, now = reader(conn), parts().now_ms()
        hers, translated = claims.for_her(one) & claims.free(one, now), claims.translated(one, now)
        found += pace.spared(conn, stories.page(conn, vault, within=within, but=translated, limit=FEW))
        found += pace.spared(conn, stories.page(conn, vault, status=WAITING, but=hers, limit=FEW * 4))
    return [(row, gate.readable(row), gate.why(row, read)) for row in found[:FEW]]


def _questions(conn: Connection, read: set[str]) -> list[tuple[Question, str]]:
    """Those in her languages first, then the others, for anyone may find an answer."""
    status, within = {QuestionStatus.WAITING}, scoped.question_rows()
    waiting = questions.page(conn, parts().db.vault, status=status, within=within, limit=FEW * 4)
    waiting.sort(key=lambda row: (not row.near_danger, row.language not in current_user.languages))
    return [(row, question_pages.why(row, read)) for row in waiting[:FEW]]


def _unread(conn: Connection) -> list[tuple[str, int]]:
    """The languages of questions that wait and that nobody here reads: a lead has promised to find someone."""
    read = readers.languages_read(conn) or frozenset()
    return [(code, count) for code, count in questions.waiting_by_language(conn).items() if code not in read]


def _talks(conn: Connection, read: set[str]) -> list[tuple[Talk, str]]:
    """Those who wait for her own answer first, then those who wait for anybody: in her languages before the others."""
    mine = talks.unanswered(conn, parts().db.vault, current_user.id, FEW)
    within = scoped.talk_rows()
    waiting = talks.page(conn, parts().db.vault, status=TalkStatus.WAITING, within=within, limit=FEW * 4)
    waiting.sort(key=lambda row: (not row.near_danger, row.language not in current_user.languages))
    return [(row, talk_pages.why(row, read)) for row in (mine + waiting)[:FEW]]


def _failed(conn: Connection) -> list[tuple[MessageRow, str, str]]:
    hidden, within = hidden_kinds(), scoped.message_rows()
    found = messages.page(conn, parts().db.vault, state="failed", without=hidden, within=within, limit=FEW)
    return [(row, message_pages.trouble(row), message_pages.action(row)) for row in found]
