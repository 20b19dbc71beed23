"""A conversation in its order, and an erasure after which nothing can be read."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.store import alerts, audit, contacts
from bot.store.contacts import ErasedCounts
from bot.store.database import Database
from bot.store.schema import contact, metadata
from bot.store.swap import Gone
from bot.store.vault import VaultError
from tests.store import rows

PRIVATE = (rows.SAID, rows.NUMBER, rows.EXTERNAL, rows.WISH, "calm-heron-12", "7700900123", "Zebunnisa")

LATER = 20 * 60_000  # by then nothing is handed over twice any more


def readable(db: Database) -> str:
    """Every value of every column of every table, opened where a key opens it."""
    found: list[str] = []
    with db.read() as conn:
        for table in metadata.sorted_tables:
            for row in conn.execute(select(table)):
                found += [_opened(db, str(value)) for value in row]
    return "\n".join(found)


def _opened(db: Database, value: str) -> str:
    try:
        return f"{value} {db.vault.open(value)}"
    except VaultError:
        return value


def erase(db: Database, id: int, now: int) -> ErasedCounts:
    with db.begin() as conn:
        return contacts.erase(conn, id, now, "resident")


def test_the_scan_finds_what_is_there(db: Database, now: int) -> None:
    """The tests below can fail."""
    rows.everything(db, now)
    found = readable(db)
    assert all(words in found for words in PRIVATE if words != rows.EXTERNAL)


@pytest.mark.parametrize("status", ["active", "stopped"])
def test_erasing_leaves_nothing_readable(db: Database, now: int, status: str) -> None:
    id = rows.everything(db, now, status=status)
    counts = erase(db, id, now)
    assert counts == ErasedCounts(inbound=1, outbound=1, timers=1, stories=1, questions=1, talks=1, alerts=1)
    assert [words for words in PRIVATE if words in readable(db)] == []


def test_without_a_stop_the_contact_is_gone(db: Database, now: int) -> None:
    id = rows.everything(db, now)
    erase(db, id, now)
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(contact)) == 0
    with pytest.raises(Gone):
        erase(db, id, now)


def test_a_stop_still_holds_after_erasing(db: Database, now: int) -> None:
    id = rows.everything(db, now, status="stopped", stopped_at=now, session_stamp=4)
    erase(db, id, now)
    with db.read() as conn:
        row = conn.execute(select(contact)).one()
    assert (row.lookup, row.status, row.stopped_at) == (db.vault.lookup("whatsapp", rows.NUMBER), "stopped", now)
    assert db.vault.open(row.address_enc) == ""
    assert (row.language, row.session_enc, row.session_stamp) == (None, None, 5)


def test_an_open_alert_stays_open_without_its_words(db: Database, now: int) -> None:
    id = rows.everything(db, now)
    erase(db, id, now)
    with db.read() as conn:
        (left,) = alerts.open_alerts(conn, db.vault)
    assert (left.text, left.note, left.contact_id, left.kind) == ("", "", None, "harm")


def test_the_audit_counts_what_was_erased(db: Database, now: int) -> None:
    id = rows.everything(db, now)
    erase(db, id, now)
    with db.read() as conn:
        entry = conn.execute(select(metadata.tables["audit"])).one()
        assert audit.verify(conn) is None
    assert (entry.event, entry.actor, entry.subject) == ("contact_erased", "resident", f"contact:{id}")
    assert entry.detail["stories"] == 1
    assert entry.detail["stop_kept"] is False


def test_erasing_one_person_leaves_the_others_alone(db: Database, now: int) -> None:
    id = rows.everything(db, now)
    with db.begin() as conn:
        other = rows.resident(conn, db.vault, now, "+447700900999")
        rows.inbound(conn, db.vault, now, other, provider_id="other")
        rows.story(conn, db.vault, now, other, reference="OTHER")
    erase(db, id, now)
    assert len(contacts.conversation(db, other)) == 1
    assert "OTHER" in readable(db)


def test_a_conversation_runs_from_the_oldest_line_to_the_newest_in_both_directions(db: Database, now: int) -> None:
    with db.begin() as conn:
        id = rows.resident(conn, db.vault, now)
        rows.outbound(conn, db.vault, now + 30, id, text_enc=db.vault.seal("third"), status="delivered")
        rows.inbound(conn, db.vault, now + 10, id, text_enc=db.vault.seal("first"))
        rows.outbound(
            conn, db.vault, now + 20, id, text_enc=db.vault.seal("second"), status="failed", error_code="30006"
        )
    lines = contacts.conversation(db, id)
    assert [(line.text, line.from_bot, line.status) for line in lines] == [
        ("first", False, ""),
        ("second", True, "failed"),
        ("third", True, "delivered"),
    ]
    assert lines[1].error_code == "30006"


def test_a_message_and_its_reply_of_the_same_moment_stand_in_that_order(db: Database, now: int) -> None:
    with db.begin() as conn:
        id = rows.resident(conn, db.vault, now)
        rows.outbound(conn, db.vault, now, id)
        rows.inbound(conn, db.vault, now, id)
    assert [line.from_bot for line in contacts.conversation(db, id)] == [False, True]


def test_a_stranger_has_no_conversation(db: Database) -> None:
    assert contacts.conversation(db, 12345) == []


def erase_with_receipt(db: Database, now: int, *, receipt: str) -> int:
    id = rows.everything(db, now)
    with db.begin() as conn:
        contacts.erase(conn, id, now, "resident", receipt_follows=True)
        rows.outbound(conn, db.vault, now, id, text_enc=db.vault.seal("All gone."), status=receipt)
    return id


def test_until_the_receipt_has_gone_only_the_number_is_left_to_send_it_to(db: Database, now: int) -> None:
    id = erase_with_receipt(db, now, receipt="waiting")
    assert [words for words in PRIVATE if words in readable(db)] == [rows.NUMBER, "7700900123"]
    with db.begin() as conn:
        assert contacts.forget_erased(conn, now + LATER) == 0
    assert [line.text for line in contacts.conversation(db, id)] == ["All gone."]


def test_right_after_the_receipt_her_last_message_is_still_known(db: Database, now: int) -> None:
    erase_with_receipt(db, now, receipt="delivered")
    with db.begin() as conn:
        assert contacts.forget_erased(conn, now + 60_000) == 0


def test_a_receipt_that_never_arrives_is_given_up_after_two_days(db: Database, now: int) -> None:
    erase_with_receipt(db, now, receipt="queued")
    with db.begin() as conn:
        assert contacts.forget_erased(conn, now + 86_400_000) == 0
        assert contacts.forget_erased(conn, now + 3 * 86_400_000) == 1


@pytest.mark.parametrize("receipt", ["sent", "delivered", "failed"])
def test_after_the_receipt_the_number_goes_too(db: Database, now: int, receipt: str) -> None:
    erase_with_receipt(db, now, receipt=receipt)
    with db.begin() as conn:
        assert contacts.forget_erased(conn, now + LATER) == 1
    assert [words for words in PRIVATE if words in readable(db)] == []


def test_forgetting_touches_nobody_who_did_not_ask(db: Database, now: int) -> None:
    rows.everything(db, now)
    with db.begin() as conn:
        assert contacts.forget_erased(conn, now + LATER) == 0
    assert rows.NUMBER in readable(db)
