"""Questions that the bot had no answer to: read one, answer the person, keep the answer for the next."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import gaps, outgoing, questions, tags
from bot.store.questions import Question
from bot.store.swap import Stale
from bot.story.gaps import Came
from bot.story.status import QuestionStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import agreed, history, ready, sending, tagger
from bot.web.desk.intake import words
from bot.web.desk.labels import QUESTION
from bot.web.desk.paging import paged
from bot.web.desk.sending import LONGEST
from bot.web.desk.waiting import languages_read
from bot.web.permissions import Permission, needs
from bot.web.wording import age, gettext, language_name, today

bp = Blueprint("questions", __name__, url_prefix="/desk/questions")

ACTED: dict[str, str] = {
    QuestionStatus.ANSWERED: N_("{who} answered this question, {age}."),
    QuestionStatus.CLOSED: N_("{who} closed this question, {age}."),
    QuestionStatus.WAITING: N_("{who} changed this question, {age}."),
}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(question_is_late=late)


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
                within=scoped.question_rows(),
                newest_first=status is not QuestionStatus.WAITING,
                offset=offset,
                limit=limit,
            )
        )
        counts, read = questions.counts(conn, scoped.question_rows()), languages_read(conn)
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
    typed = {name: words(name) for name in ("text", "keep")}
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
    if typed["keep"]:
        return redirect(url_for("keeping.keep", question_id=question_id))
    return redirect(url_for(".question", question_id=question_id))


@bp.post("/<int:question_id>/close")
@needs(Permission.QUESTIONS)
def close(question_id: int) -> ResponseReturnValue:
    """Close it with nothing sent."""
    version = request.form.get("version", 0, type=int)
    try:
        with parts().db.begin() as conn:
            questions.close(conn, id=question_id, version=version, user_id=current_user.id, now_ms=parts().now_ms())
            found = questions.get(conn, parts().db.vault, question_id)
            if found and found.contact_id:
                gaps.settle(conn, parts().db.vault, found.contact_id, asked_ms=found.created_at, came=Came.CLOSED)
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
    gaps.settle(conn, parts().db.vault, found.contact_id, asked_ms=found.created_at, came=Came.ANSWERED)
    return found.contact_id


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["text"]:
        errors["text"] = gettext("Write the answer.")
    elif len(typed["text"]) > LONGEST:
        errors["text"] = gettext("Make it shorter: at most {count} letters.", count=LONGEST)
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
        tagged, canned = tagger.of(conn, tags.QUESTION, found.id, (found.text,)), ready.texts(conn, found)
    return render_template(
        "desk/question.html",
        question=found,
        history=done,
        consents=consents,
        closed=closed,
        tagged=tagged,
        canned=canned,
        errors=errors or {},
        typed=ready.written("text", found.reference, typed),
        raced=raced,
        refused=refused,
        label=QUESTION,
        late=late(found),
    )


def late(row: Question) -> bool:
    """True when the day that she was told has passed, and she waits."""
    return row.status is QuestionStatus.WAITING and row.due_on is not None and row.due_on < today()


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
