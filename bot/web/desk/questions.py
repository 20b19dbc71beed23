"""Questions that the bot had no answer to: read one, answer the person, keep the answer for the next."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.knowledge.topics import TOPICS
from bot.language.catalogue import N_
from bot.language.names import LANGUAGES
from bot.store import content, outgoing, questions
from bot.store.questions import Question
from bot.store.swap import Stale
from bot.story.status import QuestionStatus
from bot.web.context import parts
from bot.web.desk import agreed, history, sending
from bot.web.desk.intake import words
from bot.web.desk.labels import QUESTION, topic_options
from bot.web.desk.paging import paged
from bot.web.desk.sending import LONGEST
from bot.web.desk.waiting import languages_read
from bot.web.permissions import Permission, needs
from bot.web.wording import age, gettext, language_name

bp = Blueprint("questions", __name__, url_prefix="/desk/questions")

LONGEST_TITLE, LONGEST_KEPT = 48, 300  # what a numbered list, and an answer in brief, can hold
ACTED: dict[str, str] = {
    QuestionStatus.ANSWERED: N_("{who} answered this question, {age}."),
    QuestionStatus.CLOSED: N_("{who} closed this question, {age}."),
    QuestionStatus.WAITING: N_("{who} changed this question, {age}."),
}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.QUESTIONS)
def page() -> ResponseReturnValue:
    """The questions of one state, of all languages or one."""
    asked, language = request.args.get("status", ""), request.args.get("language", "")
    status = next((one for one in QuestionStatus if one.value == asked), QuestionStatus.WAITING)
    wanted = {"": None, "mine": current_user.languages}.get(language, [language])
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: questions.page(
                conn,
                parts().db.vault,
                status={status},
                languages=wanted,
                newest_first=status is not QuestionStatus.WAITING,
                offset=offset,
                limit=limit,
            )
        )
        counts, read = questions.counts(conn), languages_read(conn)
    rows = [(row, why(row, read)) for row in found.rows]
    tabs = [_tab(one, one is status, language, counts[one]) for one in QuestionStatus]
    return render_template(
        "desk/questions.html", page=found, rows=rows, status=status, tabs=tabs, language=language, label=QUESTION
    )


@bp.get("/<int:question_id>")
@needs(Permission.QUESTIONS)
def question(question_id: int) -> ResponseReturnValue:
    """One question, with the form that answers it."""
    return _page(question_id)


@bp.post("/<int:question_id>/answer")
@needs(Permission.QUESTIONS)
def answer(question_id: int) -> ResponseReturnValue:
    """Text the answer, and keep it for others when asked to."""
    typed = {name: words(name) for name in ("text", "keep", "title", "topic", "asked", "language")}
    if errors := _errors(typed):
        return _page(question_id, errors=errors, typed=typed), 422
    try:
        with parts().db.begin() as conn:
            contact_id = _answer(conn, question_id, typed)
    except Stale as stale:
        return _page(question_id, raced=_raced(stale), typed=typed), 409
    except outgoing.Stopped:
        sentence = gettext("This person has said STOP, so nothing can be sent.")
        return _page(question_id, refused=sentence, typed=typed), 409
    parts().wake(contact_id)
    flash(gettext("Your answer is on its way."))
    return redirect(url_for(".question", question_id=question_id))


@bp.post("/<int:question_id>/close")
@needs(Permission.QUESTIONS)
def close(question_id: int) -> ResponseReturnValue:
    """Close it with nothing sent."""
    version = request.form.get("version", 0, type=int)
    try:
        with parts().db.begin() as conn:
            questions.close(conn, id=question_id, version=version, user_id=current_user.id, now_ms=parts().now_ms())
    except Stale as stale:
        return _page(question_id, raced=_raced(stale)), 409
    flash(gettext("Closed. Nothing was sent."))
    return redirect(url_for(".question", question_id=question_id))


def _answer(conn: Connection, question_id: int, typed: dict[str, str]) -> int:
    """Everything of an answer in one transaction. Gives whose it is."""
    questions.answer(
        conn,
        parts().db.vault,
        id=question_id,
        version=request.form.get("version", 0, type=int),
        text=typed["text"],
        user_id=current_user.id,
        now_ms=parts().now_ms(),
    )
    found = questions.get(conn, parts().db.vault, question_id)
    if found is None or found.contact_id is None:
        abort(404)
    sending.queue(
        conn, contact_id=found.contact_id, text=typed["text"], language=found.language, user_id=current_user.id
    )
    if typed["keep"]:
        questions.link_answer(conn, id=question_id, answer_id=_keep(conn, found, typed))
    return found.contact_id


def _keep(conn: Connection, found: Question, typed: dict[str, str]) -> int:
    return content.keep_answer(
        conn,
        key=f"desk-{found.reference.lower()}",
        language=typed["language"],
        topic=typed["topic"],
        title=typed["title"],
        questions=[line.strip() for line in typed["asked"].splitlines() if line.strip()],
        short=typed["text"],
        user_id=current_user.id,
        now_ms=parts().now_ms(),
    )


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["text"]:
        errors["text"] = gettext("Write the answer.")
    elif len(typed["text"]) > LONGEST:
        errors["text"] = gettext("Make it shorter: at most {count} letters.", count=LONGEST)
    return errors | (_errors_of_kept(typed) if typed["keep"] else {})


def _errors_of_kept(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if len(typed["text"]) > LONGEST_KEPT:
        sentence = N_("An answer that is kept has at most {count} letters. This one has {now}.")
        errors["text"] = gettext(sentence, count=LONGEST_KEPT, now=len(typed["text"]))
    if not 0 < len(typed["title"]) <= LONGEST_TITLE:
        errors["title"] = gettext("Give it a title of at most {count} letters.", count=LONGEST_TITLE)
    if typed["topic"] not in TOPICS:
        errors["topic"] = gettext("Choose a topic.")
    if not typed["asked"]:
        errors["asked"] = gettext("Write at least one way to ask this.")
    if typed["language"] not in LANGUAGES:
        errors["language"] = gettext("Choose the language you wrote in.")
    return errors


def _raced(stale: Stale) -> str:
    return gettext(ACTED[stale.status], who=stale.by or gettext("Someone"), age=age(stale.at or parts().now_ms()))


def _page(
    question_id: int,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    raced: str = "",
    refused: str = "",
) -> str:
    with parts().db.read() as conn:
        found = questions.get(conn, parts().db.vault, question_id)
        if found is None:
            abort(404)
        done = history.of(conn, f"question:{question_id}")
        consents = agreed.of(conn, found.contact_id)
        closed = sending.closed_window(conn, found.contact_id, found.language)
    return render_template(
        "desk/question.html",
        question=found,
        history=done,
        consents=consents,
        closed=closed,
        errors=errors or {},
        typed=typed or {},
        raced=raced,
        refused=refused,
        label=QUESTION,
        topics=topic_options(),
        languages=[(code, language_name(code)) for code in _written_in(found)],
    )


def _written_in(found: Question) -> list[str]:
    return list(dict.fromkeys((found.language, *parts().settings.languages)))


def why(row: Question, read: set[str]) -> str:
    """Why this question is where it is."""
    who = row.answered_by_name or gettext("Someone")
    if row.status is QuestionStatus.ANSWERED:
        return gettext("{who} answered it.", who=who)
    if row.status is QuestionStatus.CLOSED:
        return gettext("{who} closed it.", who=who)
    name = language_name(row.language)
    if row.language in current_user.languages:
        return gettext("The bot had no answer. It is in {language}, which you read.", language=name)
    if row.language in read:
        return gettext("The bot had no answer. It is in {language}: someone else here reads it.", language=name)
    return gettext("Nobody on the desk reads {language}. Do you know someone who could help?", language=name)


def _tab(status: QuestionStatus, here: bool, language: str, count: int) -> dict[str, object]:
    href = url_for(".page", status=status.value, language=language or None)
    return {"label": gettext(QUESTION[status][0]), "href": href, "here": here, "count": count}
