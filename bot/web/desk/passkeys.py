"""Adding and removing passkeys: a phone's or computer's own way to sign in, with a finger, a face or a PIN."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from bot.store import second_step
from bot.web import passkey_proof
from bot.web.context import parts
from bot.web.desk import security_page
from bot.web.desk.intake import words
from bot.web.passkey_proof import LONGEST_NAME, Refused
from bot.web.permissions import Permission, needs
from bot.web.wording import gettext

bp = Blueprint("passkeys", __name__, url_prefix="/desk/me/security/passkeys")


def init_app(app: Flask) -> None:
    """Attach what the page sends."""
    app.register_blueprint(bp)


@bp.post("/options")
@needs(Permission.DESK)
def options() -> ResponseReturnValue:
    """What the browser needs to make one."""
    with parts().db.read() as conn:
        kept = tuple(second_step.passkeys(conn, current_user.id))
    return Response(passkey_proof.to_register(current_user, kept), content_type="application/json")


@bp.post("")
@needs(Permission.DESK)
def add() -> ResponseReturnValue:
    """Keep the one that the browser made. With the first second step come spare codes, shown once."""
    try:
        made = passkey_proof.registered(request.form.get("credential", ""))
    except Refused:
        sentence = gettext("That did not work. Nothing was changed. Try again, or use the app instead.")
        return security_page.show(errors={"passkey": sentence}), 422
    name = words("name")[:LONGEST_NAME] or gettext("Passkey")
    with parts().db.begin() as conn:
        before = second_step.factors(conn, current_user.id)
        second_step.add_passkey(
            conn,
            current_user.id,
            credential_id=str(made["credential_id"]),
            public_key=str(made["public_key"]),
            sign_count=int(made["sign_count"]),
            name=name,
            now_ms=parts().now_ms(),
        )
        codes = None if before.any else second_step.new_spare_codes(conn, parts().db.vault, current_user.id)
        security_page.note_change(conn, before)
    flash(gettext("From now on you can sign in with this passkey."))
    return security_page.show(codes=codes) if codes else redirect(url_for("security_page.page", _anchor="passkeys"))


@bp.post("/<int:passkey_id>/remove")
@needs(Permission.DESK)
def remove(passkey_id: int) -> ResponseReturnValue:
    """Take one away."""
    if not security_page.proved():
        return security_page.show(errors={f"password-{passkey_id}": security_page.wrong_password()}), 422
    with parts().db.begin() as conn:
        before = second_step.factors(conn, current_user.id)
        if not second_step.remove_passkey(conn, current_user.id, passkey_id):
            abort(404)
        if not second_step.factors(conn, current_user.id).any:
            second_step.take_all_away(conn, current_user.id)
        security_page.note_change(conn, before)
    flash(gettext("This passkey no longer signs you in."))
    return redirect(url_for("security_page.page", _anchor="passkeys"))
