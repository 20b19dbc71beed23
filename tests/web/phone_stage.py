"""A stage for the phone page: the real database and the real page, with an inbox that answers from a script."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_login import LoginManager, UserMixin
from sqlalchemy import insert, update
from werkzeug.serving import make_server

from bot.channel.message import Inbound, Outbound
from bot.language.segments import measure
from bot.store import meeting
from bot.store.database import Database, DatabaseAway
from bot.store.schema import contact, inbound, outbound
from bot.store.vault import Vault
from bot.web import phone

Script = Callable[[Inbound], Sequence[Outbound]]


@dataclass(frozen=True)
class Receipt:
    """What an inbox says of one message."""

    contact_id: int
    taken: bool
    duplicate: bool


@dataclass
class ScriptedInbox:
    """Keeps what it was given and writes the script's answers as delivered; ``away`` plays a lost database."""

    db: Database
    script: Script
    received: list[Inbound] = field(default_factory=list)
    away: bool = False
    delay_s: float = 0.0

    def receive(self, message: Inbound, now_ms: int) -> Receipt:
        if self.away:
            raise DatabaseAway("The database cannot be used just now.")
        with self.db.begin() as conn:
            who = meeting.meet(conn, self.db.vault, message, now_ms).contact_id
        if any(known.provider_id == message.provider_id for known in self.received):
            return Receipt(who, taken=False, duplicate=True)
        self.received.append(message)
        time.sleep(self.delay_s)
        self._write(who, message, now_ms)
        return Receipt(who, taken=True, duplicate=False)

    def _write(self, who: int, message: Inbound, now_ms: int) -> None:
        with self.db.begin() as conn:
            conn.execute(insert(inbound).values(inbound_row(self.db.vault, who, message, now_ms)))
            stops = message.text == "STOP"
            seen = {"last_inbound_at": now_ms, "status": "stopped" if stops else "active"}
            conn.execute(update(contact).where(contact.c.id == who).values(seen))
            for answer in () if stops else self.script(message):
                name = f"{message.provider_id}-{answer.text[:8]}-bot"
                row = outbound_row(self.db.vault, who, answer, now_ms, provider_id=name)
                conn.execute(insert(outbound).values(row))


def inbound_row(vault: Vault, who: int, message: Inbound, now_ms: int) -> dict[str, Any]:
    """One message from her, as the turn keeps it."""
    media = [{"url": item.url, "content_type": item.content_type} for item in message.media]
    return {
        "contact_id": who,
        "provider_id": message.provider_id,
        "text_enc": vault.seal(message.text),
        "media_enc": vault.seal(json.dumps(media)) if media else None,
        "received_at": now_ms,
    }


def outbound_row(
    vault: Vault,
    who: int,
    answer: Outbound,
    now_ms: int,
    *,
    status: str = "delivered",
    language: str = "",
    provider_id: str | None = None,
) -> dict[str, Any]:
    """One message to her, as the turn keeps it."""
    size = measure(answer.text)
    options = json.dumps({"prompt": answer.prompt, "options": answer.options})
    return {
        "contact_id": who,
        "kind": "reply",
        "text_enc": vault.seal(answer.text),
        "options_enc": vault.seal(options) if answer.options else None,
        "language": language or None,
        "encoding": size.encoding,
        "segments": size.segments,
        "status": status,
        "provider_id": provider_id,
        "created_at": now_ms,
        "status_at": now_ms,
    }


def menu(prompt: str, *labels: str) -> Outbound:
    """A question with numbered lines, as the flow makes it."""
    lines = "\n".join(f"{number} {label}" for number, label in enumerate(labels, 1))
    options = tuple((f"key{number}", label) for number, label in enumerate(labels, 1))
    return Outbound(text=f"{prompt}\n{lines}", prompt=prompt, options=options)


@dataclass
class Stage:
    """The application and what stands behind it."""

    app: Flask
    db: Database
    inbox: ScriptedInbox
    settings: SimpleNamespace

    @staticmethod
    def now_ms() -> int:
        return time.time_ns() // 1_000_000


def build(db: Database, script: Script, *, demo: bool = True) -> Stage:
    """A stage on this database."""
    inbox = ScriptedInbox(db, script)
    settings = SimpleNamespace(demo=demo, service_name="Community Champions", languages=("en", "pl", "ur", "bn"))
    app = Flask("stage")
    app.secret_key = "only for this test"
    app.extensions["bot"] = SimpleNamespace(db=db, inbox=inbox, settings=settings, now_ms=Stage.now_ms)
    sign_in = LoginManager(app)
    sign_in.user_loader(_Champion)
    app.add_url_rule("/desk/login", "login", lambda: "Sign in")
    sign_in.login_view = "login"
    phone.init_app(app)
    return Stage(app, db, inbox, settings)


class _Champion(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    roles = ()  # she may play, and try no drafts

    def __init__(self, number: str) -> None:
        self.id = number


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which a browser finds the application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
