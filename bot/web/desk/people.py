"""The desk's people: an admin invites them by a link, and says what each may do."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.recoverable import generate_reset_password_token, reset_password_token_status
from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import audit
from bot.store.audit import Event
from bot.web import users
from bot.web.accounts import INVITATION
from bot.web.context import parts
from bot.web.desk import history
from bot.web.desk.intake import words
from bot.web.desk.me import known, reading_options
from bot.web.permissions import ROLES, Permission, needs
from bot.web.users import LONGEST_NAME, SHORTEST_PASSWORD, EmailRefused, EmailTaken, User
from bot.web.wording import gettext

INVITATION_MS = int(INVITATION.total_seconds()) * 1000

people = Blueprint("people", __name__, url_prefix="/desk/people")

ROLE_WORDS: dict[str, tuple[str, str]] = {
    "champion": (N_("Champion"), N_("Reads stories, answers questions, keeps services and answers right.")),
    "translator": (N_("Translator"), N_("Reads services and answers in every language. Sees no stories.")),
    "lead": (N_("Lead"), N_("Is told of danger. Reads stories only when the teller let leaders read them.")),
    "admin": (N_("Admin"), N_("Everything, and says who may do what.")),
}


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(people)
    app.jinja_env.globals.update(role_name=role_name)


def role_name(role: str) -> str:
    """A role in the desk's language."""
    return gettext(ROLE_WORDS[role][0]) if role in ROLE_WORDS else role


def role_options() -> list[tuple[str, str, str]]:
    """Every role with what it is for."""
    return [(role, gettext(name), gettext(about)) for role, (name, about) in ROLE_WORDS.items()]


@people.get("")
@needs(Permission.MANAGE_PEOPLE)
def page() -> ResponseReturnValue:
    """Everybody, and the form that invites one more."""
    return _list({}, {})


@people.post("")
@needs(Permission.MANAGE_PEOPLE)
def invite() -> ResponseReturnValue:
    """Add a person, and show the link to hand to her."""
    form = {name: words(name) for name in ("name", "email")}
    roles, languages = _roles(), known(request.form.getlist("languages"))
    errors = _missing(form, roles)
    if not errors:
        try:
            with parts().db.begin() as conn:
                user_id = users.add(conn, **form, roles=roles, languages=languages)
                users.invite(conn, user_id, parts().now_ms())
                _record(conn, Event.USER_INVITED, user_id, {"role": ".".join(roles)})
            return redirect(url_for(".person", user_id=user_id))
        except EmailTaken:
            errors["email"] = gettext("This address is on the desk already. Look for the person in the list.")
        except EmailRefused:
            errors["email"] = gettext("Write an e-mail address, like name@example.org.")
    return _list({**form, "roles": roles, "languages": languages}, errors), 422


@people.get("/<int:user_id>")
@needs(Permission.MANAGE_PEOPLE)
def person(user_id: int) -> ResponseReturnValue:
    """One person: what she may do, and a link to choose a password while she has none."""
    return _person(_found(user_id), {})


@people.post("/<int:user_id>")
@needs(Permission.MANAGE_PEOPLE)
def change(user_id: int) -> ResponseReturnValue:
    """Write roles, languages, and whether she may sign in."""
    found, roles, active = _found(user_id), _roles(), request.form.get("active") == "yes"
    if user_id == current_user.id and ("admin" not in roles or not active):
        sentence = gettext("You cannot take this from yourself. Ask another admin: the desk must always have one.")
        return _person(found, {"roles": sentence}), 422
    if not roles:
        return _person(found, {"roles": gettext("Tick at least one role.")}), 422
    with parts().db.begin() as conn:
        users.change(conn, user_id, roles=roles, languages=known(request.form.getlist("languages")), active=active)
        before, after = _standing(found.role_names, found.active), _standing(roles, active)
        _record(conn, Event.USER_CHANGED, user_id, {"before": before, "after": after})
    flash(gettext("Saved."))
    return redirect(url_for(".person", user_id=user_id))


def _standing(roles: Sequence[str], active: bool) -> str:
    """What someone may do, as the audit keeps it: "champion.lead", or "champion.inactive"."""
    return ".".join([*roles, *([] if active else ["inactive"])])


