"""One inbound message, start to end, in one transaction: it is wholly taken or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from random import Random, SystemRandom

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.channel.message import Inbound, OptOut
from bot.channel.twilio import can_answer
from bot.flow.engine import resume
from bot.flow.hours import day_of
from bot.flow.session import Session
from bot.flow.world import Reply, World
from bot.keeper import Keeper, session_of
from bot.language.identify import Identifier
from bot.store import turn
from bot.store.database import Database
from bot.store.tally import Seen, Tally
from bot.store.turn import Known

# A drawn reference that is taken, or two first messages of one person at the same moment: the next try succeeds.
TRIES = 3
OLD = "-"  # the button of a question that is over: no step's
AWAY_MS = 3 * 86_400_000  # after three days she no longer means the question that was open


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. ``duplicate``: it had been taken before, and nothing was done. ``seen`` is what is to
    be counted once it is committed."""

    contact_id: int | None
    taken: bool
    duplicate: bool
    seen: Seen | None = None


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
    ) -> None:
        self.db = db
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
        for attempt in range(1, TRIES + 1):
            try:
                with self.db.begin() as conn:
                    receipt = self._take(conn, world, inbound, now_ms)
                break
            except self.db.conflicts:
                if attempt == TRIES:
                    raise
        if receipt.seen:
            self.tally.add(receipt.seen)
        if receipt.contact_id is not None and not receipt.duplicate:
            self._wake(receipt.contact_id)
        return receipt

    def _take(self, conn: Connection, world: World, inbound: Inbound, now_ms: int) -> Receipt:
        vault = self.db.vault
        known = turn.meet(conn, vault, inbound, now_ms)
        if turn.is_duplicate(conn, inbound.provider_id):
            return Receipt(known.contact_id, taken=False, duplicate=True)
        if not can_answer(inbound.address):
            turn.keep_inbound(conn, vault, known.contact_id, inbound, inbound.text, "", now_ms)
            return Receipt(None, taken=True, duplicate=False)
        session = session_of(known)
        if inbound.button and inbound.replied_to and turn.is_past(conn, vault, known.contact_id, inbound.replied_to):
            inbound = dataclass_replace(inbound, button=OLD)
        done = resume(
            world.rehearsing(known.rehearses), session, self._reply(inbound, known, session, now_ms), self._random
        )
        if known.rehearses:  # whoever tries a draft is nobody to count
            done = replace(done, path=())
        Keeper(self.db, conn, known, done, now_ms, inbound).keep()
        put_down_at = (known.last_inbound_at or now_ms) + AWAY_MS
        seen = Seen(done.path, session.language, known.simulated, now_ms, put_down_at)
        return Receipt(known.contact_id, taken=True, duplicate=False, seen=seen)

    def _reply(self, inbound: Inbound, known: Known, session: Session, now_ms: int) -> Reply:
        stopped = known.status == "stopped"
        # Twilio says START also for a YES that answers one of our questions: it means START only after a STOP.
        starts = stopped and inbound.opt_out is OptOut.START
        return Reply(
            text="START" if starts else inbound.text or inbound.button_text,
            channel=inbound.channel.value,
            button=inbound.button,
            media=inbound.media,
            location=inbound.location,
            guess="" if session.settled else self._guess(inbound.text),
            stopped=stopped,
            handled_stop=inbound.opt_out is OptOut.STOP,
            handled_help=inbound.opt_out is OptOut.HELP,
            away=known.last_inbound_at is not None and now_ms - known.last_inbound_at > AWAY_MS,
            today=day_of(now_ms),
        )

    def _guess(self, text: str) -> str:
        guess = self.identifier.guess(text)
        return guess.language or "" if guess.sure else ""
