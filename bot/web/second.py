"""Between the password and the desk: whoever has a second step takes it first; whoever needs one sets it up first."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue, ResponseValue
from flask_login import current_user
from flask_security import Security
from flask_security.tf_plugin import TfPlugin

from bot.store import second_step
from bot.web import users
from bot.web.context import parts
from bot.web.permissions import Permission, allowed
from bot.web.users import User

PENDING = "second_step"  # whose password was right, and when
WITHIN_MS = 10 * 60_000
LEADS = frozenset({"lead", "admin"})
OPEN_MEANWHILE = ("security.", "security_page.", "passkeys.", "look.", "me.desk_language")


class SecondStep(TfPlugin):
    """Flask-Security asks this after a right password: a page to go to first, or None."""

    def tf_enter(
        self, user: Any, remember_me: bool | None, primary_authn_via: str, next_loc: str | None
    ) -> ResponseValue | None:
        """Send her to the second step when she has one. She is not signed in until she took it."""
        with parts().db.read() as conn:
            has = second_step.factors(conn, user.id).any
        if not has:
            return None
        session.clear()
        session[PENDING] = [user.fs_uniquifier, parts().now_ms()]
        wanted = request.values.get("next", "")
        return redirect(url_for("second.page", next=wanted if wanted.startswith("/desk") else None))


def init_app(app: Flask, security: Security) -> None:
    """Put both between."""
    security.two_factor_plugins = SecondStep()
    app.before_request(_set_up_first)


def pending() -> User | None:
    """Who gave the right password in this browser and has yet to take the second step; for ten minutes."""
    key, at = session.get(PENDING, ("", 0))
    if not key or parts().now_ms() - at > WITHIN_MS:
        return None
    with parts().db.read() as conn:
        found = users.by_key(conn, key)
    return found if found and found.active else None


def is_needed(person: User) -> bool:
    """True when the settings ask somebody of her roles for a second step."""
    settings = parts().settings
    if settings.demo or settings.require_two_factor == "nobody":
        return False
    if settings.require_two_factor == "everyone":
        return allowed(person.role_names, Permission.DESK)
    return bool(LEADS & set(person.role_names))


def _set_up_first() -> ResponseReturnValue | None:
    """She may sign in with the password alone, but nothing opens before she has set up the second step."""
    if not request.path.startswith("/desk") or (request.endpoint or "").startswith(OPEN_MEANWHILE):
        return None
    if not current_user.is_authenticated or not is_needed(current_user) or current_user.totp_enc:
        return None
    with parts().db.read() as conn:
        has = second_step.factors(conn, current_user.id).any
    return None if has else redirect(url_for("security_page.page"))
