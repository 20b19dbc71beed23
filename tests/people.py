"""Named people for tests: each texts the real inbox over a real database and reads what comes back."""

from __future__ import annotations

from itertools import count
from random import Random

from bot import settings as table
from bot.app import House, build
from bot.background.timers import Timers
from bot.channel.message import Channel, Inbound, Media
from bot.flow.session import Session
from bot.inbox import Inbox, Receipt
from bot.store import meeting, simulated, turn
from bot.store.simulated import Line

NOW_MS = 1_795_255_200_000  # Saturday 21 November 2026, 10:00 in London
_numbers = count(1)
Point = tuple[float, float]


def house_on(url: str, **environ: str) -> House:
    """A house on this database, with the made-up borough; nothing is loaded yet and its jobs do not run."""
    given = {"SECRET_KEY": "a" * 44, "DATA_KEYS": table.new_key(), "DATABASE_URL": url, "DEMO": "yes"}
    given |= {"POSTCODES_FILE": "no-such-table.sqlite3", **environ}  # not the one that a developer has built
    return build(table.load(given))


class Person:
    """Somebody with a phone."""

    def __init__(
        self, house: House, *, channel: Channel = Channel.SMS, language: str = "", number: str = "", luck: int = 7
    ) -> None:
        self.house, self.channel = house, channel
        self.number = number or f"+4477009{next(_numbers):05d}"
        self.now_ms = NOW_MS
        self.inbox = Inbox(
            house.parts.db,
            house.shelf.world,
            house.parts.identifier,
            lambda contact_id: None,
            Random(luck),
            house.tally,
        )
        self.timers = Timers(house.parts.db, house.shelf.world, lambda contact_id: None, Random(luck), house.tally)
        self.contact_id = 0
        self._ids = (f"SM{self.number[1:]}{number:018d}" for number in count(1))
        self._seen: set[str] = set()
        if language:
            self._settle(language)

    def text(
        self, words: str, *, button: str = "", media: str = "", location: tuple[float, float] | None = None
    ) -> list[Line]:
        """Text this; what the bot queued in answer."""
        self.receive(self.inbound(words, button=button, media=media, location=location))
        return self.new_lines()

    def says(self, words: str) -> str:
        """Text this; all that the bot answered, as one text."""
        return "\n\n".join(line.text for line in self.text(words))

    def inbound(
        self,
        words: str,
        *,
        button: str = "",
        media: str = "",
        location: tuple[float, float] | None = None,
        sid: str = "",
    ) -> Inbound:
        """A message of hers as a channel hands it over."""
        files = (Media("https://api.twilio.com/media/ME1", media),) if media else ()
        return Inbound(
            self.channel,
            self.number,
            words,
            sid or next(self._ids),
            simulated=True,
            button=button,
            media=files,
            location=location,
        )

    def receive(self, inbound: Inbound) -> Receipt:
        """Hand one message to the inbox."""
        self.now_ms += 30_000
        receipt = self.inbox.receive(inbound, self.now_ms)
        self.contact_id = receipt.contact_id or self.contact_id
        return receipt

    def new_lines(self) -> list[Line]:
        """What the bot said since the last look."""
        db = self.house.parts.db
        with db.read() as conn:
            me = simulated.person(conn, db.vault, self.contact_id)
            lines = simulated.conversation(conn, db.vault, me) if me else []
        new = [line for line in lines if line.from_bot and line.key not in self._seen]
        self._seen.update(line.key for line in new)
        return new

    def session(self) -> Session:
        """Her conversation as it is kept."""
        db = self.house.parts.db
        with db.read() as conn:
            known = meeting.lock(conn, db.vault, self.contact_id)
        assert known is not None
        return Session.from_json(known.session) if known.session else Session()

    def _settle(self, language: str) -> None:
        db = self.house.parts.db
        with db.begin() as conn:
            known = meeting.meet(conn, db.vault, self.inbound("", sid=f"SM{self.number[1:]}"), self.now_ms)
            turn.keep_session(conn, db.vault, known.contact_id, turn.settled(language), self.now_ms)
        self.contact_id = known.contact_id
