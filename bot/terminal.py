"""The phone in a terminal: one line in is one message, what the bot says comes out. Nothing leaves the machine."""

from __future__ import annotations

import json
import shutil
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from bot.app import House, build, now_ms, prepare
from bot.channel.message import Channel, Inbound, Media
from bot.flow.check.cost import BUTTON_LETTERS, BUTTONS, LIST_ITEMS, LIST_LETTERS
from bot.settings import Settings
from bot.store import meeting, simulated, turn
from bot.store.simulated import Line

NUMBER = "+447700900999"  # Ofcom's drama range: nobody's
WIDTH = 76
MEDIA = {"[photo]": "image/jpeg", "[voice]": "audio/ogg", "[document]": "application/pdf"}


@contextmanager
def throw_away_house(settings: Settings) -> Iterator[House]:
    """A house with a database of its own, the made-up borough in it, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bot-chat-"))
    trial = replace(
        settings,
        database_url=f"sqlite:///{folder}/bot.sqlite3",
        redis_url="",
        demo=True,
        twilio_account_sid="",
        messages_per_minute=0,  # a whole conversation may come at once, from a file
    )
    house = build(trial)
    try:
        prepare(house)
        yield house
    finally:
        house.parts.db.close()
        shutil.rmtree(folder, ignore_errors=True)


class Chat:
    """One made-up person who talks with the bot."""

    def __init__(self, house: House, channel: Channel, language: str) -> None:
        self._house, self.channel = house, channel
        self._seen: set[str] = set()
        self.contact_id = self._begin(language)

    def say(self, text: str) -> list[Line]:
        """Text this to the bot; what it answers."""
        self._house.parts.inbox.receive(self._inbound(text), now_ms())
        db = self._house.parts.db
        with db.read() as conn:
            person = simulated.person(conn, db.vault, self.contact_id)
            lines = simulated.conversation(conn, db.vault, person) if person else []
        new = [line for line in lines if line.from_bot and line.key not in self._seen]
        self._seen.update(line.key for line in new)
        return new

    def _inbound(self, text: str) -> Inbound:
        """A message of hers; a line like "[photo]" is one without words that brings a made-up photo."""
        media = () if text not in MEDIA else (Media(f"https://example.org/{uuid4().hex}", MEDIA[text]),)
        return Inbound(self.channel, NUMBER, "" if media else text, f"CH{uuid4().hex}", simulated=True, media=media)

    def _begin(self, language: str) -> int:
        """She is known from here on; with a language, that is settled too."""
        db = self._house.parts.db
        with db.begin() as conn:
            known = meeting.meet(conn, db.vault, self._inbound(""), now_ms())
            if language:
                turn.keep_session(conn, db.vault, known.contact_id, turn.settled(language), now_ms())
        return known.contact_id


def talk(chat: Chat, said: Iterable[str], out: TextIO, *, as_json: bool) -> None:
    """Carry the conversation: each line of ``said`` is one message."""
    for text in said:
        for line in chat.say(text.rstrip("\n")):
            print(as_object(line) if as_json else as_bubble(line, chat.channel), file=out, flush=True)


def as_object(line: Line) -> str:
    """A bot message as one line of JSON: text, segments, encoding and options."""
    encoding, segments = line.size or ("", 0)
    shown = {
        "text": line.text,
        "segments": segments,
        "encoding": encoding,
        "options": [{"id": key, "label": label} for key, label in line.options],
    }
    return json.dumps(shown, ensure_ascii=False)


def as_bubble(line: Line, channel: Channel = Channel.SMS) -> str:
    """A bot message for a person's eyes: an SMS with what it costs in message parts, WhatsApp with what is tapped."""
    if channel is Channel.WHATSAPP:
        return _bubble(*_as_whatsapp(line))
    encoding, segments = line.size or ("", 0)
    parts = "1 part" if segments == 1 else f"{segments} parts"
    return _bubble(line.text, f"{parts}, {encoding}")


def _as_whatsapp(line: Line) -> tuple[str, str]:
    """The text with its buttons beside each other, or its list below it; with numbers where they fit neither."""
    labels = [label for _, label in line.options]
    longest = max(map(len, labels), default=0)
    if labels and len(labels) <= BUTTONS and longest <= BUTTON_LETTERS:
        return "\n".join([line.prompt, " ".join(f"[{label}]" for label in labels)]), "WhatsApp, buttons"
    if labels and len(labels) <= LIST_ITEMS and longest <= LIST_LETTERS:
        return "\n".join([line.prompt, *(f"[{label}]" for label in labels)]), "WhatsApp, a list"
    return line.text, "WhatsApp"


def _bubble(text: str, below: str) -> str:
    body = "\n".join(
        textwrap.fill(row, WIDTH, initial_indent="  | ", subsequent_indent="  | ") or "  |" for row in text.split("\n")
    )
    return f"{body}\n  ` {below}"
