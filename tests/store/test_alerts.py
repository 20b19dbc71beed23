"""Alerts stay open until one person says what was done."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.store import alerts, schema
from bot.store.database import Database
from bot.store.swap import Gone, Stale
from tests.store import rows
from tests.store.together import run_together


def acknowledge(db: Database, id: int, user_id: int, now: int, note: str = "Rang her") -> None:
    with db.begin() as conn:
        alerts.acknowledge(conn, db.vault, id=id, note=note, user_id=user_id, now_ms=now)


def test_open_alerts_come_first_and_the_longest_waiting_leads(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        seen = rows.alert(
            conn, db.vault, now + 9, None, answered=False, acknowledged_by=amina, acknowledged_at=now + 10
        )
        old, new = (rows.alert(conn, db.vault, now + 5 * late, None, answered=late == 0) for late in (0, 1))
    with db.read() as conn:
        assert [one.id for one in alerts.open_alerts(conn, db.vault)] == [old, new]
        assert [one.id for one in alerts.page(conn, db.vault)] == [new, old, seen]
        assert alerts.counts(conn) == {"open": 2, "acknowledged": 1}
        assert alerts.unanswered(conn) == 1
        assert alerts.get(conn, db.vault, 999) is None


def test_acknowledging_keeps_the_note_sealed(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        id = rows.alert(conn, db.vault, now, rows.resident(conn, db.vault, now))
    acknowledge(db, id, amina, now + 1)
    with db.read() as conn:
        one = alerts.get(conn, db.vault, id)
        assert "Rang" not in str(conn.scalar(select(schema.alert.c.note_enc)))
        entry = conn.execute(select(schema.audit)).one()
    assert one is not None
    assert (one.text, one.note, one.pseudonym) == (rows.SAID, "Rang her", "calm-heron-12")
    assert (one.acknowledged_by_name, one.acknowledged_at) == ("Amina", now + 1)
    assert (entry.event, entry.detail) == ("alert_acknowledged", {"kind": "harm"})


def test_of_eight_champions_at_once_one_acknowledges_and_the_others_are_told(db: Database, now: int) -> None:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        id = rows.alert(conn, db.vault, now, None)
    told: list[str] = []

    def work() -> None:
        try:
            acknowledge(db, id, amina, now)
        except Stale as stale:
            told.append(str(stale))

    run_together([work] * 8)
    assert told == ["Amina got here first: this is now acknowledged."] * 7


def test_an_alert_that_is_not_there(db: Database, now: int) -> None:
    with pytest.raises(Gone):
        acknowledge(db, 999, 1, now)
