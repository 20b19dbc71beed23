"""Our house as a deployer runs it, with people in it: the web server, the worker, and Twilio's side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bot import settings as table
from bot.app import House, build, now_ms, prepare
from tests.bench.wire import fill, processes
from tests.bench.wire.databases import Place
from tests.bench.wire.processes import Running
from tests.conftest import free_port


@dataclass(frozen=True)
class Prepared:
    """A database with content and people in it, and the environment that goes with it."""

    house: House
    environ: Mapping[str, str]
    place: Place
    api_port: int

    def taken(self) -> int:
        """How many messages it has kept."""
        with self.house.parts.db.read() as conn:
            return fill.taken(conn)


@contextmanager
def prepared(place: Place, people: range, *, old_messages: bool = False) -> Iterator[Prepared]:
    """A new database of this kind with these people; ``old_messages``: ten of each."""
    api_port = free_port()
    environ = processes.environment(*place.make(), api_port)
    house = build(table.load(environ))
    prepare(house)
    fill.people(house, people, now_ms())
    if old_messages:
        fill.old_messages(house, now_ms())
    try:
        yield Prepared(house, environ, place, api_port)
    finally:
        house.parts.db.close()


@contextmanager
def ours(made: Prepared) -> Iterator[Running]:
    """The web server alone: replies are kept and queued, and go when a worker comes."""
    with processes.server("bot.app:wsgi", made.environ, made.place.folder, path="/readyz") as server:
        yield server


@contextmanager
def bare(made: Prepared) -> Iterator[Running]:
    """The bare endpoint, served with the same options."""
    with processes.server("tests.bench.wire.bare:wsgi", made.environ, made.place.folder, path="/") as server:
        yield server


@contextmanager
def sending(made: Prepared) -> Iterator[tuple[Running, Running]]:
    """A worker, and Twilio's side, which takes what it sends."""
    with ExitStack() as stack:
        far_side = stack.enter_context(processes.far_side(made.place.folder, made.api_port))
        yield stack.enter_context(processes.worker(made.environ, made.place.folder)), far_side
