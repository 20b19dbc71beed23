"""What one message may cost by SMS, in message parts. ``bot check`` and ``bot rehearse`` hold to the same."""

from __future__ import annotations

from collections.abc import Mapping

from bot.flow.model import Flow, Step

# By the alphabet of the SMS, so by language: English fits GSM-7, while Polish, Urdu and Bangla need UCS-2.
BUDGETS: Mapping[str, int] = {"GSM-7": 4, "UCS-2": 6}
# An answer or a service in full, as who asked for it gets it.
CONTENT_BUDGETS: Mapping[str, int] = {"GSM-7": 6, "UCS-2": 12}


def budget(encoding: str, flow: Flow, step: Step) -> int:
    """The most parts of a message of this step: its own ``budget:``, its flow's, or that of its letters."""
    return step.budget or flow.budget or BUDGETS[encoding]
