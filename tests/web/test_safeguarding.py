"""The rota, the clock and the record of an alert, and how grave a story is: who sees them, and who may change them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.background.alerting import Alerting, Ways
from bot.store import contacts
from bot.store.schema import alert_action, audit, rota_away, rota_person, rota_shift, story_rating
from tests.alert_room import WORDS
from tests.web.desk_stage import NOW, Desk, Visitor


def put(desk: Desk, lead: Visitor, name: str = "ruth", **more: str) -> None:
    form = {"person": str(desk.ids[name]), "phone": "07700 900201", "email": "ruth@home.example.org", **more}
    assert lead.send("/desk/rota/people", **form).status_code == 302


def hours(desk: Desk, lead: Visitor, name: str = "ruth", **more: Any) -> int:
    form: dict[str, Any] = {
        "who": desk.ids[name],
        "role": "lead",
        "days": ["0", "1"],
        "begins": "09:00",
        "until": "17:00",
        **more,
    }
    return lead.send("/desk/rota/hours", **form).status_code


def tick(desk: Desk, at: int = NOW) -> None:
    Alerting(desk.db, lambda: at, Ways(None, None, WORDS), wait_minutes=15).work()


def test_an_empty_rota_says_so_and_that_nothing_leaves_the_desk(desk: Desk) -> None:
    page = desk.signed_in("ruth").get("/desk/rota")
    assert "Nobody is on the rota" in page
    assert "No SMS goes to you" in page
    assert "No e-mail goes to you" in page


def test_a_lead_puts_herself_on_the_rota_and_the_page_tells_where_nobody_is(desk: Desk) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    assert hours(desk, lead) == 302
    page = lead.get("/desk/rota")
    assert "+447700900201" in page
    assert "Nobody is on call on Sunday" in page
    assert "On call now" in page  # a Tuesday, 11:00
    assert "No lead is on call" not in page
    with desk.db.read() as conn:
        (kept,) = conn.execute(select(rota_person)).all()
        assert desk.opened(kept.phone_enc) == "+447700900201"
        assert "7700" not in str(conn.execute(select(audit.c.detail, audit.c.subject)).all())
        details = [row.detail for row in conn.execute(select(audit).where(audit.c.event == "rota_changed"))]
    assert details == [
        {"before": "not_on_it", "after": "phone.email"},
        {"before": "no_shift", "after": "lead.mon.0900.1700"},
        {"before": "no_shift", "after": "lead.tue.0900.1700"},
    ]


def test_hours_and_people_can_be_taken_off_again(desk: Desk) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    hours(desk, lead)
    hours(desk, lead)  # the same once more: nothing is doubled
    first, second = desk.rows(rota_shift)
    assert lead.send(f"/desk/rota/hours/{first.id}/end").status_code == 302
    assert [row.id for row in desk.rows(rota_shift)] == [second.id]
    assert lead.send(f"/desk/rota/people/{desk.ids['ruth']}/off").status_code == 302
    assert desk.rows(rota_shift) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"phone": "12"}, "Write a mobile number"),
        ({"email": "ruth"}, "Write an e-mail address"),
        ({"person": "x"}, "Choose a lead or an admin"),
    ],
)
def test_what_cannot_be_a_way_to_reach_somebody_is_refused_in_words(
    desk: Desk, form: dict[str, str], said: str
) -> None:
    given = {"person": str(desk.ids["ruth"]), "phone": "", "email": "", **form}
    answered = desk.signed_in("ruth").send("/desk/rota/people", **given)
    assert answered.status_code == 422
    assert said in answered.get_data(as_text=True)


def test_a_champion_cannot_be_put_on_call_for_alerts_she_may_not_read(desk: Desk) -> None:
    given = {"person": str(desk.ids["amina"]), "phone": "", "email": ""}
    assert desk.signed_in("ruth").send("/desk/rota/people", **given).status_code == 422


@pytest.mark.parametrize("wrong", [{"days": []}, {"begins": "9"}, {"until": "25:00"}, {"who": 0}])
def test_hours_that_are_none_are_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    assert hours(desk, lead, **wrong) == 422


@pytest.mark.parametrize("name", ["amina", "tara"])
def test_champions_and_translators_do_not_see_the_rota(desk: Desk, name: str) -> None:
    desk.signed_in(name).get("/desk/rota", status=403)


def test_the_page_of_an_alert_tells_who_was_told_and_what_comes_next(desk: Desk) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    hours(desk, lead)
    id = desk.alert()
    tick(desk)
    page = lead.get(f"/desk/alerts/{id}")
    assert "The lead on call was told" in page
    assert "On the desk alone" in page
    assert "the next people are told" in page
    lead.send(f"/desk/alerts/{id}/acknowledge", note="Ringing her now")
    assert "the next people are told" not in lead.get(f"/desk/alerts/{id}")


def test_the_record_is_only_added_to_and_the_outcome_follows_it(desk: Desk) -> None:
    lead, id = desk.signed_in("ruth"), desk.alert()
    path = f"/desk/alerts/{id}/actions"
    assert lead.send(path, what="rang", done="She is at her sister's", outcome="going_on").status_code == 302
    assert lead.send(path, what="to_team", done="", outcome="passed_on").status_code == 302
    page = lead.get(f"/desk/alerts/{id}")
    assert page.index("Rang and spoke with them") < page.index("Passed to the council&#39;s safeguarding team")
    assert "Others look after it now" in page
    kept = desk.rows(alert_action)
    assert [(row.what, row.outcome) for row in kept] == [("rang", None), ("to_team", "passed_on")]
    assert "sister" not in str(kept)
    with desk.db.read() as conn:
        details = [row.detail for row in conn.execute(select(audit).where(audit.c.event == "alert_action"))]
    assert details == [
        {"what": "rang", "before": "going_on", "after": "going_on"},
        {"what": "to_team", "before": "going_on", "after": "passed_on"},
    ]


@pytest.mark.parametrize("form", [{"what": "", "done": "x"}, {"what": "note", "done": ""}, {"what": "flew"}])
def test_a_record_of_nothing_is_refused(desk: Desk, form: dict[str, str]) -> None:
    id = desk.alert()
    assert desk.signed_in("ruth").send(f"/desk/alerts/{id}/actions", **form).status_code == 422
    assert desk.rows(alert_action) == []


def test_a_record_of_an_alert_that_is_not_there(desk: Desk) -> None:
    assert desk.signed_in("ruth").send("/desk/alerts/999/actions", what="rang").status_code == 404


def test_a_champion_rates_the_worst_thing_said_changes_it_and_takes_it_back(desk: Desk) -> None:
    champion, id = desk.signed_in("amina"), desk.story()
    path = f"/desk/stories/{id}/rating"
    champion.send(path, before="", rating="4")
    page = champion.get(f"/desk/stories/{id}")
    assert "<strong>4 - Strongly: it did harm, or nearly</strong>" in page
    champion.send(path, before="4", rating="2")
    champion.send(path, before="2", rating="")
    assert desk_ratings(desk) == []
    with desk.db.read() as conn:
        details = [row.detail for row in conn.execute(select(audit).where(audit.c.event == "story_rated"))]
    assert details == [{"before": None, "after": 4}, {"before": 4, "after": 2}, {"before": 2, "after": None}]


def test_of_two_who_rate_at_once_the_second_is_told(desk: Desk) -> None:
    id = desk.story()
    desk.signed_in("amina").send(f"/desk/stories/{id}/rating", before="", rating="5")
    piotr = desk.signed_in("piotr")
    assert piotr.send(f"/desk/stories/{id}/rating", before="", rating="0").status_code == 302
    assert "Amina rated this story meanwhile" in piotr.get(f"/desk/stories/{id}")
    assert desk_ratings(desk) == [5]


def test_a_leader_who_reads_a_story_never_sees_how_it_was_rated(desk: Desk) -> None:
    id = desk.out("The food bank was kind.")
    desk.signed_in("amina").send(f"/desk/stories/{id}/rating", before="", rating="5")
    lead = desk.signed_in("ruth")
    page = lead.get(f"/desk/stories/{id}")
    assert "The food bank was kind." in page
    assert "How grave" not in page
    assert "Severely" not in page
    assert lead.send(f"/desk/stories/{id}/rating", before="5", rating="0").status_code == 403


def test_a_lead_who_is_asked_sees_the_rating_and_cannot_change_it(desk: Desk) -> None:
    id = desk.story()
    champion = desk.signed_in("amina")
    champion.send(f"/desk/stories/{id}/rating", before="", rating="5")
    champion.send(f"/desk/stories/{id}/ask-lead", version=1, reason="Is this for the police?")
    page = desk.signed_in("ruth").get(f"/desk/stories/{id}")
    assert "<strong>5 - Severely: grave harm, or a life in danger</strong>" in page
    assert "Change the rating" not in page


@pytest.mark.parametrize("rating", ["6", "-1", "x", "2.5"])
def test_what_stands_on_no_scale_is_refused(desk: Desk, rating: str) -> None:
    id = desk.story()
    assert desk.signed_in("amina").send(f"/desk/stories/{id}/rating", before="", rating=rating).status_code == 400


def test_a_story_that_is_gone_takes_its_rating_along(desk: Desk) -> None:
    who = desk.contact()
    id = desk.story("A hard day", contact_id=who)
    desk.signed_in("amina").send(f"/desk/stories/{id}/rating", before="", rating="3")
    with desk.db.begin() as conn:
        contacts.erase(conn, who, NOW, "resident")
    assert desk_ratings(desk) == []
    assert desk.signed_in("amina").send(f"/desk/stories/{id}/rating", before="3", rating="1").status_code == 404


def desk_ratings(desk: Desk) -> list[int]:
    with desk.db.read() as conn:
        return list(conn.execute(select(story_rating.c.rating)).scalars())


def test_a_lead_marks_herself_away_and_the_page_tells_on_which_days_nobody_is_left(desk: Desk) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    hours(desk, lead, days=["0", "4"])
    away = {"away": desk.ids["ruth"], "first": "2026-12-25", "last": "2027-01-04"}
    assert lead.send("/desk/rota/away", **away).status_code == 302
    assert lead.send("/desk/rota/away", **away).status_code == 302  # said twice, kept once
    page = page_text(lead.get("/desk/rota"))
    assert "Fri 25 December to Mon 4 January 2027" in page
    assert "Nobody is on call on Fri 25 December, 09:00-17:00" in page
    assert "Nobody is on call on Mon 4 January 2027, 09:00-17:00" in page
    assert "Nobody is on call on Sat 26 December" not in page
    (kept,) = desk.rows(rota_away)
    assert lead.send(f"/desk/rota/away/{kept.id}/end").status_code == 302
    assert desk.rows(rota_away) == []
    details = [row.detail for row in desk.rows(audit) if row.event == "rota_changed"]
    gone = "away.2026-12-25.2027-01-04"
    assert details[-2:] == [{"before": "here", "after": gone}, {"before": gone, "after": "here"}]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "2026-06-03", "Choose a day."),
        ("2026-06-05", "2026-06-03", "This day is before the first one."),
        ("2026-05-01", "2026-05-03", "This day is over."),
        ("2026-06-05", "2028-06-03", "This day is more than a year away."),
    ],
)
def test_days_away_that_make_no_sense_are_refused_with_a_sentence(desk: Desk, first: str, last: str, said: str) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    answered = lead.send("/desk/rota/away", away=desk.ids["ruth"], first=first, last=last)
    assert answered.status_code == 422
    assert said in answered.get_data(as_text=True)
    assert desk.rows(rota_away) == []


def test_who_is_away_is_not_shown_as_on_call(desk: Desk) -> None:
    lead = desk.signed_in("ruth")
    put(desk, lead)
    hours(desk, lead, days=[str(day) for day in range(7)])
    assert "On call now" in lead.get("/desk/rota")
    lead.send("/desk/rota/away", away=desk.ids["ruth"], first="2026-06-02", last="2026-06-02")
    assert "Nobody is on call now" in lead.get("/desk/rota")


def page_text(page: str) -> str:
    """The words of a page, without its tags and marks of direction."""
    return re.sub(r"<[^>]+>|[\u2066-\u2069]", "", page)
