"""A champion's side of a talk: a text to her, or its end, and with each her conversation's new place."""

from __future__ import annotations

from collections.abc import Callable
from random import Random, SystemRandom

from sqlalchemy import Connection

from bot.channel.message import Outbound
from bot.flow.engine import resume
from bot.flow.world import FromDesk, Reply, World
from bot.keeper import Keeper, session_of
from bot.store import meeting, outgoing, talks
from bot.store.database import Database
from bot.store.swap import Gone


class Answering:
    """Writes in talks and ends them. Waking the outbox afterwards is the caller's, when the transaction is over."""

    def __init__(self, db: Database, world: Callable[[], World], random: Random | None = None) -> None:
        self._db, self._world = db, world
        self._random = random or SystemRandom()

    def write(self, conn: Connection, talk_id: int, version: int, text: str, *, user_id: int, now_ms: int) -> int:
        """Text her, in a talk that this champion has taken. What she texts next answers it. Gives whose talk it is.

        Raises Stale, with who acted, when somebody was faster, ``outgoing.Stopped`` after STOP, and Gone when she
        erased it.
        """
        row = talks.mine(conn, id=talk_id, version=version, user_id=user_id)
        made = outgoing.queue(
            conn, self._db.vault, contact_id=_owner(row.contact_id), outbound=Outbound(text), kind="champion",
            language=row.language, now_ms=now_ms, sent_by=user_id,
        )  # fmt: skip
        talks.wrote(conn, row, outbound_id=made, user_id=user_id, now_ms=now_ms)
        self._resume(conn, row.contact_id, row.reference, FromDesk.WROTE, now_ms)
        return int(row.contact_id)

    def finish(self, conn: Connection, talk_id: int, version: int, *, user_id: int, now_ms: int) -> int:
        """End a talk that this champion has taken: she is told, unless the bot answers her already or she has said
        STOP. Gives whose talk it was. Raises Stale and Gone as ``write``."""
        row = talks.mine(conn, id=talk_id, version=version, user_id=user_id)
        talks.finish(conn, row, user_id=user_id, now_ms=now_ms)
        self._resume(conn, _owner(row.contact_id), row.reference, FromDesk.FINISHED, now_ms)
        return int(row.contact_id)

    def _resume(self, conn: Connection, contact_id: int, reference: str, desk: FromDesk, now_ms: int) -> None:
        known = meeting.lock(conn, self._db.vault, contact_id)
        if known is None:
            raise Gone("This person is no longer here: they took back everything they sent.")
        stopped = known.status == "stopped"
        reply = Reply(channel=known.channel, timer=True, stopped=stopped, desk=desk, talk=reference)
        done = resume(self._world().rehearsing(known.rehearses), session_of(known), reply, self._random)
        Keeper(self._db, known, done, now_ms).keep(conn)


def _owner(contact_id: int | None) -> int:
    if contact_id is None:
        raise Gone("This person is no longer here: they took back everything they sent.")
    return contact_id