@people.post("/<int:user_id>/link")
@needs(Permission.MANAGE_PEOPLE)
def link(user_id: int) -> ResponseReturnValue:
    """A fresh link with which she chooses a password. Of an invitation it is the only one that works from here on."""
    with parts().db.begin() as conn:
        users.invite(conn, user_id, parts().now_ms())
    found = _found(user_id)
    with parts().db.begin() as conn:
        _record(conn, Event.USER_INVITED, user_id, {"role": ".".join(found.role_names)})
    return _person(found, {}, link=_link(found))


@people.route("/join/<token>", methods=["GET", "POST"])
@needs(Permission.ANYONE)
def join(token: str) -> ResponseReturnValue:
    """Choose a password. The link works once, for two days."""
    expired, invalid, found = reset_password_token_status(token)  # type: ignore[no-untyped-call]
    if expired or invalid or found is None or not found.active or not (found.password or is_open(found)):
        return render_template("desk/join.html", found=None, errors={}), 410
    if request.method == "GET":
        return render_template("desk/join.html", found=found, errors={}, shortest=SHORTEST_PASSWORD)
    password = request.form.get("password", "")
    if len(password) < SHORTEST_PASSWORD:
        sentence = gettext("Use at least {count} letters or digits. Three words are good.", count=SHORTEST_PASSWORD)
        errors = {"password": sentence}
        return render_template("desk/join.html", found=found, errors=errors, shortest=SHORTEST_PASSWORD), 422
    with parts().db.begin() as conn:
        users.set_password(conn, found.id, password)
        me = f"user:{found.id}"
        audit.append(conn, now_ms=parts().now_ms(), actor=me, event=Event.PASSWORD_CHANGED, subject=me, detail={})
    flash(gettext("Your password is set. Sign in with it now."))
    return redirect(url_for("security.login"))


def _roles() -> list[str]:
    return [role for role in ROLES if role in request.form.getlist("roles")]


def _missing(form: dict[str, str], roles: list[str]) -> dict[str, str]:
    errors = {}
    if not form["name"]:
        errors["name"] = gettext("Write what to call this person.")
    elif len(form["name"]) > LONGEST_NAME:
        errors["name"] = gettext("Make it shorter: at most {count} letters.", count=LONGEST_NAME)
    if not form["email"]:
        errors["email"] = gettext("Write an e-mail address, like name@example.org.")
    if not roles:
        errors["roles"] = gettext("Tick at least one role.")
    return errors


def _found(user_id: int) -> User:
    with parts().db.read() as conn:
        found = users.one(conn, user_id)
    if found is None:
        abort(404)
    return found


def _list(form: dict[str, object], errors: dict[str, str]) -> str:
    with parts().db.read() as conn:
        everyone, invited = users.everyone(conn), users.invited(conn)
    return render_template(
        "desk/people.html",
        everyone=everyone,
        invited=[(one, is_open(one), open_until(one)) for one in invited],
        form=form,
        errors=errors,
        roles=role_options(),
        languages=reading_options(),
        longest_name=LONGEST_NAME,
    )


def _person(found: User, errors: dict[str, str], link: str = "") -> str:
    with parts().db.read() as conn:
        done = history.of(conn, f"user:{found.id}")
    return render_template(
        "desk/person.html",
        found=found,
        errors=errors,
        link=link or (_link(found) if not found.password and is_open(found) else ""),
        until=open_until(found) if not found.password else parts().now_ms() + INVITATION_MS,
        roles=role_options(),
        languages=reading_options(),
        history=done[-20:],
    )


def open_until(found: User) -> int:
    """When her invitation ends, or ended; 0 when there is none."""
    return found.invited_at + INVITATION_MS if found.invited_at else 0


def is_open(found: User) -> bool:
    """True while the link of her invitation works."""
    return open_until(found) > parts().now_ms()


def _link(found: User) -> str:
    token = generate_reset_password_token(found)  # type: ignore[no-untyped-call]
    path = url_for("people.join", token=token)
    return (parts().settings.public_url or request.host_url.rstrip("/")) + path


def _record(conn: Connection, event: Event, user_id: int, detail: dict[str, object]) -> None:
    actor = f"user:{current_user.id}"
    audit.append(conn, now_ms=parts().now_ms(), actor=actor, event=event, subject=f"user:{user_id}", detail=detail)
