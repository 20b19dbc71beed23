"""One text out: order, STOP, window, lease, send, retry, delivery status."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection

from bot.channel.errors import (
    NO_ANSWER,
    NO_SENDER,
    OUTSIDE_WINDOW,
    UNREADABLE,
)
from bot.channel.message import Channel, DeliveryStatus
from bot.channel.sender import Parcel, Refused, Sender, Sent, Unsure
from bot.channel.twilio import delivery_status
from bot.line import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    backoff,
    choose,
    has_its_turn,
    in_line,
    is_outside_window,
    may_become,
    waits_until,
)
from bot.observe import OUTBOUND
from bot.remedy import mend, put_back
from bot.store import outgoing, pauses, recipients, route
from bot.store.database import Database
from bot.store.outgoing import BULK, DANGER, Receiver, Silent, Waiting
from bot.store.pace import NoLimit, Pace
from bot.store.vault import VaultError

log = structlog.get_logger("outbox")

LEASE = 60 * SECOND  # longer than one call to the provider may take
ASK_AFTER = 15 * SECOND  # a request whose answer was lost has reached the provider's list by then, or never will
# Between our clock and the provider's. Shorter than the asking goes on for (ASKS): what is given up unanswered must not
# be taken for a later text of the same words.
CLOCK_SLIP = 20 * MINUTE
ASKS = 12  # then a person looks: about an hour and a half
SWEEP_AT_ONCE = 500
NAP = 100  # ms; for a turn that comes so soon a worker waits, for a later one the text is put back
REPLIES_AHEAD = 50 * SECOND  # how far ahead moments are given to replies; under the minute in which a job comes back
BULK_AHEAD = 2 * SECOND  # and to bulk: a reply may come at any time, and waits no longer than this for it
NEWS_AFTER = 4 * HOUR  # Twilio itself gives a text up after four hours
NEWS_AGAIN = 20 * HOUR
NEWS_UNTIL = 3 * DAY
NEWS_AT_ONCE = 50
# A status callback can overtake the answer that tells us the message's id: wait that long for it, in seconds.
OVERTAKEN = (0.1, 0.2, 0.4, 0.8)

ENDED_BADLY = frozenset({DeliveryStatus.FAILED, DeliveryStatus.UNDELIVERED})
UNNAMED = "30008"  # Twilio's own code for a failure without a reason
SIMULATED = "phone"


@dataclass(frozen=True)
class _Job:
    """One leased text, opened."""

    row: Waiting
    person: Receiver
    parcel: Parcel
    lease_ends: int
    starts_at: int
    probes: bool  # its channel is paused: if this one goes, all may

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
    """Sends what waits. ``channels``: a Sender for "sms", for "whatsapp", and "phone" for simulated people.

    ``pace`` says how fast; without it there is no limit.
    """

    def __init__(self, db: Database, channels: Mapping[str, Sender], pace: Pace | None = None) -> None:
        self._db = db
        self._channels = channels
        self._pace = pace or NoLimit()

    def deliver(self, contact_id: int, now_ms: int) -> int:
        """Send what waits for this person, in order, until something must wait. Gives how many went.

        Safe to call at the same time from anywhere: a text is leased before it is sent. Raises DatabaseAway.
        """
        now = _running(now_ms)
        went = 0
        job = self._lease(contact_id, now())
        while job:
            went += self._ask(job, now) if job.was_tried else self._send(job, now)
            job = self._lease(contact_id, now()) if self._has_more(contact_id) else None
        return went

    def _has_more(self, contact_id: int) -> bool:
        """Asked without the lock that a lease needs: most people have one text, and turns wait for that lock."""
        with self._db.read() as conn:
            return outgoing.anything_unfinished(conn, contact_id)

    def sweep(self, now_ms: int) -> int:
        """Deliver to everyone for whom something is due or was lost. Gives how many texts went."""
        now = _running(now_ms)
        return sum(self._deliver_safely(contact_id, now()) for contact_id in self.due(now_ms))

    def due(self, now_ms: int) -> list[int]:
        """The people for whom something may go now. Raises DatabaseAway."""
        with self._db.begin() as conn:
            outgoing.set_right(conn, now_ms)
            paused = [one.channel.value for one in pauses.everywhere(conn) if now_ms < one.probe_at]
            return outgoing.due(conn, now_ms, SWEEP_AT_ONCE, paused=paused)

    def next_try(self, contact_id: int) -> int | None:
        """When to come back for this person, in ms; None when nothing waits. Raises DatabaseAway."""
        with self._db.read() as conn:
            rows = in_line(outgoing.unfinished(conn, contact_id))
            probe_at = pauses.probe_at(conn, contact_id) if rows else 0
        moments = (max(waits_until(row) or row.status_at, 0 if row.kind == DANGER else probe_at) for row in rows)
        return min(moments, default=None)

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

    def ask_for_news(self, now_ms: int) -> int:
        """Ask the carrier about texts it has long said nothing of, in case its callback was lost. Gives how many.

        After four hours, and once more a day later: some networks never tell, and then "sent" is all that is known.
        """
        with self._db.read() as conn:
            found = outgoing.silent(
                conn,
                quiet_since=now_ms - NEWS_AFTER,
                asked_before=now_ms - NEWS_AGAIN,
                made_after=now_ms - NEWS_UNTIL,
                limit=NEWS_AT_ONCE,
            )
        return sum(self._ask_for_news_of(one, now_ms) for one in found)

    def _ask_for_news_of(self, silent: Silent, now_ms: int) -> bool:
        sender = self._channels.get(silent.channel.value)
        try:
            news = sender.look_up(silent.provider_id) if sender else None
        except (Refused, Unsure) as away:
            log.warning("no news of a text", outbound=silent.id, error=getattr(away, "code", NO_ANSWER))
            news = None
        with self._db.begin() as conn:
            outgoing.note_asked(conn, silent.id, now_ms)
        if news:
            self._hear(silent.provider_id, news.status, news.error_code, now_ms)
        return news is not None

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
            return self._next(conn, person, now_ms)

    def _next(self, conn: Connection, person: Receiver, now_ms: int) -> _Job | None:
        row = _chosen(conn, person, now_ms)
        return self._leased(conn, row, person, now_ms) if row else None

    def _leased(self, conn: Connection, row: Waiting, person: Receiver, now_ms: int) -> _Job | None:
        try:
            way = route.of(conn, self._db.vault, row, person, closed=is_outside_window(person, row, now_ms))
        except VaultError:
            put_back(conn, row, UNREADABLE, now_ms, now_ms + HOUR)
            return None
        if way is None:
            asks = mend(conn, self._db.vault, row, person, OUTSIDE_WINDOW, now_ms)
            return self._next(conn, person, now_ms) if asks else None
        tried = row.status is DeliveryStatus.SENDING_NOW
        pause = None if person.simulated else pauses.find(conn, way.channel)
        probe = None if tried or row.kind == DANGER else pause
        if probe and now_ms < probe.probe_at:
            if way.by_sms:  # nobody else would tell that it waits: her own channel works
                put_back(conn, row, row.error_code, now_ms, probe.probe_at)
            return None
        starts_at = now_ms if tried else self._turn(conn, row, person, way.channel, now_ms)
        if starts_at is None or (probe and not pauses.claim_probe(conn, probe, now_ms)):
            return None
        ends = starts_at + LEASE
        outgoing.lease(conn, row.id, until_ms=ends, begun_ms=None if tried else now_ms, by_sms=way.by_sms)
        return _Job(replace(row, by_sms=way.by_sms), person, way.parcel, ends, starts_at, probes=pause is not None)

    def _turn(self, conn: Connection, row: Waiting, person: Receiver, channel: Channel, now_ms: int) -> int | None:
        """When this text may go, in ms: now or in a moment. None when it was put back to wait for its turn.

        A danger text takes a turn like any other, so that the others leave room for it, and does not wait for it.
        """
        if person.simulated or has_its_turn(row, now_ms):
            return now_ms
        if row.kind == BULK and outgoing.replies_wait(conn, channel, now_ms):
            outgoing.wait_for_turn(conn, row.id, now_ms + _spread(BULK_AHEAD, 4 * BULK_AHEAD), given=False)
            return None
        ahead = {DANGER: DAY, BULK: BULK_AHEAD}.get(row.kind, REPLIES_AHEAD)
        parts = row.segments if channel is Channel.SMS else 1
        slot = self._pace.take(conn, channel, parts, now_ms, now_ms + ahead)
        if row.kind == DANGER:
            return now_ms
        if slot.given and slot.at_ms <= now_ms + NAP:
            return slot.at_ms
        until = slot.at_ms if slot.given else now_ms + _spread(ahead // 2, ahead)
        outgoing.wait_for_turn(conn, row.id, until, given=slot.given)
        return None

    def _sender(self, job: _Job) -> Sender:
        sender = self._channels.get(SIMULATED if job.person.simulated else job.parcel.channel.value)
        if sender is None:
            raise Refused(NO_SENDER)
        return sender

    def _send(self, job: _Job, now: Callable[[], int]) -> int:
        if now() >= job.lease_ends:  # this process stood still: somebody else may have it by now
            log.warning("lease ended before sending", outbound=job.row.id, contact=job.person.pseudonym)
            return 0
        if (early := job.starts_at - now()) > 0:
            time.sleep(min(NAP, early) / 1000)
        try:
            sent = self._sender(job).send(job.parcel)
        except Refused as refused:
            self._refused(job, refused, now())
            return 0
        except Unsure:
            self._ask_later(job, now())
            return 0
        return self._went(job, sent, now())

    def _ask(self, job: _Job, now: Callable[[], int]) -> int:
        """Does the provider have it? Then note that; if it surely has not, the text waits to be sent anew.

        Surely means: some time after its request ended. A lease may end before its time where two clocks differ, or one
        is set, and then the request is still on its way: of such a text we ask once more.
        """
        try:
            found = self._sender(job).find(job.parcel, job.row.status_at - CLOCK_SLIP)
        except (Refused, Unsure):
            self._ask_later(job, now())
            return 0
        with self._db.read() as conn:
            ours = outgoing.known_ids(conn, [sent.provider_id for sent in found])
        new = next((sent for sent in found if sent.provider_id not in ours), None)
        if new:
            return self._went(job, new, now())
        if job.row.error_code == NO_ANSWER:
            self._send_anew(job, now())
        else:
            self._ask_later(job, now())
        return 0

    def _went(self, job: _Job, sent: Sent, now_ms: int) -> int:
        with self._settling(job) as held:
            if held is None:
                return 0
            outgoing.settle(held.conn, job.row.id, status=sent.status, now_ms=now_ms, provider_id=sent.provider_id)
            if sent.status in ENDED_BADLY:
                code = sent.error_code or UNNAMED
                mend(held.conn, self._db.vault, job.tried, held.person, code, now_ms, ended=sent.status)
            elif job.probes and pauses.end(held.conn, job.parcel.channel, now_ms, "system"):
                log.info("channel resumed", channel=job.parcel.channel.value)
        _count(job.person, job.row, sent.status.value)
        return 1

    def _refused(self, job: _Job, refused: Refused, now_ms: int) -> None:
        with self._settling(job) as held:
            if held:
                vault, wait = self._db.vault, refused.retry_after_ms
                mend(held.conn, vault, job.tried, held.person, refused.code, now_ms, retry_after=wait)
        _count(job.person, job.row, "refused", refused.code)

    def _ask_later(self, job: _Job, now_ms: int) -> None:
        attempts = job.tried.attempts
        with self._settling(job) as held:
            if held and attempts >= ASKS:
                failed = DeliveryStatus.FAILED
                outgoing.settle(held.conn, job.row.id, status=failed, now_ms=now_ms, error_code=NO_ANSWER)
            elif held:
                until = now_ms + max(ASK_AFTER, backoff(attempts))
                outgoing.wait_to_ask(held.conn, job.row.id, error_code=NO_ANSWER, until_ms=until)
        _count(job.person, job.row, "unsure", NO_ANSWER)

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
            if contact_id is None and outgoing.anything_leaving(conn, now_ms):
                return False
            # Again: its id may have been stored between the two looks, as on PostgreSQL each sees its own moment.
            contact_id = contact_id or outgoing.contact_of(conn, provider_id)
            if contact_id is None:
                return True
            person = outgoing.receiver(conn, contact_id)
            row = outgoing.by_provider_id(conn, provider_id)
            if not person or not row or not may_become(row.status, new):
                return True
            if new in ENDED_BADLY:
                mend(conn, self._db.vault, row, person, error_code or UNNAMED, now_ms, ended=new)
            else:
                outgoing.settle(conn, row.id, status=new, now_ms=now_ms)
        _count(person, row, new.value, error_code)
        return True


def _chosen(conn: Connection, person: Receiver, now_ms: int) -> Waiting | None:
    """The text that may go now. One of a broadcast is asked about again: what may not go any more leaves the line."""
    while row := choose(outgoing.unfinished(conn, person.id), person, now_ms):
        again = row.kind == BULK and row.status is DeliveryStatus.WAITING
        if not again or recipients.may_go(conn, row.id, now_ms):
            return row
    return None


def _spread(least: int, most: int) -> int:
    """A number of milliseconds in between: those who wait must not all come back at once."""
    return int(random.uniform(least, most))  # noqa: S311 - spreads load, guards nothing


def _count(person: Receiver, row: Waiting, status: str, error_code: str | None = None) -> None:
    channel = (Channel.SMS if row.by_sms else person.channel).value
    OUTBOUND.labels(channel, status).inc()
    log.info("outbound", status=status, outbound=row.id, contact=person.pseudonym, channel=channel, error=error_code)


def _running(now_ms: int) -> Callable[[], int]:
    """A clock that starts at ``now_ms`` and goes on: sending takes time, and a lease must begin when it begins."""
    started = time.monotonic()
    return lambda: now_ms + int((time.monotonic() - started) * 1000)
