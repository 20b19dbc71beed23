"""Keeping an answer for the next person: made from what a champion texted, looked through, and translated."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.knowledge.answers import Answer
from bot.knowledge.topics import TOPICS
from bot.language.catalogue import N_
from bot.language.names import LANGUAGES
from bot.store import content, gaps, library, questions, translated, upkeep
from bot.store.questions import Question
from bot.store.vault import LOCKED
from bot.story.redact import marked, redacted
from bot.web import users
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.desk.labels import topic_options
from bot.web.permissions import Permission, allowed, needs
from bot.web.wording import gettext, language_name

bp = Blueprint("keeping", __name__, url_prefix="/desk/answers")

LONGEST_TITLE, LONGEST_KEPT, LONGEST_ASKED = 48, 300, 160  # what a numbered list, and an answer in brief, can hold
FIELDS = ("title", "topic", "short", "asked", "language", "source", "source_name", "looked")
MOST = {"title": LONGEST_TITLE, "short": LONGEST_KEPT, "detail": 700, "say": 200}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("/keep/<int:question_id>")
@needs(Permission.EDIT_ANSWERS)
def keep(question_id: int) -> ResponseReturnValue:
    """The draft of an answer, made from what was texted; what may point to a person is marked."""
    found = _answered(question_id)
    if found.answer_id:
        return redirect(url_for("answers.answer", answer_id=found.answer_id))
    draft = {
        "short": found.answer,
        "asked": redacted(" ".join(found.text.split()))[:LONGEST_ASKED],
        "language": found.language,
        "topic": "",
        "title": "",
        "source_name": parts().settings.service_name,
    }
    return _form(found, draft)


@bp.post("/keep/<int:question_id>")
@needs(Permission.EDIT_ANSWERS)
def kept(question_id: int) -> ResponseReturnValue:
    """Keep it: from now on it is offered to whoever asks the like."""
    found = _answered(question_id)
    typed = {name: words(name) for name in FIELDS}
    if errors := _errors(typed):
        return _form(found, typed, errors), 422
    try:
        with parts().db.begin() as conn:
            answer_id = _keep(conn, found, typed)
    except content.KeyTaken:
        return redirect(url_for(".keep", question_id=question_id))
    parts().shelf.look_again()
    flash(gettext("Kept. It is offered from now on. It now waits for its translations."))
    return redirect(url_for("answers.answer", answer_id=answer_id))


@bp.get("/translations")
@needs(Permission.READ_ANSWERS)
def waiting() -> ResponseReturnValue:
    """What waits for translation, and who could do it."""
    catalogues = parts().shelf.catalogues()
    with parts().db.read() as conn:
        rows = translated.waiting(conn, catalogues, parts().settings.languages)
        people = users.everyone(conn)
    able = {
        code: [one.name or one.email for one in people if one.active and code in one.languages and _translates(one)]
        for code in parts().settings.languages
    }
    return render_template("desk/translations.html", rows=rows, able=able)


@bp.get("/<int:answer_id>/translate/<language>")
@needs(Permission.TRANSLATE_ANSWERS)
def translate(answer_id: int, language: str) -> ResponseReturnValue:
    """One answer in another language: what stands there already, and boxes for the rest."""
    one = _answer(answer_id, language)
    catalogues = parts().shelf.catalogues()
    typed = {
        f"text-{number}": catalogues.text(text, language, domain=translated.ANSWERS)
        if catalogues.knows(text, language, translated.ANSWERS)
        else ""
        for number, text in enumerate(translated.texts_of(one))
    }
    return _translating(answer_id, one, language, typed)


@bp.post("/<int:answer_id>/translate/<language>")
@needs(Permission.TRANSLATE_ANSWERS)
def translated_so(answer_id: int, language: str) -> ResponseReturnValue:
    """Keep a translation: people read it from now on."""
    one = _answer(answer_id, language)
    texts = translated.texts_of(one)
    typed = {f"text-{number}": words(f"text-{number}") for number in range(len(texts))}
    if errors := _errors_of_translation(one, texts, typed):
        return _translating(answer_id, one, language, typed, errors), 422
    said = {text: typed[f"text-{number}"] for number, text in enumerate(texts) if typed[f"text-{number}"]}
    with parts().db.begin() as conn:
        translated.keep(
            conn,
            said,
            language=language,
            subject=f"answer:{answer_id}",
            user_id=current_user.id,
            now_ms=parts().now_ms(),
        )
    parts().shelf.look_again()
    flash(gettext("Thank you. People read it in {language} from now on.", language=language_name(language)))
    return redirect(url_for("answers.answer", answer_id=answer_id))


def _answered(question_id: int) -> Question:
    with parts().db.read() as conn:
        found = questions.get(conn, parts().db.vault, question_id)
    if found is None or not found.answer or found.answer == LOCKED:
        abort(404)
    return found


def _form(found: Question, typed: dict[str, str], errors: dict[str, str] | None = None) -> str:
    codes = dict.fromkeys((found.language, *parts().settings.languages))
    return render_template(
        "desk/keep.html",
        question=found,
        typed=typed,
        errors=errors or {},
        marks=marked(typed["short"]),
        pointing=_pointing(typed),
        topics=topic_options(),
        languages=[(code, language_name(code)) for code in codes],
    )


def _pointing(typed: dict[str, str]) -> bool:
    """True when something in these texts may point to a person."""
    return any(points for name in ("title", "short", "asked") for _, points in marked(typed[name]))


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not 0 < len(typed["title"]) <= LONGEST_TITLE:
        errors["title"] = gettext("Give it a title of at most {count} letters.", count=LONGEST_TITLE)
    if not typed["short"]:
        errors["short"] = gettext("Write the answer.")
    elif len(typed["short"]) > LONGEST_KEPT:
        sentence = N_("An answer that is kept has at most {count} letters. This one has {now}.")
        errors["short"] = gettext(sentence, count=LONGEST_KEPT, now=len(typed["short"]))
    if typed["topic"] not in TOPICS:
        errors["topic"] = gettext("Choose a topic.")
    if not _lines(typed["asked"]):
        errors["asked"] = gettext("Write at least one way to ask this.")
    elif any(len(line) > LONGEST_ASKED for line in _lines(typed["asked"])):
        errors["asked"] = gettext("Make each way to ask it shorter: at most {count} letters.", count=LONGEST_ASKED)
    if typed["language"] not in LANGUAGES:
        errors["language"] = gettext("Choose the language you wrote in.")
    if typed["source"] and not typed["source"].startswith(("https://", "http://")):
        errors["source"] = gettext("A source is a whole address, like https://www.nhs.uk/page. Or leave it empty.")
    if not typed["source_name"]:
        errors["source_name"] = gettext("Say who says so.")
    if _pointing(typed) and not typed["looked"]:
        errors["looked"] = gettext("Something may point to a person. Take it out, or say that it may stay.")
    return errors


def _keep(conn: Connection, found: Question, typed: dict[str, str]) -> int:
    answer_id = content.keep_answer(
        conn,
        key=f"desk-{found.reference.lower()}",
        language=typed["language"],
        topic=typed["topic"],
        title=typed["title"],
        questions=_lines(typed["asked"])[:40],
        short=typed["short"],
        source=typed["source"],
        source_name=typed["source_name"],
        user_id=current_user.id,
        now_ms=parts().now_ms(),
    )
    questions.link_answer(conn, id=found.id, answer_id=answer_id)
    if found.contact_id:
        gaps.about(conn, parts().db.vault, found.contact_id, asked_ms=found.created_at, topic=typed["topic"])
    upkeep.give(
        conn,
        kind="answer",
        id=answer_id,
        owner_id=current_user.id,
        user_id=current_user.id,
        now_ms=parts().now_ms(),
    )
    return answer_id


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _translates(one: users.User) -> bool:
    return allowed(one.role_names, Permission.TRANSLATE_ANSWERS)


def _answer(answer_id: int, language: str) -> Answer:
    with parts().db.read() as conn:
        entry = library.one_answer(conn, answer_id)
    if entry is None or language not in parts().settings.languages or language == entry.answer.language:
        abort(404)
    return entry.answer


def _translating(
    answer_id: int, one: Answer, language: str, typed: dict[str, str], errors: dict[str, str] | None = None
) -> str:
    names = [
        *[(text, gettext(name)) for text, name in _named(one)],
        *[(asked, gettext("A way to ask it")) for asked in one.questions],
    ]
    return render_template(
        "desk/translate.html",
        answer=one,
        answer_id=answer_id,
        to=language,
        rows=[(f"text-{number}", text, name) for number, (text, name) in enumerate(names)],
        typed=typed,
        errors=errors or {},
    )


def _named(one: Answer) -> list[tuple[str, str]]:
    named = [
        (one.title, N_("Title")),
        (one.short, N_("The answer")),
        (one.detail, N_("More of it")),
        (one.say, N_("What to say at the counter")),
    ]
    return [(text, name) for text, name in named if text]


def _errors_of_translation(one: Answer, texts: list[str], typed: dict[str, str]) -> dict[str, str]:
    """What people read must be there; ways to ask may be left out."""
    errors = {}
    longest = {getattr(one, name): count for name, count in MOST.items()}
    for number, text in enumerate(texts):
        said, count = typed[f"text-{number}"], longest.get(text, LONGEST_ASKED)
        if not said and text in translated.read_by_people(one):
            errors[f"text-{number}"] = gettext("Write this in the other language, too.")
        elif len(said) > count:
            errors[f"text-{number}"] = gettext("Make it shorter: at most {count} letters.", count=count)
    return errors
