"""One inbound message, start to end, in one transaction: it is wholly taken or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    StoryCompleted,
    StorySubmitted,
    TimerSet,
    WordsForgotten,
)
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.language.identify import Identifier
from bot.store import audit, contacts, turn
from bot.store.database import Database, DatabaseAway
from bot.store.turn import Known, Queued

PLACE_NOT_KEPT = "[place]"
# A drawn reference that is taken, or two first messages of one person at the same moment: the next try succeeds.
TRIES = 3
TIMERS_AT_ONCE = 100
AWAY_MS = 3 * 86_400_000  # after three days she no longer means the question that was open

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
            contacts.forget_erased(conn, now_ms)
        return sum(self._ring_safely(timer_id, contact_id, stamp, now_ms) for timer_id, contact_id, stamp in due)

    def _take(self, conn: Connection, world: World, inbound: Inbound, now_ms: int) -> Receipt:
        vault = self.db.vault
        known = turn.meet(conn, vault, inbound, now_ms)
        if turn.is_duplicate(conn, inbound.provider_id):
            return Receipt(known.contact_id, taken=False, duplicate=True)
        if not can_answer(inbound.address):
            turn.keep_inbound(conn, vault, known.contact_id, inbound, inbound.text, "", now_ms)
            return Receipt(None, taken=True, duplicate=False)
        session = _session(known)
        done = resume(world, session, self._reply(inbound, known, session, now_ms), self._random)
        _Keeper(self.db, conn, known, done, now_ms, inbound).keep()
        return Receipt(known.contact_id, taken=True, duplicate=False)

    def _ring_safely(self, timer_id: int, contact_id: int, stamp: int, now_ms: int) -> bool:
        """One conversation's trouble must not keep the others' timers."""
        try:
            return self._ring(timer_id, contact_id, stamp, now_ms)
        except DatabaseAway:
            raise
        except Exception:
            log.exception("timer_broke", contact_id=contact_id)
            with self.db.begin() as conn:
                turn.drop_timer(conn, timer_id)
            return False

    def _ring(self, timer_id: int, contact_id: int, stamp: int, now_ms: int) -> bool:
        """A timer whose conversation has moved on does nothing."""
        with self.db.begin() as conn:
            known = turn.lock(conn, self.db.vault, contact_id)
            turn.drop_timer(conn, timer_id)
            if known is None or known.stamp != stamp or known.status != "active":
                return False
            done = resume(self._world(), _session(known), Reply(channel=known.channel, timer=True), self._random)
            _Keeper(self.db, conn, known, done, now_ms).keep()
        self._wake(contact_id)
        return True

    def _reply(self, inbound: Inbound, known: Known, session: Session, now_ms: int) -> Reply:
        stopped = known.status == "stopped"
        # Twilio says START also for a YES that answers one of our questions: it means START only after a STOP.
        starts = stopped and inbound.opt_out is OptOut.START
        return Reply(
            text="START" if starts else inbound.text or inbound.button_text,
            channel=inbound.channel.value,
            button=inbound.button,
            media=bool(inbound.media),
            location=inbound.location,
            guess="" if session.settled else self._guess(inbound.text),
            stopped=stopped,
            handled_stop=inbound.opt_out is OptOut.STOP,
            handled_help=inbound.opt_out is OptOut.HELP,
            away=known.last_inbound_at is not None and now_ms - known.last_inbound_at > AWAY_MS,
        )

    def _guess(self, text: str) -> str:
        guess = self.identifier.guess(text)
        return guess.language or "" if guess.sure else ""


class _Keeper:
    """Writes down what one turn led to, in the transaction of the message that caused it."""

    def __init__(
        self, db: Database, conn: Connection, known: Known, done: Turn, now_ms: int, inbound: Inbound | None = None
    ) -> None:
        self.vault, self.conn, self.known, self.done = db.vault, conn, known, done
        self.now_ms, self.inbound = now_ms, inbound
        self.session = done.session
        self.status = "active" if known.status == "erased" else known.status

    def keep(self) -> None:
        """Everything that follows from the turn. An erasure comes before the rows of this very turn."""
        erased = any(isinstance(event, Erased) for event in self.done.events)
        if erased:
            contacts.erase(self.conn, self.known.contact_id, self.now_ms, "resident", receipt_follows=True)
        inbound_id = self._keep_inbound(self.inbound, erased) if self.inbound else None
        for event in self.done.events:
            self._event(event)
        turn.queue_replies(
            self.conn,
            self.vault,
            self.known.contact_id,
            inbound_id,
            self.session.language,
            self._messages(),
            self.now_ms,
        )
        if not erased:
            self._keep_session()

    def _keep_inbound(self, inbound: Inbound, erased: bool) -> int:
        """The message itself. Of one that erases, only that it came: it may be handed to us again."""
        text = "" if erased else PLACE_NOT_KEPT if self.done.private else inbound.text
        inbound = replace(inbound, media=()) if erased else inbound
        contact_id, language = self.known.contact_id, "" if erased else self.session.language
        return turn.keep_inbound(self.conn, self.vault, contact_id, inbound, text, language, self.now_ms)

    def _messages(self) -> list[Queued]:
        said = [event for event in self.done.events if isinstance(event, Say)]
        return [Queued(Outbound(event.text, event.prompt, event.options), event.kind) for event in said]

    def _keep_session(self) -> None:
        session = self.session
        turn.keep_session(
            self.conn, self.vault, self.known,
            session=session.to_json(), stamp=session.stamp, revision=session.revision if session.frames else "",
            language=session.language if session.settled else "", status=self.status, now_ms=self.now_ms,
            wrote=self.inbound is not None,
        )  # fmt: skip

    def _event(self, event: Event) -> None:
        if isinstance(event, StorySubmitted):
            self._story(event)
        elif isinstance(event, StoryCompleted):
            said = {"wish": event.wish, "follow_up": event.follow_up}
            more = {name: value for name, value in said.items() if value is not None}
            turn.complete_story(self.conn, self.vault, self.known.contact_id, event.reference, more)
        elif isinstance(event, WordsForgotten):
            turn.forget_words(self.conn, self.vault, self.known.contact_id, event.texts)
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
            row = {**self._row(), "kind": event.kind.value, "answered": self.known.status != "stopped"}
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
            "follow_up": False,
        }
        subject = turn.keep_story(self.conn, self.vault, row, event.messages)
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
    """Her conversation; a fresh one in her language when what was kept cannot be read."""
    fresh = Session(language=known.language, settled=bool(known.language), stamp=known.stamp)
    try:
        return Session.from_json(known.session) if known.session else fresh
    except ValueError:
        log.error("session_unreadable", contact=known.pseudonym)
        return fresh
