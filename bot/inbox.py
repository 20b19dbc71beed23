"""One inbound message, start to end, in one transaction: it is wholly taken or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random, SystemRandom

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.channel.message import Inbound, OptOut, Outbound
from bot.channel.twilio import can_answer
from bot.flow.engine import Turn, resume
from bot.flow.events import (
    AlertRaised,
    Broke,
    Erased,
    Event,
    QuestionAsked,
    Say,
    Started,
    Stopped,
    StorySubmitted,
    TimerSet,
)
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.language.identify import Identifier
from bot.store import audit, contacts, turn
from bot.store.database import Database
from bot.store.turn import Known, Queued

PLACE_NOT_KEPT = "[place]"
# A drawn reference that is taken, or two first messages of one person at the same moment: the next try succeeds.
TRIES = 3
TIMERS_AT_ONCE = 100

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. ``duplicate``: it had been taken before, and nothing was done."""

    contact_id: int | None
    taken: bool
    duplicate: bool


class Inbox:
    """Takes messages. ``world`` gives the newest flows and knowledge; ``wake`` is told whose replies wait."""

    def __init__(
        self,
        db: Database,
        world: Callable[[], World],
        identifier: Identifier,
        wake: Callable[[int], None],
        random: Random | None = None,
    ) -> None:
        self.db = db
        self._world = world
        self.identifier = identifier
        self._wake = wake
        self._random = random or SystemRandom()

    def receive(self, inbound: Inbound, now_ms: int) -> Receipt:
        """Take one message. One provider id has one effect, however often and from wherever it comes.

        Raises DatabaseAway: nothing was kept, and the carrier should try again.
        """
        world = self._world()
        for attempt in range(1, TRIES + 1):
            try:
                with self.db.begin() as conn:
                    receipt = self._take(conn, world, inbound, now_ms)
                break
            except IntegrityError:
                if attempt == TRIES:
                    raise
        if receipt.contact_id is not None and not receipt.duplicate:
            self._wake(receipt.contact_id)
        return receipt

    def wake_due(self, now_ms: int) -> int:
        """Let every timer that is due do its work; how many conversations were woken."""
        with self.db.read() as conn:
            due = turn.due_timers(conn, now_ms, TIMERS_AT_ONCE)
        with self.db.begin() as conn:
            contacts.forget_erased(conn)
        return sum(self._ring(timer_id, contact_id, stamp, now_ms) for timer_id, contact_id, stamp in due)

    def _take(self, conn: Connection, world: World, inbound: Inbound, now_ms: int) -> Receipt:
        vault = self.db.vault
        known = turn.meet(conn, vault, inbound, now_ms)
        if turn.is_duplicate(conn, inbound.provider_id):
            return Receipt(known.contact_id, taken=False, duplicate=True)
        if not can_answer(inbound.address):
            turn.keep_inbound(conn, vault, known.contact_id, inbound, inbound.text, "", now_ms)
            return Receipt(None, taken=True, duplicate=False)
        session = _session(known)
        done = resume(world, session, self._reply(inbound, known, session), self._random)
        text = PLACE_NOT_KEPT if done.private else inbound.text
        inbound_id = turn.keep_inbound(conn, vault, known.contact_id, inbound, text, session.language, now_ms)
        _Keeper(self.db, conn, known, done, now_ms, inbound).keep(inbound_id)
        return Receipt(known.contact_id, taken=True, duplicate=False)

    def _ring(self, timer_id: int, contact_id: int, stamp: int, now_ms: int) -> bool:
        """A timer whose conversation has moved on does nothing."""
        with self.db.begin() as conn:
            known = turn.lock(conn, self.db.vault, contact_id)
            turn.drop_timer(conn, timer_id)
            if known is None or known.stamp != stamp or known.status != "active":
                return False
            done = resume(self._world(), _session(known), Reply(timer=True), self._random)
            _Keeper(self.db, conn, known, done, now_ms).keep(None)
        self._wake(contact_id)
        return True

    def _reply(self, inbound: Inbound, known: Known, session: Session) -> Reply:
        guess = (
            ""
            if session.settled
            else (self.identifier.guess(inbound.text).language or "")
            if self._sure(inbound)
            else ""
        )
        return Reply(
            text="START" if inbound.opt_out is OptOut.START else inbound.text or inbound.button_text,
            button=inbound.button,
            media=bool(inbound.media),
            location=inbound.location,
            guess=guess,
            stopped=known.status == "stopped",
            handled_stop=inbound.opt_out is OptOut.STOP,
            handled_help=inbound.opt_out is OptOut.HELP,
        )

    def _sure(self, inbound: Inbound) -> bool:
        return self.identifier.guess(inbound.text).sure


