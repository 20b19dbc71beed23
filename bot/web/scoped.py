"""What the person signed in now may see of stories, questions, talks, alerts and texts: those of her areas.

Lists ask for a condition. An address with somebody's number in it is held to it here, before any page runs, so that no
page can forget it: what is out of reach answers as if it were not there.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, g, request
from flask_login import current_user
from sqlalchemy import ColumnElement, Connection, select

from bot.store import reach, stories
from bot.store.media import get as get_media
from bot.store.schema import alert, question, story, talk, talk_line
from bot.story.consent import Audience
from bot.story.scope import ALL, EVERY_LANGUAGE, Scope, united
from bot.web.context import parts
from bot.web.permissions import MODERATORS, ROLES, Permission, may
from bot.web.users import User

ABOUT_ALERTS = frozenset({Permission.ALERTS, Permission.KNOW_OF_ALERTS})
KINDS = {"story_id": "story", "question_id": "question", "talk_id": "talk", "alert_id": "alert"}


def init_app(app: Flask) -> None:
    """Hold every address of the desk to it."""
    app.before_request(_refuse_out_of_reach)


def scope_of(permission: Permission) -> Scope:
    """What the person signed in now sees with this permission."""
    kept: dict[Permission, Scope] = g.setdefault("scopes", {})
    if permission not in kept:
        kept[permission] = scope_for(current_user, permission)
    return kept[permission]


def scope_for(person: User, permission: Permission) -> Scope:
    """What this person sees with this permission: all that the roles which carry it let her see."""
    carried = [one for one in person.held.values() if permission in ROLES.get(one.role, frozenset())]
    return united(_scope(person, one, permission) for one in carried)


def _scope(person: User, held: reach.Held, permission: Permission) -> Scope:
    """Of what has no area: to a champion what she can read, and an alert to everyone who sees to alerts."""
    if held.everywhere:
        return ALL
    read = frozenset(person.languages) if held.role in MODERATORS else frozenset[str]()
    return Scope(False, held.all_areas, EVERY_LANGUAGE if permission in ABOUT_ALERTS else read)


def story_rows() -> ColumnElement[bool]:
    """For lists of stories: as a champion all of her areas; as a lead what leaders may see, of hers."""
    advises = scope_of(Permission.ADVISE_ON_STORIES)
    return moderated_rows() | (reach.within(advises, story.c.area, story.c.language) & stories.FOR_LEADERS)


def moderated_rows() -> ColumnElement[bool]:
    """For lists of stories that she decides about."""
    return reach.within(scope_of(Permission.DECIDE_STORIES), story.c.area, story.c.language)


def question_rows() -> ColumnElement[bool]:
    """For lists of questions."""
    return reach.within(scope_of(Permission.QUESTIONS), question.c.area, question.c.language)


def talk_rows() -> ColumnElement[bool]:
    """For lists of talks."""
    return reach.within(scope_of(Permission.TALK), talk.c.area, talk.c.language)


def alert_rows() -> ColumnElement[bool]:
    """For lists of alerts."""
    return reach.within(scope_of(Permission.KNOW_OF_ALERTS), alert.c.area, alert.c.language)


def message_rows() -> ColumnElement[bool]:
    """For lists of texts."""
    return reach.messages_within(scope_of(Permission.MESSAGES), scope_of(Permission.ALERTS))


def audience_of(area: str | None, language: str) -> Audience | None:
    """As whom she reads a story of there; None when it is not for her at all."""
    if scope_of(Permission.DECIDE_STORIES).sees(area, language):
        return Audience.CHAMPIONS
    return Audience.LEADERS if scope_of(Permission.ADVISE_ON_STORIES).sees(area, language) else None


def _refuse_out_of_reach() -> None:
    asked = request.view_args or {}
    permission = getattr(current_app.view_functions.get(request.endpoint or ""), "permission", None)
    if not asked or permission in {None, Permission.ANYONE} or not may(permission):
        return
    scope = scope_of(permission)
    if scope.everywhere:
        return
    with parts().db.read() as conn:
        if not all(_in_reach(conn, scope, name, value) for name, value in asked.items()):
            abort(404)


def _in_reach(conn: Connection, scope: Scope, name: str, value: Any) -> bool:
    if name == "message_id":
        return reach.message_in_reach(conn, message_rows(), value)
    if name == "media_id":
        return _media_in_reach(conn, value)
    return name not in KINDS or reach.in_reach(conn, scope, KINDS[name], value)


def _media_in_reach(conn: Connection, media_id: int) -> bool:
    """What came with a story, or in a talk, is where that is."""
    item = get_media(conn, media_id)
    if item is None:
        return True
    if item.story_id:
        return reach.in_reach(conn, scope_of(Permission.DECIDE_STORIES), "story", item.story_id)
    talk_id = conn.scalar(select(talk_line.c.talk_id).where(talk_line.c.id == (item.talk_line_id or 0)))
    return reach.in_reach(conn, scope_of(Permission.TALK), "talk", talk_id or 0)
