"""What is done about a text that did not go, by the code that says why: again later, by another way, or never."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.channel.errors import (
    NOT_ALLOWED_THERE,
    OPTED_OUT,
    OUTSIDE_WINDOW,
    UNAPPROVED,
    UNREADABLE,
    Action,
    problem,
)
from bot.channel.message import Channel, DeliveryStatus
from bot.line import delay
from bot.store import outgoing, pauses, window
from bot.store.outgoing import TEMPLATE, Receiver, Waiting
from bot.store.vault import Vault


def mend(
    conn: Connection,
    vault: Vault,
    row: Waiting,
    person: Receiver,
    code: str,
    now_ms: int,
    *,
    ended: DeliveryStatus = DeliveryStatus.FAILED,
    retry_after: int = 0,
) -> bool:
    """What bot.channel.errors says to do about it. True when she is now asked to write back."""
    channel = Channel.SMS if row.by_sms else person.channel
    if row.by_sms and problem(code).action is Action.STOP_CONTACT:  # by SMS only: WhatsApp still reaches her
        if code == OPTED_OUT:
            window.stop_sms(conn, vault, person, now_ms)
        code = OUTSIDE_WINDOW
    # What asks her to write must not wait until she has.
    if code == OUTSIDE_WINDOW and (row.template or row.kind == TEMPLATE):
        code = UNAPPROVED
    action = problem(code).action
    # She will not write again as the one she was: a receipt held for that would keep her number for ever.
    hopeless = action is Action.TEMPLATE and person.erased
    wait = None if hopeless else delay(action, row.attempts)
    if action is Action.STOP_CONTACT or wait is None:
        outgoing.settle(conn, row.id, status=ended, now_ms=now_ms, error_code=code)
    else:
        put_back(conn, row, code, now_ms, now_ms + max(wait, retry_after))
    if action is Action.STOP_CONTACT:
        outgoing.fail_waiting(conn, person.id, code, now_ms)
    if code == OPTED_OUT:
        outgoing.stop_contact(conn, person, now_ms)
    if stops_channel(code, row) and not person.simulated:
        pauses.begin(conn, channel, code, now_ms)
    return action is Action.TEMPLATE and window.ask_back(conn, vault, row, person, now_ms)


def stops_channel(code: str, row: Waiting) -> bool:
    """True when no text would go by this channel until somebody mends our configuration.

    A key that is missing for one text, or a country we may not text that refuses the same text again, is the text's
    own trouble: one message from abroad must not silence everybody.
    """
    again = code == NOT_ALLOWED_THERE and row.attempts > 1
    return problem(code).action is Action.CONFIGURATION and code != UNREADABLE and not again


def put_back(conn: Connection, row: Waiting, code: str | None, now_ms: int, until_ms: int) -> None:
    """Let the text wait until then (ms), with the code that says why."""
    outgoing.settle(conn, row.id, status=DeliveryStatus.WAITING, now_ms=now_ms, error_code=code, next_try_at=until_ms)
