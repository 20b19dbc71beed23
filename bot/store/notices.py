"""The clock of an alert, and the texts and e-mails that tell the desk's people of it.

A step is taken with the alert's row locked, so that of two workers one takes it, and none after somebody took it on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select, update

from bot.store import audit, rota
from bot.store.audit import Event
from bot.store.schema import alert, alert_notice, alert_step, rota_person, user
from bot.store.vault import Vault, opened
from bot.story.rota import Rung, away_at, next_rung, on_call, present

LEASE_MS = 60_000


class Way(StrEnum):
    """How somebody of the desk is told."""

    SMS = "sms"
    EMAIL = "email"


class NoticeStatus(StrEnum):
    """How one text or e-mail fares."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"  # it left and no answer came: ask before sending again
    SENT = "sent"
    ARRIVED = "arrived"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"  # somebody took the alert on before it went


LIVE = frozenset(set(NoticeStatus) - {NoticeStatus.FAILED, NoticeStatus.NOT_NEEDED})


@dataclass(frozen=True)
class Step:
    """One step of the clock: who was to be told, and when."""

    step: int
    who: Rung
    at: int


@dataclass(frozen=True)
class Told:
    """One text or e-mail of a step, for the page. ``name`` is "" when this person is no longer on the desk."""

    step: int
    name: str
    way: Way
    status: NoticeStatus
    error_code: str
    at: int


@dataclass(frozen=True)
class Notice:
    """A text or e-mail that is being sent or asked about. ``address`` is "" when she has none any more; ``language`` is
    the one she reads the desk in."""

    id: int
    alert_id: int
    step: int
    way: Way
    status: NoticeStatus
    attempts: int
    began_at: int
    provider_id: str
    address: str
    language: str
    ends: int


def due_alerts(conn: Connection, now_ms: int) -> list[int]:
    """The open alerts whose clock has come round, the longest waiting first."""
    due = (alert.c.step_due_at <= now_ms, alert.c.acknowledged_at.is_(None))
    return list(conn.execute(select(alert.c.id).where(*due).order_by(alert.c.step_due_at, alert.c.id)).scalars())


def take_step(
    conn: Connection, vault: Vault, alert_id: int, *, ways: Collection[Way], wait_ms: int, now_ms: int
) -> Step | None:
    """Tell the next people of an alert; None when another worker has, or somebody took it on meanwhile.

    About a practice alert nobody is texted. While the rota is empty the clock goes on, for who joins it.
    """
    row = conn.execute(select(alert).where(alert.c.id == alert_id).with_for_update()).first()
    if row is None or row.acknowledged_at is not None or row.step_due_at is None or row.step_due_at > now_ms:
        return None
    steps = of_alert(conn, alert_id)
    everyone = [one for one in rota.people(conn, vault) if one.active]
    shifts, off = rota.shifts(conn), away_at(rota.away(conn), now_ms)
    leads, standins = (on_call(shifts, now_ms, stands_in=stands_in, off=off) for stands_in in (False, True))
    found = next_rung({one.who for one in steps}, leads, standins, present([one.user_id for one in everyone], off))
    if found is None:
        _next(conn, alert_id, None)
        return None
    _next(conn, alert_id, None if found[0] is Rung.EVERYONE else now_ms + wait_ms)
    if found[0] is Rung.NOBODY and any(one.who is Rung.NOBODY for one in steps):
        return None
    step = Step(steps[-1].step + 1 if steps else 1, found[0], now_ms)
    _record(conn, alert_id, step, len(found[1]))
    told = [] if row.simulated else [one for one in everyone if one.user_id in found[1]]
    _tell(conn, alert_id, step, told, ways)
    return step


def of_alert(conn: Connection, alert_id: int) -> list[Step]:
    """The steps taken so far."""
    rows = conn.execute(select(alert_step).where(alert_step.c.alert_id == alert_id).order_by(alert_step.c.step))
    return [Step(row.step, Rung(row.who), row.at) for row in rows]


def next_at(conn: Connection, alert_id: int) -> int | None:
    """When the next people are told, in ms, unless somebody takes the alert on before; None when all have been."""
    return conn.scalar(select(alert.c.step_due_at).where(alert.c.id == alert_id, alert.c.acknowledged_at.is_(None)))


def told(conn: Connection, alert_id: int) -> list[Told]:
    """Every text and e-mail about an alert, in the order of its steps."""
    query = (
        select(alert_notice, user.c.name, user.c.email)
        .outerjoin(user, user.c.id == alert_notice.c.user_id)
        .where(alert_notice.c.alert_id == alert_id)
        .order_by(alert_notice.c.id)
    )
    return [
        Told(
            step=row.step,
            name=row.name or row.email or "",
            way=Way(row.way),
            status=NoticeStatus(row.status),
            error_code=row.error_code or "",
            at=row.status_at,
        )
        for row in conn.execute(query)
    ]


def last_trouble(conn: Connection) -> dict[int, str]:
    """Of each person whose newest text or e-mail failed: with which error."""
    newest = select(func.max(alert_notice.c.id)).group_by(alert_notice.c.user_id, alert_notice.c.way)
    query = select(alert_notice.c.user_id, alert_notice.c.error_code).where(
        alert_notice.c.id.in_(newest), alert_notice.c.status == NoticeStatus.FAILED.value
    )
    return {row.user_id: row.error_code or "" for row in conn.execute(query) if row.user_id is not None}


