"""Which way one text goes: by WhatsApp freely, as a template that WhatsApp approved, or by SMS to the same number."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.channel.errors import OUTSIDE_WINDOW, Action, problem
from bot.channel.message import Channel, DeliveryStatus
from bot.channel.sender import Parcel
from bot.store import window
from bot.store.outgoing import DANGER, Receiver, Waiting
from bot.store.vault import Vault


@dataclass(frozen=True)
class Route:
    """A parcel, and whether it goes by SMS because WhatsApp's window is closed."""

    parcel: Parcel
    by_sms: bool = False

    @property
    def channel(self) -> Channel:
        """The channel it goes by."""
        return self.parcel.channel


def of(conn: Connection, vault: Vault, row: Waiting, person: Receiver, *, closed: bool) -> Route | None:
    """The way; None when the window is ``closed`` and there is no way through. Raises VaultError.

    What may have gone already keeps the way it went: the carrier is asked about it there.
    """
    tried = row.status is DeliveryStatus.SENDING_NOW
    parcel = Parcel(person.channel, vault.open(person.address_enc), vault.open(row.text_enc), row.language or "")
    if found := window.approved(conn, row):
        more = Parcel(parcel.channel, parcel.address, parcel.text, parcel.language, found.text, (), found.sid)
        return Route(more)
    began_by_sms = row.by_sms and row.error_code != OUTSIDE_WINDOW and (closed or tried)
    if began_by_sms or (closed and not tried and window.may_go_by_sms(conn, vault, row, person)):
        return Route(Parcel(Channel.SMS, parcel.address, parcel.text, parcel.language), by_sms=True)
    if closed and not tried:
        return None
    return Route(_with_options(vault, row, parcel))


def _with_options(vault: Vault, row: Waiting, parcel: Parcel) -> Parcel:
    """What failed once for a reason that may lie in its buttons goes with numbers from then on. Danger waits for
    none."""
    failed = row.error_code and problem(row.error_code).action is Action.RETRY_FEW
    if not row.options_enc or failed or row.kind == DANGER:
        return parcel
    said = json.loads(vault.open(row.options_enc))
    if not all(line in parcel.text for line in said["prompt"].splitlines()):
        return parcel  # it is the end of a longer text: with its buttons the beginning would be said twice
    options = tuple((str(id), str(label)) for id, label in said["options"])
    return Parcel(parcel.channel, parcel.address, parcel.text, parcel.language, str(said["prompt"]), options)
