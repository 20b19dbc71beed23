"""The work shared out on the desk: who could take what, hand-overs, how many on a day, places nobody looks after."""

from __future__ import annotations

import re

import pytest

from bot.store import reach, readings
from bot.store.schema import audit, story
from bot.web import users
from bot.web.wording import today
from tests.web.desk_stage import NOW, Desk, Visitor

SHARING, MINE = "/desk/sharing", "A lead asks you to read a story"


@pytest.fixture
def ruth(desk: Desk) -> Visitor:
    """A lead."""
    return desk.signed_in("ruth")


def takers(page: str) -> list[list[str]]:
    """For each story on the page: who is offered."""
    selects = re.findall(r"<select.*?</select>", page, re.S)
    return [re.findall(r"<option[^>]*>([^:<]+):", one) for one in selects]


def works_in(desk: Desk, name: str, *areas: str) -> None:
    with desk.db.begin() as conn:
        reach.hold(conn, desk.ids[name], "champion", everywhere=False, areas=areas)


def test_a_lead_sees_who_could_take_a_story_and_none_of_its_words(desk: Desk, ruth: Visitor) -> None:
    """By language and by area."""
    desk.story("Zebunnisa could not ring", language="ur", area="wexmoor", created_at=NOW - 3)
    desk.story("Nobody came", area="brackley", created_at=NOW - 2)
    works_in(desk, "piotr", "Brackley")
    works_in(desk, "amina", "Wexmoor")
    page = ruth.get(SHARING)
    assert "Zebunnisa" not in page
    assert takers(page) == [["Amina"], ["Piotr", "Sam"]]


def test_the_least_loaded_is_offered_first(desk: Desk, ruth: Visitor) -> None:
    first = desk.story(created_at=NOW - 3)
    desk.story(created_at=NOW - 2)
    assert takers(ruth.get(SHARING))[0] == ["Amina", "Piotr", "Sam"]
    desk.signed_in("amina").send(f"/desk/stories/{first}/take", version=1)
    page = ruth.get(SHARING)
    assert takers(page) == [["Piotr", "Sam", "Amina"]]
    assert "Amina is reading it until" in page


def test_a_lead_hands_a_story_over_and_the_champion_hands_it_back(desk: Desk, ruth: Visitor) -> None:
    """It stands first on her desk and in her badge, with one action to take it and one to give it back."""
    desk.story("Older", created_at=NOW - 3)
    made, amina = desk.story("Newer", created_at=NOW - 2), desk.signed_in("amina")
    assert ruth.send(f"{SHARING}/{made}", to=desk.ids["amina"], version=1).status_code == 302
    assert "It is handed to Amina." in ruth.get(SHARING)
    assert "<bdi>Ruth</bdi> handed it to a champion" in amina.get(f"/desk/stories/{made}")
    assert MINE in amina.get("/desk/")
    assert MINE not in desk.signed_in("piotr").get("/desk/")
    assert amina.send("/desk/stories/next").location == f"/desk/stories/{made}"
    amina.send(f"/desk/stories/{made}/give-back", version=3)
    assert MINE not in amina.get("/desk/")
    ruth.send(f"{SHARING}/{made}", to=desk.ids["amina"], version=4)
    amina.send(f"/desk/stories/{made}/hand-back")
    assert MINE not in amina.get("/desk/stories")
    assert "not waiting for you any more" in amina.client.get(
        amina.send(f"/desk/stories/{made}/hand-back").location
    ).get_data(as_text=True)
    assert [row.detail for row in desk.rows(audit) if row.event.startswith("story_handed")] == [
        {"before": None, "after": f"user:{desk.ids['amina']}", "language": "en"},
        {"before": None, "after": f"user:{desk.ids['amina']}", "language": "en"},
        {"before": f"user:{desk.ids['amina']}", "after": None, "language": "en"},
    ]


def test_what_was_handed_to_her_is_counted_though_she_wants_no_numbers(desk: Desk, ruth: Visitor) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    amina.send("/desk/me/choices", wanted=["keys"])
    assert 'data-title="0"' in amina.get("/desk/me")
    ruth.send(f"{SHARING}/{made}", to=desk.ids["amina"], version=1)
    assert 'data-title="1"' in amina.get("/desk/me")


def test_the_lead_who_comes_second_is_told_who_was_first(desk: Desk, ruth: Visitor) -> None:
    made = desk.story()
    ruth.send(f"{SHARING}/{made}", to=desk.ids["amina"], version=1)
    answered = desk.signed_in("sam").send(f"{SHARING}/{made}", to=desk.ids["piotr"], version=1)
    assert answered.status_code == 409
    assert "Ruth handed this story to a champion, just now." in answered.get_data(as_text=True)
    late = desk.signed_in("piotr").send(f"/desk/stories/{made}/decline", version=1, reason="Why")
    assert late.status_code == 409
    assert "Ruth handed this story to a champion" in late.get_data(as_text=True)


