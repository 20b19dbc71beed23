"""What conversations can speak of, kept ready in memory and fresh: flows, answers, services, places, danger signs."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread

import structlog
from sqlalchemy import Connection

from bot.flow.live import Live, live
from bot.flow.load import digest, load_flows
from bot.flow.model import FlowSet
from bot.flow.replies import Vocabulary
from bot.flow.world import Champions, World
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.directory import Directory
from bot.knowledge.e5 import KeptMeaning, Model
from bot.knowledge.learnable import Lesson
from bot.knowledge.places import Places, PostcodeTable, read_demo_places
from bot.language.catalogue import Catalogues
from bot.store import choices, counter, embeddings, flows, published, readers, translated
from bot.store.content import CONTENT, load_directory_rows
from bot.store.database import Database, DatabaseAway
from bot.store.embeddings import MEANING
from bot.store.published import FLOWS, Folder
from bot.story.danger import DangerSigns, read_signs

# How old the answer to "has the desk changed an answer or a flow?" may be. Asking on every turn costs a round trip.
LOOK_EVERY_S = 1.0
AT_ONCE = (CONTENT, MEANING)  # the counters of what answers and services are found by
# What people choose changes all day; what enough of them chose, seldom. Each change of that makes the directory anew:
# half a second's work in every process.
LEARN_EVERY_S = 600.0
REVISIONS_READY = 40  # in memory at once: each draft that is tried makes one, of some hundred kilobytes

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Written:
    """What a community writes, read from its folder: conversations, danger signs, and the demo's places."""

    flows: FlowSet
    sources: Mapping[str, str]
    danger: DangerSigns
    places: Places


def read_folder(folder: Path, *, demo: bool, postcodes: PostcodeTable | None = None) -> Written:
    """The folder's flows, danger signs and places. Raises ContentErrors with file:line:column of all that is wrong."""
    sources = folder_texts(folder)
    demo_file = folder / "demo" / "places.yaml"
    places = read_demo_places(demo_file.read_bytes(), demo_file.name) if demo and demo_file.is_file() else None
    return Written(load_flows(sources), sources, read_signs(folder_texts(folder / "safety")), Places(places, postcodes))


