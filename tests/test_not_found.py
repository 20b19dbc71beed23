"""What people look for and we do not have is counted, without anything that leads back to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import insert, select

from bot.app import House, prepare
from bot.flow.hours import working_day_after
from bot.knowledge.area import counted_area
from bot.knowledge.places import Place
from bot.store import gaps, schema
from bot.store.plain import put
from bot.story.gaps import Came
from bot.web import users
from tests.people import NOW_MS, Person, house_on

NOBODY_READS = (
    "We sent your question to our team. Nobody in it reads your language yet. A lead will find someone who does, and we"
    " text you then. It may take longer than {reply_by}. Your reference is {question_ref}. For other help text {menu}."
)
MONTH = 31 * 86_400_000


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    made = house_on(database_url)
    prepare(made)
    yield made
    made.parts.db.close()


def champion(house: House, *languages: str, role: str = "champion") -> None:
    with house.parts.db.begin() as conn:
        users.add(conn, email=f"{role}@example.org", name="Amina", roles=[role], languages=languages)
    house.shelf.look_again()


def asks_a_champion(person: Person) -> str:
    person.text("ask a question")
    person.text("qwrtzx plmkv bnqjh")
    return person.says("1")


def rows(house: House) -> list[tuple[str, str, str, str]]:
    with house.parts.db.read() as conn:
        found = conn.execute(select(schema.gap).order_by(schema.gap.c.id))
        return [(row.what, row.topic, row.language, row.area) for row in found]


def test_she_is_told_by_when_and_that_somebody_reads_her_language(house: House) -> None:
    """NOW_MS is a Saturday: three working days later is Wednesday."""
    champion(house, "pl")
    said = asks_a_champion(Person(house, language="en"))
    assert "a champion who reads your language" in said
    assert "by 25 November 2026" in said
    with house.parts.db.read() as conn:
        assert conn.scalar(select(schema.question.c.due_on)) == date(2026, 11, 25)


def test_when_nobody_reads_her_language_she_is_told_so(house: House) -> None:
    """Honestly, and that a lead will find someone. A lead does not answer questions, whatever she reads."""
    champion(house, "en")
    champion(house, "ur", role="lead")
    told = house.parts.catalogues.text(NOBODY_READS, "ur").partition(".")[0].partition("۔")[0]
    assert told in plain(asks_a_champion(Person(house, language="ur")))
    assert "Nobody in it reads your language" not in asks_a_champion(Person(house, language="en"))


def plain(text: str) -> str:
    """Without the marks that keep Latin words together in a text from right to left."""
    return text.replace("\u2066", "").replace("\u2069", "")


def test_a_champion_who_begins_to_read_a_language_counts_at_once(house: House) -> None:
    champion(house, "en")
    assert not house.shelf.world().champions.understand("pl")
    with house.parts.db.begin() as conn:
        users.set_languages(conn, 1, ["en", "pl"])
    house.shelf.look_again()
    assert house.shelf.world().champions.understand("pl")


def test_working_days_leave_out_the_weekend() -> None:
    friday = date(2026, 11, 20)
    assert working_day_after(friday, 1) == date(2026, 11, 23)
    assert working_day_after(friday, 5) == date(2026, 11, 27)


def test_what_was_not_found_is_written_down_with_nothing_of_hers(house: House) -> None:
    """Not her words, not her contact, no time of day: nothing was like her question, then she asked a person."""
    person = Person(house, language="en")
    asks_a_champion(person)
    assert rows(house) == [("nothing", "", "en", ""), ("asked", "", "en", "")]
    with house.parts.db.read() as conn:
        row = conn.execute(select(schema.gap)).first()
    assert row is not None
    assert set(row._mapping) == {"id", "month", "day", "who", "what", "topic", "language", "area", "simulated"}
    assert row.who != str(person.contact_id)
    assert len(row.who) == 64


def test_that_none_of_the_answers_fits_is_written_down_with_their_topic(house: House) -> None:
    person = Person(house, language="en")
    person.text("ask a question")
    person.text("food bank food voucher halal food parcel")
    person.text("No. Ask a champion")
    assert [row[:2] for row in rows(house)] == [("none", "food"), ("asked", "")]


def test_a_search_near_her_is_counted_by_district(house: House) -> None:
    with house.parts.db.begin() as conn:
        conn.execute(schema.service.update().values(active=False))
        conn.execute(schema.revision.update().values(number=schema.revision.c.number + 1))
    house.shelf.look_again()
    person = Person(house, language="en")
    person.text("find help")
    person.text("Food")
    person.text("ZZ1 1AA")
    assert rows(house) == [("nothing", "food", "en", "ZZ1")]


@pytest.mark.parametrize(
    ("place", "area"),
    [
        (Place("IP1 1AA", 52.0, 1.1, "postcode"), "IP1"),
        (Place("IP1 1", 52.0, 1.1, "sector"), "IP1"),
        (Place("IP1", 52.0, 1.1, "district"), "IP1"),
        (Place("Ipswich", 52.0, 1.1, "town"), "Ipswich"),
        (None, ""),
    ],
)
def test_a_place_is_counted_no_more_exactly_than_a_district(place: Place | None, area: str) -> None:
    assert counted_area(place) == area


def test_erasing_takes_it_out_of_the_counts(house: House) -> None:
    person, other = Person(house, language="en"), Person(house, language="en")
    asks_a_champion(other)
    person.now_ms -= MONTH
    asks_a_champion(person)
    person.now_ms += MONTH
    person.text("DELETE")
    person.text("1")
    assert rows(house) == [("nothing", "", "en", ""), ("asked", "", "en", "")]


def test_the_same_person_is_another_one_in_another_month(house: House) -> None:
    db = house.parts.db
    with db.begin() as conn:
        for now_ms in (NOW_MS, NOW_MS + 1000, NOW_MS - MONTH):
            put(
                conn,
                gaps.noting(
                    db.vault,
                    7,
                    came=Came.NOTHING,
                    topic="food",
                    language="en",
                    area="",
                    simulated=True,
                    now_ms=now_ms,
                ),
            )
        who = [row.who for row in conn.execute(select(schema.gap).order_by(schema.gap.c.id))]
    assert who[0] == who[1] != who[2]
    with db.read() as conn:
        assert gaps.months(conn, before=date(2026, 11, 30), simulated=True) == ["2026-10"]
        assert gaps.months(conn, before=date(2026, 12, 1), simulated=True) == ["2026-11", "2026-10"]
        assert gaps.months(conn, before=date(2026, 12, 1), simulated=False) == []


def test_what_became_of_a_question_is_counted_in_its_month(house: House) -> None:
    db = house.parts.db
    asks_a_champion(person := Person(house, language="en"))
    with db.begin() as conn:
        gaps.settle(conn, db.vault, person.contact_id, asked_ms=NOW_MS, came=Came.ANSWERED)
        gaps.about(conn, db.vault, person.contact_id, asked_ms=NOW_MS, topic="company")
    assert rows(house) == [("nothing", "", "en", ""), ("answered", "company", "en", "")]


def test_after_two_years_it_is_forgotten(house: House) -> None:
    values = {"day": date(2024, 1, 1), "what": "nothing", "who": "x", "topic": "", "language": "en", "area": ""}
    with house.parts.db.begin() as conn:
        for month in ("2024-10", "2024-11"):
            conn.execute(insert(schema.gap).values(month=month, simulated=True, **values))
        assert gaps.forget_old(conn, NOW_MS) == 1
