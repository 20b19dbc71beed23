"""Many people and old messages at once, written as the product writes them, but in a few large statements."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, insert, text

from bot.app import House
from bot.channel.message import Channel
from bot.flow.session import Session
from bot.store import meeting, schema
from bot.store.vault import Vault
from tests.bench.wire.talks import number_of

AT_A_TIME = 10_000
SENT_TEXT = "Places that can help:\n1. Wexmoor Food Bank\n2. Wexmoor Community Fridge\n3. The Larder, St Jude's"
# As spread out as Twilio's message ids, for that is what their indexes have to take.
RANDOM_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "replace(CAST(gen_random_uuid() AS text), '-', '')"}

FIVE_TIMES = "(SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) AS times"
INSERT_OLD_INBOUND = (
    "INSERT INTO inbound (contact_id, provider_id, text_enc, language, received_at)"
    " SELECT contact.id, 'SM' || RANDOM_ID, :sealed, 'en', :then FROM contact CROSS JOIN FIVE_TIMES"
)
INSERT_OLD_OUTBOUND = (
    "INSERT INTO outbound (contact_id, kind, text_enc, language, encoding, segments, status, provider_id, attempts,"
    " created_at, status_at) SELECT contact.id, 'reply', :sealed, 'en', 'GSM-7', 1, 'delivered', 'SM' || RANDOM_ID, 1,"
    " :then, :then FROM contact CROSS JOIN FIVE_TIMES"
)
INSERT_WAITING = (
    "INSERT INTO outbound (contact_id, kind, text_enc, language, encoding, segments, status, attempts, created_at,"
    " status_at) SELECT id, 'reply', :text_enc, 'en', 'GSM-7', 1, 'waiting', 0, :now, :now FROM contact"
)

WAITING = (
    "SELECT status, error_code, attempts, count(*) FROM outbound WHERE status IN ('waiting', 'sending_now')"
    " GROUP BY status, error_code, attempts"
)


def people(house: House, numbers: range, now_ms: int) -> None:
    """These people, who have written in English before and are in the middle of nothing."""
    db = house.parts.db
    session = db.vault.seal(Session(language="en", settled=True, stamp=1).to_json())
    rows = [_contact(db.vault, number, session, now_ms) for number in numbers]
    for piece in _pieces(rows):
        with db.begin() as conn:
            conn.execute(insert(schema.contact), piece)


def _contact(vault: Vault, person: int, session: str, now_ms: int) -> dict[str, object]:
    number = number_of(person)
    channel = Channel.WHATSAPP if number.startswith("whatsapp:") else Channel.SMS
    address = number.removeprefix("whatsapp:")
    lookup = meeting.contact_lookup(vault, channel, address, simulated=False)
    return {
        "lookup": lookup,
        "channel": channel.value,
        "simulated": False,
        "address_enc": vault.seal(address),
        "pseudonym": meeting.pseudonym(lookup),
        "language": "en",
        "status": "active",
        "last_inbound_at": now_ms - 60_000,
        "session_enc": session,
        "session_stamp": 1,
        "created_at": now_ms - 86_400_000,
    }


def _pieces(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(rows), AT_A_TIME):
        yield rows[start : start + AT_A_TIME]


def old_messages(house: House, now_ms: int) -> None:
    """Five messages in and five out for everybody; they repeat one sealed text. Tables are analysed after."""
    db = house.parts.db
    values = {"sealed": db.vault.seal(SENT_TEXT), "then": now_ms - 86_400_000}
    with db.begin() as conn:
        for sql in (INSERT_OLD_INBOUND, INSERT_OLD_OUTBOUND):
            conn.execute(
                text(sql.replace("RANDOM_ID", RANDOM_ID[db.dialect]).replace("FIVE_TIMES", FIVE_TIMES)), values
            )
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        conn.execute(text("ANALYZE"))


def waiting_texts(house: House, now_ms: int) -> list[int]:
    """One text waiting to go out to everybody. Gives the people's ids."""
    db = house.parts.db
    with db.begin() as conn:
        ids = list(conn.execute(text("SELECT id FROM contact ORDER BY id")).scalars())
        row = {"text_enc": db.vault.seal(SENT_TEXT), "now": now_ms}
        conn.execute(text(INSERT_WAITING), row)
    return ids


def taken(conn: Connection) -> int:
    """How many messages have come in."""
    return int(conn.execute(text("SELECT count(*) FROM inbound")).scalar_one())


def waiting(conn: Connection) -> list[str]:
    """What has not gone yet, counted: "7 waiting after 1 tries, error 30001"."""
    rows = conn.execute(text(WAITING)).all()
    return [f"{row[3]} {row[0]} after {row[2]} tries, error {row[1]}" for row in rows]
