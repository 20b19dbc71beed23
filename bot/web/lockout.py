"""Ten wrong guesses in a row close an account for an hour. It is told alike of accounts that there are not.

A browser in which she was signed in before carries a cookie that says so, and is counted apart: a stranger who guesses
closes the account to strangers, not to her.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Flask, Response, abort, after_this_request, request
from flask_login import user_logged_in
from itsdangerous import BadSignature, URLSafeSerializer

from bot.store import audit, guesses
from bot.store.audit import Event
from bot.web.context import parts
from bot.web.users import EmailRefused, User, normal_email

COOKIE = "desk_device"
KEPT = timedelta(days=180)


def init_app(app: Flask) -> None:
    """Know a browser again, and begin the count anew at each sign-in."""
    user_logged_in.connect(_right, app)


def refuse_if_locked(email: str) -> None:
    """Answer 429 while the account is closed for this browser."""
    email = _normal(email)
    with parts().db.read() as conn:
        if guesses.locked_until(conn, parts().db.vault, email, _device(email), parts().now_ms()):
            abort(429)


def wrong(email: str) -> None:
    """Count a wrong guess, and write it down."""
    email = _normal(email)
    with parts().db.begin() as conn:
        closed = guesses.wrong(conn, parts().db.vault, email, _device(email), parts().now_ms())
        for event in (Event.SIGN_IN_FAILED, *([Event.ACCOUNT_LOCKED] if closed else [])):
            audit.append(conn, now_ms=parts().now_ms(), actor="system", event=event, subject="desk", detail={})


def _right(sender: Flask, user: User, **_: object) -> None:
    device = _device(user.email) or secrets.token_hex(8)
    with parts().db.begin() as conn:
        for one in {"", device} if not _device(user.email) else {device}:
            guesses.right(conn, parts().db.vault, user.email, one)
    cookie = _signer().dumps([_account(user.email), device])

    @after_this_request
    def keep(response: Response) -> Response:
        secure = parts().settings.public_url.startswith("https://")
        response.set_cookie(COOKIE, cookie, max_age=KEPT, path="/desk", samesite="Lax", httponly=True, secure=secure)
        return response


def _normal(email: str) -> str:
    """One account has many spellings, and each would have a count of its own."""
    try:
        return normal_email(email)
    except EmailRefused:
        return email


def _device(email: str) -> str:
    """What tells this browser from others, when this very account was signed in from it; else ""."""
    try:
        account, device = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(device) if account == _account(email) else ""


def _account(email: str) -> str:
    return guesses.account(parts().db.vault, email)[:20]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(parts().settings.secret_key, salt="desk device")