def is_due(conn: Connection, now_ms: int) -> bool:
    """Whether anything is to be sent or asked about now."""
    return conn.scalar(select(alert_notice.c.id).where(alert_notice.c.due_at <= now_ms).limit(1)) is not None


def lease(conn: Connection, vault: Vault, now_ms: int) -> Notice | None:
    """The longest waiting text or e-mail, held for a minute; None when nothing is due.

    Who was sending it when her process died leaves it ``sending``: it may have gone, so it is asked about first.
    """
    ready = (
        select(alert_notice).where(alert_notice.c.due_at <= now_ms).order_by(alert_notice.c.due_at, alert_notice.c.id)
    )
    row = conn.execute(ready.limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    status = NoticeStatus(row.status)
    begins = status is NoticeStatus.WAITING
    values = {"due_at": now_ms + LEASE_MS, "attempts": row.attempts + 1}
    if begins:
        values |= {"began_at": now_ms, "status": NoticeStatus.SENDING.value, "status_at": now_ms}
    conn.execute(update(alert_notice).where(alert_notice.c.id == row.id).values(**values))
    sealed = {Way.SMS: rota_person.c.phone_enc, Way.EMAIL: rota_person.c.email_enc}[Way(row.way)]
    address = conn.scalar(select(sealed).where(rota_person.c.user_id == row.user_id))
    return Notice(
        id=row.id,
        alert_id=row.alert_id,
        step=row.step,
        way=Way(row.way),
        status=status,
        attempts=row.attempts + 1,
        began_at=now_ms if begins else row.began_at or now_ms,
        provider_id=row.provider_id or "",
        address=opened(vault, address),
        language=conn.scalar(select(user.c.desk_language).where(user.c.id == row.user_id)) or "en",
        ends=now_ms + LEASE_MS,
    )


def is_open(conn: Connection, alert_id: int) -> bool:
    """Whether an alert still waits for somebody to take it on."""
    return conn.scalar(select(alert.c.id).where(alert.c.id == alert_id, alert.c.acknowledged_at.is_(None))) is not None


def settle(
    conn: Connection,
    notice: Notice,
    status: NoticeStatus,
    *,
    now_ms: int,
    due_at: int | None = None,
    error_code: str = "",
    provider_id: str = "",
    afresh: bool = False,
) -> bool:
    """Write down what came of a try, and when to look again; False when the lease ran out and another has it.

    ``afresh`` counts tries anew. When nobody of a step can be reached by text or e-mail, the clock does not wait: the
    next people are told at once.
    """
    values: dict[str, object] = {
        "status": status.value, "status_at": now_ms, "due_at": due_at, "error_code": error_code or None
    }  # fmt: skip
    values |= {"provider_id": provider_id} if provider_id else {}
    values |= {"attempts": 0} if afresh else {}
    this = (alert_notice.c.id == notice.id, alert_notice.c.due_at == notice.ends)
    if not conn.execute(update(alert_notice).where(*this).values(**values)).rowcount:
        return False
    if status is NoticeStatus.FAILED:
        _hurry(conn, notice, now_ms)
    return True


def known_ids(conn: Connection, provider_ids: Sequence[str]) -> set[str]:
    """Those of the provider's ids that belong to a text of ours already."""
    found = select(alert_notice.c.provider_id).where(alert_notice.c.provider_id.in_(provider_ids))
    return {id for id in conn.execute(found).scalars() if id}


def _hurry(conn: Connection, notice: Notice, now_ms: int) -> None:
    conn.execute(select(alert.c.id).where(alert.c.id == notice.alert_id).with_for_update())
    same = (alert_notice.c.alert_id == notice.alert_id, alert_notice.c.step == notice.step)
    alive = alert_notice.c.status.in_([one.value for one in LIVE])
    later = select(alert_step.c.step).where(alert_step.c.alert_id == notice.alert_id, alert_step.c.step > notice.step)
    if conn.scalar(select(alert_notice.c.id).where(*same, alive).limit(1)) or conn.scalar(later.limit(1)):
        return
    waits = (alert.c.id == notice.alert_id, alert.c.step_due_at > now_ms)
    conn.execute(update(alert).where(*waits).values(step_due_at=now_ms))


def _next(conn: Connection, alert_id: int, at: int | None) -> None:
    conn.execute(update(alert).where(alert.c.id == alert_id).values(step_due_at=at))


def _record(conn: Connection, alert_id: int, step: Step, people: int) -> None:
    conn.execute(insert(alert_step).values(alert_id=alert_id, step=step.step, who=step.who.value, at=step.at))
    audit.append(
        conn,
        now_ms=step.at,
        actor="system",
        event=Event.ALERT_STEP,
        subject=f"alert:{alert_id}",
        detail={"step": step.step, "who": step.who.value, "people": people},
    )


def _tell(conn: Connection, alert_id: int, step: Step, people: Sequence[rota.OnRota], ways: Collection[Way]) -> None:
    has: dict[Way, Callable[[rota.OnRota], str]] = {Way.SMS: lambda one: one.phone, Way.EMAIL: lambda one: one.email}
    rows = [
        {
            "alert_id": alert_id, "step": step.step, "user_id": one.user_id, "way": way.value,
            "status": NoticeStatus.WAITING.value, "attempts": 0, "due_at": step.at, "status_at": step.at,
        }
        for one in people
        for way in Way
        if way in ways and has[way](one)
    ]  # fmt: skip
    if rows:
        conn.execute(insert(alert_notice), rows)
