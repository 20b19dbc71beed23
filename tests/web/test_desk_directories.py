"""Directories on the desk, and what champions write about services: their own, and otherwise than a directory."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.background.importing import Importing
from bot.channel.feed_client import FeedClient
from bot.store import sources
from bot.store.schema import service, source
from tests.stand_in.directory import DirectoryStandIn
from tests.web.desk_stage import NOW, Desk

HALL = {
    "id": "h1",
    "name": "Mill Hall",
    "description": "A hall with a food bank.",
    "phone": "01632 960001",
    "status": "active",
}
FORM: dict[str, Any] = {
    "name": "Quay Lunch", "summary": "A warm lunch on Tuesdays.", "topics": ["food", "company"], "area": "national",
    "cost": "free", "phone": "01632 960100", "women_only": "yes", "asks_immigration_status": "no",
    "languages": ["en", "ur"], "minimum_age": "18", "culture": "South Asian food",
}  # fmt: skip


def fetched(desk: Desk, records: list[Any]) -> int:
    """The number of a directory with these records that was fetched a moment ago."""
    importing = Importing(desk.db, lambda url: FeedClient(10**6, own_network=True, pause=lambda s: None), lambda: NOW)
    with DirectoryStandIn(records) as directory:
        with desk.db.begin() as conn:
            id = sources.register(
                conn,
                key="wexmoor-council",
                location=directory.url,
                area="wexmoor",
                mapping=None,
                alone=True,
                now_ms=NOW,
            )
        importing.fetch(id)
    return id


def rows(desk: Desk) -> list[Any]:
    with desk.db.read() as conn:
        return list(conn.execute(select(service).order_by(service.c.id)))


def test_each_record_that_could_not_be_read_is_shown_with_a_sentence(desk: Desk) -> None:
    id = fetched(desk, [HALL, {"id": "h2", "name": "Nobody reaches it"}, {"id": "h3"}])
    tara = desk.signed_in("tara")
    assert "2 could not be read" in tara.get("/desk/directories")
    page = tara.get(f"/desk/directories/{id}")
    assert "Nobody can reach this service." in page
    assert "It has no name. Its directory must give it one." in page
    assert "Fetch it now" not in page  # a translator may read, not decide


def test_a_champion_has_a_directory_fetched_and_switches_it_off(desk: Desk) -> None:
    id, amina = fetched(desk, [HALL]), desk.signed_in("amina")
    amina.send(f"/desk/directories/{id}/fetch")
    (row,) = desk.rows(source)
    assert row.next_at == NOW
    amina.send(f"/desk/directories/{id}/active", active="no")
    assert "Not fetched by itself" in amina.get("/desk/directories")
    assert amina.send(f"/desk/directories/{id}/fetch").status_code == 302
    (row,) = desk.rows(source)
    assert (row.active, row.next_at) == (False, None)
    assert "source_changed" in desk.events()


def test_a_translator_may_not_change_services_or_directories(desk: Desk) -> None:
    id, tara = fetched(desk, [HALL]), desk.signed_in("tara")
    made = rows(desk)[0].id
    for path in (
        f"/desk/directories/{id}/fetch",
        f"/desk/directories/{id}/active",
        f"/desk/services/{made}/edit",
        "/desk/services/new",
    ):
        assert tara.send(path).status_code == 403


def test_a_champion_adds_a_service_of_her_own(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    amina.get("/desk/services/new")
    assert amina.send("/desk/services/new", **FORM).status_code == 302
    (row,) = rows(desk)
    assert (row.origin, row.key, row.active) == ("desk", "desk-quay-lunch", True)
    assert row.document["facts"] == {
        "women_only": True,
        "asks_immigration_status": False,
        "culture": "South Asian food",
    }
    assert row.document["languages"] == ["en", "ur"]
    assert (row.document["minimum_age"], row.document["topics"]) == (18, ["food", "company"])
    page = amina.get(f"/desk/services/{row.id}")
    assert "South Asian food" in page
    amina.send("/desk/services/new", **FORM)
    assert [one.key for one in rows(desk)] == ["desk-quay-lunch", "desk-quay-lunch-2"]


@pytest.mark.parametrize(
    ("field", "said", "sentence"),
    [
        ("name", "", "Give it a name."),
        ("topics", [], "Choose a topic."),
        ("phone", "ring us", "is no phone number"),
        ("postcode", "nowhere", "is no whole postcode"),
        ("url", "javascript:alert(1)", "is no web address"),
        ("minimum_age", "teen", "minimum_age"),
    ],
)
def test_a_slip_in_the_form_is_told_at_its_field_and_nothing_is_lost(
    desk: Desk, field: str, said: Any, sentence: str
) -> None:
    answer = desk.signed_in("amina").send("/desk/services/new", **{**FORM, field: said})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "A warm lunch on Tuesdays." in page
    assert rows(desk) == []


def form_of(desk: Desk, **changed: Any) -> dict[str, Any]:
    """The form as it comes filled in for the hall, with what is changed."""
    known = {"name": "Mill Hall", "summary": "A hall with a food bank.", "topics": ["food"], "area": "wexmoor",
             "cost": "unknown", "phone": "01632 960001"}  # fmt: skip
    return {**known, **changed}


def test_only_what_was_changed_is_kept_against_the_directory(desk: Desk) -> None:
    fetched(desk, [HALL])
    made, amina = rows(desk)[0].id, desk.signed_in("amina")
    assert "stays, also when its directory is fetched again" in amina.get(f"/desk/services/{made}/edit")
    amina.send(f"/desk/services/{made}/edit", **form_of(desk, phone="01632 960999", women_only="yes"))
    (row,) = rows(desk)
    assert row.changes == {"phone": "01632 960999", "phones": None, "facts": {"women_only": True}}
    assert row.document["phone"] == "01632 960999"
    fetched(desk, [{**HALL, "name": "Mill Hall Centre"}])
    (row,) = rows(desk)
    assert (row.document["name"], row.document["phone"]) == ("Mill Hall Centre", "01632 960999")
    page = amina.get(f"/desk/services/{made}")
    assert "We say some of this otherwise than its directory." in page
    amina.send(f"/desk/services/{made}/as-directory")
    (row,) = rows(desk)
    assert (row.changes, row.document["phone"]) == (None, "01632 960001")


def test_nothing_different_is_no_change(desk: Desk) -> None:
    fetched(desk, [HALL])
    made = rows(desk)[0].id
    desk.signed_in("amina").send(f"/desk/services/{made}/edit", **form_of(desk))
    assert rows(desk)[0].changes is None


def test_a_service_of_the_files_is_changed_in_its_file(desk: Desk) -> None:
    made, amina = desk.service(), desk.signed_in("amina")
    amina.get(f"/desk/services/{made}/edit", 404)
    assert "Change it" not in amina.get(f"/desk/services/{made}")


def test_what_its_directory_withdrew_stays_hidden_when_switched_on(desk: Desk) -> None:
    fetched(desk, [HALL, {**HALL, "id": "h2", "status": "temporarily closed", "name": "Shut Hall"}])
    amina = desk.signed_in("amina")
    shut = next(row for row in rows(desk) if row.record == "h2")
    assert "Its directory says: temporarily closed" in amina.get("/desk/services")
    amina.send(f"/desk/services/{shut.id}/active", active="yes")
    assert not next(row for row in rows(desk) if row.record == "h2").active
