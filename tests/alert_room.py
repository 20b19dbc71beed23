"""A room for alerts: a rota of named people, a clock, Twilio's far side and an e-mail server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.background.alerting import Alerting, Ways
from bot.background.staff_words import StaffWords
from bot.channel.mail import Mailer
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.language.catalogue import Catalogues
from bot.store import alerts, notices, rota
from bot.store.database import Database
from bot.store.notices import Told
from bot.store.schema import alert_step, user
from bot.story.rota import Rung, day_of
from tests.stand_in.mail import MailStandIn
from tests.stand_in.twilio import ACCOUNT, SMS_FROM, TOKEN, TwilioStandIn
from tests.store import rows

DESK = "https://bot.example.org"
PHONES = {"Ruth": "+447700900201", "Sam": "+447700900202", "Lena": "+447700900203"}
MINUTE = 60_000
LOCALES = Path(__file__).parents[1] / "locales"
WORDS = StaffWords(Catalogues(LOCALES, ("en", "pl", "ur", "bn")), DESK)


def email(name: str) -> str:
    return f"{name.lower()}@desk.example.org"


@dataclass
class Room:
    """Ruth is the lead, Sam stands in, Lena is on the rota without hours. ``now`` is a Tuesday, 11:00 in London."""

    db: Database
    twilio: TwilioStandIn
    mail: MailStandIn
    now: int
    ids: dict[str, int] = field(default_factory=dict)

    def worker(self, *, sms: bool = True, mail: bool = True) -> Alerting:
        """One worker process's part, with nothing in memory that another could need."""
        account = TwilioAccount(ACCOUNT, TOKEN, DESK, sms_from=SMS_FROM, api_url=self.twilio.url)
        ways = Ways(
            TwilioSender(account) if sms else None, Mailer(self.mail.url, "bot@example.org") if mail else None, WORDS
        )
        return Alerting(self.db, lambda: self.now, ways, wait_minutes=15)

    def work(self, minutes: float = 0) -> None:
        """So much later, a worker looks."""
        self.now += int(minutes * MINUTE)
        self.worker().work()

    def alert(self, **more: Any) -> int:
        """Somebody has just written danger words."""
        with self.db.begin() as conn:
            return rows.alert(conn, self.db.vault, self.now, None, **more)

    def take_on(self, alert_id: int, name: str = "Ruth") -> None:
        """One of them says that she has this."""
        with self.db.begin() as conn:
            alerts.acknowledge(
                conn, self.db.vault, id=alert_id, note="Rang her", user_id=self.ids[name], now_ms=self.now
            )

    def steps(self, alert_id: int) -> list[Rung]:
        """Who has been told, in order."""
        with self.db.read() as conn:
            return [one.who for one in notices.of_alert(conn, alert_id)]

    def told(self, alert_id: int) -> list[Told]:
        """Each text and e-mail."""
        with self.db.read() as conn:
            return notices.told(conn, alert_id)

    def texted(self) -> list[str]:
        """Whose phone got a text, in order."""
        names = {number: name for name, number in PHONES.items()}
        return [names[message.to] for message in self.twilio.messages]

    def on_call(self, name: str, *, stands_in: bool = False, days: range = range(7), hours: str = "00-00") -> None:
        """These hours on these days."""
        begins, until = (int(hour) * 60 for hour in hours.split("-"))
        with self.db.begin() as conn:
            rota.add_shifts(
                conn,
                user_id=self.ids[name],
                stands_in=stands_in,
                weekdays=list(days),
                begins=begins,
                until=until,
                by=self.ids[name],
                now_ms=self.now,
            )

    def add(self, name: str, *, phone: str | None = None, mail: str | None = None) -> None:
        """Put somebody on the rota."""
        with self.db.begin() as conn:
            if name not in self.ids:
                self.ids[name] = rows.champion(conn, name)
            rota.put_person(
                conn,
                self.db.vault,
                user_id=self.ids[name],
                phone=PHONES[name] if phone is None else phone,
                email=email(name) if mail is None else mail,
                by=self.ids[name],
                now_ms=self.now,
            )

    def reads(self, name: str, language: str) -> None:
        """Somebody reads the desk in this language."""
        with self.db.begin() as conn:
            conn.execute(user.update().where(user.c.id == self.ids[name]).values(desk_language=language))

    def away(self, name: str, *, days: int) -> None:
        """Somebody is away, today and until so many days are over."""
        today = day_of(self.now)
        until = today + timedelta(days=days - 1)
        with self.db.begin() as conn:
            rota.go_away(
                conn,
                user_id=self.ids[name],
                first=today,
                last=until,
                by=self.ids[name],
                today=today,
                now_ms=self.now,
            )

    def count_steps(self) -> int:
        """How many steps there are of all alerts."""
        with self.db.read() as conn:
            return len(conn.execute(select(alert_step)).all())

    def leaves(self, name: str) -> None:
        """Somebody may not sign in any more."""
        with self.db.begin() as conn:
            conn.execute(user.update().where(user.c.id == self.ids[name]).values(active=False))


@contextmanager
def open_room(db: Database, now: int) -> Iterator[Room]:
    """The room, empty but for its people."""
    with TwilioStandIn() as twilio, MailStandIn() as mail:
        room = Room(db, twilio, mail, now)
        for name in PHONES:
            room.add(name)
        room.on_call("Ruth", hours="09-17")
        room.on_call("Sam", stands_in=True)
        yield room
