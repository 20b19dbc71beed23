"""Fetching services from a directory, from the first page to what is no longer listed; and when each one's time comes.

The database holds how far it is after each batch, in the same transaction as the batch itself. So whoever is killed in
the middle is followed by another who goes on, and nothing is counted twice. A fetch that breaks off never takes
anything away; what a complete one lacks is kept, and hidden.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Event
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.background.listing import Batch, Item, Listing, PagedListing, open_listing
from bot.background.loop import Loop
from bot.channel.feed_client import AT_ONCE, FeedClient, FeedTrouble, NotThere
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.feed.mapping import read_mapping
from bot.knowledge.feed.page import DEEP, NotAFeed, is_shallow
from bot.knowledge.feed.service import Origin, Read, Unreadable, read_service, record_id, record_name
from bot.knowledge.feed.table import NotATable
from bot.store import audit, imported, sources
from bot.store.audit import Event as Recorded
from bot.store.content import CONTENT
from bot.store.counter import bump
from bot.store.database import Database
from bot.store.sources import Counts, Held, Problem, Source, Waiting

EVERY_S = 30.0  # how often a worker looks whose time has come
PROBES = 3  # records whose own pages tell whether the list is shallow
TOGETHER = 40  # own pages in one go
ALL_FAIL = 10  # so many own pages failing with none between them that works: the directory itself is ill
LISTED = -1  # as ``page``: all pages have been read, own pages remain
MOVED = -1  # as ``total``: the list changed while it was read
FEW = 10  # of fewer services than this, most may go at once
LONDON = ZoneInfo("Europe/London")
TWICE = "It comes twice in this directory. The first one was kept."

R = TypeVar("R", Read, Waiting)
Progress = Callable[[int, int | None], None]
log = structlog.get_logger("directory")


@dataclass(frozen=True)
class Outcome:
    """How a fetch ended. ``trouble`` is "" when it was complete and nothing is to be said."""

    source: Source
    rejected: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    complete: bool
    trouble: str

    @property
    def counts(self) -> Counts:
        """What became of the records."""
        return self.source.counts


class _Stopped(Exception):
    """The process is to end: somebody else goes on."""


class Importing:
    """Fetches directories. ``open_client`` gives what asks them; it is told the address that somebody typed, or ""."""

    def __init__(self, db: Database, open_client: Callable[[str], FeedClient], now_ms: Callable[[], int]) -> None:
        self._db, self._open_client, self._now_ms = db, open_client, now_ms
        self._loop = Loop("directories", EVERY_S, self.fetch_due)

    def start(self) -> None:
        """Fetch what is due in a thread of this process until ``stop``: a long list must not hold up any text."""
        self._loop.start()

    def stop(self) -> None:
        """End after the batch that is under way. Another process goes on from there."""
        self._loop.stop()

    def fetch_due(self) -> int:
        """Fetch every directory whose time has come; how many. Raises DatabaseAway."""
        with self._db.read() as conn:
            ids = sources.due(conn, self._now_ms())
        done = 0
        for id in ids:
            try:
                outcome = self.fetch(id)
                log.info("directory_fetched", source=outcome.source.key, why=outcome.trouble, **vars(outcome.counts))
                done += 1
            except Held:
                continue
            except _Stopped:
                break
        return done

    def fetch(
        self, id: int, *, by_hand: bool = False, accept_missing: bool = False,
        progress: Progress = lambda done, total: None,
    ) -> Outcome:  # fmt: skip
        """Fetch one directory to the end. Raises Held when another process is at it, and DatabaseAway.

        ``by_hand``: somebody at this machine named its address. ``accept_missing``: believe a list that lacks more than
        half of what it had.
        """
        holder = secrets.token_hex(8)
        with self._db.begin() as conn:
            found = sources.claim(conn, id, holder, self._now_ms())
        with self._open_client(found.location if by_hand else "") as client:
            run = _Run(self._db, client, self._now_ms, found, holder, progress, self._loop.ended)
            try:
                trouble, complete = run.to_the_end(accept_missing=accept_missing), True
            except (FeedTrouble, NotAFeed, NotATable, ContentErrors) as bad:
                trouble, complete = str(bad), False
            except (_Stopped, KeyboardInterrupt):
                with self._db.begin() as conn:
                    sources.let_go(conn, found, holder)
                raise
        return self._end(found, trouble, complete=complete)

    def _end(self, found: Source, trouble: str, *, complete: bool) -> Outcome:
        now = self._now_ms()
        with self._db.begin() as conn:
            sources.finish(conn, found, now, trouble=trouble, complete=complete)
            after = sources.one(conn, found.id) or found
            counts = after.counts
            if counts.stored or counts.gone:
                bump(conn, CONTENT)
            detail = {"answers": 0, "services": counts.read, "stored": counts.stored, "retired": counts.gone}
            subject = f"source:{found.id}"
            audit.append(
                conn, now_ms=now, actor="system", event=Recorded.CONTENT_LOADED, subject=subject, detail=detail
            )
            rejected = tuple(sources.problems(conn, after, rejected=True))
            remarks = tuple(sources.problems(conn, after, rejected=False))
        return Outcome(after, rejected, remarks, complete, trouble)


class _Run:
    """One fetch under way."""

    def __init__(
        self, db: Database, client: FeedClient, now_ms: Callable[[], int], found: Source, holder: str,
        progress: Progress, ended: Event,
    ) -> None:  # fmt: skip
        self._db, self._client, self._now_ms, self._source, self._holder = db, client, now_ms, found, holder
        self._progress, self._ended = progress, ended
        self._origin = Origin(found.key, found.area, _day(now_ms()))
        self._done, self._total = found.counts.read, found.total
        self._shallow = found.shallow

    def to_the_end(self, *, accept_missing: bool) -> str:
        """Go on to the end; a sentence when something is to be said of it. Raises FeedTrouble and the like."""
        listing = self._listing()
        page = self._source.page
        while page != LISTED:
            page = self._take(listing, page)
        if isinstance(listing, PagedListing):
            while self._read_own_pages(listing):
                pass
        return self._conclude(accept_missing=accept_missing)

    def _listing(self) -> Listing:
        found = self._source
        columns = read_mapping(found.mapping, f"{found.key}.yaml") if found.mapping else None
        return open_listing(self._client, found.location, columns, found.first_page)

    def _take(self, listing: Listing, page: int | None) -> int:
        """One page of the list; where it goes on."""
        batch = listing.batch(page)
        if self._shallow is None:
            self._shallow = self._is_shallow(listing, batch.items) if isinstance(listing, PagedListing) else False
        outcomes = [self._waiting(item) if self._shallow else self._read(item) for item in batch.items]
        next_page = LISTED if batch.next is None else batch.next
        first = listing.first_page if isinstance(listing, PagedListing) else 0
        with self._step() as conn:
            if self._shallow:
                self._let_wait(conn, outcomes)
            else:
                self._keep(conn, outcomes)
            sources.advance(
                conn, self._source.id, page=next_page, first_page=first, shallow=self._shallow, total=self._told(batch)
            )
        self._tell(len(batch.items) if not self._shallow else 0)
        return next_page

    def _told(self, batch: Batch) -> int | None:
        """How many it says there are, as long as it says the same on every page."""
        if self._total is None:
            self._total = batch.total
        elif batch.total is not None and batch.total != self._total:
            self._total = MOVED
        return self._total

    def _is_shallow(self, listing: PagedListing, items: Sequence[Item]) -> bool | None:
        """Whether records' own pages tell more than the list does; None while nothing of this page can tell.

        Where there are no such pages, the list is all there is. Where they only fail now, the list itself must tell.
        """
        records = [item.record for item in items if record_id_or_none(item.record) and isinstance(item.record, dict)]
        if not records:
            return None
        failed = False
        for record in records[:PROBES]:
            try:
                whole = listing.own_page(record_id(record))
            except NotThere:
                continue
            except (FeedTrouble, NotAFeed):
                failed = True
                continue
            if isinstance(whole, dict):
                return is_shallow(record, whole)
        return failed and not any(DEEP & record.keys() for record in records)

    def _read_own_pages(self, listing: PagedListing) -> bool:
        """Some of those that wait; False when there are none left."""
        with self._db.read() as conn:
            some = sources.waiting(conn, self._source.id, TOGETHER)
        if not some:
            return False
        answers = _pages(listing, some)
        failed = [one for one in answers if isinstance(one, FeedTrouble) and one.again]
        if len(failed) == len(answers) >= ALL_FAIL:
            raise FeedTrouble(f"None of the last {len(failed)} services could be fetched. {failed[-1]}", again=True)
        outcomes = [self._of_own_page(one, answer) for one, answer in zip(some, answers, strict=True)]
        with self._step() as conn:
            sources.done_waiting(conn, [one.id for one in some])
            self._keep(conn, outcomes, waited=True)
        self._tell(len(some))
        return True

    def _of_own_page(self, one: Waiting, answer: object) -> tuple[Read | Problem, tuple[str, ...]]:
        if isinstance(answer, NotThere):
            return Problem(one.record, one.name, True, "It is in the list, but its own page is not there."), ()
        if isinstance(answer, (FeedTrouble, NotAFeed)):
            return Problem(one.record, one.name, True, f"{answer} It is tried again at the next fetch."), ()
        if isinstance(answer, dict) and record_id_or_none(answer) != one.record:
            return Problem(one.record, one.name, True, "Its own page is about another record."), ()
        return self._read(Item(answer, place=one.record))

    def _waiting(self, item: Item) -> tuple[Read | Problem | Waiting, tuple[str, ...]]:
        try:
            return Waiting(0, record_id(item.record), record_name(item.record)), ()
        except Unreadable as bad:
            return Problem(item.place, record_name(item.record), True, str(bad)), ()

    def _read(self, item: Item) -> tuple[Read | Problem, tuple[str, ...]]:
        """What became of it, and remarks on its fields."""
        name = record_name(item.record)
        try:
            if item.trouble:
                raise Unreadable(item.trouble)
            record = item.record
            found = record_id(record)
            read = read_service(record, self._origin, item.given)  # type: ignore[arg-type] # record_id looked at it
        except Unreadable as bad:
            return Problem(record_id_or_none(item.record) or item.place, name, True, str(bad)), ()
        return replace(read, record=found), (*item.remarks, *read.remarks)

    def _let_wait(self, conn: Connection, outcomes: Sequence[tuple[Read | Problem | Waiting, tuple[str, ...]]]) -> None:
        waits = [one for one, _ in outcomes if isinstance(one, Waiting)]
        fresh, again = self._parted(conn, waits)
        sources.wait(conn, self._source.id, [(one.record, one.name) for one in fresh])
        problems = [one for one, _ in outcomes if isinstance(one, Problem)]
        problems += [Problem(one.record, one.name, True, TWICE) for one in again]
        self._note(conn, problems, Counts())

    def _keep(
        self, conn: Connection, outcomes: Sequence[tuple[Read | Problem | Waiting, tuple[str, ...]]], *,
        waited: bool = False,
    ) -> None:  # fmt: skip
        """Keep what was read. What ``waited`` was met when the list was read, and is here for the only time."""
        reads = [one for one, _ in outcomes if isinstance(one, Read)]
        fresh, again = (reads, []) if waited else self._parted(conn, reads)
        kept = imported.keep(conn, self._source, fresh, self._now_ms())
        problems = [one for one, _ in outcomes if isinstance(one, Problem)]
        problems += [Problem(one.record, str(one.document["name"]), True, TWICE) for one in again]
        self._note(conn, problems, kept)
        said = [
            Problem(one.record, str(one.document["name"]), False, sentence)
            for one, remarks in outcomes
            if isinstance(one, Read)
            for sentence in remarks
        ]
        sources.note_problems(conn, self._source, said)

    def _note(self, conn: Connection, problems: Sequence[Problem], kept: Counts) -> None:
        sources.note_problems(conn, self._source, problems)
        rejected = len(problems)
        read = kept.stored + kept.unchanged + rejected
        sources.count(conn, self._source.id, replace(kept, read=read, rejected=rejected))

    def _parted(self, conn: Connection, found: Sequence[R]) -> tuple[list[R], list[R]]:
        """Those that this run meets for the first time, and those that it has met."""
        met = sources.met(conn, self._source, [one.record for one in found])
        fresh: list[R] = []
        again: list[R] = []
        for one in found:
            (again if one.record in met else fresh).append(one)
            met.add(one.record)
        return fresh, again

    def _conclude(self, *, accept_missing: bool) -> str:
        """What the complete list lacks is marked, unless the list itself cannot be trusted."""
        with self._step() as conn:
            found = sources.one(conn, self._source.id) or self._source
            gone = [id for id, _ in imported.missing(conn, found)]
            doubt = "" if accept_missing else self._doubt(found, len(gone), imported.known(conn, found))
            if gone and not doubt:
                imported.mark_gone(conn, gone, self._now_ms())
                sources.count(conn, found.id, Counts(gone=len(gone)))
        return doubt

    def _doubt(self, found: Source, gone: int, known: int) -> str:
        """Why this list may lack some by mistake."""
        kept = "Nothing was taken away."
        if found.total == MOVED:
            return f"The list changed while it was read, so what it lacks is not taken for gone. {kept}"
        if found.total is not None and found.counts.read < found.total:
            return f"It says that it has {found.total:,} services, and gave {found.counts.read:,}. {kept}"
        if known and not found.counts.read:
            return f"It gave no services at all, which is taken for a fault. {kept}"
        if known >= FEW and gone * 2 > known:
            return (
                f"It lacks {gone:,} of the {known:,} services that it had, which is taken for a fault. {kept} "
                "When it is right, import it with --accept-missing."
            )
        return ""

    @contextmanager
    def _step(self) -> Iterator[Connection]:
        """One transaction of a run that is still ours. Raises Held when it is not, and _Stopped when we are to end."""
        if self._ended.is_set():
            raise _Stopped
        with self._db.begin() as conn:
            if not sources.hold(conn, self._source, self._holder, self._now_ms()):
                raise Held
            yield conn

    def _tell(self, done: int) -> None:
        self._done += done
        self._progress(self._done, self._total if self._total != MOVED else None)


def record_id_or_none(record: object) -> str:
    """The id of a record, or "" when it has none."""
    try:
        return record_id(record)
    except Unreadable:
        return ""


def _pages(listing: PagedListing, some: Sequence[Waiting]) -> list[object]:
    """What each own page says, or the trouble with it; several are asked for at a time, for most of it is waiting."""

    def ask(one: Waiting) -> object:
        try:
            return listing.own_page(one.record)
        except (FeedTrouble, NotAFeed) as bad:
            return bad

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="directory") as pool:
        return list(pool.map(ask, some))


def _day(now_ms: int) -> date:
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(LONDON).date()
