"""What residents do is counted from the inbox to the rows: real texts, real databases."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from bot.app import House
from bot.inbox import AWAY_MS
from bot.store import counts, schema
from bot.store.counts import Numbers, Span
from bot.store.tally import DAY_MS
from tests.people import Person

ASKS = "change-language"


def numbers(person: Person, step: str, flow: str = ASKS) -> Numbers:
    house = person.house
    house.tally.flush()
    span = Span(person.now_ms - 30 * DAY_MS, person.now_ms, AWAY_MS, simulated=True)
    with house.parts.db.read() as conn:
        found = counts.of_flow(conn, flow, named=[step], newest=house.shelf.newest.digest, span=span)
    return found.get(step, Numbers())


def kept(house: House) -> list[str]:
    """The words that were not understood."""
    with house.parts.db.read() as conn:
        return [house.parts.db.vault.open(sealed) for sealed in conn.scalars(select(schema.missed.c.words_enc))]


def test_a_conversation_is_counted_step_by_step(house: House) -> None:
    """She asks for a language that is not there, and goes."""
    amina = Person(house, language="en")
    amina.text("LANGUAGE")
    assert numbers(amina, "chosen") == Numbers(reached=1, waiting=1)
    amina.text("Tigrinya please")
    assert numbers(amina, "chosen") == Numbers(reached=1, missed=1, waiting=1)
    amina.text("MENU")
    assert numbers(amina, "chosen") == Numbers(reached=1, left=1, missed=1)
    assert kept(house) == ["Tigrinya please"]


def test_a_message_that_comes_twice_counts_once(house: House) -> None:
    amina = Person(house, language="en")
    message = amina.inbound("LANGUAGE")
    amina.receive(message)
    amina.receive(message)
    assert numbers(amina, "chosen").reached == 1


def test_who_comes_back_after_days_has_left_when_she_fell_silent(house: House) -> None:
    """It is the same leaving before and after she writes: not two."""
    amina = Person(house, language="en")
    amina.text("LANGUAGE")
    amina.now_ms += 10 * DAY_MS
    assert numbers(amina, "chosen") == Numbers(reached=1, left=1)
    amina.text("MENU")
    assert numbers(amina, "chosen") == Numbers(reached=1, left=1)
    with house.parts.db.read() as conn:
        gone = conn.scalar(select(schema.flow_count.c.day).where(schema.flow_count.c.gone > 0))
    assert gone is not None
    assert amina.now_ms // DAY_MS - gone == 7


def test_where_she_is_is_never_kept(house: House) -> None:
    """Nor what she answers to a question about consent."""
    amina = Person(house, language="en")
    for said in ("MENU", "1", "1", "Nowhereville 99"):
        amina.text(said)
    assert numbers(amina, "place", "find-help").missed == 1
    for said in ("MENU", "story", "ask my sister"):
        amina.text(said)
    assert numbers(amina, "consent", "share-story").missed == 1
    assert kept(house) == []


def test_erasing_takes_her_words_and_her_place(house: House) -> None:
    amina = Person(house, language="en")
    for said in ("LANGUAGE", "Tigrinya please", "DELETE"):
        amina.text(said)
    assert kept(house) == ["Tigrinya please"]
    amina.text("1")
    assert kept(house) == []
    with house.parts.db.read() as conn:
        assert conn.scalar(select(func.count(schema.contact.c.at_step))) == 0


def test_the_minutes_work_deletes_words_after_90_days(house: House) -> None:
    amina = Person(house, language="en")
    for said in ("LANGUAGE", "Tigrinya please"):
        amina.text(said)
    amina.timers.wake_due(amina.now_ms + 89 * DAY_MS)
    assert len(kept(house)) == 1
    amina.timers.wake_due(amina.now_ms + 91 * DAY_MS)
    assert kept(house) == []


def test_what_time_does_is_counted_too(house: House) -> None:
    """A story that falls silent is put aside: she has left it."""
    amina = Person(house, language="en")
    for said in ("story", "1", "It was cold."):
        amina.text(said)
    for _ in range(2):
        amina.now_ms += DAY_MS
        amina.timers.wake_due(amina.now_ms)
    assert numbers(amina, "story", "share-story") == Numbers(reached=1, left=1)


COUNTING = """
import sys, time
from bot.flow.visits import Visit, What
from bot.settings import new_key
from bot.store.database import open_database
from bot.store.tally import Seen, Tally
from bot.store.vault import Vault
tally = Tally(open_database(sys.argv[1], Vault([new_key()])))
tally.start()
tally.add(Seen([Visit("r", "form", "a", What.REACHED)], "en", False, 0, 0))
print("counted", flush=True)
"""


def test_a_process_that_ends_writes_what_it_has_gathered(sqlite_template: Path, tmp_path: Path) -> None:
    """At its own end, without waiting for the next few seconds; kill -9 is another matter."""
    file = tmp_path / "bot.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, f"sqlite:///{file}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "counted\n"), done.stderr
    assert sqlite3.connect(file).execute("SELECT reached FROM flow_count").fetchall() == [(1,)]
