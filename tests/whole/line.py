"""A real server with Twilio's stand-in at the other end of its line, and the people who text it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update

from bot.settings import new_key
from bot.store.database import Database, open_database
from bot.store.schema import contact, inbound, outbound
from bot.store.vault import Vault
from tests.conftest import free_port
from tests.stand_in.content import WhatsAppStandIn
from tests.stand_in.twilio import ACCOUNT, SERVICE, TOKEN, WHATSAPP_FROM, Answer
from tests.whole.serving import served, until

QUIET_S = 1.0  # how long nothing must happen to say that nothing did


@dataclass(frozen=True)
class Line:
    """Twilio's side, and the database behind the server, to look into and to let time pass in."""

    twilio: WhatsAppStandIn
    db: Database
    url: str


@contextmanager
def line(environ: Mapping[str, str], folder: Path, *, public_url: str = "") -> Iterator[Line]:
    """Serve with these settings and the made-up borough. With a ``public_url`` of its own, calls reach the server by
    plain http, as from a proxy in front that ends TLS."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    keys = {"SECRET_KEY": new_key(), "DATA_KEYS": new_key(), "DEMO": "yes"}
    signed_for = (public_url or address).partition("#")[0]
    stand_in = WhatsAppStandIn(public_url=signed_for, app_url=address if public_url else "")
    with stand_in.contents, stand_in:
        twilio = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
            "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
            "TWILIO_API_URL": stand_in.url,
            "TWILIO_CONTENT_URL": stand_in.contents.url,
            "SMS_PER_SECOND": "0",
            "WHATSAPP_PER_SECOND": "0",
            "MESSAGES_PER_MINUTE": "0",
            "PUBLIC_URL": public_url or address,
        }
        with served({**keys, **twilio, **environ}, folder, port=port):
            db = open_database(environ["DATABASE_URL"], Vault([keys["DATA_KEYS"]]))
            yield Line(stand_in, db, address)
            db.close()


@dataclass
class Caller:
    """Somebody with a phone, at the far end of the line."""

    line: Line
    whatsapp: bool = False
    number: str = field(default_factory=lambda: f"+4477009{uuid4().int % 100_000:05d}")

    @property
    def address(self) -> str:
        """As Twilio writes it."""
        return ("whatsapp:" if self.whatsapp else "") + self.number

    @property
    def heard(self) -> list[str]:
        """Everything that has reached her phone."""
        return [message.body for message in self.line.twilio.messages if message.to == self.address]

    @property
    def buttons(self) -> dict[str, str]:
        """{words: id} of the buttons, or of the list, under the newest text."""
        shown = self.line.twilio.sent_with[self.texts[-1]["provider_id"]].shown
        return {one.get("title") or one["item"]: one["id"] for one in shown.get("actions") or shown["items"]}

    def sends(self, words: str, **more: str) -> Answer:
        """Her message, as Twilio hands it over; what our server said to that."""
        return self.line.twilio.text(words, sender=self.address, **more)

    def says(self, words: str, **more: str) -> list[str]:
        """Text this; what reaches her phone in answer, all of it: what the turn queued is in the database at once."""
        sid, before = more.pop("MessageSid", f"SM{uuid4().hex}"), len(self.heard)
        answer = self.sends(words, MessageSid=sid, **more)
        assert answer.status == 200, answer
        queued = self.queued(sid)
        assert until(lambda: len(self.heard) >= before + queued), self.heard[before:]
        assert len(self.heard) == before + queued
        return self.heard[before:]

    def settled(self, greeting: str = "Hello, I need some help please") -> Caller:
        """The same, after the first minutes: her language is known, and the menu is open."""
        self.says(greeting)
        self.says("1")
        self.says("MENU")
        return self

    def queued(self, sid: str) -> int:
        """How many texts the message with this id led to."""
        joined = outbound.join(inbound, inbound.c.id == outbound.c.inbound_id)
        query = select(func.count()).select_from(joined).where(inbound.c.provider_id == sid)
        with self.line.db.read() as conn:
            return int(conn.scalar(query) or 0)

    def received(self) -> int:
        """How many messages of hers are kept."""
        query = select(func.count()).select_from(inbound).where(inbound.c.contact_id == self.row["id"])
        with self.line.db.read() as conn:
            return int(conn.scalar(query) or 0)

    @property
    def row(self) -> dict[str, Any]:
        """What is kept of her: found by her newest message's sender."""
        with self.line.db.read() as conn:
            rows = conn.execute(select(contact).order_by(contact.c.id.desc())).mappings()
            found = [dict(row) for row in rows if self._is_hers(row)]
        assert len(found) == 1, found
        return found[0]

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The rows of the texts to her, oldest first."""
        query = select(outbound).where(outbound.c.contact_id == self.row["id"]).order_by(outbound.c.id)
        with self.line.db.read() as conn:
            return [dict(row) for row in conn.execute(query).mappings()]

    def let_pass(self, milliseconds: int) -> None:
        """That much time passes since she last wrote."""
        moment = contact.c.last_inbound_at - milliseconds
        with self.line.db.begin() as conn:
            conn.execute(update(contact).where(contact.c.id == self.row["id"]).values(last_inbound_at=moment))

    def hears_nothing_more(self, seconds: float = QUIET_S) -> bool:
        """True when nothing more reaches her for so long."""
        before = len(self.heard)
        return not until(lambda: len(self.heard) > before, seconds=seconds)

    def _is_hers(self, row: Any) -> bool:
        channel = "whatsapp" if self.whatsapp else "sms"
        return bool(row["channel"] == channel and self.line.db.vault.open(row["address_enc"]) == self.number)