class _Keeper:
    """Writes down what one turn led to, in the transaction of the message that caused it."""

    def __init__(
        self, db: Database, conn: Connection, known: Known, done: Turn, now_ms: int, inbound: Inbound | None = None
    ) -> None:
        self.vault, self.conn, self.known, self.done = db.vault, conn, known, done
        self.now_ms, self.inbound = now_ms, inbound
        self.session = done.session
        self.status = "active" if known.status == "erased" else known.status

    def keep(self, inbound_id: int | None) -> None:
        for event in self.done.events:
            self._event(event)
        erased = any(isinstance(event, Erased) for event in self.done.events)
        if erased:
            contacts.erase(self.conn, self.known.contact_id, self.now_ms, "resident", receipt_follows=True)
            inbound_id = None
        messages = [
            Queued(Outbound(event.text, event.prompt, event.options), event.kind)
            for event in self.done.events
            if isinstance(event, Say)
        ]
        turn.queue_replies(
            self.conn,
            self.vault,
            self.known.contact_id,
            inbound_id,
            self.session.language,
            messages,
            self.now_ms,
        )
        if not erased:
            self._keep_session(inbound_id is not None)

    def _keep_session(self, wrote: bool) -> None:
        session = self.session
        turn.keep_session(
            self.conn, self.vault, self.known,
            session=session.to_json(), stamp=session.stamp, revision=session.revision if session.frames else "",
            language=session.language if session.settled else "", status=self.status, now_ms=self.now_ms, wrote=wrote,
        )  # fmt: skip

    def _event(self, event: Event) -> None:
        if isinstance(event, StorySubmitted):
            self._story(event)
        elif isinstance(event, QuestionAsked):
            row = {**self._row(), "reference": event.reference}
            subject = turn.keep_question(self.conn, self.vault, row, event.text)
            self._audit(
                audit.Event.QUESTION_RECEIVED,
                f"question:{subject}",
                language=row["language"],
                simulated=self.known.simulated,
            )
        elif isinstance(event, AlertRaised):
            row = {**self._row(), "kind": event.kind.value}
            subject = turn.keep_alert(self.conn, self.vault, row, event.text)
            self._audit(
                audit.Event.ALERT_RAISED,
                f"alert:{subject}",
                kind=event.kind.value,
                language=row["language"],
                simulated=self.known.simulated,
            )
        elif isinstance(event, TimerSet):
            turn.set_timer(self.conn, self.known.contact_id, self.session.stamp, self.now_ms + event.after_ms)
        elif isinstance(event, Stopped | Started):
            self._consent_changed(event)
        elif isinstance(event, Broke):
            log.error("flow_broke", contact=self.known.pseudonym, why=event.sentence)

    def _story(self, event: StorySubmitted) -> None:
        row = {
            **self._row(),
            "reference": event.reference,
            "consent": event.consent.value,
            "follow_up": event.follow_up,
        }
        subject = turn.keep_story(self.conn, self.vault, row, event.messages, event.wish)
        self._audit(
            audit.Event.STORY_RECEIVED, f"story:{subject}",
            language=row["language"], consent=event.consent.value, simulated=self.known.simulated,
        )  # fmt: skip

    def _consent_changed(self, event: Stopped | Started) -> None:
        stopped = isinstance(event, Stopped)
        self.status = "stopped" if stopped else "active"
        if stopped:
            turn.cancel_waiting(self.conn, self.known.contact_id, self.now_ms)
        elif self.inbound:
            turn.keep_address(self.conn, self.vault, self.known.contact_id, self.inbound.address)
        what = audit.Event.CONTACT_STOPPED if stopped else audit.Event.CONTACT_STARTED
        self._audit(
            what, f"contact:{self.known.contact_id}", channel=self.known.channel, simulated=self.known.simulated
        )

    def _row(self) -> dict[str, object]:
        return {
            "contact_id": self.known.contact_id,
            "language": self.session.language or "en",
            "simulated": self.known.simulated,
            "created_at": self.now_ms,
        }

    def _audit(self, event: audit.Event, subject: str, **detail: object) -> None:
        audit.append(self.conn, now_ms=self.now_ms, actor="resident", event=event, subject=subject, detail=detail)


def _session(known: Known) -> Session:
    return Session.from_json(known.session) if known.session else Session()
