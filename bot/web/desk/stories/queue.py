"""The queue: one state at a time."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.store import stories
from bot.story.consent import Audience
from bot.story.status import StoryStatus
from bot.web import scoped
from bot.web.context import parts
from bot.web.desk import pace
from bot.web.desk.labels import STORY
from bot.web.desk.paging import paged
from bot.web.desk.stories import sifted
from bot.web.desk.stories.blueprint import bp
from bot.web.desk.stories.gate import listed, readable, why
from bot.web.desk.stories.upcoming import upcoming
from bot.web.desk.waiting import languages_read, moderates
from bot.web.permissions import Permission, audience, needs
from bot.web.wording import gettext

# What is taken to be read stays where it is. Of what is done nobody counts how much there is: that only grows.
TABS = (
    StoryStatus.RECEIVED,
    StoryStatus.NEEDS_SECOND,
    StoryStatus.NEEDS_TRANSLATION,
    StoryStatus.NEEDS_LEAD,
    StoryStatus.APPROVED,
    StoryStatus.DECLINED,
)


@bp.get("")
@needs(Permission.READ_STORIES)
def page() -> ResponseReturnValue:
    """The queue: one state at a time, of all languages or one."""
    status = _status()
    language = request.args.get("language", "")
    wanted = {"": None, "mine": current_user.languages}.get(language, [language])
    with parts().db.read() as conn:
        asked = sifted.asked(conn)
        found = paged(
            lambda offset, limit: stories.page(
                conn,
                parts().db.vault,
                status={status},
                languages=wanted,
                audience=scoped.audience_of,
                within=scoped.story_rows(),
                newest_first=status in {StoryStatus.APPROVED, StoryStatus.DECLINED},
                but=sifted.condition(asked),
                offset=offset,
                limit=limit,
            )
        )
        pace.look(conn, [row for row in found.rows if readable(row)])
        mine = upcoming(conn)
        counts, read = stories.counts(conn, scoped.story_rows()), languages_read(conn)
    return render_template(
        "desk/stories.html",
        page=found,
        rows=[(row, readable(row), why(row, read)) for row in found.rows if listed(row)],
        status=status,
        tabs=_tabs(status, language, counts),
        language=language,
        label=STORY,
        upcoming=mine,
        asked=asked,
    )


def _status() -> StoryStatus:
    asked = request.args.get("status", "")
    if asked in {status.value for status in _statuses()}:
        return StoryStatus(asked)
    return _statuses()[0]


def _statuses() -> tuple[StoryStatus, ...]:
    if audience(current_user.role_names) is Audience.CHAMPIONS:
        return TABS
    return (StoryStatus.NEEDS_LEAD, StoryStatus.APPROVED)


def _tabs(status: StoryStatus, language: str, counts: dict[StoryStatus, int]) -> list[dict[str, object]]:
    """A leader is not told how many stories there are that she may not read."""
    return [
        {
            "label": gettext(STORY[one][0]),
            "href": url_for(".page", status=one.value, language=language or None),
            "here": one is status,
            "count": counts.get(one) if moderates() else None,
        }
        for one in _statuses()
    ]
