"""A WhatsApp sender with Twilio's far side behind it, for the tests of buttons and of the closed window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.channel.buttons import Buttons
from bot.channel.content_client import ContentApi
from bot.channel.message import Outbound
from bot.channel.phone import SimulatedPhone
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.line import DAY, MINUTE
from bot.outbox import Outbox
from bot.store import outgoing, templates, window
from bot.store.contents import ContentShelf
from bot.store.database import Database
from bot.store.templates import State
from tests.outgoing_people import Person, person
from tests.stand_in.content import ContentStandIn, Made, WhatsAppStandIn
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM

NUMBER = "+447700900124"
QUESTION = Outbound(
    "Is it open?\n1. Yes\n2. No", "Is it open?", (("ask.yes", "Yes"), ("ask.no", "No"))
)  # as the flow says it
MENU = Outbound(
    "Which?\n" + "\n".join(f"{n}. Place {n}" for n in range(1, 6)),
    "Which?",
    tuple((f"ask.{n}", f"Place {n}") for n in range(1, 6)),
)
LATE = DAY + MINUTE  # 24 h 01 m


@dataclass
class House:
    """The outbox, its database, and Twilio's far side."""

    db: Database
    outbox: Outbox
    twilio: WhatsAppStandIn

    @property
    def contents(self) -> ContentStandIn:
        """The far side of the Content API."""
        return self.twilio.contents

    def approve(self, now: int, language: str = "en", text: str = "Hello. Write any word to us.") -> str:
        """WhatsApp has approved the text that asks to write back."""
        sid = "HX" + f"{len(self.contents.made):032x}"
        document = {"language": language, "types": {"twilio/text": {"body": text}}}
        self.contents.made[sid] = Made(sid, document, status="approved")
        with self.db.begin() as conn:
            id = templates.keep(conn, name=window.COMING_BACK, language=language, text=text, sid=sid, now_ms=now)
            templates.note(conn, id, State.APPROVED, "", now)
        return sid


@contextmanager
def running_house(db: Database, now: int) -> Iterator[House]:
    """An outbox that sends to Twilio's far side, which runs meanwhile."""
    twilio = WhatsAppStandIn()
    with twilio.contents, twilio:
        sender = sender_of(db, twilio, now)
        yield House(db, Outbox(db, {"sms": sender, "whatsapp": sender, "phone": SimulatedPhone()}), twilio)


def sender_of(db: Database, twilio: WhatsAppStandIn, now: int) -> TwilioSender:
    """A worker's own sender: what it knows of contents is only what the database has."""
    account = TwilioAccount(
        ACCOUNT, TOKEN, "https://bot.example.org", sms_from=SMS_FROM, whatsapp_from=WHATSAPP_FROM, api_url=twilio.url
    )
    api = ContentApi(ACCOUNT, TOKEN, twilio.contents.url)
    return TwilioSender(account, Buttons(ContentShelf(db, lambda: now), api, lambda code: "Choose here"))


def ask(someone: Person, question: Outbound, now: int, kind: str = "reply", language: str = "en") -> int:
    """Put it in line for her."""
    with someone.db.begin() as conn:
        return outgoing.queue(
            conn, someone.db.vault, contact_id=someone.id, outbound=question, kind=kind, language=language, now_ms=now
        )


def on_sms(db: Database, now: int, **values: object) -> Person:
    """She texts by SMS too, from the same number."""
    lookup = db.vault.lookup("contact", "real", "sms", NUMBER)
    return person(db, now, NUMBER, lookup=lookup, pseudonym="Grey Wren 001", **values)
