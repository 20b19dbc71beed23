"""One thing done to several stories at once: each by compare-and-swap, so that some may fail and the others not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import claims, stories, tags
from bot.store.stories import Story
from bot.store.swap import Gone, Stale
from bot.story.status import MoveRefused, StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import undo
from bot.web.desk.intake import LARGEST_ID, words
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import as_champion, readable
from bot.web.desk.tagger import chosen
from bot.web.desk.undo import Kind, Step
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

MOST = 50
_PAIR = re.compile(r"([0-9]{1,12}):([0-9]{1,9})")
TAG, DECLINE, RELEASE = "tag", "decline", "release"

DONE: dict[str, str] = {
    TAG: N_("Tagged: {count}."),
    DECLINE: N_("Declined: {count}."),
    RELEASE: N_("Given back: {count}."),
}
REFUSED: dict[str, str] = {
    TAG: N_("it cannot be tagged."),
    DECLINE: N_("it cannot be declined from where it is."),
    RELEASE: N_("you have not taken it."),
}


class NotHers(LookupError):
    """A story that she may not act on."""


@dataclass(frozen=True)
class Failed:
    """A story that stayed as it was, and why in one sentence."""

    reference: str
    why: str


@bp.post("/bulk")
@needs(Permission.DECIDE_STORIES)
def bulk() -> ResponseReturnValue:
    """Tag or decline the stories that were ticked, or give back those of them that she took."""
    picked, do = _picked(), request.form.get("do", "")
    if not picked:
        return _back(gettext("Tick the stories first."))
    if do == DECLINE and not words("reason"):
        return _back(gettext("Write why you decline them, so that others understand and learn."))
    if do not in {TAG, DECLINE, RELEASE}:
        return _back(gettext("Choose what to do with them."))
    if do == TAG and not request.form.get("tag"):
        return _back(gettext("Choose a tag."))
    key = chosen().key if do == TAG else ""
    steps: list[Step] = []
    failed: list[Failed] = []
    for id, version in picked:
        _one(do, key, id, version, steps, failed)
    if do != RELEASE:
        undo.offer(Kind.TAGGED if do == TAG else Kind.DECIDED, steps)
    if steps:
        flash(gettext(DONE[do], count=len(steps)))
    if failed:
        listed = "; ".join(f"{one.reference}: {one.why}" for one in failed)
        flash(gettext("Not changed: {listed}", listed=listed), "trouble")
    return redirect(_where())


def _one(do: str, key: str, id: int, version: int, steps: list[Step], failed: list[Failed]) -> None:
    """Do it to one story, and note what came of it. ``key`` is that of the tag."""
    reference = str(id)
    try:
        with parts().db.begin() as conn:
            found = stories.get(conn, parts().db.vault, id, scoped.audience_of)
            if found is None or not (as_champion(found) and readable(found)):
                raise NotHers
            reference = found.reference
            step = _done(conn, do, key, found, version)
        if step:
            steps.append(step)
    except Stale as stale:
        failed.append(Failed(reference, gettext("{who} was quicker.", who=stale.by or gettext("Someone"))))
    except MoveRefused:
        failed.append(Failed(reference, gettext(REFUSED[do])))
    except (Gone, NotHers):
        failed.append(Failed(reference, gettext("it is not here any more.")))


def _done(conn: Connection, do: str, key: str, found: Story, version: int) -> Step | None:
    if do == TAG:
        return _tag(conn, found, key)
    return _decline(conn, found, version) if do == DECLINE else _release(conn, found, version)


def _tag(conn: Connection, found: Story, key: str) -> Step | None:
    put = tags.put(conn, tags.STORY, found.id, key, user_id=current_user.id, now_ms=parts().now_ms())
    return Step(found.id, tag=key) if put else None


def _decline(conn: Connection, found: Story, version: int) -> Step:
    who = {"user_id": current_user.id, "now_ms": parts().now_ms()}
    new = StoryStatus.DECLINED
    stories.decide(conn, parts().db.vault, id=found.id, version=version, new_status=new, reason=words("reason"), **who)
    return Step(found.id, before=found.status.value, version=version + 1)


def _release(conn: Connection, found: Story, version: int) -> Step:
    if found.standing(parts().now_ms()) is not StoryStatus.CLAIMED:
        raise MoveRefused(f"Nobody reads {found.reference} now.")
    claims.release(conn, found.id, version, user_id=current_user.id, now_ms=parts().now_ms())
    return Step(found.id)


def _picked() -> list[tuple[int, int]]:
    """The ids and versions that were ticked: "12:3". What is no such pair is passed over."""
    found: dict[int, int] = {}
    for pair in request.form.getlist("story")[:MOST]:
        if found_pair := _PAIR.fullmatch(pair):
            found[min(int(found_pair[1]), LARGEST_ID)] = int(found_pair[2])
    return list(found.items())


def _back(sentence: str) -> ResponseReturnValue:
    flash(sentence, "trouble")
    return redirect(_where())


def _where() -> str:
    """The list she came from."""
    kept: dict[str, Any] = {
        name: request.form.get(name) or None for name in ("status", "language", "area", "tag_is", "who", "age")
    }
    return url_for(".page", **kept)
