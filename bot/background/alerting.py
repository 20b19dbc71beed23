"""Tells the desk's people of an alert: the named lead at once, then the stand-in, then everyone on the rota.

The database is the clock and the line: a restart loses nothing, and of many workers one takes each step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.background.loop import Loop
from bot.background.staff_words import StaffWords
from bot.channel.errors import NO_ANSWER, NO_SENDER, Action, problem
from bot.channel.mail import Mailer
from bot.channel.message import Channel, DeliveryStatus
from bot.channel.sender import Parcel, Refused, Sender, Sent, Unsure
from bot.line import ARRIVED, backoff, delay
from bot.store import notices
from bot.store.database import Database
from bot.store.notices import Notice, NoticeStatus, Way

EVERY_S = 2.0
MINUTE = 60_000
CLOCK_SLIP = 5 * MINUTE  # how far Twilio's clock may be behind ours
MOST_TRIES = 12
MOST_WAIT = 2 * MINUTE  # between two tries: she must hear of it soon, or the next person
LOOKS = 8  # how often we ask how a text that went fares
LOOK_FIRST = 15_000
UNNAMED = "30008"  # Twilio's own code for a failure without a reason
ENDED_BADLY = frozenset({DeliveryStatus.UNDELIVERED, DeliveryStatus.FAILED, DeliveryStatus.CANCELED})

log = structlog.get_logger("alerts")


@dataclass(frozen=True)
class Ways:
    """How people of the desk can be told here: by which sender, by which e-mail server; None when not set up. And in
    which words."""

    sms: Sender | None
    mail: Mailer | None
    words: StaffWords

    @property
    def there(self) -> frozenset[Way]:
        """The ways that are set up."""
        return frozenset([Way.SMS] * bool(self.sms) + [Way.EMAIL] * bool(self.mail))


class Alerting:
    """Takes the steps that are due, and sends what tells of them. ``wait_minutes`` lie between two steps."""

    def __init__(self, db: Database, now_ms: Callable[[], int], ways: Ways, *, wait_minutes: int) -> None:
        self._db, self._now_ms, self._ways, self._wait_ms = db, now_ms, ways, wait_minutes * MINUTE
        self._loop = Loop("alerts", EVERY_S, self.work)

    def start(self) -> None:
        """Work in a thread of this process until ``stop``."""
        self._loop.start()

    def stop(self) -> None:
        """Begin nothing new."""
        self._loop.stop()

    def work(self) -> int:
        """Take every step and send everything that is due now; how many steps and tries that were. Raises
        DatabaseAway."""
        done = self.step_due()
        while not self._loop.ended.is_set() and (notice := self._next()):
            self._carry(notice)
            done += 1
            done += self.step_due()  # nobody could be reached: the next people must not wait
        return done

    def step_due(self) -> int:
        """Take the steps of every alert whose clock has come round; how many."""
        with self._db.read() as conn:
            due = notices.due_alerts(conn, self._now_ms())
        return sum(self._step(alert_id) for alert_id in due)

    def _step(self, alert_id: int) -> bool:
        with self._db.begin() as conn:
            taken = notices.take_step(
                conn,
                self._db.vault,
                alert_id,
                ways=self._ways.there,
                wait_ms=self._wait_ms,
                now_ms=self._now_ms(),
            )
        if taken:
            log.info("alert_step", alert=alert_id, step=taken.step, who=taken.who.value)
        return taken is not None

    def _next(self) -> Notice | None:
        now = self._now_ms()
        with self._db.read() as conn:
            if not notices.is_due(conn, now):
                return None
        with self._db.begin() as conn:
            return notices.lease(conn, self._db.vault, now)

    def _carry(self, notice: Notice) -> None:
        if notice.status is NoticeStatus.SENT:
            self._look(notice)
        elif self._is_late(notice):
            self._settle(notice, NoticeStatus.NOT_NEEDED)
        elif notice.way is Way.SMS and notice.status is not NoticeStatus.WAITING:
            self._ask(notice)
        else:
            self._send(notice)

    def _is_late(self, notice: Notice) -> bool:
        with self._db.read() as conn:
            return notice.status is NoticeStatus.WAITING and not notices.is_open(conn, notice.alert_id)

    def _send(self, notice: Notice) -> None:
        try:
            if notice.way is Way.SMS:
                self._sent(notice, self._sender().send(self._parcel(notice)))
            else:
                self._mail(notice)
        except Refused as refused:
            self._refused(notice, refused)
        except Unsure:
            self._wait(notice, NoticeStatus.UNSURE, NO_ANSWER, MOST_WAIT // 8)

    def _mail(self, notice: Notice) -> None:
        if self._ways.mail is None or not notice.address:
            raise Refused(NO_SENDER)
        key = f"alert-{notice.alert_id}-{notice.id}"
        subject = self._ways.words.alert_subject(notice.alert_id, notice.language)
        self._ways.mail.send(notice.address, subject, self._words(notice), key)
        self._settle(notice, NoticeStatus.SENT)

    def _sent(self, notice: Notice, sent: Sent) -> None:
        now = self._now_ms()
        if sent.status in ENDED_BADLY:
            self._settle(
                notice, NoticeStatus.FAILED, error_code=sent.error_code or UNNAMED, provider_id=sent.provider_id
            )
        elif sent.status in ARRIVED:
            self._settle(notice, NoticeStatus.ARRIVED, provider_id=sent.provider_id)
        else:
            due = now + LOOK_FIRST
            self._settle(notice, NoticeStatus.SENT, due_at=due, provider_id=sent.provider_id, afresh=True)

    def _ask(self, notice: Notice) -> None:
        """Does Twilio have it? Then note that; when it surely has not, the text goes anew."""
        try:
            found = self._sender().find(self._parcel(notice), notice.began_at - CLOCK_SLIP)
        except (Refused, Unsure):
            self._wait(notice, NoticeStatus.UNSURE, NO_ANSWER, MOST_WAIT // 8)
            return
        with self._db.read() as conn:
            ours = notices.known_ids(conn, [one.provider_id for one in found])
        new = next((one for one in found if one.provider_id not in ours), None)
        if new:
            self._sent(notice, new)
        else:
            self._settle(notice, NoticeStatus.WAITING, due_at=self._now_ms())

    def _look(self, notice: Notice) -> None:
        """How does the text fare that went? Twilio's calls about it tell the outbox, which does not know it."""
        try:
            fares = self._sender().look_up(notice.provider_id)
        except (Refused, Unsure):
            fares = None
        if fares and fares.status in ENDED_BADLY:
            self._settle(notice, NoticeStatus.FAILED, error_code=fares.error_code or UNNAMED)
        elif fares and fares.status in ARRIVED:
            self._settle(notice, NoticeStatus.ARRIVED)
        else:
            again = self._now_ms() + LOOK_FIRST * notice.attempts if notice.attempts < LOOKS else None
            self._settle(notice, NoticeStatus.SENT, due_at=again)

    def _refused(self, notice: Notice, refused: Refused) -> None:
        action = problem(refused.code).action
        after = delay(action, notice.attempts) if action in {Action.RETRY, Action.RETRY_FEW} else None
        if after is None or notice.attempts >= MOST_TRIES:
            self._settle(notice, NoticeStatus.FAILED, error_code=refused.code)
        else:
            self._wait(notice, NoticeStatus.WAITING, refused.code, max(refused.retry_after_ms, min(after, MOST_WAIT)))

    def _wait(self, notice: Notice, status: NoticeStatus, code: str, after_ms: int) -> None:
        if notice.attempts >= MOST_TRIES:
            self._settle(notice, NoticeStatus.FAILED, error_code=code)
        else:
            due = self._now_ms() + max(after_ms, backoff(1))
            self._settle(notice, status, due_at=due, error_code=code)

    def _settle(
        self,
        notice: Notice,
        status: NoticeStatus,
        *,
        due_at: int | None = None,
        error_code: str = "",
        provider_id: str = "",
        afresh: bool = False,
    ) -> None:
        with self._db.begin() as conn:
            held = notices.settle(
                conn,
                notice,
                status,
                now_ms=self._now_ms(),
                due_at=due_at,
                error_code=error_code,
                provider_id=provider_id,
                afresh=afresh,
            )
        said = status.value if held else "lease lost"
        log.info(
            "alert_notice", alert=notice.alert_id, step=notice.step, way=notice.way.value, status=said, error=error_code
        )

    def _sender(self) -> Sender:
        if self._ways.sms is None:
            raise Refused(NO_SENDER)
        return self._ways.sms

    def _parcel(self, notice: Notice) -> Parcel:
        if not notice.address:
            raise Refused(NO_SENDER)
        return Parcel(Channel.SMS, notice.address, self._words(notice), language=notice.language)

    def _words(self, notice: Notice) -> str:
        return self._ways.words.alert(notice.alert_id, notice.step, notice.language)
