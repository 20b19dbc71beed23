"""What waits, what went, what failed, and when a message may be sent again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.channel.message import DeliveryStatus
from bot.store import messages, schema
from bot.store.database import Database
from bot.store.messages import STATES, RetryRefused
from bot.store.swap import Gone
from tests.store import rows


def failed(db: Database, now: int, **contact: str) -> int:
    with db.begin() as conn:
        amina = rows.champion(conn, "Amina")
        id = rows.resident(conn, db.vault, now, **contact)
        what = {"status": "failed", "error_code": "30003", "attempts": 5, "provider_id": "SM1", "sent_by": amina}
        return rows.outbound(conn, db.vault, now, id, **what, leased_until=now, next_try_at=now)


def test_every_status_but_canceled_is_in_exactly_one_state() -> None:
    shown = [status for state, each in STATES.items() if state != "done" for status in each]
    assert sorted([*shown, DeliveryStatus.CANCELED]) == sorted(DeliveryStatus)


def test_messages_are_listed_by_state_newest_first_and_counted(db: Database, now: int) -> None:
    with db.begin() as conn:
        contact = rows.resident(conn, db.vault, now)
        ids = {status: rows.outbound(conn, db.vault, now, contact, status=status.value) for status in DeliveryStatus}
    with db.read() as conn:
        assert messages.counts(conn) == {"waiting": 2, "sent": 7, "failed": 2, "done": 0}
        waiting = messages.page(conn, db.vault, state="waiting")
        assert [row.id for row in waiting] == [ids[DeliveryStatus.SENDING_NOW], ids[DeliveryStatus.WAITING]]
        assert len(messages.page(conn, db.vault)) == len(DeliveryStatus)
        assert [row.id for row in messages.page(conn, db.vault, offset=1, limit=1)] == [ids[DeliveryStatus.FAILED]]


def test_a_kind_that_is_left_out_is_neither_listed_nor_counted_nor_sent_again(db: Database, now: int) -> None:
    with db.begin() as conn:
        contact = rows.resident(conn, db.vault, now)
        kept = rows.outbound(conn, db.vault, now, contact, status="failed", kind="champion")
        hidden = rows.outbound(conn, db.vault, now, contact, status="failed", kind="danger")
    with db.read() as conn:
        assert [row.id for row in messages.page(conn, db.vault, state="failed", without={"danger"})] == [kept]
        assert messages.counts(conn, without={"danger"})["failed"] == 1
    with pytest.raises(Gone), db.begin() as conn:
        messages.retry(conn, hidden, now, without={"danger"})


def test_a_row_shows_whom_what_cost_and_why_it_failed(db: Database, now: int) -> None:
    failed(db, now)
    with db.read() as conn:
        (row,) = messages.page(conn, db.vault, state="failed")
    assert (row.pseudonym, row.text, row.segments, row.error_code) == ("calm-heron-12", "Thank you.", 1, "30003")
    assert (row.sent_by_name, row.stopped, row.channel) == ("Amina", False, "whatsapp")


def test_a_failed_message_waits_again_as_if_new(db: Database, now: int) -> None:
    id = failed(db, now)
    with db.begin() as conn:
        contact_id = messages.retry(conn, id, now + 7, user_id=1)
    with db.read() as conn:
        row = conn.execute(select(schema.outbound)).one()
        entry = conn.execute(select(schema.audit)).one()
    assert contact_id == row.contact_id
    assert (row.status, row.status_at, row.attempts) == ("waiting", now + 7, 0)
    assert (row.error_code, row.provider_id, row.leased_until, row.next_try_at) == (None, None, None, None)
    assert (entry.event, entry.actor, entry.subject) == ("message_resent", "user:1", f"outbound:{id}")
    assert entry.detail == {"before": "failed", "error_code": "error:30003"}


def test_a_message_is_sent_again_once_only(db: Database, now: int) -> None:
    id = failed(db, now)
    with db.begin() as conn:
        messages.retry(conn, id, now)
    with pytest.raises(RetryRefused, match="Only a message that failed"), db.begin() as conn:
        messages.retry(conn, id, now)


def test_nothing_is_sent_again_after_stop(db: Database, now: int) -> None:
    id = failed(db, now, status="stopped")
    with pytest.raises(RetryRefused, match="STOP"), db.begin() as conn:
        messages.retry(conn, id, now)
    with db.read() as conn:
        assert messages.counts(conn)["waiting"] == 0


def test_a_message_that_is_not_there(db: Database, now: int) -> None:
    with pytest.raises(Gone), db.begin() as conn:
        messages.retry(conn, 999, now)
