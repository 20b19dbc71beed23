"""What the outbox needs from whatever carries a message: send it, or say what you already have of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.channel.message import Channel, DeliveryStatus


@dataclass(frozen=True)
class Parcel:
    """One text on its way to one person.

    ``prompt`` and ``options`` are the same text for a channel with buttons. ``content_sid`` is the template that
    WhatsApp approved; then ``prompt`` holds its words.
    """

    channel: Channel
    address: str
    text: str
    language: str = ""
    prompt: str = ""
    options: tuple[tuple[str, str], ...] = ()
    content_sid: str = ""


@dataclass(frozen=True)
class Sent:
    """The carrier has it. ``error_code`` is set when it took the text and gave up on it in the same breath."""

    provider_id: str
    status: DeliveryStatus
    error_code: str | None = None


class Refused(Exception):
    """The carrier certainly did not take the text. ``code`` is one of bot.channel.errors; never holds a number."""

    def __init__(self, code: str, *, retry_after_ms: int = 0) -> None:
        super().__init__(f"The carrier refused the text with error {code}.")
        self.code = code
        self.retry_after_ms = retry_after_ms


class Unsure(Exception):
    """The request left and no answer came: the carrier may or may not have the text. Ask before sending again."""


class Sender(Protocol):
    """A way out of the house."""

    def send(self, parcel: Parcel) -> Sent:
        """Hand the text over. Raises Refused or Unsure."""

    def find(self, parcel: Parcel, since_ms: int) -> tuple[Sent, ...]:
        """What the carrier has of this text to this person since then, newest first. Raises Refused or Unsure."""

    def look_up(self, provider_id: str) -> Sent | None:
        """How the text of this id fares; None when the carrier does not know it. Raises Refused or Unsure."""
