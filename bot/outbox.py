"""One text out: order, STOP, window, lease, send, retry, delivery status."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection

from bot.channel.errors import NO_ANSWER, NO_SENDER, OPTED_OUT, OUTSIDE_WINDOW, UNAPPROVED, UNREADABLE, Action, problem
from bot.channel.message import Channel, DeliveryStatus, moves_forward
from bot.channel.sender import Parcel, Refused, Sender, Sent, Unsure
from bot.channel.twilio import delivery_status
from bot.flow.hours import WINDOW_MS
from bot.observe import OUTBOUND
from bot.store import outgoing, recipients
from bot.store.database import Database
from bot.store.outgoing import Receiver, Waiting
from bot.store.vault import VaultError

log = structlog.get_logger("outbox")

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LEASE = 60 * SECOND  # longer than one call to the provider may take
ASK_AFTER = 15 * SECOND  # a request whose answer was lost has reached the provider's list by then, or never will
CLOCK_SLIP = 2 * MINUTE  # between our clock and the provider's
BACKOFF_FIRST = 2 * SECOND
BACKOFF_MOST = 15 * MINUTE
FEW_WAITS = (MINUTE, 10 * MINUTE, 2 * HOUR)
ASKS = 12  # then a person looks: about an hour and a half
SWEEP_AT_ONCE = 500
# A status callback can overtake the answer that tells us the message's id: wait that long for it, in seconds.
OVERTAKEN = (0.1, 0.2, 0.4, 0.8)

ENDED_BADLY = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED})
ARRIVED = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.READ})
UNNAMED = "30008"  # Twilio's own code for a failure without a reason
SIMULATED = "phone"
DANGER = "danger"
TEMPLATE = "template"


@dataclass(frozen=True)
class _Job:
    """One leased text, opened."""

    row: Waiting
    person: Receiver
    parcel: Parcel
    lease_ends: int

    @property
    def was_tried(self) -> bool:
        """An earlier try may have reached the provider: its worker died, or no answer came."""
        return self.row.status is DeliveryStatus.SENDING_NOW

    @property
    def tried(self) -> Waiting:
        """The row as the lease left it: one more attempt."""
        return replace(self.row, attempts=self.row.attempts + 1)


@dataclass(frozen=True)
class _Held:
    """A transaction in which the person is locked, and still there."""

    conn: Connection
    person: Receiver


class Outbox:
    """Sends what waits. ``channels``: a Sender for "sms", for "whatsapp", and "phone" for simulated people."""

    def __init__(self, db: Database, channels: Mapping[str, Sender]) -> None:
        self._db = db
        self._channels = channels

    def deliver(self, contact_id: int, now_ms: int) -> int:
        """Send what waits for this person, in order, until something must wait. Gives how many went.

        Safe to call at the same time from anywhere: a text is leased before it is sent. Raises DatabaseAway.
        """
        now = _running(now_ms)
        went = 0
        while job := self._lease(contact_id, now()):
            went += self._ask(job, now) if job.was_tried else self._send(job, now)
        return went

    def sweep(self, now_ms: int) -> int:
        """Deliver to everyone for whom something is due or was lost. Gives how many texts went."""
        now = _running(now_ms)
        return sum(self._deliver_safely(contact_id, now()) for contact_id in self.due(now_ms))

    def due(self, now_ms: int) -> list[int]:
        """The people for whom something may go now. Raises DatabaseAway."""
        with self._db.read() as conn:
            return outgoing.due(conn, now_ms, SWEEP_AT_ONCE)

    def next_try(self, contact_id: int) -> int | None:
        """When to come back for this person, in ms; None when nothing waits. Raises DatabaseAway."""
        with self._db.read() as conn:
            rows = _in_line(outgoing.unfinished(conn, contact_id))
        return min((_waits_until(row) or row.status_at for row in rows), default=None)

    def status(self, provider_id: str, status: str, error_code: str | None, now_ms: int) -> bool:
        """Note how a text fared: forward only. Unknown words and ids do no harm. Raises DatabaseAway.

        False when the id is unknown but a text is just leaving that may turn out to have it: come again.
        """
        new = delivery_status(status)
        if new is None:
            log.info("unknown delivery status", status=status[:20], provider_id=provider_id)
            return True
        for pause in (*OVERTAKEN, 0.0):
            if self._hear(provider_id, new, error_code, now_ms):
                return True
            time.sleep(pause)
        return False

    def _deliver_safely(self, contact_id: int, now_ms: int) -> int:
        try:
            return self.deliver(contact_id, now_ms)
        except Exception:  # one person's trouble must not keep the others' texts
            log.exception("delivery stopped", contact_id=contact_id)
            return 0

    def _lease(self, contact_id: int, now_ms: int) -> _Job | None:
        with self._db.begin() as conn:
            person = outgoing.receiver(conn, contact_id)
            if person is None:
                return None
            if person.stopped:
                outgoing.cancel_after_stop(conn, contact_id, now_ms)
            row = _chosen(conn, person, now_ms)
            return self._leased(conn, row, person, now_ms) if row else None

    def _leased(self, conn: Connection, row: Waiting, person: Receiver, now_ms: int) -> _Job | None:
        tried = row.status is DeliveryStatus.SENDING_NOW
        if not tried and is_outside_window(person, row, now_ms):
            _trouble(conn, row, person, OUTSIDE_WINDOW, now_ms)
            return None
        try:
            parcel = Parcel(person.channel, self._db.vault.open(person.address_enc), self._db.vault.open(row.text_enc))
        except VaultError:
            _wait(conn, row, UNREADABLE, now_ms, now_ms + HOUR)
            return None
        ends = now_ms + LEASE
        moment = {} if tried else {"status_at": now_ms}
        outgoing.lease(conn, row.id, status=DeliveryStatus.SENDING_NOW.value, leased_until=ends, **moment)
        return _Job(row, person, parcel, ends)

    def _sender(self, person: Receiver) -> Sender:
        sender = self._channels.get(SIMULATED if person.simulated else person.channel.value)
        if sender is None:
            raise Refused(NO_SENDER)
        return sender

    def _send(self, job: _Job, now: Callable[[], int]) -> int:
        try:
            sent = self._sender(job.person).send(job.parcel)
        except Refused as refused:
            self._refused(job, refused, now())
            return 0
        except Unsure:
            self._ask_later(job, now())
            return 0
        return self._went(job, sent, now())

    def _ask(self, job: _Job, now: Callable[[], int]) -> int:
        """Does the provider have it? Then note that; if it surely has not, the text waits to be sent anew."""
        try:
            found = self._sender(job.person).find(job.parcel, job.row.status_at - CLOCK_SLIP)
        except (Refused, Unsure):
            self._ask_later(job, now())
            return 0
        with self._db.read() as conn:
            ours = outgoing.known_ids(conn, [sent.provider_id for sent in found])
        new = next((sent for sent in found if sent.provider_id not in ours), None)
        if new:
            return self._went(job, new, now())
        self._send_anew(job, now())
        return 0

    def _went(self, job: _Job, sent: Sent, now_ms: int) -> int:
        with self._settling(job) as held:
            if held is None:
                return 0
            outgoing.settle(held.conn, job.row.id, status=sent.status, now_ms=now_ms, provider_id=sent.provider_id)
            if sent.status in ENDED_BADLY:
                code = sent.error_code or UNNAMED
                _trouble(held.conn, job.tried, held.person, code, now_ms, ended=sent.status)
        _count(job.person, sent.status.value, job.row.id)
        return 1

    def _refused(self, job: _Job, refused: Refused, now_ms: int) -> None:
        with self._settling(job) as held:
            if held:
                _trouble(held.conn, job.tried, held.person, refused.code, now_ms, retry_after=refused.retry_after_ms)
        _count(job.person, "refused", job.row.id, refused.code)

    def _ask_later(self, job: _Job, now_ms: int) -> None:
        attempts = job.tried.attempts
        with self._settling(job) as held:
            if held and attempts >= ASKS:
                failed = DeliveryStatus.FAILED
                outgoing.settle(held.conn, job.row.id, status=failed, now_ms=now_ms, error_code=NO_ANSWER)
            elif held:
                until = now_ms + max(ASK_AFTER, backoff(attempts))
                outgoing.wait_to_ask(held.conn, job.row.id, error_code=NO_ANSWER, until_ms=until)
        _count(job.person, "unsure", job.row.id, NO_ANSWER)

    def _send_anew(self, job: _Job, now_ms: int) -> None:
        with self._settling(job) as held:
            if held:
                outgoing.settle(held.conn, job.row.id, status=DeliveryStatus.WAITING, now_ms=now_ms)

    @contextmanager
    def _settling(self, job: _Job) -> Iterator[_Held | None]:
        """A transaction with the person locked; None when she was erased, or the lease ran out and was taken over."""
        with self._db.begin() as conn:
            person = outgoing.receiver(conn, job.person.id)
            if person and outgoing.is_leased(conn, job.row.id, job.lease_ends):
                yield _Held(conn, person)
            else:
                log.warning("lease lost", outbound=job.row.id, contact=job.person.pseudonym)
                yield None

    def _hear(self, provider_id: str, new: DeliveryStatus, error_code: str | None, now_ms: int) -> bool:
        with self._db.begin() as conn:
            contact_id = outgoing.contact_of(conn, provider_id)
            if contact_id is None:
                return not outgoing.anything_leaving(conn, now_ms)
            person = outgoing.receiver(conn, contact_id)
            row = outgoing.by_provider_id(conn, provider_id)
            if not person or not row or not may_become(row.status, new):
                return True
            if new in ENDED_BADLY:
                _trouble(conn, row, person, error_code or UNNAMED, now_ms, ended=new)
            else:
                outgoing.settle(conn, row.id, status=new, now_ms=now_ms)
        _count(person, new.value, row.id, error_code)
        return True


def _chosen(conn: Connection, person: Receiver, now_ms: int) -> Waiting | None:
    """The text that may go now. One of a broadcast is asked about again: what may not go any more leaves the line."""
    while row := choose(outgoing.unfinished(conn, person.id), person, now_ms):
        again = row.kind == recipients.BULK and row.status is DeliveryStatus.WAITING
        if not again or recipients.may_go(conn, row.id, now_ms):
            return row
    return None


def choose(rows: list[Waiting], person: Receiver, now_ms: int) -> Waiting | None:
    """The text that may go to this person now: the oldest, but danger first.

    What must wait holds up what comes after it, to keep the order; only what waits until tomorrow does not.
    """
    return next((row for row in _in_line(rows) if not _must_wait(row, person, now_ms)), None)


def _in_line(rows: list[Waiting]) -> list[Waiting]:
    """Those that may be looked at: down to the first that holds up what comes after it."""
    ordered = sorted(rows, key=lambda row: (row.kind != DANGER, row.id))
    holds_up = next((place for place, row in enumerate(ordered) if _action(row) is not Action.LATER), len(rows))
    return ordered[: holds_up + 1]


def _must_wait(row: Waiting, person: Receiver, now_ms: int) -> bool:
    until = _waits_until(row)
    return until is not None and until > now_ms and not _is_released(row, person)


def _waits_until(row: Waiting) -> int | None:
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
    if person.channel is not Channel.WHATSAPP:
        return False
    wrote = row.created_at if person.erased else person.last_inbound_at
    return wrote is None or now_ms - wrote >= WINDOW_MS


def may_become(old: DeliveryStatus, new: DeliveryStatus) -> bool:
    """Forward only. What waits to be sent anew keeps its old id: of that, only an arrival is still news."""
    if old in {DeliveryStatus.WAITING, DeliveryStatus.SENDING_NOW}:
        return old is DeliveryStatus.WAITING and new in ARRIVED
    return moves_forward(old, new)


def backoff(attempts: int) -> int:
    """Milliseconds until the next try: twice as long each time, with jitter so that not all come back at once."""
    most = min(BACKOFF_FIRST * 2 ** max(0, attempts - 1), BACKOFF_MOST)
    return int(most * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing


def _trouble(
    conn: Connection,
    row: Waiting,
    person: Receiver,
    code: str,
    now_ms: int,
    *,
    ended: DeliveryStatus = DeliveryStatus.FAILED,
    retry_after: int = 0,
) -> None:
    """What bot.channel.errors says to do about it."""
    if code == OUTSIDE_WINDOW and row.kind == TEMPLATE:  # it asks her to write, so it must not wait until she has
        code = UNAPPROVED
    action = problem(code).action
    # She will not write again as the one she was: a receipt held for that would keep her number for ever.
    hopeless = action is Action.TEMPLATE and person.erased
    delay = None if hopeless else _delay(action, row.attempts)
    if action is Action.STOP_CONTACT or delay is None:
        outgoing.settle(conn, row.id, status=ended, now_ms=now_ms, error_code=code)
    else:
        _wait(conn, row, code, now_ms, now_ms + max(delay, retry_after))
    if action is Action.STOP_CONTACT:
        outgoing.fail_waiting(conn, person.id, code, now_ms)
    if code == OPTED_OUT:
        outgoing.stop_contact(conn, person, now_ms)


def _delay(action: Action, attempts: int) -> int | None:
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


def _wait(conn: Connection, row: Waiting, code: str, now_ms: int, until_ms: int) -> None:
    outgoing.settle(conn, row.id, status=DeliveryStatus.WAITING, now_ms=now_ms, error_code=code, next_try_at=until_ms)


def _count(person: Receiver, status: str, outbound: int, error_code: str | None = None) -> None:
    channel = person.channel.value
    OUTBOUND.labels(channel, status).inc()
    log.info("outbound", status=status, outbound=outbound, contact=person.pseudonym, channel=channel, error=error_code)


def _running(now_ms: int) -> Callable[[], int]:
    """A clock that starts at ``now_ms`` and goes on: sending takes time, and a lease must begin when it begins."""
    started = time.monotonic()
    return lambda: now_ms + int((time.monotonic() - started) * 1000)
