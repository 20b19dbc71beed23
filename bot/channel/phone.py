"""The simulated phone's way out: nothing leaves this machine, and everything arrives."""

from __future__ import annotations

import uuid

from bot.channel.message import DeliveryStatus
from bot.channel.sender import Parcel, Sent


class SimulatedPhone:
    """Delivers by keeping: the phone page shows what the database holds."""

    def send(self, parcel: Parcel) -> Sent:
        """Delivered, with a made-up provider id."""
        return Sent(f"PH{uuid.uuid4().hex}", DeliveryStatus.DELIVERED)

    def find(self, parcel: Parcel, since_ms: int) -> tuple[Sent, ...]:
        """Nothing: a simulated text that was interrupted is simply sent again."""
        return ()

    def look_up(self, provider_id: str) -> Sent | None:
        """Delivered: nothing else can become of it."""
        return Sent(provider_id, DeliveryStatus.DELIVERED)
