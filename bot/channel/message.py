"""What crosses the border of the house: one message in, one message out."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from bot.flow.media import Media as Media


class Channel(StrEnum):
    """The two ways people reach us. The simulated phone speaks one of them with ``simulated=True``."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


class OptOut(StrEnum):
    """What Twilio's own opt-out handling already did (OptOutType), so that we do not answer twice."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


class Inbound(Struct, frozen=True):
    """One message from a person, whatever carried it.

    ``address`` is "+447700900123", a WhatsApp user id such as "US.1234", or a short code or name that cannot be
    answered. ``provider_id`` is the carrier's id of this message: one id, one effect. ``button`` is the opaque id of
    a tapped button (WhatsApp only). ``replied_to`` is the provider id of the message she answered, when she did.
    """

    channel: Channel
    address: str
    text: str
    provider_id: str
    simulated: bool = False
    external_id: str = ""
    button: str = ""
    button_text: str = ""
    replied_to: str = ""
    media: tuple[Media, ...] = ()
    location: tuple[float, float] | None = None
    opt_out: OptOut | None = None


class Outbound(Struct, frozen=True):
    """One message to a person, ready to go. ``options`` are (key, label) pairs; ``prompt`` is ``text`` without the
    numbered lines, for a channel that shows the options as buttons. ``template`` names the text that WhatsApp
    approved."""

    text: str
    prompt: str = ""
    options: tuple[tuple[str, str], ...] = ()
    template: str = ""


class DeliveryStatus(StrEnum):
    """An outbound message's life. A later state is never overwritten by an earlier one (messaging.md, Outbound)."""

    WAITING = "waiting"
    SENDING_NOW = "sending_now"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"


ORDER: dict[DeliveryStatus, int] = {
    DeliveryStatus.WAITING: 0,
    DeliveryStatus.SENDING_NOW: 1,
    DeliveryStatus.ACCEPTED: 2,
    DeliveryStatus.SCHEDULED: 2,
    DeliveryStatus.QUEUED: 2,
    DeliveryStatus.SENDING: 3,
    DeliveryStatus.SENT: 4,
    DeliveryStatus.UNDELIVERED: 5,
    DeliveryStatus.FAILED: 5,
    DeliveryStatus.CANCELED: 5,
    DeliveryStatus.DELIVERED: 6,
    DeliveryStatus.READ: 7,
}
ENDS = frozenset({DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED, DeliveryStatus.CANCELED, DeliveryStatus.READ})


def moves_forward(old: DeliveryStatus, new: DeliveryStatus) -> bool:
    """True when ``new`` may replace ``old``: delivered after sent, never sent after delivered; an end stays an end,
    except that a carrier may still report a delivery it had given up on."""
    if old in ENDS and new not in {DeliveryStatus.DELIVERED, DeliveryStatus.READ}:
        return False
    return ORDER[new] > ORDER[old]
