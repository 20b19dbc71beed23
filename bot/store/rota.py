"""The rota: who can be told of an alert, where, and when each is on call. Numbers and addresses are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import rota_away, rota_person, rota_shift, user
from bot.store.vault import Vault, opened
from bot.story.rota import Away, Shift

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class UnknownPerson(LookupError):
    """This person is not on the rota, or not on the desk."""


@dataclass(frozen=True)
class OnRota:
    """One person of the rota. ``phone`` and ``email`` are "" when she is not told that way; ``active``: she may sign
    in, so she is told at all."""

    user_id: int
    name: str
    phone: str
    email: str
    active: bool


def people(conn: Connection, vault: Vault) -> list[OnRota]:
    """Everybody on the rota, by name."""
    query = select(rota_person, user.c.name, user.c.email, user.c.active).join(user, user.c.id == rota_person.c.user_id)
    return [
        OnRota(
            row.user_id, row.name or row.email, opened(vault, row.phone_enc), opened(vault, row.email_enc), row.active
        )
        for row in conn.execute(query.order_by(user.c.name, user.c.id))
    ]


def shifts(conn: Connection) -> list[Shift]:
    """Every shift of those who may sign in, Monday first."""
    query = select(rota_shift).join(user, user.c.id == rota_shift.c.user_id).where(user.c.active)
    order = (rota_shift.c.weekday, rota_shift.c.begins, rota_shift.c.id)
    return [Shift(**row._mapping) for row in conn.execute(query.order_by(*order))]


def put_person(conn: Connection, vault: Vault, *, user_id: int, phone: str, email: str, by: int, now_ms: int) -> None:
    """Put somebody of the desk on the rota, or change where she is told. Raises UnknownPerson."""
    if conn.scalar(select(user.c.id).where(user.c.id == user_id).with_for_update()) is None:
        raise UnknownPerson("There is no such person on the desk.")
    before = conn.execute(select(rota_person).where(rota_person.c.user_id == user_id)).first()
    values = {"phone_enc": vault.seal(phone) if phone else None, "email_enc": vault.seal(email) if email else None}
    if before is None:
        conn.execute(insert(rota_person).values(user_id=user_id, **values))
    else:
        conn.execute(update(rota_person).where(rota_person.c.user_id == user_id).values(**values))
    was = _ways(bool(before.phone_enc), bool(before.email_enc)) if before else "not_on_it"
    _record(conn, user_id, was, _ways(bool(phone), bool(email)), by, now_ms)


def take_off(conn: Connection, *, user_id: int, by: int, now_ms: int) -> None:
    """Take somebody off the rota, with her shifts. Raises UnknownPerson."""
    gone = conn.execute(
        delete(rota_person)
        .where(rota_person.c.user_id == user_id)
        .returning(rota_person.c.phone_enc, rota_person.c.email_enc)
    ).first()
    if gone is None:
        raise UnknownPerson("This person is not on the rota.")
    _record(conn, user_id, _ways(bool(gone.phone_enc), bool(gone.email_enc)), "not_on_it", by, now_ms)


def add_shifts(
    conn: Connection,
    *,
    user_id: int,
    stands_in: bool,
    weekdays: Sequence[int],
    begins: int,
    until: int,
    by: int,
    now_ms: int,
) -> None:
    """Put somebody on call on these days of each week; a shift that is there already is not doubled. Raises
    UnknownPerson."""
    if conn.scalar(select(rota_person.c.user_id).where(rota_person.c.user_id == user_id).with_for_update()) is None:
        raise UnknownPerson("This person is not on the rota.")
    known = set(shifts(conn))
    for weekday in weekdays:
        made = Shift(0, user_id, stands_in, weekday, begins, until)
        if any(Shift(0, *_values(one)) == made for one in known):
            continue
        conn.execute(
            insert(rota_shift).values(user_id=user_id, stands_in=stands_in, weekday=weekday, begins=begins, until=until)
        )
        _record(conn, user_id, "no_shift", _code(made), by, now_ms)


def end_shift(conn: Connection, *, shift_id: int, by: int, now_ms: int) -> None:
    """Take one shift away; nothing happens when it is gone already."""
    row = conn.execute(delete(rota_shift).where(rota_shift.c.id == shift_id).returning(*rota_shift.c)).first()
    if row:
        _record(conn, row.user_id, _code(Shift(**row._mapping)), "no_shift", by, now_ms)


def away(conn: Connection) -> list[Away]:
    """When who is away, the first to go first."""
    order = (rota_away.c.first, rota_away.c.last, rota_away.c.id)
    return [Away(**row._mapping) for row in conn.execute(select(rota_away).order_by(*order))]


def go_away(conn: Connection, *, user_id: int, first: date, last: date, by: int, today: date, now_ms: int) -> None:
    """Mark somebody on the rota as away from one day to another; what is over is forgotten. Raises UnknownPerson."""
    if conn.scalar(select(rota_person.c.user_id).where(rota_person.c.user_id == user_id).with_for_update()) is None:
        raise UnknownPerson("This person is not on the rota.")
    conn.execute(delete(rota_away).where(rota_away.c.last < today))
    same = (rota_away.c.user_id == user_id, rota_away.c.first == first, rota_away.c.last == last)
    if conn.scalar(select(rota_away.c.id).where(*same)) is None:
        conn.execute(insert(rota_away).values(user_id=user_id, first=first, last=last))
        _record(conn, user_id, "here", _away_code(first, last), by, now_ms)


def come_back(conn: Connection, *, away_id: int, by: int, now_ms: int) -> None:
    """She is here after all; nothing happens when that was said already."""
    row = conn.execute(delete(rota_away).where(rota_away.c.id == away_id).returning(*rota_away.c)).first()
    if row:
        _record(conn, row.user_id, _away_code(row.first, row.last), "here", by, now_ms)


def _away_code(first: date, last: date) -> str:
    """Like "away.2026-12-24.2027-01-02"."""
    return f"away.{first.isoformat()}.{last.isoformat()}"


def _values(shift: Shift) -> tuple[int, bool, int, int, int]:
    return shift.user_id, shift.stands_in, shift.weekday, shift.begins, shift.until


def _ways(phone: bool, email: bool) -> str:
    return ".".join([*["phone"] * phone, *["email"] * email]) or "desk"


def _code(shift: Shift) -> str:
    """Like "lead.mon.0900.1700"."""
    hours = [f"{minute // 60 % 24:02d}{minute % 60:02d}" for minute in (shift.begins, shift.until)]
    return ".".join(["standin" if shift.stands_in else "lead", DAYS[shift.weekday], *hours])


def _record(conn: Connection, user_id: int, before: str, after: str, by: int, now_ms: int) -> None:
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{by}",
        event=Event.ROTA_CHANGED,
        subject=f"user:{user_id}",
        detail={"before": before, "after": after},
    )
