"""What was done about an alert: only ever added to, with who and when. The words are sealed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from bot.store import audit
from bot.store.audit import Event
from bot.store.schema import alert, alert_action, user
from bot.store.swap import hold
from bot.store.vault import Vault, opened
from bot.story.safeguarding import Action, Outcome


@dataclass(frozen=True)
class Done:
    """One thing that was done. ``outcome`` is set when it changed how the alert stands."""

    what: Action
    outcome: Outcome | None
    note: str
    by: str
    at: int


def of_alert(conn: Connection, vault: Vault, alert_id: int) -> list[Done]:
    """What was done about it, oldest first."""
    query = (
        select(alert_action, user.c.name, user.c.email)
        .outerjoin(user, user.c.id == alert_action.c.user_id)
        .where(alert_action.c.alert_id == alert_id)
        .order_by(alert_action.c.id)
    )
    return [
        Done(
            what=Action(row.what),
            outcome=Outcome(row.outcome) if row.outcome else None,
            note=opened(vault, row.note_enc),
            by=row.name or row.email or "",
            at=row.at,
        )
        for row in conn.execute(query)
    ]


def outcome_of(done: list[Done]) -> Outcome:
    """How the alert stands after all of this."""
    return next((one.outcome for one in reversed(done) if one.outcome), Outcome.GOING_ON)


def add(
    conn: Connection,
    vault: Vault,
    *,
    alert_id: int,
    what: Action,
    note: str,
    outcome: Outcome,
    user_id: int,
    now_ms: int,
) -> None:
    """Write down what was done, and how the alert stands now. Raises Gone when there is no such alert."""
    hold(conn, alert, alert_id)
    before = outcome_of(of_alert(conn, vault, alert_id))
    conn.execute(
        insert(alert_action).values(
            alert_id=alert_id,
            user_id=user_id,
            what=what.value,
            outcome=outcome.value if outcome is not before else None,
            note_enc=vault.seal(note) if note else None,
            at=now_ms,
        )
    )
    audit.append(
        conn,
        now_ms=now_ms,
        actor=f"user:{user_id}",
        event=Event.ALERT_ACTION,
        subject=f"alert:{alert_id}",
        detail={"what": what.value, "before": before.value, "after": outcome.value},
    )
