"""The queue: the next story for a champion, who reads what, and two readers before anything leaves them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.store.schema import audit, story, story_redaction
from bot.story.status import LEASE_MS
from tests.web.desk_stage import NOW, Desk, Visitor

UNTIL = "11:30"  # NOW is 11:00 in London, and a lease lasts half an hour


def status(desk: Desk) -> list[str]:
    return [row.status for row in desk.rows(story)]


def claimed(desk: Desk, made: int, who: str, until: int = NOW + LEASE_MS) -> None:
    """Somebody reads this story."""
    with desk.db.begin() as conn:
        values = {"claimed_by": desk.ids[who], "claimed_at": until - LEASE_MS, "claim_until": until, "version": 2}
        conn.execute(update(story).where(story.c.id == made).values(values))


def next_story(visitor: Visitor) -> str:
    return visitor.send("/desk/stories/next").location


# The next story -------------------------------------------------------------------------------------------------------
def test_home_and_the_queue_say_how_many_stories_wait_for_her(desk: Desk) -> None:
    """Those in another champion's languages do not."""
    desk.story("One", language="ur")
    desk.story("Two")
    desk.story("Po polsku", language="pl")
    amina = desk.signed_in("amina")
    for path in ("/desk/", "/desk/stories"):
        page = amina.get(path)
        assert "Stories wait for you: 2" in page
        assert "Next story for you" in page
    assert "Next story for you" not in desk.signed_in("ruth").get("/desk/stories")


def test_next_takes_the_story_and_shows_it_to_her(desk: Desk) -> None:
    """Until half an hour later; home leads her back to it meanwhile."""
    made, amina = desk.story("Only she reads it", language="ur"), desk.signed_in("amina")
    desk.story("Others read it, too", created_at=NOW - 10_000_000)
    assert next_story(amina) == f"/desk/stories/{made}"
    assert f"It is yours to read until {UNTIL}." in amina.get(f"/desk/stories/{made}")
    assert "You are reading a story" in amina.get("/desk/")
    assert next_story(amina) == f"/desk/stories/{made}"
    assert desk.events() == ["story_claimed"]


def test_next_says_kindly_when_nothing_waits(desk: Desk) -> None:
    """And leads to the queue."""
    amina = desk.signed_in("amina")
    assert next_story(amina) == "/desk/stories"
    assert "No story waits for you now. Thank you." in amina.get("/desk/stories")


def test_two_who_press_next_get_two_stories(desk: Desk) -> None:
    """The oldest first."""
    first, second = desk.story("First", created_at=NOW - 2), desk.story("Second", created_at=NOW - 1)
    assert next_story(desk.signed_in("amina")) == f"/desk/stories/{first}"
    assert next_story(desk.signed_in("piotr")) == f"/desk/stories/{second}"


# Who reads it ---------------------------------------------------------------------------------------------------------
def test_others_see_who_reads_a_story_and_until_when(desk: Desk) -> None:
    """In the list, too, where it stays."""
    made, piotr = desk.story("In English"), desk.signed_in("piotr")
    claimed(desk, made, "amina")
    for path in ("/desk/stories", f"/desk/stories/{made}"):
        assert f"Amina is reading it until {UNTIL}." in piotr.get(path)
    page = piotr.get(f"/desk/stories/{made}")
    assert "In English" in page
    assert f'action="/desk/stories/{made}/approve"' not in page
    answered = piotr.send(f"/desk/stories/{made}/decline", version=2, reason="Why")
    assert answered.status_code == 409
    assert f"Amina took this story to read, until {UNTIL}." in answered.get_data(as_text=True)


def test_a_lease_that_ended_is_in_nobodys_way(desk: Desk) -> None:
    made, piotr = desk.story(consent="champions"), desk.signed_in("piotr")
    claimed(desk, made, "amina", until=NOW)
    assert "is reading it" not in piotr.get(f"/desk/stories/{made}")
    assert piotr.send(f"/desk/stories/{made}/approve", version=2).status_code == 302


def test_taking_over_needs_a_second_click_and_tells_the_first_reader(desk: Desk) -> None:
    made, amina, piotr = desk.story(consent="champions"), desk.signed_in("amina"), desk.signed_in("piotr")
    claimed(desk, made, "amina")
    assert piotr.send(f"/desk/stories/{made}/take", version=2).status_code == 409
    assert piotr.send(f"/desk/stories/{made}/take", version=2, over="yes").status_code == 302
    answered = amina.send(f"/desk/stories/{made}/approve", version=2)
    assert answered.status_code == 409
    assert f"Piotr took this story to read, until {UNTIL}." in answered.get_data(as_text=True)
    assert status(desk) == ["received"]


