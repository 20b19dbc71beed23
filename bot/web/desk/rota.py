"""The rota: who is told when somebody may be in danger, on which days, and who stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, get_day_names
from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from bot.channel.errors import sentence
from bot.flow.heard import Unread
from bot.flow.readings import read_phone
from bot.store import notices, rota
from bot.store.rota import OnRota, UnknownPerson
from bot.story.rota import DAY, Away, Bare, Hole, Shift, away_at, bare_days, holes, on_call
from bot.web import users
from bot.web.context import parts
from bot.web.desk.intake import words
from bot.web.permissions import Permission, allowed, needs
from bot.web.users import EmailRefused, normal_email
from bot.web.wording import gettext, locale, today

bp = Blueprint("rota", __name__, url_prefix="/desk/rota")

DAYS_AHEAD = 366  # how far the page looks for days on which nobody is left
MOST_BARE = 14  # of them it names so many
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Hours:
    """One shift, as the page shows it."""

    id: int
    name: str
    stands_in: bool
    begins: str
    until: str
    next_day: bool


@dataclass(frozen=True)
class Day:
    """One day of the week: who is on call, and where nobody is ("" stands for the whole day)."""

    number: int
    name: str
    hours: list[Hours]
    bare: list[str]


@dataclass(frozen=True)
class Absence:
    """From when to when somebody is away, in words."""

    id: int
    name: str
    first: str
    last: str


@dataclass(frozen=True)
class BareDay:
    """A day on which nobody is on call, for all who would be are away; ``hours`` is "" for the whole day."""

    day: str
    hours: str


def init_app(app: Flask) -> None:
    """Attach the pages."""
    app.register_blueprint(bp)


@bp.get("")
@needs(Permission.ALERTS)
def page() -> ResponseReturnValue:
    """Who is on call now and in each hour of the week, and where each can be reached."""
    return _page({}, {})


@bp.post("/people")
@needs(Permission.ALERTS)
def put_person() -> ResponseReturnValue:
    """Put somebody on the rota, or change where she is told."""
    form = {name: words(name) for name in ("person", "phone", "email")}
    phone, email, errors = _reached(form)
    with parts().db.read() as conn:
        if form["person"] not in {str(one.id) for one in _candidates(conn)}:
            errors["person"] = gettext("Choose a lead or an admin from the list.")
    if errors:
        return _page(form, errors), 422
    now = parts().now_ms()
    with parts().db.begin() as conn:
        rota.put_person(
            conn,
            parts().db.vault,
            user_id=int(form["person"]),
            phone=phone,
            email=email,
            by=current_user.id,
            now_ms=now,
        )
    flash(gettext("Saved."))
    return redirect(url_for(".page"))


@bp.post("/people/<int:user_id>/off")
@needs(Permission.ALERTS)
def take_off(user_id: int) -> ResponseReturnValue:
    """Take somebody off the rota."""
    try:
        with parts().db.begin() as conn:
            rota.take_off(conn, user_id=user_id, by=current_user.id, now_ms=parts().now_ms())
    except UnknownPerson:
        pass
    flash(gettext("Taken off the rota."))
    return redirect(url_for(".page"))


@bp.post("/hours")
@needs(Permission.ALERTS)
def add_hours() -> ResponseReturnValue:
    """Put somebody on call on some days of each week."""
    form: dict[str, object] = {name: words(name) for name in ("who", "role", "begins", "until")}
    days = [int(day) for day in request.form.getlist("days") if day in {str(number) for number in range(7)}]
    begins, until = (_minutes(str(form[name])) for name in ("begins", "until"))
    errors = {}
    if not days:
        errors["days"] = gettext("Choose at least one day.")
    if begins is None or until is None:
        errors["begins" if begins is None else "until"] = gettext("Write a time, like 09:00.")
    if not errors and begins is not None and until is not None:
        try:
            with parts().db.begin() as conn:
                rota.add_shifts(
                    conn,
                    user_id=request.form.get("who", 0, type=int),
                    stands_in=form["role"] == "standin",
                    weekdays=days,
                    begins=begins,
                    until=until,
                    by=current_user.id,
                    now_ms=parts().now_ms(),
                )
            flash(gettext("Saved."))
            return redirect(url_for(".page"))
        except UnknownPerson:
            errors["who"] = gettext("Put this person on the rota first.")
    return _page({**form, "days": [str(day) for day in days]}, errors), 422


@bp.post("/hours/<int:shift_id>/end")
@needs(Permission.ALERTS)
def end_hours(shift_id: int) -> ResponseReturnValue:
    """Take some hours away."""
    with parts().db.begin() as conn:
        rota.end_shift(conn, shift_id=shift_id, by=current_user.id, now_ms=parts().now_ms())
    flash(gettext("Taken off the rota."))
    return redirect(url_for(".page"))


@bp.post("/away")
@needs(Permission.ALERTS)
def go_away() -> ResponseReturnValue:
    """Mark somebody as away from one day to another, whoever says it."""
    form = {name: words(name) for name in ("away", "first", "last")}
    first, last = _date(form["first"]), _date(form["last"])
    errors = _wrong_days(first, last)
    if first and last and not errors:
        try:
            with parts().db.begin() as conn:
                rota.go_away(
                    conn,
                    user_id=request.form.get("away", 0, type=int),
                    first=first,
                    last=last,
                    by=current_user.id,
                    today=today(),
                    now_ms=parts().now_ms(),
                )
            flash(gettext("Saved."))
            return redirect(url_for(".page"))
        except UnknownPerson:
            errors["away"] = gettext("Put this person on the rota first.")
    return _page(form, errors), 422


@bp.post("/away/<int:away_id>/end")
@needs(Permission.ALERTS)
def come_back(away_id: int) -> ResponseReturnValue:
    """She is here after all."""
    with parts().db.begin() as conn:
        rota.come_back(conn, away_id=away_id, by=current_user.id, now_ms=parts().now_ms())
    flash(gettext("Taken off the rota."))
    return redirect(url_for(".page"))


def _wrong_days(first: date | None, last: date | None) -> dict[str, str]:
    unread = gettext("Choose a day.")
    errors = {name: unread for name, day in (("first", first), ("last", last)) if day is None}
    if first and last and last < first:
        errors["last"] = gettext("This day is before the first one.")
    elif last and last < today():
        errors["last"] = gettext("This day is over.")
    elif last and last > today() + timedelta(days=DAYS_AHEAD):
        errors["last"] = gettext("This day is more than a year away.")
    return errors


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _reached(form: dict[str, str]) -> tuple[str, str, dict[str, str]]:
    """The phone number and the e-mail address as they are kept, and what is wrong with them."""
    errors: dict[str, str] = {}
    phone, email = form["phone"], form["email"]
    if phone:
        read = read_phone(phone)
        if isinstance(read, Unread):
            errors["phone"] = gettext("Write a mobile number, like 07700 900123.")
        else:
            phone = str(read.value)
    if email:
        try:
            email = normal_email(email)
        except EmailRefused:
            errors["email"] = gettext("Write an e-mail address, like name@example.org.")
    return phone, email, errors


def _minutes(typed: str) -> int | None:
    found = CLOCK.fullmatch(typed)
    return int(found[1]) * 60 + int(found[2]) if found else None


def _candidates(conn: Connection) -> list[users.User]:
    """Who may see to alerts."""
    return [one for one in users.everyone(conn) if one.active and allowed(one.role_names, Permission.ALERTS)]


def _page(form: dict[str, object] | dict[str, str], errors: dict[str, str]) -> str:
    with parts().db.read() as conn:
        people, shifts = rota.people(conn, parts().db.vault), rota.shifts(conn)
        aways = [one for one in rota.away(conn) if one.last >= today()]
        trouble = {user_id: sentence(code) for user_id, code in notices.last_trouble(conn).items()}
        candidates = [(str(one.id), one.name or one.email) for one in _candidates(conn)]
    settings, names = parts().settings, {one.user_id: one.name for one in people}
    off, bare = away_at(aways, parts().now_ms()), bare_days(shifts, aways, today(), DAYS_AHEAD)
    now = {
        stands_in: [names[id] for id in on_call(shifts, parts().now_ms(), stands_in=stands_in, off=off)]
        for stands_in in (False, True)
    }
    return render_template(
        "desk/rota.html",
        people=people,
        trouble=trouble,
        candidates=candidates,
        week=week(shifts, people),
        leads=now[False],
        standins=now[True],
        by_sms=settings.texts_staff,
        by_email=bool(settings.smtp_url),
        aways=[_absence(one, names) for one in aways],
        bare_days=[_bare_day(one) for one in bare[:MOST_BARE]],
        more_bare_days=len(bare[MOST_BARE:]),
        minutes=settings.alert_escalate_minutes,
        form=form,
        errors=errors,
    )


def week(shifts: list[Shift], people: list[OnRota]) -> list[Day]:
    """The seven days, Monday first."""
    names, gaps = {one.user_id: one.name for one in people}, holes(shifts)
    labels = get_day_names("wide", "stand-alone", locale())
    return [
        Day(
            number,
            labels[number],
            [_hours(one, names) for one in shifts if one.weekday == number],
            [bare for hole in gaps for bare in _bare(hole, number)],
        )
        for number in range(7)
    ]


def _absence(one: Away, names: dict[int, str]) -> Absence:
    return Absence(one.id, names[one.user_id], _day(one.first), _day(one.last))


def _bare_day(one: Bare) -> BareDay:
    whole = one.until - one.begins == DAY
    hours = f"\u2066{clock(one.begins)}-{clock(one.until)}\u2069"  # from left to right, in Urdu, too
    return BareDay(_day(one.day), "" if whole else hours)


def _day(day: date) -> str:
    """Like "Fri 25 December"; with its year when it is not this one."""
    return str(format_date(day, "EEE d MMMM" if day.year == today().year else "EEE d MMMM y", locale=locale()))


def _hours(shift: Shift, names: dict[int, str]) -> Hours:
    next_day = shift.begins + shift.minutes > DAY
    return Hours(shift.id, names[shift.user_id], shift.stands_in, clock(shift.begins), clock(shift.until), next_day)


def _bare(hole: Hole, number: int) -> list[str]:
    """The part of a hole that lies on this day, like "00:00-09:00"; "" for all of it."""
    found = []
    for midnight in (number * DAY, (number + 7) * DAY):
        begins, until = max(hole.begins, midnight), min(hole.until, midnight + DAY)
        if until - begins == DAY:
            found.append("")
        elif begins < until:
            found.append(f"{clock(begins - midnight)}-{clock(until - midnight)}")
    return found


def clock(minute: int) -> str:
    """A minute of a day as a clock shows it; the end of the day is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
