"""Which text goes next to one person, and how long one that could not go must wait. It decides, and writes nothing."""

from __future__ import annotations

import random

from bot.channel.errors import ITS_TURN, Action, problem
from bot.channel.message import DeliveryStatus, moves_forward
from bot.store.outgoing import BULK, DANGER, TEMPLATE, Receiver, Waiting
from bot.store.window import needs_template

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

BACKOFF_FIRST = 2 * SECOND
BACKOFF_MOST = 15 * MINUTE
FEW_WAITS = (MINUTE, 10 * MINUTE, 2 * HOUR)
# A text that comes this much too late has lost its turn: after an hour without workers not all may go at once.
TURN_LASTS = 5 * SECOND

ARRIVED = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.READ})


def choose(rows: list[Waiting], person: Receiver, now_ms: int) -> Waiting | None:
    """The text that may go to this person now: the oldest, but danger first and bulk last.

    What must wait holds up what comes after it, to keep the order; only what waits until tomorrow does not.
    """
    return next((row for row in in_line(rows) if not _must_wait(row, person, now_ms)), None)


def in_line(rows: list[Waiting]) -> list[Waiting]:
    """Those that may be looked at, danger first and bulk last: down to the first that holds up what comes after it.

    What asks her to write back comes before what waits for that.
    """
    ordered = sorted(rows, key=lambda row: (row.kind != DANGER, row.kind != TEMPLATE, row.kind == BULK, row.id))
    holds_up = next((place for place, row in enumerate(ordered) if _action(row) is not Action.LATER), len(rows))
    return ordered[: holds_up + 1]


def _must_wait(row: Waiting, person: Receiver, now_ms: int) -> bool:
    until = waits_until(row)
    return until is not None and until > now_ms and not _is_released(row, person)


def waits_until(row: Waiting) -> int | None:
    """The moment, in ms, that this text waits for; None when it may go at once."""
    return row.leased_until if row.status is DeliveryStatus.SENDING_NOW else row.next_try_at


def _is_released(row: Waiting, person: Receiver) -> bool:
    """She has written since: her phone is on, and WhatsApp's window is open."""
    wrote = person.last_inbound_at is not None and person.last_inbound_at > row.status_at
    return wrote and _action(row) in {Action.RETRY_FEW, Action.TEMPLATE}


def _action(row: Waiting) -> Action | None:
    return problem(row.error_code).action if row.error_code else None


def is_outside_window(person: Receiver, row: Waiting, now_ms: int) -> bool:
    """WhatsApp takes free words only within 24 hours of the person's last message (error 63016).

    Of someone erased that moment is gone too, but the receipt was made at it.
    """
    return needs_template(person.channel, row.created_at if person.erased else person.last_inbound_at, now_ms)


def has_its_turn(row: Waiting, now_ms: int) -> bool:
    """It was given this moment, and is not late for it."""
    at = row.next_try_at
    return row.error_code == ITS_TURN and at is not None and at <= now_ms < at + TURN_LASTS


def may_become(old: DeliveryStatus, new: DeliveryStatus) -> bool:
    """Forward only. What waits to be sent anew keeps its old id: of that, only an arrival is still news."""
    if old in {DeliveryStatus.WAITING, DeliveryStatus.SENDING_NOW}:
        return old is DeliveryStatus.WAITING and new in ARRIVED
    return moves_forward(old, new)


def backoff(attempts: int) -> int:
    """Milliseconds until the next try: twice as long each time, with jitter so that not all come back at once."""
    most = min(BACKOFF_FIRST * 2 ** max(0, attempts - 1), BACKOFF_MOST)
    return int(most * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing


def delay(action: Action, attempts: int) -> int | None:
    """Milliseconds to wait; None when it has been tried often enough."""
    tried = max(1, attempts)
    if action is Action.RETRY:
        return backoff(tried)
    if action is Action.CONFIGURATION:
        return HOUR
    if action is Action.TEMPLATE:
        return DAY
    if action is Action.GIVE_UP:
        return None
    if tried > len(FEW_WAITS):
        return None
    return DAY if action is Action.LATER else int(FEW_WAITS[tried - 1] * random.uniform(1.0, 1.2))  # noqa: S311 - likewise
