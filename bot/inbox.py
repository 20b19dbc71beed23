"""One inbound message, start to end, in one transaction: it is wholly taken or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random, SystemRandom

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from bot.channel.message import Inbound, OptOut
from bot.channel.twilio import can_answer
from bot.flow.engine import Conversation, Turn, resume
from bot.flow.events import Say
from bot.flow.flood import PER_MINUTE, Verdict, is_answered, judge, may_be_held_back
from bot.flow.hours import day_of
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.keeper import Keeper, session_of
from bot.language import phrases
from bot.language.identify import Identifier
from bot.store import meeting, turn, withdrawing
from bot.store.database import Database
from bot.store.meeting import Known
from bot.store.quick import Quick
from bot.store.tally import Seen, Tally

# A drawn reference that is taken, or two first messages of one person at the same moment: the next try succeeds.
TRIES = 3
OLD_BUTTON = "old"  # the id of no button: it answers nothing that is asked now
AWAY_MS = 3 * 86_400_000  # after three days she no longer means the question that was open


class Receipt(Struct, frozen=True):
    """What became of a message. ``duplicate``: it had been taken before, and nothing was done. ``seen`` is what is to
    be counted once it is committed."""

    contact_id: int | None
    taken: bool
    duplicate: bool
    seen: Seen | None = None


class _Thought(Struct, frozen=True):
    """A turn that was thought through without a lock, from what was known then."""

    known: Known
    done: Turn

    def holds(self, now: Known) -> bool:
        """True while nothing has happened to this person since."""
        then = self.known
        return (then.contact_id, then.stamp, then.status) == (now.contact_id, now.stamp, now.status)


class Inbox:
    """Takes messages. ``world`` gives the newest flows and knowledge; ``wake`` is told whose replies wait."""

    def __init__(
        self,
        db: Database,
        world: Callable[[], World],
        identifier: Identifier,
        wake: Callable[[int], None],
        random: Random | None = None,
        tally: Tally | None = None,
        per_minute: int = PER_MINUTE,
    ) -> None:
        self._per_minute = per_minute
        self.db = db
        self.quick = Quick(db)
        self._world = world
        self.identifier = identifier
        self._wake = wake
        self._random = random or SystemRandom()
        self.tally = tally or Tally(db)

    def receive(self, inbound: Inbound, now_ms: int) -> Receipt:
        """Take one message. One provider id has one effect, however often and from wherever it comes.

        Raises DatabaseAway: nothing was kept, and the carrier should try again.
        """
        world = self._world()
        receipt = self._quickly(world, inbound, now_ms)
        if not isinstance(receipt, Receipt):
            receipt = self._surely(world, inbound, now_ms, receipt)
        if receipt.seen:
            self.tally.add(receipt.seen)
        if receipt.contact_id is not None and not receipt.duplicate:
            self._wake(receipt.contact_id)
        return receipt

    def _quickly(self, world: World, inbound: Inbound, now_ms: int) -> Receipt | _Thought | None:
        """The short way of most turns. When it does not serve: the turn, if it was thought through, else None."""
        may_be_old = inbound.replied_to and (inbound.button or inbound.button_text)
        if inbound.media or may_be_old or not can_answer(inbound.address):
            return None
        for _ in range(TRIES):
            found = self.quick.read(inbound, now_ms)
            if found is None:
                return None
            if found.duplicate:
                return Receipt(found.known.contact_id, taken=False, duplicate=True)
            done = self._resumed(world, found.known, inbound, now_ms, inbound.button if _is_ours(inbound) else "")
            rows = Keeper(self.db, found.known, done, now_ms, inbound).rows(found.newcomer)
            if rows is None:
                return _Thought(found.known, done)
            try:
                contact_id = self.quick.write(rows)
            except self.db.conflicts:  # the same message came twice at once: reading again tells
                continue
            if contact_id:
                return self._receipt(contact_id, found.known, done, now_ms)
        return None

    def _surely(self, world: World, inbound: Inbound, now_ms: int, thought: _Thought | None) -> Receipt:
        """The long way, with the contact locked from the beginning."""
        for _ in range(TRIES - 1):
            with suppress(*self.db.conflicts), self.db.begin() as conn:
                return self._take(conn, world, inbound, now_ms, thought)
            thought = None  # its reference may be the one that is taken
        with self.db.begin() as conn:
            return self._take(conn, world, inbound, now_ms, None)

    def _take(self, conn: Connection, world: World, inbound: Inbound, now_ms: int, thought: _Thought | None) -> Receipt:
        vault = self.db.vault
        known = meeting.meet(conn, vault, inbound, now_ms)
        if turn.is_duplicate(conn, inbound.provider_id):
            return Receipt(known.contact_id, taken=False, duplicate=True)
        if not can_answer(inbound.address):
            turn.keep_inbound(conn, vault, known.contact_id, inbound, inbound.text, "", now_ms)
            return Receipt(None, taken=True, duplicate=False)
        if thought and thought.holds(known):
            done = thought.done
        else:
            done = self._resumed(world, known, inbound, now_ms, self._button(conn, inbound, known))
        Keeper(self.db, known, done, now_ms, inbound).keep(conn)
        return self._receipt(known.contact_id, known, done, now_ms)

    def _resumed(self, world: World, known: Known, inbound: Inbound, now_ms: int, button: str) -> Turn:
        session = session_of(known)
        hers, reply = world.rehearsing(known.rehearses), self._reply(inbound, known, session, now_ms, button)
        done = resume(hers, session, reply, self._random)
        if done.asks_told:
            reply = replace(reply, told=withdrawing.told_by(self.db, known.contact_id))
            done = resume(hers, session_of(known), reply, self._random)
        done = self._unless_flood(hers, known, reply, done, now_ms)
        return replace(done, path=()) if known.rehearses else done  # whoever tries a draft is nobody to count

    def _receipt(self, contact_id: int, known: Known, done: Turn, now_ms: int) -> Receipt:
        put_down_at = (known.last_inbound_at or now_ms) + AWAY_MS
        seen = Seen(done.path, done.session.language, known.simulated, now_ms, put_down_at)
        return Receipt(contact_id, taken=True, duplicate=False, seen=seen)

    def _unless_flood(self, world: World, known: Known, reply: Reply, done: Turn, now_ms: int) -> Turn:
        """The turn; or, when she has sent very many messages, one word about that, then none. Where she was, she stays:
        she must not answer questions that she has not seen."""
        if not is_answered(done.events):
            return done
        done.session.flood, verdict = judge(done.session.flood, now_ms, self._per_minute)
        if verdict is Verdict.ANSWER or not may_be_held_back(done.events):
            return done
        session = session_of(known)
        session.flood, session.stamp = done.session.flood, done.session.stamp
        said: tuple[Say, ...] = ()
        if verdict is Verdict.SAY_ONCE:
            said = (Say(world.catalogues.text(phrases.MANY_MESSAGES, session.language or "en")),)
        waits = Conversation(world, session, reply, self._random).waiting()
        return Turn(session, said, done.private, at_step=waits.name if waits else "")

    def _reply(self, inbound: Inbound, known: Known, session: Session, now_ms: int, button: str) -> Reply:
        stopped = known.status == "stopped"
        # Twilio says START also for a YES that answers one of our questions: it means START only after a STOP.
        starts = stopped and inbound.opt_out is OptOut.START
        return Reply(
            text="START" if starts else inbound.button_text or inbound.text,
            channel=str(inbound.channel),  # ".value" is two calls of Python
            button=button,
            media=inbound.media,
            location=inbound.location,
            guess="" if session.settled else self._guess(inbound.text),
            stopped=stopped,
            handled_stop=inbound.opt_out is OptOut.STOP,
            handled_help=inbound.opt_out is OptOut.HELP,
            away=known.last_inbound_at is not None and now_ms - known.last_inbound_at > AWAY_MS,
            today=day_of(now_ms),
            now_ms=now_ms,
        )

    def _button(self, conn: Connection, inbound: Inbound, known: Known) -> str:
        """The tapped button's id when it is ours ("step.key"). Any other is opaque, and the button's words count; but
        nothing does of an old question."""
        ours = _is_ours(inbound)
        tapped = inbound.replied_to and (inbound.button or inbound.button_text)
        if tapped and turn.is_behind(conn, self.db.vault, known.contact_id, inbound.replied_to, named=ours):
            return OLD_BUTTON
        return inbound.button if ours else ""

    def _guess(self, text: str) -> str:
        guess = self.identifier.guess(text)
        return guess.language or "" if guess.sure else ""


def _is_ours(inbound: Inbound) -> bool:
    """No button, or one whose id we gave: "step.key"."""
    return "." in inbound.button or not (inbound.button or inbound.button_text)
