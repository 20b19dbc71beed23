"""Rows that the tests of the store put in: a resident, two champions, and what the resident sent."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Table, insert

from bot.store import schema
from bot.store.database import Database
from bot.store.vault import Vault

NUMBER = "+447700900123"
EXTERNAL = "US.8811223344"
SAID = "My neighbour Zebunnisa shouted at me on the stairs"
WISH = "A quieter doorway"


def put(conn: Connection, table: Table, **values: Any) -> int:
    return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def resident(conn: Connection, vault: Vault, now: int, number: str = NUMBER, **more: Any) -> int:
    values = {
        "lookup": vault.lookup("whatsapp", number),
        "external_lookup": vault.lookup("external", EXTERNAL + number),
        "channel": "whatsapp",
        "address_enc": vault.seal(number),
        "pseudonym": "calm-heron-12",
        "language": "bn",
        "session_enc": vault.seal(json.dumps({"said": SAID})),
        "created_at": now,
    }
    return put(conn, schema.contact, **{**values, **more})


def champion(conn: Connection, name: str) -> int:
    email = f"{name.lower()}@example.org"
    return put(conn, schema.user, email=email, name=name, fs_uniquifier=name, languages=["en"])


def story(conn: Connection, vault: Vault, now: int, contact_id: int | None, **more: Any) -> int:
    values = {
        "reference": f"S{now % 100_000}",
        "contact_id": contact_id,
        "language": "bn",
        "consent": "leaders",
        "text_enc": vault.seal(json.dumps([SAID, "twice"])),
        "wish_enc": vault.seal(WISH),
        "created_at": now,
    }
    return put(conn, schema.story, **{**values, **more})


def question(conn: Connection, vault: Vault, now: int, contact_id: int | None, **more: Any) -> int:
    values = {
        "reference": f"Q{now % 100_000}",
        "contact_id": contact_id,
        "language": "bn",
        "text_enc": vault.seal("Where can I learn to swim?"),
        "created_at": now,
    }
    return put(conn, schema.question, **{**values, **more})


def alert(conn: Connection, vault: Vault, now: int, contact_id: int | None, **more: Any) -> int:
    values = {"contact_id": contact_id, "kind": "harm", "text_enc": vault.seal(SAID), "created_at": now}
    return put(conn, schema.alert, **{**values, **more})


def inbound(conn: Connection, vault: Vault, now: int, contact_id: int, **more: Any) -> int:
    values = {
        "contact_id": contact_id,
        "provider_id": f"SM{now}",
        "text_enc": vault.seal(SAID),
        "received_at": now,
    }
    return put(conn, schema.inbound, **{**values, **more})


def outbound(conn: Connection, vault: Vault, now: int, contact_id: int, **more: Any) -> int:
    values = {
        "contact_id": contact_id,
        "kind": "reply",
        "text_enc": vault.seal("Thank you."),
        "encoding": "GSM-7",
        "segments": 1,
        "created_at": now,
        "status_at": now,
    }
    return put(conn, schema.outbound, **{**values, **more})


def talk(conn: Connection, vault: Vault, now: int, contact_id: int | None, **more: Any) -> int:
    values = {
        "reference": f"T{now % 100_000}",
        "contact_id": contact_id,
        "language": "bn",
        "late_at": now + 1,
        "waits_since": now,
        "created_at": now,
    }
    made = put(conn, schema.talk, **{**values, **more})
    put(conn, schema.talk_line, talk_id=made, text_enc=vault.seal(SAID), at=now)
    return made


def everything(db: Database, now: int, **contact: Any) -> int:
    """A resident who has left something in every table that can hold it."""
    vault = db.vault
    with db.begin() as conn:
        amina = champion(conn, "Amina")
        id = resident(conn, vault, now, **contact)
        came = inbound(
            conn,
            vault,
            now,
            id,
            media_enc=vault.seal(json.dumps([{"url": "https://x/1", "content_type": "audio/ogg"}])),
        )
        went = outbound(
            conn, vault, now + 1, id, inbound_id=came, text_enc=vault.seal(f"You said: {SAID}"), sent_by=amina
        )
        story(conn, vault, now, id, reason_enc=vault.seal(SAID))
        question(conn, vault, now, id, text_enc=vault.seal(SAID), answer_enc=vault.seal(SAID))
        put(conn, schema.talk_line, talk_id=talk(conn, vault, now, id), outbound_id=went, at=now)
        alert(conn, vault, now, id, note_enc=vault.seal(f"Rang {NUMBER}"))
        put(conn, schema.timer, contact_id=id, stamp=1, due_at=now)
    return id
