"""Counts of steps: gathered in memory, added to by several processes, read by the desk; and who waits where."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from bot.flow.visits import END, Visit, What
from bot.store import contacts, counts, schema
from bot.store.counts import Numbers, Span
from bot.store.database import Database, open_database
from bot.store.plain import Adding, put
from bot.store.tally import ADD, DAY_MS, Seen, Tally
from tests.store import rows
from tests.store.together import run_together

AWAY = 3 * DAY_MS
NEWEST, OLDER = "n" * 64, "o" * 64


def seen(now: int, *visits: tuple[str, What], revision: str = NEWEST, **more: Any) -> Seen:
    path = [Visit(revision, "form", step, what) for step, what in visits]
    return Seen(path, **{"language": "en", "simulated": False, "at": now, "put_down_at": now, **more})


def span(now: int, days: int = 30, *, everyone: bool = False) -> Span:
    return Span(now - days * DAY_MS, now, AWAY, everyone)


def numbers(db: Database, now: int, days: int = 30, *, everyone: bool = False) -> dict[str, Numbers]:
    with db.read() as conn:
        found = counts.of_flow(conn, "form", named=["which"], newest=NEWEST, span=span(now, days, everyone=everyone))
    return dict(found)


def waits(db: Database, now: int, number: str, step: str = "which", since: int = 0, **more: Any) -> int:
    """A resident who waits at this step since so many days."""
    place = {
        "simulated": False,
        "flow_revision": NEWEST,
        "at_flow": "form",
        "at_step": step,
        "at_since": now - since * DAY_MS,
    }
    with db.begin() as conn:
        return rows.resident(conn, db.vault, now, number, **{**place, **more})


def test_what_is_gathered_is_written_at_once_and_added_up(db: Database, now: int) -> None:
    tally = Tally(db)
    for _ in range(2):
        tally.add(seen(now, ("which", What.REACHED), ("which", What.MISSED), (END, What.REACHED)))
        tally.add(seen(now, ("which", What.LEFT)))
        assert tally.flush() == 2
    assert tally.flush() == 0
    assert numbers(db, now) == {"which": Numbers(2, 2, 2), END: Numbers(2)}


def test_several_processes_add_to_the_same_rows_at_once(db: Database, now: int) -> None:
    """Whatever their order, nothing is lost and nobody waits for ever."""
    steps = ["which", "b", "c", "d"]

    def process(order: list[str]) -> None:
        tally = Tally(db)
        for _ in range(5):
            tally.add(seen(now, *((step, What.REACHED) for step in order)))
            tally.flush()

    run_together([lambda: process(steps), lambda: process(steps[::-1]), lambda: process(steps[1:] + steps[:1])])
    assert {step: one.reached for step, one in numbers(db, now).items()} == dict.fromkeys(steps, 15)


def test_while_the_database_is_away_the_counts_wait(db: Database, now: int) -> None:
    """Another writer holds the very row for longer than we wait."""
    hasty = open_database(db.engine.url.render_as_string(hide_password=False), db.vault, wait_s=0.05)
    tally = Tally(hasty)
    tally.add(seen(now, ("which", What.REACHED)))
    row = {"flow": "form", "step": "which", "day": now // DAY_MS, "revision": NEWEST, "language": "en"}
    with db.begin() as conn:
        conn.execute(ADD, {**row, "simulated": False, "reached": 1, "gone": 0, "missed": 0})
        assert tally.flush() == 0
    tally.add(seen(now, ("which", What.REACHED)))
    assert tally.flush() == 1
    assert numbers(db, now) == {"which": Numbers(3)}
    hasty.close()


def test_only_the_days_that_are_asked_for_count(db: Database, now: int) -> None:
    tally = Tally(db)
    tally.add(seen(now - 8 * DAY_MS, ("which", What.REACHED)))
    tally.add(seen(now, ("which", What.PUT_DOWN), put_down_at=now - 9 * DAY_MS))
    tally.flush()
    assert numbers(db, now, 7) == {}
    assert numbers(db, now, 30) == {"which": Numbers(1, 1)}


def test_simulated_people_are_counted_apart(db: Database, now: int) -> None:
    tally = Tally(db)
    tally.add(seen(now, ("which", What.REACHED), simulated=True))
    tally.flush()
    waits(db, now, "+447700900001", simulated=True)
    assert numbers(db, now) == {}
    assert numbers(db, now, everyone=True) == {"which": Numbers(1, waiting=1)}


def test_a_step_without_an_id_is_counted_in_the_newest_revision_alone(db: Database, now: int) -> None:
    """Its number may have meant another step before; an id, and the end, mean the same in every revision."""
    tally = Tally(db)
    tally.add(seen(now, ("which", What.REACHED), ("step2", What.REACHED), (END, What.REACHED), revision=OLDER))
    tally.add(seen(now, ("step2", What.REACHED)))
    tally.flush()
    waits(db, now, "+447700900001", "step2", flow_revision=OLDER)
    assert numbers(db, now) == {"which": Numbers(1), "step2": Numbers(1), END: Numbers(1)}


def test_who_waits_for_three_days_has_left(db: Database, now: int) -> None:
    """In the span in which she put it down; before, she waits."""
    waits(db, now, "+447700900001", since=2)
    waits(db, now, "+447700900002", since=4)
    waits(db, now, "+447700900003", since=20)
    assert numbers(db, now, 7) == {"which": Numbers(left=1, waiting=1)}
    assert numbers(db, now, 30) == {"which": Numbers(left=2, waiting=1)}
    with db.read() as conn:
        assert counts.waiting_by_flow(conn, span(now)) == {"form": 1}


def test_the_groups_tell_who_waits_where_since_when(db: Database, now: int) -> None:
    with db.begin() as conn:
        conn.execute(schema.flow_revision.insert().values(digest=OLDER, sources="{}", published_at=now - DAY_MS))
    waits(db, now, "+447700900001", since=1, flow_revision=OLDER)
    waits(db, now, "+447700900002", since=5, flow_revision=OLDER)
    waits(db, now, "+447700900003", None, flow_revision=OLDER, at_flow=None, at_since=None, last_inbound_at=now)  # type: ignore[arg-type]
    waits(db, now, "+447700900004", simulated=True)
    with db.read() as conn:
        found = counts.groups(conn, span(now))
    assert [(one.flow, one.step, one.people, one.away, one.oldest) for one in found] == [
        ("form", "which", 2, 1, now - 5 * DAY_MS),
        ("", "", 1, 0, now),
    ]
    assert {one.published_at for one in found} == {now - DAY_MS}


def missed(db: Database, now: int, contact_id: int, words: str, *, simulated: bool = False) -> None:
    row = {"contact_id": contact_id, "flow": "form", "step": "which", "revision": NEWEST, "language": "pl",
           "simulated": simulated, "at": now}  # fmt: skip
    with db.begin() as conn:
        put(conn, Adding("missed", {**row, "words_enc": db.vault.seal(words)}))


def test_words_are_sealed_and_the_newest_are_read_first(db: Database, now: int) -> None:
    who = waits(db, now, "+447700900001")
    missed(db, now - 9, who, "first words")
    missed(db, now, who, "second words")
    missed(db, now, who, "made up", simulated=True)
    with db.read() as conn:
        found = counts.words_missed(conn, db.vault, "form", span(now))
        kept = list(conn.scalars(select(schema.missed.c.words_enc)))
    assert [(one.words, one.language, one.at) for one in found] == [
        ("second words", "pl", now),
        ("first words", "pl", now - 9),
    ]
    assert not any("words" in sealed for sealed in kept)


def test_words_go_with_the_person_and_after_90_days(db: Database, now: int) -> None:
    who, other = waits(db, now, "+447700900001"), waits(db, now, "+447700900002")
    missed(db, now, who, "hers")
    missed(db, now - 91 * DAY_MS, other, "old")
    missed(db, now - 89 * DAY_MS, other, "not so old")
    with db.begin() as conn:
        contacts.erase(conn, who, now, "resident")
        assert counts.forget_words(conn, now) == 1
        assert conn.scalar(select(func.count()).select_from(schema.missed)) == 1


def test_who_is_erased_after_a_stop_waits_nowhere(db: Database, now: int) -> None:
    who = waits(db, now, "+447700900001")
    with db.begin() as conn:
        conn.execute(update(schema.contact).values(status="stopped"))
        contacts.erase(conn, who, now, "resident")
    assert numbers(db, now) == {}
