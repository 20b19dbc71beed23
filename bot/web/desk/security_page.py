"""How somebody signs in: her second step, her spare codes, her password, and where she is signed in."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import audit, desk_sessions, second_step
from bot.store.audit import Event
from bot.store.second_step import Factors
from bot.web import lockout, passkey_proof, second, sessions, users
from bot.web.context import parts
from bot.web.permissions import Permission, needs
from bot.web.users import SHORTEST_PASSWORD
from bot.web.wording import gettext

bp = Blueprint("security_page", __name__, url_prefix="/desk/me/security")
NEW_APP = "new_app"  # the secret that an app is being set up with, sealed


@dataclass(frozen=True)
class NewApp:
    """What an app is set up with: a picture to scan, or letters to type."""

    picture: str
    letters: str


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.DESK)
def page() -> ResponseReturnValue:
    """All of it."""
    return show()


@bp.post("/app")
@needs(Permission.DESK)
def begin_app() -> ResponseReturnValue:
    """Show a fresh picture to scan. Nothing is kept before a code proves that it was."""
    session[NEW_APP] = parts().db.vault.seal(second_step.new_secret().hex())
    return redirect(url_for(".page", _anchor="app"))


@bp.post("/app/confirm")
@needs(Permission.DESK)
def confirm_app() -> ResponseReturnValue:
    """Keep the app whose code is right, and show spare codes, once."""
    secret = _new_secret()
    step = secret and second_step.step_of(secret, request.form.get("code", ""), parts().now_ms())
    if not secret or not step:
        wrong = gettext("That code is not right. Type the six digits that the app shows now.")
        return show(errors={"code": wrong}), 422
    with parts().db.begin() as conn:
        before = second_step.factors(conn, current_user.id)
        second_step.set_app(conn, parts().db.vault, current_user.id, secret, step)
        codes = second_step.new_spare_codes(conn, parts().db.vault, current_user.id)
        note_change(conn, before)
    session.pop(NEW_APP)
    return show(codes=codes)


@bp.post("/app/remove")
@needs(Permission.DESK)
def remove_app() -> ResponseReturnValue:
    """Take the app away, with its spare codes when no passkey needs them."""
    if not proved():
        return show(errors={"password-app": wrong_password()}), 422
    with parts().db.begin() as conn:
        before = second_step.factors(conn, current_user.id)
        second_step.set_app(conn, parts().db.vault, current_user.id, None)
        if not before.passkeys:
            second_step.take_all_away(conn, current_user.id)
        note_change(conn, before)
    flash(gettext("The app is no longer needed to sign in."))
    return redirect(url_for(".page"))


@bp.post("/codes")
@needs(Permission.DESK)
def new_codes() -> ResponseReturnValue:
    """Ten fresh spare codes, shown once."""
    if not proved():
        return show(errors={"password-codes": wrong_password()}), 422
    with parts().db.begin() as conn:
        before = second_step.factors(conn, current_user.id)
        codes = second_step.new_spare_codes(conn, parts().db.vault, current_user.id)
        note_change(conn, before)
    return show(codes=codes)


@bp.post("/password")
@needs(Permission.DESK)
def password() -> ResponseReturnValue:
    """A new password. Everywhere else she is signed out."""
    fresh = request.form.get("new_password", "")
    if not proved():
        return show(errors={"password-now": wrong_password()}), 422
    if len(fresh) < SHORTEST_PASSWORD:
        sentence = gettext("Use at least {count} letters or digits. Three words are good.", count=SHORTEST_PASSWORD)
        return show(errors={"new_password": sentence}), 422
    with parts().db.begin() as conn:
        users.set_password(conn, current_user.id, fresh)
        _record(conn, Event.PASSWORD_CHANGED, {})
    flash(gettext("Your password is changed. Sign in with it now."))
    return redirect(url_for("security.login"))


@bp.post("/sessions/end")
@needs(Permission.DESK)
def end_session() -> ResponseReturnValue:
    """Sign out one browser, or (with none named) all but this one."""
    only = request.form.get("session", "")
    with parts().db.begin() as conn:
        kept = [] if only else [sessions.here()]
        ended = desk_sessions.end(conn, current_user.id, only=only, keep=kept)
        _record(conn, Event.SESSIONS_ENDED, {"ended": ended})
    flash(gettext("Signed out there."))
    return redirect(url_for(".page", _anchor="sessions"))


def proved() -> bool:
    """Whether this form carries her password; a wrong one counts as a wrong guess."""
    lockout.refuse_if_locked(current_user.email)
    fits = users.password_fits(current_user, request.form.get("password", ""))
    if not fits:
        lockout.wrong(current_user.email)
    return fits


def wrong_password() -> str:
    """What to say then."""
    return gettext("That is not your password.")


def _new_secret() -> bytes | None:
    sealed = session.get(NEW_APP)
    return bytes.fromhex(parts().db.vault.open(sealed)) if sealed else None


def _new_app() -> NewApp | None:
    secret = _new_secret()
    if secret is None:
        return None
    address = second_step.app_address(secret, current_user.email, parts().settings.service_name)
    return NewApp(segno.make(address).svg_data_uri(scale=5, border=4, light="#fff"), second_step.letters_of(secret))


def note_change(conn: Connection, before: Factors) -> None:
    """Write down what she had for the second step before and has now."""
    after = second_step.factors(conn, current_user.id)
    _record(conn, Event.SECOND_STEP_CHANGED, {"before": _said(before), "after": _said(after)})


def _said(one: Factors) -> str:
    return f"{'app' if one.app else 'no-app'}.passkeys:{len(one.passkeys)}.codes:{one.spare_codes}"


def _record(conn: Connection, event: Event, detail: dict[str, object]) -> None:
    me = f"user:{current_user.id}"
    audit.append(conn, now_ms=parts().now_ms(), actor=me, event=event, subject=me, detail=detail)


def show(*, errors: dict[str, str] | None = None, codes: list[str] | None = None) -> str:
    """The page, with what has to be put right, or the codes that were just made."""
    with parts().db.read() as conn:
        found = second_step.factors(conn, current_user.id)
        signed_in = desk_sessions.of_user(conn, current_user.id, parts().now_ms())
    return render_template(
        "desk/security.html",
        factors=found,
        needed=second.is_needed(current_user) and not found.any,
        new_app=_new_app(),
        codes=codes,
        sessions=signed_in,
        here=sessions.here(),
        shortest=SHORTEST_PASSWORD,
        longest_name=passkey_proof.LONGEST_NAME,
        errors=errors or {},
    )
