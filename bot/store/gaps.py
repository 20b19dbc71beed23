"""What was looked for and not found: written down so that people can be counted, and nobody found again.

A row has no contact, no words and no time of day. What tells people apart is a blind index of the person and the
month: under another month the same person is another one.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, select, true, update

from bot.flow.hours import day_of
from bot.store.plain import Adding
from bot.store.schema import gap
from bot.store.vault import Vault
from bot.story.gaps import Came, Missing

KEPT_MONTHS = 24


def noting(
    vault: Vault,
    contact_id: int,
    *,
    came: Came,
    topic: str,
    language: str,
    area: str,
    simulated: bool,
    now_ms: int,
) -> Adding:
    """That this person did not find something. ``area`` is a district or a town, never more exact."""
    day = day_of(now_ms)
    month = month_of(day)
    who = vault.lookup("gap", month, str(contact_id))
    said = {"what": came.value, "topic": topic, "language": language, "area": area, "simulated": simulated}
    return Adding("gap", {"month": month, "day": day.isoformat(), "who": who, **said})


def settle(conn: Connection, vault: Vault, contact_id: int, *, asked_ms: int, came: Came) -> None:
    """What became of the questions that this person asked a champion in the month of ``asked_ms``."""
    month = month_of(day_of(asked_ms))
    hers = gap.c.who.in_(vault.lookups("gap", month, str(contact_id)))
    conn.execute(update(gap).where(gap.c.month == month, hers, gap.c.what == Came.ASKED.value).values(what=came.value))


def about(conn: Connection, vault: Vault, contact_id: int, *, asked_ms: int, topic: str) -> None:
    """What this person's questions of that month were about, now that a champion has said so."""
    month = month_of(day_of(asked_ms))
    hers = gap.c.who.in_(vault.lookups("gap", month, str(contact_id)))
    asked = gap.c.what.in_([Came.ASKED.value, Came.ANSWERED.value])
    conn.execute(update(gap).where(gap.c.month == month, hers, asked, gap.c.topic == "").values(topic=topic))


def forget(conn: Connection, vault: Vault, contact_id: int, now_ms: int) -> None:
    """Delete all that this person did not find: she erased what she told us."""
    day = day_of(now_ms)
    hers = [index for month in _months_before(day) for index in vault.lookups("gap", month, str(contact_id))]
    conn.execute(delete(gap).where(gap.c.who.in_(hers)))


def forget_old(conn: Connection, now_ms: int) -> int:
    """Delete what is older than two years. How many rows."""
    return conn.execute(delete(gap).where(gap.c.month < _months_before(day_of(now_ms))[-1])).rowcount


def months(conn: Connection, *, before: date, simulated: bool) -> list[str]:
    """The months that are over on the day ``before`` and have something in them, the newest first."""
    query = select(gap.c.month).distinct().where(gap.c.month < month_of(before), _counted(simulated=simulated))
    return list(conn.scalars(query.order_by(gap.c.month.desc())))


def of_month(conn: Connection, month: str, *, simulated: bool) -> list[Missing]:
    """What people did not find in a month ("2026-05"), in the order of time."""
    rows = conn.execute(select(gap).where(gap.c.month == month, _counted(simulated=simulated)).order_by(gap.c.id))
    return [Missing(row.who, Came(row.what), row.topic, row.language, row.area) for row in rows]


def month_of(day: date) -> str:
    """The month of a day: "2026-05"."""
    return f"{day:%Y-%m}"


def _months_before(day: date) -> list[str]:
    """The month of this day and those before it, as many as are kept, the newest first."""
    last = day.year * 12 + day.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(last, last - KEPT_MONTHS - 1, -1)]


def _counted(*, simulated: bool) -> ColumnElement[bool]:
    """Made-up people count in a demo only."""
    return true() if simulated else ~gap.c.simulated
