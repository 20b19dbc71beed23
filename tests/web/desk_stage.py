"""A desk with named people, on a real database: Amina, Piotr and the others, and what residents sent them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from bot import settings as settings_table
from bot.app import build, create_app
from bot.channel.message import Outbound
from bot.flow.session import Person, Session
from bot.settings import new_key
from bot.store import desk_sessions, outgoing
from bot.store.database import Database
from bot.store.schema import (
    alert,
    answer,
    audit,
    contact,
    outbound,
    question,
    service,
    story,
    story_redaction,
    talk,
    talk_line,
    user,
)
from bot.web import sessions, users

NOW = 1_780_394_400_000  # 2 June 2026, 11:00 in London
HOUR = 3_600_000
PASSWORD = "three words together"
PEOPLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "amina": (("champion",), ("en", "ur")),
    "piotr": (("champion",), ("en", "pl")),
    "tara": (("translator",), ("en",)),
    "ruth": (("lead",), ("en",)),
    "sam": (("admin",), ("en",)),
}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """A browser at the desk, with the token its forms carry."""

    client: FlaskClient

    def get(self, path: str, status: int = 200) -> str:
        """The page at ``path``, which must answer with ``status``."""
        answered = self.client.get(path)
        assert answered.status_code == status, answered.get_data(as_text=True)[:2000]
        return answered.get_data(as_text=True)

    def send(self, path: str, **form: Any) -> TestResponse:
        """Send a form as the page would."""
        found = TOKEN.search(self.client.get("/desk/sign-in", follow_redirects=True).get_data(as_text=True))
        assert found
        return self.client.post(path, data={"csrf_token": found.group(1), **form})


@dataclass
class Desk:
    """The application, its database, and who was woken to get a text."""

    app: Flask
    db: Database
    ids: dict[str, int] = field(default_factory=dict)
    woken: list[int] = field(default_factory=list)
    made: int = 0

    def visitor(self) -> Visitor:
        """Someone who has not signed in."""
        return Visitor(self.app.test_client())

    def signed_in(self, name: str) -> Visitor:
        """One of the people, signed in."""
        visitor = self.visitor()
        with self.db.begin() as conn:
            key = conn.scalar(select(user.c.fs_uniquifier).where(user.c.id == self.ids[name]))
            now_ms = self.app.extensions["bot"].now_ms()
            secret = desk_sessions.begin(conn, self.ids[name], browser="", came_from="", now_ms=now_ms)
        with visitor.client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session[sessions.NAME] = key, True, secret
        return visitor

    def contact(self, *, stopped: bool = False, channel: str = "sms", simulated: bool = False) -> int:
        """A resident."""
        self.made += 1
        values = {
            "lookup": f"{self.made:064d}",
            "channel": channel,
            "simulated": simulated,
            "address_enc": self.db.vault.seal(f"+4477009{self.made:05d}"),
            "pseudonym": f"calm-heron-{self.made}",
            "language": "en",
            "status": "stopped" if stopped else "active",
            "session_stamp": 0,
            "created_at": NOW - HOUR,
        }
        return self._insert(contact, values)

    def story(self, *texts: str, **given: Any) -> int:
        """A story that came in an hour ago, from a new resident unless told otherwise."""
        who = given.pop("contact_id", None) or self.contact()
        self.made += 1
        values = {
            "reference": f"ST{self.made:04d}",
            "contact_id": who,
            "language": "en",
            "consent": "leaders",
            "follow_up": True,
            "status": "received",
            "version": 1,
            "text_enc": self.db.vault.seal(json.dumps(list(texts) or ["The food bank was kind."])),
            "created_at": NOW - HOUR,
        }
        return self._insert(story, {**values, **given})

    def out(self, text: str, **given: Any) -> int:
        """A story that was approved by two champions, whose words for others are these."""
        made = self.story(f"The original of: {text}", **{"status": "approved", "decided_at": NOW - HOUR, **given})
        values = {"story_id": made, "version": 1, "text_enc": self.db.vault.seal(text), "by": self.ids["amina"]}
        with self.db.begin() as conn:
            read = {"at": NOW, "approved_by_second": self.ids["piotr"], "approved_at": NOW}
            conn.execute(insert(story_redaction).values(**values, **read))
        return made

    def question(self, text: str = "Where can I swim with women only?", **given: Any) -> int:
        """A question that came in an hour ago."""
        who = given.pop("contact_id", None) or self.contact()
        self.made += 1
        values = {
            "reference": f"QU{self.made:04d}",
            "contact_id": who,
            "language": "en",
            "status": "waiting",
            "version": 1,
            "text_enc": self.db.vault.seal(text),
            "created_at": NOW - HOUR,
        }
        return self._insert(question, {**values, **given})

    def talk(self, *texts: str, **given: Any) -> int:
        """A talk that waits since an hour for somebody to take it, with what she wrote in it."""
        who = given.pop("contact_id", None) or self.contact(simulated=bool(given.get("simulated")))
        self.made += 1
        values = {
            "reference": f"TA{self.made:04d}",
            "contact_id": who,
            "language": "en",
            "status": "waiting",
            "version": 1,
            "late_at": NOW + HOUR,
            "waits_since": NOW - HOUR,
            "created_at": NOW - HOUR,
        }
        made = self._insert(talk, {**values, **given})
        session = Session(language="en", settled=True, talk=given.get("reference", values["reference"]))
        session.person = Person.READS
        with self.db.begin() as conn:
            kept = {"session_enc": self.db.vault.seal(session.to_json())}
            conn.execute(update(contact).where(contact.c.id == who).values(kept))
        for text in texts or ("We must leave on Friday",):
            self._insert(
                talk_line, {"talk_id": made, "text_enc": self.db.vault.seal(text), "danger": False, "at": NOW - HOUR}
            )
        return made

    def alert(self, text: str = "He will hurt me", kind: str = "now", **given: Any) -> int:
        """An alert that nobody has taken on."""
        values = {"contact_id": self.contact(), "kind": kind, "language": "en", "text_enc": self.db.vault.seal(text)}
        return self._insert(alert, {**values, "answered": True, "created_at": NOW - HOUR, **given})

    def failed_text(self, error_code: str = "30003", *, stopped: bool = False, kind: str = "champion") -> int:
        """A text that did not arrive."""
        who = self.contact()
        with self.db.begin() as conn:
            made = outgoing.queue(
                conn,
                self.db.vault,
                contact_id=who,
                outbound=Outbound("Did the answer help you?"),
                kind=kind,
                language="en",
                now_ms=NOW - HOUR,
                sent_by=self.ids["amina"],
            )
            conn.execute(update(outbound).where(outbound.c.id == made).values(status="failed", error_code=error_code))
            conn.execute(update(contact).where(contact.c.id == who).values(status="stopped" if stopped else "active"))
        return made

    def answer(self, **given: Any) -> int:
        """An answer of the files that nobody has checked."""
        values = {
            "key": "gp-without-id",
            "origin": "file",
            "language": "en",
            "topic": "health",
            "title": "See a GP without ID or address",
            "questions": ["I have no papers can I see a doctor"],
            "short": "Yes. You can register with a GP without ID.",
            "source": "https://www.nhs.uk",
            "source_name": "NHS",
            "created_at": NOW,
            "updated_at": NOW,
        }
        return self._insert(answer, {**values, **given})

    def service(self, **given: Any) -> int:
        """A service that nobody has checked."""
        document = {
            "id": "samaritans",
            "name": "Samaritans",
            "topics": ["mind"],
            "area": "national",
            "summary": "Someone to talk to, day or night.",
            "cost": "free",
            "who": "Anyone.",
            "hours": "always",
            "reach": "Ring.",
            "phone": "116 123",
            "source": "https://www.samaritans.org",
            **given,
        }
        values = {"key": document["id"], "origin": "file", "area": document["area"], "name": document["name"]}
        return self._insert(service, {**values, "document": document, "updated_at": NOW})

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table, in order."""
        with self.db.read() as conn:
            return list(conn.execute(select(table).order_by(table.c.id)).all())

    def db_rows(self, table: Any) -> list[Any]:
        """All rows of a table that has no id of its own."""
        with self.db.read() as conn:
            return list(conn.execute(select(table)).all())

    def events(self) -> list[str]:
        """What the audit log says was done."""
        return [row.event for row in self.rows(audit)]

    def opened(self, sealed: str) -> str:
        """The words behind a sealed text."""
        return self.db.vault.open(sealed)

    def _insert(self, table: Any, values: dict[str, Any]) -> int:
        with self.db.begin() as conn:
            return int(conn.execute(insert(table).values(values).returning(table.c.id)).scalar_one())


def open_desk(database_url: str, *, demo: bool = False, redis_url: str = "", **more: str) -> Desk:
    """A desk on this migrated database, with its people, at a fixed moment."""
    said = {"DATABASE_URL": database_url, "SECRET_KEY": new_key(), "DATA_KEYS": new_key(), "REDIS_URL": redis_url}
    said |= {"DEMO": "yes" if demo else "no", "REQUIRE_TWO_FACTOR": "nobody", **more}
    house = build(settings_table.load(said))
    desk = Desk(Flask("not yet"), house.parts.db)
    parts = replace(house.parts, wake=desk.woken.append, now_ms=lambda: NOW)
    desk.app = create_app(house=replace(house, parts=parts))
    with desk.db.begin() as conn:
        for name, (roles, languages) in PEOPLE.items():
            email = f"{name}@desk.example.org"
            desk.ids[name] = users.add(conn, email=email, name=name.title(), roles=roles, languages=languages)
    return desk
