"""What conversations can speak of, kept ready in memory and fresh: flows, answers, services, places, danger signs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection

from bot.flow.load import load_flows
from bot.flow.model import FlowSet
from bot.flow.replies import Vocabulary
from bot.flow.world import World
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.directory import Directory
from bot.knowledge.places import Places, read_demo_places
from bot.language.catalogue import Catalogues
from bot.store import flows
from bot.store.content import content_number, load_directory_rows
from bot.store.database import Database
from bot.story.danger import DangerSigns, read_signs

# How old the answer to "has the desk changed an answer?" may be. Asking on every turn costs a round trip.
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Written:
    """What a community writes, read from its folder: conversations, danger signs, and the demo's places."""

    flows: FlowSet
    sources: Mapping[str, str]
    danger: DangerSigns
    places: Places


def read_folder(folder: Path, *, demo: bool) -> Written:
    """The folder's flows, danger signs and places. Raises ContentErrors with file:line:column of all that is wrong."""
    sources = _texts(folder)
    demo_file = folder / "demo" / "places.yaml"
    places = read_demo_places(demo_file.read_bytes(), demo_file.name) if demo and demo_file.is_file() else None
    return Written(load_flows(sources), sources, read_signs(_texts(folder / "safety")), Places(places))


def _texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}


class Shelf:
    """Gives the world of a turn. Revisions of flows are read once; answers and services when they have changed."""

    def __init__(self, db: Database, written: Written, catalogues: Catalogues, service_name: str) -> None:
        self._db, self._written, self._catalogues, self._service_name = db, written, catalogues, service_name
        self._vocabulary = Vocabulary(catalogues)
        self._revisions: dict[str, FlowSet] = {written.flows.digest: written.flows}
        self._directory: Directory | None = None
        self._number = -1
        self._looked_at = 0.0
        self._lock = Lock()

    @property
    def places(self) -> Places:
        """Where people can be."""
        return self._written.places

    @property
    def newest(self) -> FlowSet:
        """The flows in use: those that a conversation begins in now."""
        return self._written.flows

    def publish(self, now_ms: int) -> None:
        """Store this revision of the flows, so that conversations that begin in it can end in it."""
        with self._db.begin() as conn:
            flows.publish(conn, self._written.sources, now_ms)
            flows.keep_packed(conn, self._written.flows)
            for sources in list(flows.unpacked_in_use(conn)):
                self._pack(conn, sources)

    def _pack(self, conn: Connection, sources: Mapping[str, str]) -> None:
        """Done once after the code has changed, so that nobody waits for it in the middle of a conversation."""
        with suppress(ContentErrors):  # written for an older engine: see _pinned
            flows.keep_packed(conn, load_flows(sources))

    def world(self) -> World:
        """All that a turn may look at. Raises DatabaseAway."""
        return World(
            self._written.flows,
            self.pinned,
            self._catalogues,
            self._vocabulary,
            self.directory(),
            self._written.danger,
            self._service_name,
        )

    def directory(self) -> Directory:
        """The answers and services in use, at most a second old."""
        with self._lock:
            if self._directory is None or time.monotonic() - self._looked_at > LOOK_EVERY_S:
                self._directory = self._fresh()
                self._looked_at = time.monotonic()
            return self._directory

    def _fresh(self) -> Directory:
        with self._db.read() as conn:
            if self._directory is not None and content_number(conn) == self._number:
                return self._directory
            answers, services, self._number = load_directory_rows(conn)
        translate = self._catalogues.text
        return Directory(
            answers,
            services,
            places=self._written.places,
            languages=self._catalogues.languages,
            translate=translate,
        )

    def pinned(self, digest: str) -> FlowSet | None:
        """The flows of a revision; None when it is not there, or cannot be read by this engine any more."""
        if digest not in self._revisions:
            found = self._stored(digest)
            if found is None:
                return None
            self._revisions[digest] = found
        return self._revisions[digest]

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
