"""Sends texts for many, a few at a time, by day, and only to people who said yes and still say so."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.channel.message import Outbound
from bot.flow.hours import civil
from bot.flow.phrasebook import Phrasebook
from bot.knowledge.bidi import isolated
from bot.language import phrases
from bot.language.segments import Size, measure
from bot.store import broadcasts, outgoing, recipients
from bot.store.broadcasts import Broadcast, Status
from bot.store.database import Database, DatabaseAway

AT_ONCE = 60  # texts in line at a time: what one phone number sends in a minute

log = structlog.get_logger()


class Broadcasting:
    """Lets confirmed broadcasts go. ``wake`` is told whose text waits then."""

    def __init__(self, db: Database, phrasebook: Callable[[], Phrasebook], wake: Callable[[int], None]) -> None:
        self._db, self._phrasebook, self._wake = db, phrasebook, wake

    def go_on(self, now_ms: int) -> int:
        """Begin, go on with or end whatever is due; how many texts were put in line. Nothing at night.

        Safe to call from many workers at once: each person gets one text. Raises DatabaseAway.
        """
        if civil(now_ms) != now_ms:
            return 0
        with self._db.read() as conn:
            due = broadcasts.due(conn, now_ms)
        return sum(self._go_on_safely(one, now_ms) for one in due)

    def recheck(self, broadcast_id: int, now_ms: int) -> None:
        """Take out of the line what may not go any more: it was paused or cancelled. Raises DatabaseAway."""
        with self._db.read() as conn:
            waiting = recipients.in_line(conn, broadcast_id)
        for contact_id, outbound_id in waiting:
            with self._db.begin() as conn:
                recipients.recheck(conn, contact_id, outbound_id, now_ms)

    def whole(self, text: str, language: str) -> str:
        """What people of this language read: the words, and how to stop."""
        foot = self._phrasebook().text(phrases.NEWS_FOOT, language)
        return isolated(f"{text.strip()}\n{foot}", language)

    def size(self, text: str, language: str) -> Size:
        """What it costs to send to one person by SMS."""
        return measure(self.whole(text, language))

    def _go_on_safely(self, found: Broadcast, now_ms: int) -> int:
        """One broadcast's trouble must not keep the others."""
        try:
            return self._go_on(found, now_ms)
        except DatabaseAway:
            raise
        except Exception:
            log.exception("broadcast_broke", broadcast=found.id)
            return 0

    def _go_on(self, found: Broadcast, now_ms: int) -> int:
        if found.status is Status.CONFIRMED:
            with self._db.begin() as conn:
                broadcasts.start(conn, found.id, now_ms)
        with self._db.read() as conn:
            people = recipients.next_people(conn, found.id, AT_ONCE, now_ms)
        queued = [contact_id for contact_id in people if self._queue(found.id, contact_id, now_ms)]
        for contact_id in queued:
            self._wake(contact_id)
        if not queued:
            with self._db.begin() as conn:
                broadcasts.finish(conn, found.id, now_ms)
        return len(queued)

    def _queue(self, broadcast_id: int, contact_id: int, now_ms: int) -> bool:
        """Put her text in line, in a transaction of her own, so that nobody's reply waits for it."""
        with self._db.begin() as conn:
            claimed = recipients.claim_person(conn, broadcast_id, contact_id, now_ms)
            text = claimed and claimed[0].text_for(claimed[1])
            if not text:
                return False
            language, words = text
            outbound_id = outgoing.queue(
                conn, self._db.vault, contact_id=contact_id, outbound=Outbound(self.whole(words, language)),
                kind=outgoing.BULK, language=language, now_ms=now_ms,
            )  # fmt: skip
            recipients.note_queued(conn, broadcast_id, contact_id, outbound_id, now_ms)
        return True