def test_nobody_is_handed_what_she_cannot_take(desk: Desk, ruth: Visitor) -> None:
    """Another language, another place, a story that she approved first, or somebody who is no champion."""
    urdu, far = desk.story(language="ur"), desk.story(area="wexmoor")
    works_in(desk, "piotr", "Brackley")
    second = desk.story(status="needs_second", first_by=desk.ids["amina"])
    asked = [(urdu, "piotr"), (far, "piotr"), (second, "amina"), (urdu, "tara"), (99, "amina")]
    for made, name in asked:
        answered = ruth.send(f"{SHARING}/{made}", to=desk.ids[name], version=1)
        assert answered.status_code == 409, (made, name)
        assert "This person cannot take the story just now" in answered.get_data(as_text=True)


def test_who_wants_no_distressing_stories_today_is_not_offered_one_and_nobody_is_told(
    desk: Desk, ruth: Visitor
) -> None:
    desk.story("My father died in the corridor", created_at=NOW - 3)
    desk.story("The kind nurse rang", created_at=NOW - 2)
    with desk.app.test_request_context(), desk.db.begin() as conn:
        readings.set_not_today(conn, desk.ids["amina"], today(), not_today=True)
    page = ruth.get(SHARING)
    assert takers(page) == [["Piotr", "Sam"], ["Amina", "Piotr", "Sam"]]
    assert "ot today" not in page


def test_she_is_given_no_more_than_she_wants_on_a_day(desk: Desk, ruth: Visitor) -> None:
    """By "Next" and by a lead. She may open more herself."""
    first, second = desk.story(consent="champions", created_at=NOW - 3), desk.story(created_at=NOW - 2)
    amina = desk.signed_in("amina")
    assert amina.send(f"{SHARING}/a-day", stories="1").status_code == 302
    assert 'value="1" aria-describedby="stories-a-day-hint"' in amina.get("/desk/me")
    assert amina.send("/desk/stories/next").location == f"/desk/stories/{first}"
    amina.send(f"/desk/stories/{first}/approve", version=2)
    answered = amina.send("/desk/stories/next")
    assert answered.location == "/desk/stories"
    assert "You took as many stories today as you wanted." in amina.get("/desk/stories")
    assert takers(ruth.get(SHARING)) == [["Piotr", "Sam"]]
    assert amina.send(f"/desk/stories/{second}/take", version=1).status_code == 302
    amina.send(f"/desk/stories/{second}/give-back", version=2)
    amina.send(f"{SHARING}/a-day", stories="")
    assert "Next story for you" in amina.get("/desk/")


def test_a_place_that_nobody_looks_after_is_told_to_leads_and_its_stories_are_seen(desk: Desk, ruth: Visitor) -> None:
    """An admin is given them; nothing is lost because somebody told us her town."""
    made, sam = desk.story("Far away", area="little wexmoor"), desk.signed_in("sam")
    assert "nobody looks after" not in ruth.get("/desk/")
    for name in ("amina", "piotr"):
        works_in(desk, name, "Brackley")
    for visitor in (ruth, sam):
        assert "Stories that belong to a place that nobody looks after: 1" in visitor.get("/desk/")
        assert "Little Wexmoor" in visitor.get(f"{SHARING}?of=nobodys")
    assert "nobody looks after" not in desk.signed_in("amina").get("/desk/")
    assert "Far away" in sam.get("/desk/stories")
    assert sam.send("/desk/stories/next").location == f"/desk/stories/{made}"


def test_a_lead_of_one_town_shares_out_what_is_hers(desk: Desk) -> None:
    """Neither another town's stories, nor how much its champions have on their hands."""
    for area in ("brackley", "wexmoor"):
        desk.story(area=area)
    works_in(desk, "piotr", "Brackley")
    works_in(desk, "amina", "Wexmoor")
    with desk.db.begin() as conn:
        desk.ids["lena"] = users.add(conn, email="lena@desk.example.org", name="Lena", roles=["lead"], languages=["en"])
        reach.hold(conn, desk.ids["lena"], "lead", everywhere=False, areas=["Brackley"])
    page = desk.signed_in("lena").get(SHARING)
    assert "Wexmoor" not in page
    assert "Amina" not in page
    assert takers(page) == [["Piotr", "Sam"]]
    assert [row.area for row in desk.rows(story)] == ["brackley", "wexmoor"]
