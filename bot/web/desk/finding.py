"""Finding a story or a question again: by its reference, or by words in it.

The words that are looked for stand sealed in the address, so that neither a log nor a history can tell them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import questions, seeking, sifting, stories, tags
from bot.store.questions import Question
from bot.store.seeking import Hit, Sought
from bot.store.sifting import Sieve
from bot.store.stories import StoryRow
from bot.store.vault import VaultError
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import pace
from bot.web.desk import questions as question_pages
from bot.web.desk.intake import LARGEST_ID, words
from bot.web.desk.stories.gate import readable, why
from bot.web.desk.stories.sifted import AGES
from bot.web.desk.waiting import languages_read
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("finding", __name__, url_prefix="/desk/find")
LONGEST = 100
KEPT = ("kind", "language", "tag_is", "age")  # what an address of this page says openly
LOOKS: dict[str, Callable[..., Sought]] = {"story": seeking.in_stories, "question": seeking.in_questions}


@dataclass(frozen=True)
class Found:
    """What was found. ``looked`` of them were opened; ``older`` leads on to older ones, "" when there are none."""

    stories: list[tuple[StoryRow, bool, str]]
    questions: list[tuple[Question, str]]
    looked: int
    older: str

    @property
    def any(self) -> bool:
        """True when there is something to show."""
        return bool(self.stories or self.questions)


def init_app(app: Flask) -> None:
    """Attach the page."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.DECIDE_STORIES)
def page() -> ResponseReturnValue:
    """The form, and what was found."""
    sought = _opened(request.args.get("q", ""))
    kind = "question" if request.args.get("kind") == "question" else "story"
    language, tag, age = (request.args.get(name, "")[:40] for name in ("language", "tag_is", "age"))
    asked = bool(sought or tag)
    with parts().db.read() as conn:
        found = _found(conn, sought, kind, language, Sieve(tag=tag, age=age)) if asked else None
    return render_template(
        "desk/find.html", sought=sought, kind=kind, language=language, tag=tag, age=age, found=found,
        tags=[(theme.key, gettext(theme.name)) for theme in parts().codebook.tags],
        ages=[(key, gettext(name)) for key, name in AGES.items()],
    )  # fmt: skip


@bp.post("")
@needs(Permission.DECIDE_STORIES)
def seek() -> ResponseReturnValue:
    """Seal the words, and go to the page that shows what they find."""
    sought = words("words")[:LONGEST]
    kept: dict[str, Any] = {name: request.form.get(name) or None for name in KEPT}
    return redirect(url_for(".page", q=_sealed(sought) if sought else None, **kept))


def _found(conn: Connection, sought: str, kind: str, language: str, sieve: Sieve) -> Found:
    below = min(request.args.get("below", 0, type=int), LARGEST_ID)
    of = tags.KINDS[kind]
    hers = scoped.moderated_rows() if kind == "story" else scoped.question_rows()
    where = [sifting.condition(of, sieve, parts().now_ms()), hers]
    if language:
        where.append(of.table.c.language == language)
    named = seeking.by_reference(conn, parts().db.vault, sought) if sought and not below else []
    looked = LOOKS[kind](conn, parts().db.vault, sought, below=below or None, where=where)
    hits = list({(hit.kind, hit.id): hit for hit in [*named, *looked.hits]}.values())
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("q", *KEPT)}
    older = url_for(".page", below=looked.older, **kept) if looked.older else ""
    return Found(_stories(conn, hits), _questions(conn, hits), looked.looked, older)


def _stories(conn: Connection, hits: list[Hit]) -> list[tuple[StoryRow, bool, str]]:
    ids = [hit.id for hit in hits if hit.kind == "story"]
    if not ids:
        return []
    rows = stories.page(
        conn, parts().db.vault, audience=scoped.audience_of, within=scoped.moderated_rows(),
        but=tags.STORY.table.c.id.in_(ids), newest_first=True, limit=len(ids),
    )  # fmt: skip
    pace.look(conn, rows)
    read = languages_read(conn)
    return [(row, readable(row), why(row, read)) for row in rows if readable(row)]


def _questions(conn: Connection, hits: list[Hit]) -> list[tuple[Question, str]]:
    read = languages_read(conn)
    found = [questions.get(conn, parts().db.vault, hit.id) for hit in hits if hit.kind == "question"]
    scope = scoped.scope_of(Permission.QUESTIONS)
    return [(row, question_pages.why(row, read)) for row in found if row and scope.sees(row.area, row.language)]


def _sealed(sought: str) -> str:
    return base64.urlsafe_b64encode(parts().db.vault.seal_bytes(sought.encode(), _label())).decode()


def _opened(token: str) -> str:
    """Only her own: an address that was handed on finds nothing for anybody else."""
    try:
        return parts().db.vault.open_bytes(base64.urlsafe_b64decode(token), _label()).decode() if token else ""
    except (VaultError, binascii.Error, ValueError):
        return ""


def _label() -> str:
    return f"find:{current_user.id}"