def test_a_story_can_be_kept_and_given_back(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    assert "Keep it for me while I read" in amina.get(f"/desk/stories/{made}")
    amina.send(f"/desk/stories/{made}/take", version=1)
    assert "Give it back" in amina.get(f"/desk/stories/{made}")
    amina.send(f"/desk/stories/{made}/give-back", version=2)
    assert desk.events() == ["story_claimed", "story_released"]
    assert "Stories wait for you: 1" in desk.signed_in("piotr").get("/desk/")


def test_a_story_that_is_gone_or_decided_cannot_be_taken(desk: Desk) -> None:
    made, amina = desk.story(consent="champions", status="approved"), desk.signed_in("amina")
    assert amina.send(f"/desk/stories/{made}/take", version=1).status_code == 409
    assert amina.send("/desk/stories/99/take", version=1).status_code == 404


# Two readers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("consent", ["leaders", "board"])
def test_what_leaves_the_champions_is_read_by_two(desk: Desk, consent: str) -> None:
    """The second reads the words that the first prepared; what she did not write stays as it was."""
    made, amina, piotr = desk.story("Dr Smith shouted", consent=consent), *map(desk.signed_in, ("amina", "piotr"))
    page = amina.get(f"/desk/stories/{made}")
    assert "Another champion reads it before it goes out." in page
    amina.send(f"/desk/stories/{made}/approve", version=1, words="A doctor\r\nshouted")
    assert status(desk) == ["needs_second"]
    refused = amina.send(f"/desk/stories/{made}/approve", version=2, words="A doctor\r\nshouted")
    assert refused.status_code == 409
    assert "You approved it first." in refused.get_data(as_text=True)
    page = piotr.get(f"/desk/stories/{made}")
    assert "A doctor\nshouted</textarea>" in page
    piotr.send(f"/desk/stories/{made}/approve", version=2, words="A doctor\r\nshouted")
    assert status(desk) == ["approved"]
    assert [row.version for row in desk.db_rows(story_redaction)] == [1]
    page = desk.signed_in("ruth").get(f"/desk/stories/{made}")
    assert "A doctor\nshouted" in page
    assert "Smith" not in page


def test_the_words_must_be_there_before_anything_goes_out(desk: Desk) -> None:
    """The form comes back and says so."""
    made = desk.story("Words")
    answered = desk.signed_in("amina").send(f"/desk/stories/{made}/approve", version=1, words=" ")
    assert answered.status_code == 422
    assert "Write the words that others may read." in answered.get_data(as_text=True)
    assert status(desk) == ["received"]


def test_words_that_were_typed_are_kept_when_somebody_was_quicker(desk: Desk) -> None:
    made, amina = desk.story("Words"), desk.signed_in("amina")
    desk.signed_in("piotr").send(f"/desk/stories/{made}/decline", version=1, reason="Why")
    answered = amina.send(f"/desk/stories/{made}/approve", version=1, words="Long and careful work")
    assert answered.status_code == 409
    assert "Long and careful work" in answered.get_data(as_text=True)


def test_a_lead_sees_nothing_of_a_story_whose_words_are_not_ready(desk: Desk) -> None:
    """Approved in the days when one reader was enough."""
    made = desk.story("The original", status="approved")
    page = desk.signed_in("ruth").get(f"/desk/stories/{made}")
    assert "The original" not in page
    assert "The words that you may read are not ready yet." in page


def test_what_nobody_reads_is_passed_to_those_who_can(desk: Desk) -> None:
    """And leaves the queue of those who cannot."""
    made, amina = desk.story("Af soomaali", language="so"), desk.signed_in("amina")
    assert next_story(amina) == f"/desk/stories/{made}"
    amina.send(f"/desk/stories/{made}/translate", version=2)
    page = amina.get("/desk/stories?status=needs_translation")
    assert "Somebody is needed who reads Somali." in page
    assert "Next story for you" not in amina.get("/desk/")


def test_each_act_is_recorded_with_before_and_after(desk: Desk) -> None:
    made = desk.story("Words")
    amina = desk.signed_in("amina")
    amina.send("/desk/stories/next")
    amina.send(f"/desk/stories/{made}/approve", version=2, words="Words")
    found = [(row.event, row.detail["before"], row.detail["after"]) for row in desk.rows(audit)]
    assert found == [
        ("story_claimed", "received", "claimed"),
        ("story_prepared", 0, 1),
        ("story_to_second", "claimed", "needs_second"),
    ]
