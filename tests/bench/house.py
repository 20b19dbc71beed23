"""What the parts of the whole house cost, each beside a plain baseline measured in the same run."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from bot.app import House, prepare
from bot.channel.message import Channel
from bot.flow.engine import resume
from bot.flow.session import Session
from bot.flow.world import Reply
from bot.knowledge.directory import Directory
from tests.bench.measure import Table, cpu_us, in_turn, progress
from tests.people import Person, house_on

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


def parts_of_the_house() -> list[Table]:
    """Every part, over a database in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        house = house_on(f"sqlite:///{folder}/bot.sqlite3")
        prepare(house)
        measured = [(row.name, *_measured(row), row.beside) for row in rows(house, Path(folder))]
        house.parts.db.close()
    return [Table("The parts of the house", ("what", "CPU us", "baseline", "ratio", "beside"), measured)]


def _measured(row: Row) -> tuple[float, float, float]:
    progress(row.name)
    ours, plain = in_turn(
        {"ours": lambda: cpu_us(row.work, row.times), "plain": lambda: cpu_us(row.baseline, row.times)}
    ).values()
    return ours, plain, ours / plain


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
