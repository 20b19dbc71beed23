"""What else an admin does for one person: where she works, her sessions, a closed account, a lost second step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.store import audit, desk_sessions, guesses, reach, second_step
from bot.store.audit import Event
from bot.store.desk_sessions import DeskSession
from bot.store.reach import Held, Organisation
from bot.store.second_step import Factors
from bot.story.scope import LONGEST_AREA
from bot.web import users
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.permissions import Permission, needs
from bot.web.users import User
from bot.web.wording import gettext

bp = Blueprint("standing", __name__, url_prefix="/desk/people")

# An admin sees everything, for somebody must; a translator sees nothing that belongs anywhere.
PLACED_ROLES = ("champion", "lead")


@dataclass(frozen=True)
class Standing:
    """What the page of a person shows beside her roles."""

    factors: Factors
    sessions: list[DeskSession]
    locked: bool


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(standing_of=standing_of, where_held=where_held)


def standing_of(person: User) -> Standing:
    """For the page of a person."""
    now_ms = parts().now_ms()
    with parts().db.read() as conn:
        return Standing(
            second_step.factors(conn, person.id),
            desk_sessions.of_user(conn, person.id, now_ms),
            guesses.is_locked(conn, parts().db.vault, person.email, now_ms),
        )


def where_held(person: User) -> list[Held]:
    """Where she holds those of her roles that can be held somewhere."""
    return [person.held[role] for role in PLACED_ROLES if role in person.held]


@bp.get("/<int:user_id>/where")
@needs(Permission.MANAGE_PEOPLE)
def where(user_id: int) -> ResponseReturnValue:
    """For which areas she holds her roles."""
    return _page(_found(user_id), {})


@bp.post("/<int:user_id>/where")
@needs(Permission.MANAGE_PEOPLE)
def place(user_id: int) -> ResponseReturnValue:
    """Write it."""
    person, errors = _found(user_id), {}
    wanted = [_wanted(one.role) for one in where_held(person)]
    for one in wanted:
        if not one.everywhere and not (one.areas or one.organisations):
            errors[f"{one.role}-areas"] = gettext("Name an area or tick an organisation, or choose everywhere.")
    if errors:
        return _page(person, errors), 422
    with parts().db.begin() as conn:
        for one in wanted:
            before = person.held[one.role]
            reach.hold(
                conn,
                user_id,
                one.role,
                everywhere=one.everywhere,
                areas=one.areas,
                organisations=one.organisations,
            )
            detail = {"role": one.role, "before": _said(before), "after": _said(one)}
            _record(conn, Event.REACH_CHANGED, user_id, detail)
    flash(gettext("Saved."))
    return redirect(url_for("people.person", user_id=user_id))


@bp.post("/<int:user_id>/sessions/end")
@needs(Permission.MANAGE_PEOPLE)
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign her out everywhere."""
    person = _found(user_id)
    with parts().db.begin() as conn:
        _record(conn, Event.SESSIONS_ENDED, user_id, {"ended": desk_sessions.end(conn, person.id)})
    return _back(user_id, gettext("Signed out everywhere."))


@bp.post("/<int:user_id>/unlock")
@needs(Permission.MANAGE_PEOPLE)
def unlock(user_id: int) -> ResponseReturnValue:
    """Let her try again, after too many wrong passwords."""
    person, now_ms = _found(user_id), parts().now_ms()
    with parts().db.begin() as conn:
        before = guesses.is_locked(conn, parts().db.vault, person.email, now_ms)
        guesses.unlock(conn, parts().db.vault, person.email)
        _record(conn, Event.ACCOUNT_UNLOCKED, user_id, {"before": "locked" if before else "open", "after": "open"})
    return _back(user_id, gettext("This person can try to sign in again."))


@bp.post("/<int:user_id>/second-step/remove")
@needs(Permission.MANAGE_PEOPLE)
def remove_second_step(user_id: int) -> ResponseReturnValue:
    """She has lost her phone and her spare codes: back to the password alone, and signed out everywhere."""
    person = _found(user_id)
    with parts().db.begin() as conn:
        before = second_step.factors(conn, person.id)
        second_step.take_all_away(conn, person.id)
        desk_sessions.end(conn, person.id)
        detail = {"before": "on" if before.any else "off", "after": "off"}
        _record(conn, Event.SECOND_STEP_CHANGED, user_id, detail)
    return _back(
        user_id, gettext("The second step is off. This person signs in with the password and sets it up anew.")
    )


@bp.post("/<int:user_id>/withdraw")
@needs(Permission.MANAGE_PEOPLE)
def withdraw(user_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    _found(user_id)
    with parts().db.begin() as conn:
        if not users.withdraw(conn, user_id):
            abort(409)
        _record(conn, Event.INVITATION_WITHDRAWN, user_id, {"before": "invited", "after": "gone"})
    flash(gettext("The invitation is withdrawn. Its link no longer works."))
    return redirect(url_for("people.page"))


def areas_typed(text: str) -> tuple[str, ...]:
    """The areas that somebody typed, with commas or lines between them, none twice."""
    named = (" ".join(one.split())[:LONGEST_AREA] for one in text.replace("\n", ",").split(","))
    return tuple(dict.fromkeys(one for one in named if one))


def _wanted(role: str) -> Held:
    if request.form.get(f"{role}-reach") != "some":
        return Held(role, everywhere=True)
    with parts().db.read() as conn:
        known = {str(one.id): one.id for one in reach.organisations(conn)}
    ticked = [known[one] for one in request.form.getlist(f"{role}-organisations") if one in known]
    return Held(role, everywhere=False, areas=areas_typed(words(f"{role}-areas")), organisations=tuple(ticked))


def _said(one: Held) -> str:
    """In numbers: the audit log holds no words."""
    return "everywhere" if one.everywhere else f"areas:{len(one.areas)}.organisations:{len(one.organisations)}"


def _page(person: User, errors: dict[str, str]) -> str:
    with parts().db.read() as conn:
        organisations: list[Organisation] = reach.organisations(conn)
    shown = [_wanted(one.role) for one in where_held(person)] if errors else where_held(person)
    return render_template("desk/where.html", found=person, held=shown, organisations=organisations, errors=errors)


def _found(user_id: int) -> User:
    with parts().db.read() as conn:
        found = users.one(conn, user_id)
    if found is None:
        abort(404)
    return found


def _back(user_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("people.person", user_id=user_id))


def _record(conn: Connection, event: Event, user_id: int, detail: Mapping[str, object]) -> None:
    actor = f"user:{current_user.id}"
    audit.append(conn, now_ms=parts().now_ms(), actor=actor, event=event, subject=f"user:{user_id}", detail=detail)
