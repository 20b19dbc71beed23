"""People with texts waiting, for the tests of the outbox and the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from bot.channel.message import Channel, Outbound
from bot.store import outgoing
from bot.store.database import Database
from bot.store.schema import contact, outbound


@dataclass(frozen=True)
class Person:
    """One contact in the database, and what waits for her."""

    db: Database
    id: int

    def queue(self, text: str, now: int, kind: str = "reply") -> int:
        """Put a text in line."""
        with self.db.begin() as conn:
            return outgoing.queue(
                conn,
                self.db.vault,
                contact_id=self.id,
                outbound=Outbound(text),
                kind=kind,
                language="en",
                now_ms=now,
            )

    def write(self, now: int) -> None:
        """She sends us something."""
        self.change(last_inbound_at=now)

    def change(self, **values: object) -> None:
        """Change her row."""
        with self.db.begin() as conn:
            conn.execute(update(contact).where(contact.c.id == self.id).values(**values))

    def rows(self) -> list[Any]:
        """Her texts as they are kept, in order."""
        with self.db.read() as conn:
            return list(
                conn.execute(select(outbound).where(outbound.c.contact_id == self.id).order_by(outbound.c.id)).all()
            )

    def row(self) -> Any:
        """Her only text."""
        (row,) = self.rows()
        return row

    def statuses(self) -> list[str]:
        """The delivery status of each of her texts."""
        return [row.status for row in self.rows()]

    def is_stopped(self) -> bool:
        """Whether she has said STOP."""
        with self.db.read() as conn:
            return conn.scalar(select(contact.c.status).where(contact.c.id == self.id)) == "stopped"


def person(db: Database, now: int, address: str = "+447700900123", **values: object) -> Person:
    """A contact on SMS who has just written."""
    row = {
        "lookup": db.vault.lookup(address),
        "channel": Channel.SMS.value,
        "address_enc": db.vault.seal(address),
        "pseudonym": "Amber Otter 417",
        "created_at": now,
        "last_inbound_at": now,
        **values,
    }
    with db.begin() as conn:
        return Person(db, conn.execute(insert(contact).values(row).returning(contact.c.id)).scalar_one())
