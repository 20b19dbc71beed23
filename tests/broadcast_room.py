"""A room with two leads, people who said yes to news, and Twilio's far side, for the tests of texts for many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from bot.background.broadcasting import Broadcasting
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.flow.phrasebook import phrasebook
from bot.language.catalogue import Catalogues
from bot.outbox import Outbox
from bot.settings import SHIPPED
from bot.store import broadcasts, consents
from bot.store.broadcasts import Broadcast, Status
from bot.store.consents import Said
from bot.store.database import Database
from bot.store.schema import broadcast, broadcast_person, user
from tests.outgoing_people import Person, person
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM, TwilioStandIn

HOUR = 3_600_000
DAY = 24 * HOUR
TEXTS = {"en": "A new clinic opens on Mill Lane.", "ur": "مل لین پر نیا کلینک کھل رہا ہے۔"}


@dataclass
class Room:
    """A database with two leads, a carrier, and the part that is tested."""

    db: Database
    now: int
    twilio: TwilioStandIn
    outbox: Outbox
    sending: Broadcasting
    lead: int
    other: int
    made: int = 0

    def resident(self, *, said: bool | None = True, language: str = "en", **values: Any) -> Person:
        """Somebody who wrote half an hour ago, and said yes to news (or no, or was never asked)."""
        self.made += 1
        given = {"language": language, "last_inbound_at": self.now - HOUR // 2, **values}
        one = person(self.db, self.now, f"+44770090{self.made:04d}", **given)
        if said is not None:
            with self.db.begin() as conn:
                consents.keep(conn, one.id, Said("news", True, "flow", language, "d" * 64), self.now - DAY)
        if said is False:
            self.takes_back(one)
        return one

    def takes_back(self, one: Person) -> None:
        with self.db.begin() as conn:
            consents.keep(conn, one.id, Said("news", False, "word", "en"), self.now)

    def broadcast(self, texts: dict[str, str] | None = None, **values: Any) -> int:
        """One that both leads have agreed to."""
        return confirmed(self.db, (self.lead, self.other), self.now, texts=texts or TEXTS, **values)

    def move(self, id: int, to: Status) -> None:
        """What a lead's press on the page does."""
        with self.db.begin() as conn:
            broadcasts.move(conn, id, self.found(id).version, to, user_id=self.lead, now_ms=self.now)
        self.sending.recheck(id, self.now)

    def found(self, id: int) -> Broadcast:
        with self.db.read() as conn:
            one = broadcasts.one(conn, id)
        assert one
        return one

    def progress(self, id: int) -> broadcasts.Progress:
        with self.db.read() as conn:
            return broadcasts.progress(conn, id)

    def minute(self) -> None:
        """What happens each minute."""
        self.sending.go_on(self.now)
        self.outbox.sweep(self.now)


def open_room(db: Database, twilio: TwilioStandIn, now: int) -> Room:
    """A room whose texts go to this stand-in for Twilio."""
    account = TwilioAccount(
        ACCOUNT, TOKEN, "https://bot.example.org", sms_from=SMS_FROM, whatsapp_from=WHATSAPP_FROM, api_url=twilio.url
    )
    sender = TwilioSender(account)
    book = phrasebook(Catalogues(SHIPPED / "locales", ("en", "pl", "ur", "bn")), "Champions")
    sending = Broadcasting(db, lambda: book, lambda contact_id: None)
    lead, other = two_leads(db)
    return Room(db, now, twilio, Outbox(db, {"sms": sender, "whatsapp": sender}), sending, lead, other)


def two_leads(db: Database) -> tuple[int, int]:
    """The ids of two people of the desk."""
    with db.begin() as conn:
        return _lead(conn, "ruth"), _lead(conn, "sam")


def confirmed(db: Database, leads: tuple[int, int], now: int, *, simulated: bool = False, **values: Any) -> int:
    """A broadcast that one lead asked for and the other confirmed; its id."""
    lead, other = leads
    with db.begin() as conn:
        id = broadcasts.begin(conn, "Clinic", simulated=simulated, user_id=lead, now_ms=now)
        broadcasts.write(conn, id, 1, values, user_id=lead, now_ms=now)
        broadcasts.ask(conn, id, 2, people=1, user_id=lead, now_ms=now)
        broadcasts.confirm(conn, id, 3, people=1, others=True, user_id=other, now_ms=now)
    return id


def in_line(db: Database, people: list[Person], words: str, now: int) -> None:
    """A broadcast under way with a text in line for each of these people, who all said yes."""
    rows = {"title": "News", "status": Status.GOING.value, "texts": {"en": words}, "languages": [], "acted_at": now}
    with db.begin() as conn:
        id = conn.execute(insert(broadcast).values(**rows, created_at=now).returning(broadcast.c.id)).scalar_one()
        for one in people:
            consents.keep(conn, one.id, Said("news", True, "flow", "en"), now)
    for one in people:
        outbound_id = one.queue(words, now, kind="bulk")
        hers = {"broadcast_id": id, "contact_id": one.id, "state": "queued", "outbound_id": outbound_id, "at": now}
        with db.begin() as conn:
            conn.execute(insert(broadcast_person).values(hers))


def _lead(conn: Connection, name: str) -> int:
    row = {"email": f"{name}@desk.example.org", "languages": [], "active": True, "fs_uniquifier": name}
    return int(conn.execute(insert(user).values(row).returning(user.c.id)).scalar_one())