def folder_texts(folder: Path) -> dict[str, str]:
    """The YAML files of a folder, by name; none when there is no such folder."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}


class Shelf:
    """Gives the world of a turn. Revisions of flows are read once; what the desk changes, when it has changed."""

    def __init__(
        self,
        db: Database,
        written: Written,
        catalogues: Catalogues,
        service_name: str,
        model: Model | None = None,
        *,
        within_days: int = Champions().within_days,
    ) -> None:
        """``within_days``: in how many working days champions answer questions."""
        self._db, self._written, self._catalogues, self._service_name = db, written, catalogues, service_name
        self._champions = Champions(within_days=within_days)
        self.folder = Folder(written.flows, written.sources)
        self._said = catalogues  # with what the desk translated
        self._vocabulary = Vocabulary(catalogues)
        self._model = model or Model()
        self._revisions: dict[str, FlowSet] = {}
        self._live = Live(written.flows, written.sources)
        self._directory: Directory | None = None
        self._world: tuple[World, float] | None = None  # the last one, and when was looked for it
        self._lessons: list[Lesson] = []
        self._read: dict[str, int] = {}  # the counters that our copies belong to
        self._seen: dict[str, int] = {}  # the counters at the last look
        self._looked_at = self._learned_at = -math.inf
        self._lock = Lock()
        self._reading = Lock()  # taken before the other one: one thread at a time reads answers and services

    @property
    def places(self) -> Places:
        """Where people can be."""
        return self._written.places

    @property
    def newest(self) -> FlowSet:
        """The flows in use: those that a conversation begins in now. Raises DatabaseAway."""
        return self.live().flows

    def publish(self, now_ms: int) -> None:
        """At a start: store this revision of the flows, so that conversations that begin in it can end in it.

        Says in the log where the desk's edits and the folder's files do not agree. Raises DatabaseAway.
        """
        with self._db.begin() as conn:
            flows.publish(conn, self._written.sources, now_ms)
            flows.keep_packed(conn, self._written.flows)
            for sources in list(flows.unpacked_in_use(conn)):
                self._pack(conn, sources)
            flows.forget_tried(conn)
            published.settle(conn, self.folder)
        self.look_again()
        if trouble := published.warning(self.live()):
            log.warning("flows_of_the_desk", why=trouble)

    def _pack(self, conn: Connection, sources: Mapping[str, str]) -> None:
        """Done once after the code has changed, so that nobody waits for it in the middle of a conversation."""
        with suppress(ContentErrors):  # written for an older engine: see _stored
            flows.keep_packed(conn, load_flows(sources))

    def world(self) -> World:
        """All that a turn may look at. Raises DatabaseAway."""
        with self._lock:
            kept, since = self._world or (None, 0.0)
            if kept and kept.directory is self._directory and since == self._looked_at and not self._is_to_look():
                return kept
        at = self._looked_at  # before all is read: what another thread looks up meanwhile makes this world an old one
        directory = self.directory()
        made = World(
            self.newest,
            self.pinned,
            self._said,
            self._vocabulary,
            directory,
            self._written.danger,
            self._service_name,
            self._champions,
        )
        self._world = made, at
        return made

    def live(self) -> Live:
        """The flows in use and what they are made of, at most a second old. Raises DatabaseAway."""
        with self._lock:
            self._look()
            if self._seen.get(FLOWS, 0) != self._read.get(FLOWS, 0):
                self._live = self._laid()
                self._read[FLOWS] = self._seen[FLOWS]
            return self._live

    def directory(self) -> Directory:
        """The answers and services in use; what was learned is taken up every ten minutes. Raises DatabaseAway.

        What has changed is read in a thread of its own, and a turn goes on with what there was: with 10,000 services
        that takes seconds. Only the first one is waited for.
        """
        with self._lock:
            self._look()
            ready = self._directory
            if ready is not None and not self._reading.locked() and self._is_behind():
                Thread(target=self._read_aside, name="directory", daemon=True).start()
        return ready or self.fresh()

    def fresh(self) -> Directory:
        """The answers and services as they are now, however long it takes to read them. Raises DatabaseAway."""
        with self._reading:
            with self._lock:
                self._looked_at = -math.inf
                self._look()
                if self._directory is not None and not self._is_behind():
                    return self._directory
            made, said, read = self._fresh()
            with self._lock:
                self._directory, self._said = made, said
                self._read.update(read)
                self._learned_at = time.monotonic()
            return made

    def _read_aside(self) -> None:
        """In a thread of its own. What goes wrong is tried again by the next turn, which has the old one meanwhile."""
        try:
            self.fresh()
        except DatabaseAway as away:
            log.warning("database_away", why=str(away), of="directory")
        except Exception:
            log.exception("directory_not_read")

    def _is_behind(self) -> bool:
        """Whether answers or services have changed, or something was learned since the last look, some time ago."""
        if any(self._seen.get(one, 0) != self._read.get(one, 0) for one in AT_ONCE):
            return True
        if time.monotonic() - self._learned_at < LEARN_EVERY_S:
            return False
        with self._db.read() as conn:
            same = choices.lessons(conn, self._db.vault) == self._lessons
        if same:
            self._learned_at = time.monotonic()
        return not same

    def catalogues(self) -> Catalogues:
        """All translations, those of the desk among them. Raises DatabaseAway."""
        self.directory()
        return self._said

    def look_again(self) -> None:
        """Whoever asks from here on gets what is in the database now. Raises DatabaseAway."""
        with self._lock:
            self._looked_at = self._learned_at = -math.inf
        if self._directory is not None:
            self.fresh()

    def read(self, sources: Mapping[str, str]) -> FlowSet:
        """The flows of these files, which need not be in use: a draft's. Raises ContentErrors."""
        known = self._revisions.get(digest(sources))
        return known or self._ready(load_flows(sources))

    def _is_to_look(self) -> bool:
        return time.monotonic() - self._looked_at > LOOK_EVERY_S

    def _look(self) -> None:
        if not self._is_to_look():
            return
        with self._db.read() as conn:
            self._seen = counter.numbers(conn)
            self._champions = replace(self._champions, read=readers.languages_read(conn))
        self._looked_at = time.monotonic()

    def _laid(self) -> Live:
        """The desk's edits over our folder's files. Other processes may have another folder: each stores its own."""
        with self._db.read() as conn:
            found = live(self.folder.flows, self.folder.sources, published.edits(conn))
            stored = flows.is_stored(conn, found.flows.digest)
        if not stored:
            with self._db.begin() as conn:
                flows.publish(conn, found.sources, max((edit.at for edit in found.edits), default=0))
        return found

    def _fresh(self) -> tuple[Directory, Catalogues, dict[str, int]]:
        """All of it read and made ready, with the translations and the counters that it belongs to."""
        with self._db.read() as conn:
            read = {name: self._seen.get(name, 0) for name in AT_ONCE}  # what changes meanwhile is read again
            answers, services, read[CONTENT] = load_directory_rows(conn)
            desk = translated.texts(conn)
            self._lessons = choices.lessons(conn, self._db.vault)
            usable = not self._model.trouble
            vectors = embeddings.vectors(conn, self._model.name) if usable else {}
        said = self._catalogues.over(desk) if desk else self._catalogues
        made = Directory(
            answers,
            services,
            places=self._written.places,
            languages=self._catalogues.languages,
            translate=said.text,
            meaning=KeptMeaning(self._model, vectors) if usable else None,
            lessons=self._lessons,
        )
        made.make_ready()
        return made, said, read

    def pinned(self, digest: str) -> FlowSet | None:
        """The flows of a revision; None when it is not there, or cannot be read by this engine any more."""
        for ours in (self._live.flows, self._written.flows):
            if ours.digest == digest:
                return ours
        known = self._revisions.get(digest)
        if known is None and (found := self._stored(digest)):
            return self._ready(found)
        return known

    def _stored(self, digest: str) -> FlowSet | None:
        with self._db.read() as conn:
            packed = flows.packed(conn, digest)
            sources = None if packed else flows.sources(conn, digest)
        if sources is None:
            return packed
        try:
            return load_flows(sources)
        except ContentErrors:  # written for an older engine: the conversation begins anew
            return None

    def _ready(self, found: FlowSet) -> FlowSet:
        with self._lock:
            self._revisions[found.digest] = found
            while len(self._revisions) > REVISIONS_READY:
                del self._revisions[next(iter(self._revisions))]
        return found
