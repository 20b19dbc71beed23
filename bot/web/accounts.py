"""Signing in and out: Flask-Security on our own people, a limit on guesses, and sessions that end by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user, logout_user, user_logged_in
from flask_security import LoginForm, Security
from flask_wtf.csrf import CSRFProtect

from bot.store import audit
from bot.store.audit import Event
from bot.web import lockout, scoped, second, sessions
from bot.web.context import parts, parts_of
from bot.web.demo_accounts import DEMO_ACCOUNTS
from bot.web.permissions import Permission, needs
from bot.web.users import SHORTEST_PASSWORD, User, Users

IDLE = timedelta(minutes=60)
AT_MOST = timedelta(hours=12)
INVITATION = timedelta(days=2)
SIGNED_IN_AT = "signed_in_at"
SIGN_IN = "security.login"

CONFIG: dict[str, Any] = {
    "SECURITY_URL_PREFIX": "/desk",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/desk/",
    "SECURITY_POST_LOGOUT_VIEW": "/desk/sign-in",
    "SECURITY_LOGIN_USER_TEMPLATE": "desk/sign_in.html",
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_TRACKABLE": True,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_RESET_PASSWORD_WITHIN": INVITATION,
    "SECURITY_FRESHNESS": timedelta(minutes=-1),  # no page that asks for the password again: no action here needs it
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "PERMANENT_SESSION_LIFETIME": IDLE,
    "SESSION_COOKIE_NAME": "desk",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_CHECK_DEFAULT": False,
    "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session, so a page left open still works
    "RATELIMIT_HEADERS_ENABLED": False,
}


class SignInForm(LoginForm):
    """The form without "remember me": many desks are read on a shared computer."""

    remember = None


def init_app(app: Flask) -> None:
    """Attach sign-in to an application whose ``extensions["bot"]`` holds its Parts."""
    house = parts_of(app)
    app.config.update(CONFIG)
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or house.settings.secret_key
    app.config["SESSION_COOKIE_SECURE"] = house.settings.public_url.startswith("https://")
    app.config["RATELIMIT_STORAGE_URI"] = house.settings.redis_url or "memory://"
    csrf = CSRFProtect(app)
    app.before_request(_know_nobody_elsewhere)
    security = Security(app, Users(lambda: parts().db), login_form=SignInForm)
    app.login_manager.request_loader(lambda request: None)  # type: ignore[attr-defined]  # no sign-in by token, only by session
    app.before_request(lambda: _check_csrf(csrf))
    app.before_request(_end_old_session)
    user_logged_in.connect(_note_sign_in, app)
    sessions.init_app(app)
    lockout.init_app(app)
    second.init_app(app, security)
    scoped.init_app(app)
    app.jinja_env.globals.update(demo_accounts=demo_accounts)
    _guard_views(app, Limiter(get_remote_address, app=app, in_memory_fallback_enabled=True))


def _guard_views(app: Flask, limiter: Limiter) -> None:
    """Flask-Security's own pages wear a permission like every other page of the desk; guesses are counted by where
    they come from, at each of the doors."""
    for endpoint in [name for name in app.view_functions if name.startswith("security.")]:
        permission = Permission.ANYONE if endpoint in {SIGN_IN, "security.logout"} else Permission.DESK
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = needs(permission)(view)
    guarded: Any = _counting_refusals(app.view_functions[SIGN_IN])
    for endpoint in (SIGN_IN, "second.page", "second.passkey"):
        view = guarded if endpoint == SIGN_IN else app.view_functions[endpoint]
        limited = limiter.shared_limit(GUESSES, scope="sign-in", methods=["POST"], deduct_when=_refused)
        app.view_functions[endpoint] = limited(view)


GUESSES = "20 per 10 minutes"  # from one address, at whomever; bot.web.lockout counts those that aim at one account


def _refused(response: Response) -> bool:
    return response.status_code in {200, 422} and not current_user.is_authenticated


def _counting_refusals(view: Callable[..., Any]) -> Callable[[], Response]:
    """Inside the view, so that a database that is away answers as everywhere."""

    @wraps(view)
    def counting() -> Response:
        email = request.form.get("email", "")
        if request.method == "POST":
            lockout.refuse_if_locked(email)
        response = make_response(view())
        if request.method == "POST" and _refused(response):
            lockout.wrong(email)
        return response

    return counting


def _note_sign_in(sender: Flask, user: User, **_: object) -> None:
    session.permanent = True
    session[SIGNED_IN_AT] = parts().now_ms()
    with parts().db.begin() as conn:
        audit.append(
            conn,
            now_ms=parts().now_ms(),
            actor=f"user:{user.id}",
            event=Event.USER_SIGNED_IN,
            subject=f"user:{user.id}",
            detail={},
        )


def _know_nobody_elsewhere() -> None:
    """What programs call, and the front door, look nobody up: they answer while the database is away."""
    if not request.path.startswith(("/desk", "/phone")):
        forget_user()


def forget_user() -> None:
    """For the rest of this request nobody is signed in, and the database is not asked who is."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def _check_csrf(csrf: CSRFProtect) -> None:
    """Every form of the desk carries a token. The webhooks are signed instead, so they are left alone."""
    if _on_the_desk() and request.method not in {"GET", "HEAD", "OPTIONS"}:
        csrf.protect()


def _end_old_session() -> None:
    """The cookie ends when idle; this ends it after a long day too."""
    began = session.get(SIGNED_IN_AT) if _on_the_desk() else None
    if began is not None and parts().now_ms() - began > AT_MOST.total_seconds() * 1000:
        logout_user()
        session.clear()


def _on_the_desk() -> bool:
    return request.path == "/desk" or request.path.startswith("/desk/")


def demo_accounts() -> tuple[object, ...]:
    """Who can sign in, for the sign-in page of a demo desk. Nobody on a real one."""
    return DEMO_ACCOUNTS if parts().settings.demo else ()
