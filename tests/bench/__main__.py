"""``make bench``: what things cost here, each as a ratio to a plain baseline measured in the same run.

The rows come in rounds that take turns, so that a machine that slows down slows both sides; medians are printed.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from statistics import median

from bot.app import House, prepare
from bot.channel.message import Channel
from bot.flow.engine import resume
from bot.flow.session import Session
from bot.flow.world import Reply
from bot.knowledge.directory import Directory
from tests.people import Person, house_on

ROUNDS = 7
STORY = (
    "I went to the surgery with my mother and they said my son must translate for her. He is nine. She did not tell "
    "them where it hurts because she was ashamed, and we went home with nothing."
)
TALK = ("MENU", "1", "1", "ZZ1 1AA", "2")


@dataclass(frozen=True)
class Row:
    """One line of the table: what is done ``times`` times a round, and the baseline it stands beside."""

    name: str
    work: Callable[[], object]
    baseline: Callable[[], object]
    beside: str
    times: int


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        house = house_on(f"sqlite:///{folder}/bot.sqlite3")
        prepare(house)
        print(f"{'':44} {'CPU us':>9} {'baseline':>9} {'ratio':>7}   beside")
        for row in rows(house, Path(folder)):
            ours, plain = measured(row)
            print(f"{row.name:44} {ours:9.1f} {plain:9.1f} {ours / plain:7.1f}   {row.beside}", flush=True)
        house.parts.db.close()


def measured(row: Row) -> tuple[float, float]:
    """Median microseconds of CPU for the work and for its baseline, round by round in turn."""
    pairs = [(_cpu(row.work, row.times), _cpu(row.baseline, row.times)) for _ in range(ROUNDS)]
    return median(ours for ours, _ in pairs), median(plain for _, plain in pairs)


def _cpu(work: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def rows(house: House, folder: Path) -> list[Row]:
    world = house.shelf.world()
    return [
        Row(
            "five turns of the engine, through JSON",
            _conversation(house),
            _json_round_trips,
            "five JSON round trips",
            40,
        ),
        Row("a turn: message in, answer kept", _turns(house), _inserts(folder), "one INSERT and commit, SQLite", 60),
        Row("danger words in 200 characters", lambda: world.danger.look(STORY), STORY.casefold, "casefold", 300),
        Row(
            "language of 200 characters",
            lambda: house.parts.identifier.guess(STORY),
            STORY.casefold,
            "casefold",
            100,
        ),
        Row(
            "closest answers to a question",
            lambda: world.directory.match_answers("can i see a docter without papers", "en"),
            lambda: sorted("can i see a docter without papers"),
            "sorting its letters",
            100,
        ),
        Row("a town with a slip", lambda: world.directory.place("birmigham"), "birmigham".casefold, "casefold", 100),
        Row("a directory built from its rows", lambda: _directory(house), lambda: None, "nothing", 1),
    ]


def _conversation(house: House) -> Callable[[], object]:
    world, luck = house.shelf.world(), Random(7)

    def five_turns() -> None:
        kept = Session(language="en", settled=True).to_json()
        for words in TALK:
            session = Session.from_json(kept)
            resume(world, session, Reply(text=words), luck)
            kept = session.to_json()

    return five_turns


def _json_round_trips() -> None:
    kept = json.dumps({"flow": "find-help", "at": 3, "values": {"topic": "food"}})
    for _ in TALK:
        kept = json.dumps(json.loads(kept))


def _turns(house: House) -> Callable[[], object]:
    person = Person(house, language="en", channel=Channel.SMS)
    texts = (TALK[number % len(TALK)] for number in count())
    return lambda: person.receive(person.inbound(next(texts)))


def _inserts(folder: Path) -> Callable[[], object]:
    conn = sqlite3.connect(folder / "baseline.sqlite3", isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, text TEXT)")
    return lambda: conn.execute("INSERT INTO message (text) VALUES (?)", (STORY,))


def _directory(house: House) -> Directory:
    directory = house.parts.directory()
    return Directory(
        directory.answers.values(),
        directory.services.values(),
        places=house.shelf.places,
        languages=house.parts.settings.languages,
        translate=house.parts.catalogues.text,
    )


if __name__ == "__main__":
    main()
