"""Words that were typed into a story's page and neither sent nor kept yet: no other button of the page loses them.

A script keeps them as they are typed, and every form of the page carries what stands in the other boxes. Without
scripts each box has a button that keeps it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import stories, unsaved
from bot.store.stories import StoryRow
from bot.store.swap import Gone
from bot.store.unsaved import Unsaved
from bot.story.status import WAITING, StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk.intake import LARGEST_ID
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import as_champion, listed
from bot.web.permissions import Permission, may, needs
from bot.web.wording import gettext, language_name

if TYPE_CHECKING:
    from bot.web.desk.stories.one import Shown

LONGEST = 40_000  # letters; twice the longest that any of these boxes takes
TRANSLATION = "translation-"


@dataclass(frozen=True)
class Box:
    """A box of the page: the field of its form, the field that tells what she had before her, and what it is called."""

    field: str
    base: str
    label: str


BOXES: dict[str, Box] = {
    "words": Box("words", "seen", N_("Words without personal details")),
    "note": Box("note", "", N_("Your note")),
    "reply": Box("text", "last", N_("Your text")),
    "ask": Box("reason", "", N_("Your question to a lead")),
    "decline": Box("reason", "", N_("Decline it")),
    "advise": Box("reason", "", N_("Your answer")),
}
TRANSLATED = Box("translation", "seen", N_("Your translation into {language}"))


@bp.post("/<int:story_id>/unsaved")
@needs(Permission.READ_STORIES)
def keep_unsaved(story_id: int) -> ResponseReturnValue:
    """Keep what stands in the boxes. A script is answered with nothing; whoever pressed a button, with the page."""
    with parts().db.begin() as conn:
        if not _keep(conn, story_id):
            abort(404)
    if "unsaved_text" in request.form:
        return "", 204
    flash(gettext("Kept for later. Only you see it."))
    return redirect(url_for(".story", story_id=story_id))


@bp.post("/<int:story_id>/unsaved/gone")
@needs(Permission.READ_STORIES)
def throw_away_unsaved(story_id: int) -> ResponseReturnValue:
    """Forget one box."""
    with parts().db.begin() as conn:
        unsaved.drop(conn, story_id, request.form.get("box", ""), user_id=current_user.id)
    return redirect(url_for(".story", story_id=story_id))


@bp.before_app_request
def _carried() -> None:
    """What stood in the other boxes comes with every form of the page: kept before the form does what it does."""
    away = (
        request.method != "POST"
        or not request.path.startswith("/desk/")
        or request.endpoint == f"{bp.name}.keep_unsaved"
    )
    if away or "unsaved_of" not in request.form or not may(Permission.READ_STORIES):
        return
    try:
        with parts().db.begin() as conn:
            _keep(conn, min(request.form.get("unsaved_of", 0, type=int), LARGEST_ID))
    except Gone:
        return


def _keep(conn: Connection, story_id: int) -> bool:
    """False when the story, or one of the boxes, is not for her."""
    found = stories.get(conn, parts().db.vault, story_id, scoped.audience_of)
    typed = _typed()
    if found is None or not listed(found) or not all(_for_her(found, box) for box in typed):
        return False
    if any(len(one.text) > LONGEST for one in typed.values()):
        abort(413)
    unsaved.keep(conn, parts().db.vault, story_id, typed, user_id=current_user.id, now_ms=parts().now_ms())
    return True


def _typed() -> dict[str, Unsaved]:
    names, texts = request.form.getlist("unsaved_box"), request.form.getlist("unsaved_text")
    bases = request.form.getlist("unsaved_base")
    if len(names) == 1 and not texts:
        box = box_of(names[0])
        texts, bases = [request.form.get(box.field, "")], [request.form.get(box.base, "")]
    return {
        name: Unsaved(text.replace("\r\n", "\n") if text.strip() else "", _number(base))
        for name, text, base in zip(names, texts, bases, strict=False)
    }


def _number(base: str) -> int:
    return min(int(base), LARGEST_ID) if base.isascii() and base.isdecimal() else 0


def box_of(name: str) -> Box:
    """The box of this name; 400 when there is none."""
    language = name.removeprefix(TRANSLATION)
    if name.startswith(TRANSLATION) and language in parts().settings.languages:
        return TRANSLATED
    return BOXES.get(name) or abort(400)


def called(name: str) -> str:
    """What a box is called, in the desk's language."""
    return gettext(box_of(name).label, language=language_name(name.removeprefix(TRANSLATION)))


def hers(conn: Connection, found: StoryRow) -> dict[str, Unsaved]:
    """What she typed of this story earlier, of the boxes that are for her now."""
    kept = unsaved.of_story(conn, parts().db.vault, found.id, current_user.id, parts().now_ms())
    return {box: one for box, one in kept.items() if _for_her(found, box)}


def drop(conn: Connection, story_id: int, box: str) -> None:
    """Its words are sent, or kept: in the transaction that did that."""
    unsaved.drop(conn, story_id, box, user_id=current_user.id)


def typed_of(kept: Mapping[str, Unsaved], to: str) -> dict[str, str]:
    """Each box's words, by its name; of translations the one ``to`` this language, or any when none is asked for."""
    typed = {box: one.text for box, one in kept.items() if box in BOXES}
    languages = [box.removeprefix(TRANSLATION) for box in kept if box.startswith(TRANSLATION)]
    to = to or next(iter(languages), "")
    if to in languages:
        typed |= {"translation": kept[TRANSLATION + to].text, "to": to}
    return typed


def without_box(shown: Shown, *, but: Collection[str]) -> list[tuple[str, str, Unsaved]]:
    """Those whose box is not on the page as it stands now, with what it is called: they are shown by themselves."""
    here = {*_boxes(shown), *but}
    return [(box, called(box), one) for box, one in shown.unsaved.items() if box.split("-")[0] not in here]


def _boxes(shown: Shown) -> set[str]:
    claim, worded, status = shown.claim, shown.worded, shown.story.status
    champion, free = as_champion(shown.story), not claim.taken
    open_words = bool(worded and worded.changeable)
    decides = champion and may(Permission.DECIDE_STORIES) and free
    on_page = {
        "note": champion,
        "reply": shown.may_write,
        "words": open_words and free,
        "translation": bool(open_words and worded and (worded.newest or not (worded.leaves or claim.taken))),
        "ask": decides and status in WAITING,
        "decline": decides and status not in {StoryStatus.APPROVED, StoryStatus.DECLINED},
        "advise": status is StoryStatus.NEEDS_LEAD and may(Permission.ADVISE_ON_STORIES),
    }
    return {box for box, there in on_page.items() if there}


def _for_her(found: StoryRow, box: str) -> bool:
    """A lead types no more than her answer; the other boxes are the champions'."""
    box_of(box)
    return as_champion(found) or box == "advise"
