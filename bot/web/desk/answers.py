"""Answers: find one, read it in every language side by side, and say that it was checked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.knowledge.answers import Answer
from bot.language.names import Language, language
from bot.store import choices, content, library
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.labels import topic_options
from bot.web.desk.paging import paged
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext, today

bp = Blueprint("answers", __name__, url_prefix="/desk/answers")


@dataclass(frozen=True)
class Told:
    """An answer as people of one language get it. ``own`` is False when that part still comes in the first language."""

    language: Language
    title: str
    short: str
    detail: str
    say: str
    own: bool


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.READ_ANSWERS)
def page() -> ResponseReturnValue:
    """Answers by topic, found by words, topic, or that nobody has checked them."""
    asked = {name: request.args.get(name, "") for name in ("words", "topic")}
    unchecked = request.args.get("unchecked") == "yes"
    with parts().db.read() as conn:
        found = paged(
            lambda offset, limit: library.answers(conn, **asked, unchecked=unchecked, offset=offset, limit=limit)
        )
    return render_template("desk/answers.html", page=found, asked=asked, unchecked=unchecked, topics=topic_options())


@bp.get("/<int:answer_id>")
@needs(Permission.READ_ANSWERS)
def answer(answer_id: int) -> ResponseReturnValue:
    """One answer in every language."""
    with parts().db.read() as conn:
        entry = library.one_answer(conn, answer_id)
        if entry is None:
            abort(404)
        done = history.of(conn, f"answer:{answer_id}")
    codes = dict.fromkeys((entry.answer.language, *parts().settings.languages))
    told = [_told(entry.answer, language(code)) for code in codes]
    return render_template("desk/answer.html", entry=entry, answer=entry.answer, told=told, history=done)


@bp.post("/<int:answer_id>/checked")
@needs(Permission.EDIT_ANSWERS)
def checked(answer_id: int) -> ResponseReturnValue:
    """Note that it was checked today."""
    with parts().db.begin() as conn:
        library.check(conn, kind="answer", id=answer_id, day=today(), user_id=current_user.id, now_ms=parts().now_ms())
    flash(gettext("Thank you. It now says that it was checked today."))
    return redirect(url_for(".answer", answer_id=answer_id))


@bp.post("/<int:answer_id>/active")
@needs(Permission.EDIT_ANSWERS)
def active(answer_id: int) -> ResponseReturnValue:
    """Switch it on or off for residents."""
    wanted = request.form.get("active") == "yes"
    with parts().db.begin() as conn:
        content.set_active(
            conn, kind="answer", id=answer_id, active=wanted, user_id=current_user.id, now_ms=parts().now_ms()
        )
    flash(gettext("Residents can find it again.") if wanted else gettext("Residents no longer get it."))
    return redirect(url_for(".answer", answer_id=answer_id))


@bp.get("/learned")
@needs(Permission.READ_ANSWERS)
def learned() -> ResponseReturnValue:
    """What the bot has learned from which answers people chose."""
    with parts().db.read() as conn:
        found = choices.learned(conn, parts().db.vault)
        waiting = choices.too_few(conn)
    titles = parts().directory().answers
    rows = [(one, titles[one.answer_key].title) for one in found if one.answer_key in titles]
    return render_template("desk/learned.html", rows=rows, waiting=waiting, enough=choices.ENOUGH)


@bp.post("/learned")
@needs(Permission.EDIT_ANSWERS)
def use_lesson() -> ResponseReturnValue:
    """Use what was learned, or do not."""
    question, key, wanted = (request.form.get(name, "") for name in ("question", "answer", "active"))
    with parts().db.begin() as conn:
        if not choices.is_there(conn, question, key):
            abort(404)
        choices.set_active(
            conn, question=question, answer_key=key, active=wanted == "yes", user_id=current_user.id,
            now_ms=parts().now_ms(),
        )  # fmt: skip
    flash(gettext("It counts again.") if wanted == "yes" else gettext("It no longer counts."))
    return redirect(url_for(".learned"))


def _told(one: Answer, to: Language) -> Told:
    catalogues = parts().shelf.catalogues()
    texts = {name: getattr(one, name) for name in ("title", "short", "detail", "say")}
    if to.code == one.language:
        return Told(to, **texts, own=True)
    own = all(catalogues.knows(text, to.code, "answers") for text in texts.values() if text)
    return Told(
        to, **{name: text and catalogues.text(text, to.code, domain="answers") for name, text in texts.items()}, own=own
    )
