"""The first page: what needs this person, why, and one thing to do about each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import alerts, messages, questions, readers, stories, talks
from bot.store.messages import MessageRow
from bot.store.questions import Question
from bot.store.stories import StoryRow
from bot.store.talks import Talk
from bot.story.status import QuestionStatus, StoryStatus, TalkStatus
from bot.web.context import parts
from bot.web.desk import due, pace
from bot.web.desk import messages as message_pages
from bot.web.desk import questions as question_pages
from bot.web.desk import talks as talk_pages
from bot.web.desk.stories import gate
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
        hot = self.alerts or self.alerts_open or self.paused
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
    return render_template("desk/home.html", needs=found, now_ms=parts().now_ms())


@bp.get("")
@needs(Permission.DESK)
def bare() -> ResponseReturnValue:
    """The same page, for those who leave out the last stroke."""
    return redirect(url_for(".page"))


def _needs(conn: Connection) -> Needs:
    read = languages_read(conn)
    vault = parts().db.vault
    return Needs(
        alerts=alerts.open_alerts(conn, vault) if may(Permission.ALERTS) else None,
        alerts_open=alerts.counts(conn)["open"] if may(Permission.KNOW_OF_ALERTS) else 0,
        alerts_unanswered=alerts.unanswered(conn) if may(Permission.KNOW_OF_ALERTS) else 0,
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
    vault = parts().db.vault
    found: list[StoryRow] = []
    if may(Permission.ADVISE_ON_STORIES):
        found += stories.page(conn, vault, status={StoryStatus.NEEDS_LEAD}, limit=FEW)
    if moderates():
        mine = stories.page(conn, vault, status={StoryStatus.RECEIVED}, languages=current_user.languages, limit=FEW * 4)
        all_waiting = stories.page(conn, vault, status={StoryStatus.RECEIVED}, limit=FEW * 4)
        found += pace.spared(conn, mine + [row for row in all_waiting if row.language not in read])
    return [(row, gate.readable(row), gate.why(row, read)) for row in found[:FEW]]


def _questions(conn: Connection, read: set[str]) -> list[tuple[Question, str]]:
    """Those in her languages first, then the others, for anyone may find an answer."""
    waiting = questions.page(conn, parts().db.vault, status={QuestionStatus.WAITING}, limit=FEW * 4)
    waiting.sort(key=lambda row: row.language not in current_user.languages)
    return [(row, question_pages.why(row, read)) for row in waiting[:FEW]]


def _unread(conn: Connection) -> list[tuple[str, int]]:
    """The languages of questions that wait and that nobody here reads: a lead has promised to find someone."""
    read = readers.languages_read(conn) or frozenset()
    return [(code, count) for code, count in questions.waiting_by_language(conn).items() if code not in read]


def _talks(conn: Connection, read: set[str]) -> list[tuple[Talk, str]]:
    """Those who wait for her own answer first, then those who wait for anybody: in her languages before the others."""
    mine = talks.unanswered(conn, parts().db.vault, current_user.id, FEW)
    waiting = talks.page(conn, parts().db.vault, status=TalkStatus.WAITING, limit=FEW * 4)
    waiting.sort(key=lambda row: row.language not in current_user.languages)
    return [(row, talk_pages.why(row, read)) for row in (mine + waiting)[:FEW]]


def _failed(conn: Connection) -> list[tuple[MessageRow, str, str]]:
    found = messages.page(conn, parts().db.vault, state="failed", without=hidden_kinds(), limit=FEW)
    return [(row, message_pages.trouble(row), message_pages.action(row)) for row in found]
