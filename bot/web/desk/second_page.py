"""The second step at sign-in, and signing in with a passkey, which is both steps at once."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user, validate_redirect_url

from bot.store import audit, second_step
from bot.store.audit import Event
from bot.web import lockout, passkey_proof, second, users
from bot.web.context import parts
from bot.web.passkey_proof import Refused
from bot.web.permissions import Permission, needs
from bot.web.users import User
from bot.web.wording import gettext

bp = Blueprint("second", __name__, url_prefix="/desk/sign-in")


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(passkeys_possible=passkey_proof.possible)


@bp.route("/second", methods=["GET", "POST"])
@needs(Permission.ANYONE)
def page() -> ResponseReturnValue:
    """Type the code of the app, or a spare one."""
    person = second.pending()
    if person is None:
        return redirect(url_for("security.login"))
    if request.method == "GET":
        return _page(person)
    lockout.refuse_if_locked(person.email)
    if not _right(person, request.form.get("code", "")):
        lockout.wrong(person.email)
        sentence = gettext("That code is not right, or was used already. Wait for the next one, then try again.")
        return _page(person, {"code": sentence}), 422
    return _let_in(person)


@bp.post("/passkey/options")
@needs(Permission.ANYONE)
def passkey_options() -> ResponseReturnValue:
    """What the browser needs to ask for a passkey."""
    return Response(passkey_proof.to_sign_in(), content_type="application/json")


@bp.post("/passkey")
@needs(Permission.ANYONE)
def passkey() -> ResponseReturnValue:
    """Sign in whoever the passkey belongs to."""
    try:
        kept, count = passkey_proof.signed(request.form.get("credential", ""))
    except Refused:
        return render_template("desk/passkey_refused.html"), 422
    with parts().db.begin() as conn:
        person = users.one(conn, kept.user_id)
        second_step.used_passkey(conn, kept.id, count, parts().now_ms())
    if person is None or not person.active:
        return render_template("desk/passkey_refused.html"), 422
    return _let_in(person)


def _right(person: User, code: str) -> bool:
    """An app's code has six digits; anything else can only be a spare one."""
    vault = parts().db.vault
    with parts().db.begin() as conn:
        if second_step.take_app_code(conn, vault, person.id, code, parts().now_ms()):
            return True
        if not second_step.take_spare_code(conn, vault, person.id, code):
            return False
        left = second_step.factors(conn, person.id).spare_codes
        actor = f"user:{person.id}"
        detail = {"before": f"codes:{left + 1}", "after": f"codes:{left}"}
        audit.append(
            conn,
            now_ms=parts().now_ms(),
            actor=actor,
            event=Event.SECOND_STEP_CHANGED,
            subject=actor,
            detail=detail,
        )
        return True


def _let_in(person: User) -> ResponseReturnValue:
    """Only to a page of ours."""
    session.pop(second.PENDING, None)
    login_user(person)
    wanted = request.values.get("next", "")
    ours = wanted.startswith("/desk") and validate_redirect_url(wanted)
    return redirect(wanted if ours else url_for("home.page"))


def _page(person: User, errors: dict[str, str] | None = None) -> str:
    with parts().db.read() as conn:
        found = second_step.factors(conn, person.id)
    return render_template("desk/second.html", factors=found, errors=errors or {}, next=request.values.get("next", ""))
