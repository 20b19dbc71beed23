"""Taking back what was just done: for ten minutes, by the one who did it, unless somebody acted on it since."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from flask import Blueprint, Flask, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection, select

from bot.language.catalogue import N_
from bot.store import reach, readings, stories, tags
from bot.store.schema import audit as audit_table
from bot.store.schema import story as story_table
from bot.store.swap import Gone, Stale, hold
from bot.story.consent import SameReader
from bot.story.status import MOVES, MoveRefused, StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.permissions import Permission, may, needs
from bot.web.wording import gettext

bp = Blueprint("undo", __name__, url_prefix="/desk/undo")
KEPT = "undo"  # in the signed cookie: ids, statuses and keys of tags, never words
FOR_MS = 10 * 60_000
UNDO_ON = frozenset({"home", "stories", "questions", "finding", "notebook"})  # the pages that offer it
TAKES = {"story": Permission.DECIDE_STORIES, "question": Permission.QUESTIONS}  # to act on it, so to undo that, too


class NotHers(LookupError):
    """She may not act on it any more: her role or her area was changed meanwhile, or its own area was."""


class Kind(StrEnum):
    """What was done."""

    DECIDED = "decided"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    HEED = "heed"


class Outcome(StrEnum):
    """What came of undoing one thing."""

    DONE = "done"
    ACTED_SINCE = "acted_since"
    NOT_HERS = "not_hers"


NOT_DONE: dict[Outcome, str] = {
    Outcome.ACTED_SINCE: N_("Not undone, because somebody has acted since: {count}."),
    Outcome.NOT_HERS: N_("Not undone, because it is not with you any more: {count}."),
}


@dataclass(frozen=True)
class Step:
    """One thing that was changed: what it was before, its version after, and which tag."""

    id: int
    before: str = ""
    version: int = 0
    tag: str = ""
    of: str = "story"


def init_app(app: Flask) -> None:
    """Attach the action, and what the templates ask."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(undoable=undoable, undo_on=UNDO_ON)


def offer(kind: Kind, steps: Sequence[Step]) -> None:
    """Let what was just done be taken back. What was done before it can then no longer be."""
    if steps:
        made = {"mark": secrets.token_urlsafe(6), "at": parts().now_ms(), "kind": kind.value}
        session[KEPT] = made | {"by": current_user.id, "steps": [_packed(step) for step in steps]}


def offer_decided(story_id: int) -> None:
    """Let the decision that she has just taken about a story be taken back."""
    with parts().db.read() as conn:
        if step := decided(conn, story_id):
            offer(Kind.DECIDED, [step])


def decided(conn: Connection, story_id: int) -> Step | None:
    """The last decision about a story, when it was hers and she may undo it: it tells what the story was before.

    A lead's answer goes to the champions: taking it back is not for her.
    """
    newest = (story_table.c.id == story_id) & (story_table.c.decided_by == current_user.id) & scoped.moderated_rows()
    version = conn.scalar(select(story_table.c.version).where(newest))
    hers = (audit_table.c.subject == f"story:{story_id}") & (audit_table.c.actor == f"user:{current_user.id}")
    moves = audit_table.c.event.in_([event.value for event in stories.EVENTS.values()])
    query = select(audit_table.c.detail).where(hers, moves).order_by(audit_table.c.id.desc()).limit(1)
    detail = conn.scalar(query)
    return Step(story_id, before=str(detail["before"]), version=version) if detail and version else None


def undoable() -> str:
    """The mark of what can be taken back now; "" when there is nothing, or it is too late."""
    kept = session.get(KEPT)
    fresh = kept and kept["by"] == current_user.id and parts().now_ms() - kept["at"] <= FOR_MS
    return str(kept["mark"]) if kept and fresh else ""


@bp.post("")
@needs(Permission.DECIDE_STORIES)
def take_back() -> ResponseReturnValue:
    """Take back what was done last. Each thing by itself: what somebody acted on since stays as it is."""
    mark = undoable()
    if not mark or mark != request.form.get("mark"):
        flash(gettext("It is too late to undo that here. You can still change it on its own page."), "trouble")
        return redirect(url_for("stories.page"))
    kept = session.pop(KEPT)
    steps = [Step(**step) for step in kept["steps"]]
    came = Counter(_took_back(Kind(kept["kind"]), step) for step in steps)
    for outcome, sentence in NOT_DONE.items():
        if came[outcome]:
            flash(gettext(sentence, count=came[outcome]), "trouble")
    if came[Outcome.DONE]:
        flash(gettext("Undone."))
    alone = len(steps) == 1 and not came[Outcome.NOT_HERS]
    return redirect(_page_of(steps[0]) if alone else url_for("stories.page"))


def _page_of(step: Step) -> str:
    if step.of == "question":
        return url_for("questions.question", question_id=step.id)
    return url_for("stories.story", story_id=step.id)


def _took_back(kind: Kind, step: Step) -> Outcome:
    try:
        with parts().db.begin() as conn:
            _refuse_if_not_hers(conn, step)
            return Outcome.DONE if BACK[kind](conn, step) else Outcome.ACTED_SINCE
    except NotHers:
        return Outcome.NOT_HERS
    except (Stale, Gone, MoveRefused, SameReader, stories.NotPrepared):
        return Outcome.ACTED_SINCE


def _refuse_if_not_hers(conn: Connection, step: Step) -> None:
    """Hold it until the transaction ends, so that it cannot move elsewhere meanwhile. Raises NotHers, Gone."""
    row = hold(conn, reach.PLACED[step.of], step.id)
    needed = TAKES[step.of]
    if not (may(needed) and scoped.scope_of(needed).sees(row.area, row.language)):
        raise NotHers


def _decided(conn: Connection, step: Step) -> bool:
    """To where it was, when it can go there; else into the queue. A lead is not asked anew by an undo."""
    now = StoryStatus(conn.execute(select(story_table.c.status).where(story_table.c.id == step.id)).scalar_one())
    before = StoryStatus(step.before)
    before = StoryStatus.RECEIVED if before is StoryStatus.CLAIMED else before  # a claim is never stored
    new = before if before in MOVES[now] else StoryStatus.RECEIVED
    who = {"user_id": current_user.id, "now_ms": parts().now_ms()}
    stories.decide(conn, parts().db.vault, id=step.id, version=step.version, new_status=new, **who)
    return True


def _tagged(conn: Connection, step: Step) -> bool:
    who = {"user_id": current_user.id, "now_ms": parts().now_ms()}
    return tags.take_off(conn, tags.KINDS[step.of], step.id, step.tag, **who)


def _untagged(conn: Connection, step: Step) -> bool:
    who = {"user_id": current_user.id, "now_ms": parts().now_ms()}
    return tags.put(conn, tags.KINDS[step.of], step.id, step.tag, **who)


def _heed(conn: Connection, step: Step) -> bool:
    before = {"": None, "yes": True, "no": False}[step.before]
    readings.unsay(conn, step.id, before, user_id=current_user.id, now_ms=parts().now_ms())
    return True


BACK: dict[Kind, Callable[[Connection, Step], bool]] = {
    Kind.DECIDED: _decided,
    Kind.TAGGED: _tagged,
    Kind.UNTAGGED: _untagged,
    Kind.HEED: _heed,
}


def _packed(step: Step) -> dict[str, object]:
    """Without what is empty: a cookie holds four kilobytes."""
    return {name: value for name, value in asdict(step).items() if value}
