"""Who may do what on the desk: a table of roles, and the decorator every desk route wears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.story.consent import Audience

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]


class Permission(StrEnum):
    """One thing a person may do. ``ANYONE`` is for the pages on the way in, before signing in."""

    ANYONE = "anyone"
    DESK = "desk"
    READ_STORIES = "read_stories"
    DECIDE_STORIES = "decide_stories"
    ADVISE_ON_STORIES = "advise_on_stories"
    REPLY = "reply"
    SEE_MEDIA = "see_media"
    QUESTIONS = "questions"
    TALK = "talk"
    KNOW_OF_ALERTS = "know_of_alerts"
    ALERTS = "alerts"
    MESSAGES = "messages"
    READ_SERVICES = "read_services"
    EDIT_SERVICES = "edit_services"
    READ_ANSWERS = "read_answers"
    READ_FLOWS = "read_flows"
    READ_MISSED = "read_missed"
    CHANGE_FLOWS = "change_flows"
    TEMPLATES = "templates"
    EDIT_ANSWERS = "edit_answers"
    TRANSLATE_ANSWERS = "translate_answers"
    GAPS = "gaps"
    BROADCAST = "broadcast"
    WHO_READ = "who_read"
    SEE_KEPT = "see_kept"
    COPY_PERSON = "copy_person"
    MANAGE_PEOPLE = "manage_people"


P = Permission
CHAMPION = frozenset(
    {P.DESK, P.READ_STORIES, P.DECIDE_STORIES, P.SEE_MEDIA, P.REPLY, P.QUESTIONS, P.TALK, P.KNOW_OF_ALERTS, P.MESSAGES}
    | {P.READ_SERVICES, P.EDIT_SERVICES, P.READ_ANSWERS, P.EDIT_ANSWERS, P.READ_FLOWS}
    | {P.READ_MISSED, P.TRANSLATE_ANSWERS}
)
ROLES: dict[str, frozenset[Permission]] = {
    "champion": CHAMPION,
    "translator": frozenset({P.DESK, P.READ_SERVICES, P.READ_ANSWERS, P.READ_FLOWS, P.TRANSLATE_ANSWERS}),
    "lead": frozenset(
        {P.DESK, P.READ_STORIES, P.ADVISE_ON_STORIES, P.KNOW_OF_ALERTS, P.ALERTS, P.MESSAGES}
        | {P.READ_SERVICES, P.READ_ANSWERS, P.READ_FLOWS, P.CHANGE_FLOWS, P.BROADCAST, P.TEMPLATES, P.GAPS}
        | {P.WHO_READ, P.SEE_KEPT}
    ),
    "admin": frozenset(set(Permission) - {P.ANYONE}),
}
MODERATORS = frozenset({"champion", "admin"})


def allowed(roles: Iterable[str], permission: Permission) -> bool:
    """True when one of these roles carries the permission. An unknown role carries nothing."""
    return permission is Permission.ANYONE or any(permission in ROLES.get(role, frozenset()) for role in roles)


def audience(roles: Iterable[str]) -> Audience:
    """As whom someone reads stories: champions and admins moderate, everyone else reads as a leader does."""
    return Audience.CHAMPIONS if MODERATORS & set(roles) else Audience.LEADERS


def may(permission: Permission) -> bool:
    """True when the person signed in now has the permission."""
    return bool(current_user.is_authenticated) and allowed((role.name for role in current_user.roles), permission)


def needs(permission: Permission) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let a view run only for those with ``permission``: others are asked to sign in, or told no (403)."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if permission is not Permission.ANYONE and not current_user.is_authenticated:
                return _to_sign_in()
            if permission is not Permission.ANYONE and not may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _to_sign_in() -> ResponseReturnValue:
    """htmx would put the sign-in page inside a fragment, so it is told to leave the page instead.

    Of a form the words would be lost on the way, so it is answered with a page that shows them (401).
    """
    if request.method == "POST" and not request.headers.get("HX-Request"):
        abort(401)
    answer = cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    return ("", 204, {"HX-Refresh": "true"}) if request.headers.get("HX-Request") else answer


def unguarded(app: Flask, prefix: str = "/desk") -> list[str]:
    """The endpoints under ``prefix`` that name no permission. Empty is the only good answer."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule == prefix or rule.rule.startswith(f"{prefix}/")]
    return sorted({r.endpoint for r in rules if not hasattr(app.view_functions[r.endpoint], "permission")})
