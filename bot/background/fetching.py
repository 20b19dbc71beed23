"""Brings in what people sent: fetched, looked at, sealed, and taken away from where the carrier kept it.

It has a thread of its own: a slow film must not hold up a text. The database is its queue, so that several processes
share the work, and what one of them leaves behind the next one does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.background.loop import Loop
from bot.channel.looked import Broken, WrongType, look
from bot.channel.media import Away, NotThere, NotTwilios, Source, TooLarge
from bot.channel.message import Channel, Outbound
from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.store import media, meeting, outgoing
from bot.store.database import Database, DatabaseAway
from bot.store.media import Reason, State, Work
from bot.store.swap import Gone

EVERY_S = 3.0
# How long after a failure: half a minute, then longer; after the last one, some nine hours, it is given up.
AGAIN_MS = (30_000, 120_000, 600_000, 3_600_000, 28_800_000)
WINDOW_MS = 86_400_000  # WhatsApp takes free words only so long after her last message
ONCE_MS = 600_000
SAID = {
    Reason.TOO_LARGE: phrases.FILE_TOO_LARGE,
    Reason.WRONG_TYPE: phrases.FILE_NOT_OPENED,
    Reason.BROKEN: phrases.FILE_NOT_OPENED,
}

log = structlog.get_logger("media")


@dataclass(frozen=True)
class _Refusal:
    state: State
    reason: Reason
    size: int | None = None


class Fetching:
    """Fetches what is due. ``wake`` is told whose texts wait."""

    def __init__(
        self,
        db: Database,
        catalogues: Catalogues,
        sources: dict[bool, Source],
        wake: Callable[[int], None],
        now_ms: Callable[[], int],
        *,
        delete: bool = True,
    ) -> None:
        """``sources``: by whether the person is simulated; none for real people when no account is set. ``delete``:
        take the carrier's copy away afterwards."""
        self._db, self._catalogues, self._sources, self._wake, self._now_ms = db, catalogues, sources, wake, now_ms
        self._delete = delete
        self._loop = Loop("media", EVERY_S, self.fetch_due)

    def start(self) -> None:
        """Work in a thread of this process until ``stop``."""
        self._loop.start()

    def stop(self) -> None:
        """Begin nothing new. What is under way another process does again."""
        self._loop.stop()

    def fetch_due(self) -> int:
        """Do all that is due; how many items. Raises DatabaseAway."""
        done = 0
        while not self._loop.ended.is_set() and (work := self._next()):
            self._do_safely(work)
            done += 1
        return done

    def _next(self) -> Work | None:
        now = self._now_ms()
        with self._db.read() as conn:
            if not media.due(conn, now):
                return None
        with self._db.begin() as conn:
            return media.lease(conn, self._db.vault, now)

    def _do_safely(self, work: Work) -> None:
        """One file's trouble must not keep the others."""
        try:
            if work.state is State.WAITING:
                self._fetch(work)
            else:
                self._take_away(work)
        except DatabaseAway:
            raise
        except Exception:
            log.exception("media_broke", media=work.id)
            self._later(work, Reason.BROKEN)

    def _fetch(self, work: Work) -> None:
        source = self._sources.get(work.simulated)
        try:
            if source is None:
                raise NotTwilios
            looked = look(source.fetch(work.url, work.content_type), work.content_type)
        except Away as away:
            log.info("media_away", media=work.id, why=str(away), attempt=work.attempts + 1)
            self._later(work, Reason.NO_ANSWER)
        except (NotTwilios, NotThere, TooLarge, WrongType, Broken) as bad:
            self._refuse(work, _refusal(bad))
        else:
            with self._db.begin() as conn:
                if media.hold(conn, work):
                    media.keep(
                        conn, self._db.vault, work.id, looked.data, kind=looked.kind,
                        content_type=looked.content_type, delete_at=self._delete_at(work),
                    )  # fmt: skip

    def _refuse(self, work: Work, refusal: _Refusal) -> None:
        delete_at = None if refusal.reason is Reason.ELSEWHERE else self._delete_at(work)
        with self._db.begin() as conn:
            if media.hold(conn, work) is None:
                return
            media.refuse(conn, work.id, refusal.state, refusal.reason, size=refusal.size, delete_at=delete_at)
        log.info("media_refused", media=work.id, reason=refusal.reason.value)
        if work.contact_id and refusal.reason in SAID:
            self._tell(work, work.contact_id, SAID[refusal.reason])

    def _tell(self, work: Work, contact_id: int, msgid: str) -> None:
        """One kind sentence to her; not after STOP, and not when WhatsApp would not let it through now."""
        now = self._now_ms()
        with self._db.begin() as conn:
            known = meeting.lock(conn, self._db.vault, contact_id)
            if known is None or known.status != "active":
                return
            over = now - (known.last_inbound_at or 0) >= WINDOW_MS
            if (over and known.channel == Channel.WHATSAPP) or media.told_lately(
                conn, contact_id, work.id, now - ONCE_MS
            ):
                return
            language = known.language or "en"
            text = self._catalogues.text(msgid, language)
            try:
                outgoing.queue(
                    conn, self._db.vault, contact_id=contact_id, outbound=Outbound(text), kind="reply",
                    language=language, now_ms=now,
                )  # fmt: skip
            except (outgoing.Stopped, Gone):
                return
        self._wake(contact_id)

    def _later(self, work: Work, reason: Reason) -> None:
        """Try again after a while; at last give up and say why."""
        with self._db.begin() as conn:
            if media.hold(conn, work) is None:
                return
            if work.attempts < len(AGAIN_MS):
                media.again(conn, work.id, work.attempts + 1, self._now_ms() + AGAIN_MS[work.attempts])
            elif work.state is State.WAITING:
                state = State.REFUSED if reason is Reason.BROKEN else State.GONE
                media.refuse(conn, work.id, state, reason, delete_at=None)
            else:
                log.error("media_still_at_twilio", media=work.id)
                media.deleted(conn, work)

    def _take_away(self, work: Work) -> None:
        source = self._sources.get(False)
        try:
            if source and self._delete:
                source.delete(work.url)
        except Away as away:
            log.info("media_not_deleted", media=work.id, why=str(away), attempt=work.attempts + 1)
            self._later(work, Reason.NO_ANSWER)
            return
        except NotTwilios:
            log.warning("media_not_twilios", media=work.id)
        with self._db.begin() as conn:
            if media.hold(conn, work):
                media.deleted(conn, work)

    def _delete_at(self, work: Work) -> int | None:
        return self._now_ms() if self._delete and not work.simulated else None


def _refusal(bad: Exception) -> _Refusal:
    if isinstance(bad, TooLarge):
        return _Refusal(State.REFUSED, Reason.TOO_LARGE, bad.size)
    if isinstance(bad, NotThere):
        return _Refusal(State.GONE, Reason.NOT_THERE)
    kinds = {NotTwilios: Reason.ELSEWHERE, WrongType: Reason.WRONG_TYPE, Broken: Reason.BROKEN}
    return _Refusal(State.REFUSED, kinds[type(bad)])
