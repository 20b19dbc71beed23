"""Tags, notes, ready replies, finding, bulk and undo, and reading without harm, as champions meet them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.store.schema import canned_reply, preference, question_tag, reading_day, story, story_note, story_tag
from bot.web.context import Parts
from tests.web.desk_stage import HOUR, NOW, Desk, Visitor

HARD = "My father died and nobody told us"
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
DANGEROUS = re.compile(r"<script>alert|<img src=x")


def said(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", page))


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page)
    return found[1] if found else ""


def undo(visitor: Visitor, page: str) -> str:
    answered = visitor.send("/desk/undo", mark=mark(visitor.get(page)))
    assert answered.status_code == 302
    return said(visitor.get(page))


def status(desk: Desk, number: int) -> str:
    return str(next(row.status for row in desk.rows(story) if row.id == number))


# tags and undo ------------------------------------------------------------------------------------------------------
def test_the_words_suggest_tags_and_a_champion_decides(desk: Desk) -> None:
    made, amina = desk.story("The receptionist was rude and my bills are too high"), desk.signed_in("amina")
    page = said(amina.get(f"/desk/stories/{made}"))
    assert "+ How staff treat people" in page
    assert "+ Debt, bills and rent" in page
    amina.send(f"/desk/stories/{made}/tags", tag="money")
    page = said(amina.get(f"/desk/stories/{made}"))
    assert "+ Debt, bills and rent" not in page
    assert "Tagged: Debt, bills and rent." in page
    assert "Debt, bills and rent" in said(amina.get("/desk/stories"))
    assert amina.send(f"/desk/stories/{made}/tags", tag="no-such").status_code == 422
    assert "Undone." in undo(amina, f"/desk/stories/{made}")
    with desk.db.read() as conn:
        assert conn.execute(select(story_tag)).all() == []
    assert [one for one in desk.events() if one == "tag_changed"] == ["tag_changed"] * 2


def test_a_question_is_tagged_too_and_found_by_it(desk: Desk) -> None:
    asked, other = desk.question("Where is halal food?"), desk.question("Where can I swim?")
    amina = desk.signed_in("amina")
    assert "+ The right food" in said(amina.get(f"/desk/questions/{asked}"))
    amina.send(f"/desk/questions/{asked}/tags", tag="food")
    page = amina.get("/desk/find?kind=question&tag_is=food")
    assert f"/desk/questions/{asked}" in page
    assert f'href="/desk/questions/{other}"' not in page
    amina.send(f"/desk/questions/{asked}/untag", tag="food")
    with desk.db.read() as conn:
        assert conn.execute(select(question_tag)).all() == []


def test_a_decision_can_be_undone_for_ten_minutes_by_who_took_it(desk: Desk) -> None:
    made, amina = desk.story(consent="champions"), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/approve", version=1)
    kept = mark(amina.get(f"/desk/stories/{made}"))
    assert desk.signed_in("piotr").send("/desk/undo", mark=kept).location == "/desk/stories"
    assert status(desk, made) == "approved"
    assert "Undone." in undo(amina, f"/desk/stories/{made}")
    assert status(desk, made) == "received"
    assert not mark(amina.get(f"/desk/stories/{made}"))
    later(desk, 0)
    amina.send(f"/desk/stories/{made}/approve", version=3)
    kept = mark(amina.get("/desk/stories"))
    later(desk, 10 * 60_000 + 1)
    assert not mark(amina.get("/desk/stories"))
    assert "too late" in said(amina.get(amina.send("/desk/undo", mark=kept).location))
    assert status(desk, made) == "approved"


def test_what_somebody_acted_on_since_is_not_undone(desk: Desk) -> None:
    made, amina = desk.story(consent="champions"), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/approve", version=1)
    desk.signed_in("piotr").send(f"/desk/stories/{made}/reopen", version=2)
    assert "somebody has acted since: 1" in undo(amina, f"/desk/stories/{made}")
    assert status(desk, made) == "received"


# bulk ---------------------------------------------------------------------------------------------------------------
def test_several_are_declined_with_one_reason_each_by_itself_and_undone_together(desk: Desk) -> None:
    first, raced, last = desk.story(), desk.story(consent="champions"), desk.story()
    desk.signed_in("piotr").send(f"/desk/stories/{raced}/approve", version=1)
    amina = desk.signed_in("amina")
    picked = [f"{first}:1", f"{raced}:1", f"{last}:1", "nonsense", "999999999999:1"]
    where = amina.send("/desk/stories/bulk", story=picked, do="decline", reason="All the same text").location
    page = said(amina.get(where))
    assert "Declined: 2." in page
    assert "Piotr was quicker." in page
    assert "it is not here any more." in page
    assert [status(desk, one) for one in (first, raced, last)] == ["declined", "approved", "declined"]
    undo(amina, "/desk/stories")
    assert [status(desk, one) for one in (first, raced, last)] == ["received", "approved", "received"]


def test_bulk_says_what_is_missing_and_changes_nothing(desk: Desk) -> None:
    made, amina = desk.story(), desk.signed_in("amina")
    for form, sentence in (
        ({"do": "decline", "reason": "x"}, "Tick the stories first."),
        ({"do": "decline", "story": f"{made}:1"}, "Write why you decline them"),
        ({"story": f"{made}:1"}, "Choose what to do with them."),
        ({"do": "tag", "story": f"{made}:1"}, "Choose a tag."),
    ):
        assert sentence in said(amina.get(amina.send("/desk/stories/bulk", **form).location))
    assert status(desk, made) == "received"
    amina.send("/desk/stories/bulk", story=f"{made}:1", do="tag", tag="food")
    assert desk.events()[-1] == "tag_changed"


# notes --------------------------------------------------------------------------------------------------------------
def test_a_note_tells_whom_it_names_and_no_leader_reads_it(desk: Desk) -> None:
    made, amina, piotr = desk.story(status="approved"), desk.signed_in("amina"), desk.signed_in("piotr")
    amina.send(f"/desk/stories/{made}/notes", note="@Piotr do you know this GP? @Ruth")
    assert "Told about it: 1." in said(amina.get(f"/desk/stories/{made}"))
    assert "do you know this GP?" in piotr.get("/desk/notes")
    assert '<span class="desk-count">1<' in piotr.get("/desk/stories")
    piotr.send("/desk/notes/seen")
    assert '<span class="desk-count">1<' not in piotr.get("/desk/questions")
    assert "do you know" not in desk.signed_in("ruth").get(f"/desk/stories/{made}")
    desk.signed_in("ruth").get("/desk/notes", 403)
    assert piotr.send(f"/desk/stories/{made}/notes/1/back").status_code == 404
    amina.send(f"/desk/stories/{made}/notes/1/back")
    assert desk.rows(story_note) == []
    assert amina.send(f"/desk/stories/{made}/notes", note=" ").status_code == 422


# ready replies ------------------------------------------------------------------------------------------------------
def test_a_ready_reply_is_put_into_the_box_with_its_places_filled(desk: Desk) -> None:
    made, amina = desk.story(language="pl"), desk.signed_in("amina")
    reply = {"language": "pl", "title": "Dziękuję", "text": "{champion} z {service_name}: {reference} {other}"}
    amina.send("/desk/replies", **reply)
    page = amina.get(f"/desk/stories/{made}?canned=1")
    assert f"Amina z Community Champions: {desk.rows(story)[0].reference} {{other}}</textarea>" in page
    assert "data-puts" not in amina.get(f"/desk/stories/{desk.story()}")
    amina.send("/desk/replies/1", version=1, title="Dziękuję", text="Nowy", do="save")
    late = amina.send("/desk/replies/1", version=1, title="Dziękuję", text="Late", do="save")
    assert (late.status_code, "Amina changed this reply" in said(late.get_data(as_text=True))) == (409, True)
    amina.send("/desk/replies/1", version=2, do="remove")
    with desk.db.read() as conn:
        assert conn.execute(select(canned_reply)).all() == []
    assert amina.send("/desk/replies/1", version=2, do="remove").status_code == 409
    assert amina.send("/desk/replies", language="xx", title="", text="").status_code == 422


# finding ------------------------------------------------------------------------------------------------------------
def test_words_are_found_and_stand_in_no_address(desk: Desk) -> None:
    made, amina = desk.story("We waited at Ottermill surgery", "Again"), desk.signed_in("amina")
    other = desk.story("A kind nurse", created_at=NOW)
    where = amina.send("/desk/find", words="otterm wait").location
    assert "otterm" not in where
    page = amina.get(where)
    assert f'href="/desk/stories/{made}"' in page
    assert f'href="/desk/stories/{other}"' not in page
    assert "Looked through: 2" in said(page)
    assert "otterm wait" not in desk.signed_in("piotr").get(where)
    assert f'href="/desk/stories/{other}"' in amina.get(
        amina.send("/desk/find", words=desk.rows(story)[1].reference).location
    )
    desk.signed_in("ruth").get("/desk/find", 403)
    assert "Nothing found" in amina.get(amina.send("/desk/find", words="zebra").location)
    amina.get("/desk/find?q=broken&below=99999999999999999999&kind=x")


def test_the_queue_is_narrowed_and_a_lead_is_offered_no_tags(desk: Desk) -> None:
    old, new = desk.story("Old one", created_at=NOW - 9 * 24 * HOUR), desk.story("New one")
    amina = desk.signed_in("amina")
    amina.send(f"/desk/stories/{new}/tags", tag="food")
    for query, wanted in (("age=older", old), ("tag_is=food", new), (f"who={desk.ids['amina']}", None)):
        page = amina.get(f"/desk/stories?{query}")
        assert [one for one in (old, new) if f'href="/desk/stories/{one}"' in page] == ([wanted] if wanted else [])
    assert 'name="tag_is"' not in desk.signed_in("ruth").get("/desk/stories")


# reading without harm -----------------------------------------------------------------------------------------------
def later(desk: Desk, by_ms: int, **settings: object) -> None:
    """Let the clock stand so much later, and settings be these."""
    parts: Parts = desk.app.extensions["bot"]
    desk.app.extensions["bot"] = replace(
        parts,
        now_ms=lambda: NOW + by_ms,
        settings=replace(parts.settings, **settings),  # type: ignore[arg-type]
    )


def test_a_hard_story_is_covered_until_it_is_opened(desk: Desk) -> None:
    """Nothing of its words is in any page before."""
    made, amina = desk.story(HARD, wish_enc=desk.db.vault.seal("A softer voice")), desk.signed_in("amina")
    for page in ("/desk/", "/desk/stories", f"/desk/stories/{made}"):
        shown = amina.get(page)
        assert "nobody told us" not in shown
        assert "softer voice" not in shown
        assert "Death and grief" in shown
    assert f"/desk/stories/{made}/approve" not in amina.get(f"/desk/stories/{made}"), "nobody decides unread"
    amina.send(f"/desk/stories/{made}/open")
    opened = amina.get(f"/desk/stories/{made}")
    assert "nobody told us" in opened
    assert f"/desk/stories/{made}/approve" in opened
    refused = amina.send(f"/desk/stories/{made}/decline", version=1)
    assert "nobody told us" in refused.get_data(as_text=True)
    for _ in range(3):
        amina.send(f"/desk/stories/{made}/cover")
        assert "nobody told us" not in amina.get(f"/desk/stories/{made}")
        amina.send(f"/desk/stories/{made}/open")
    assert [row.in_a_row for row in read_days(desk)] == [1], "one story is counted once"


def test_a_champion_sets_a_content_note_and_takes_it_back(desk: Desk) -> None:
    made, amina, piotr = desk.story("It was the worst day"), desk.signed_in("amina"), desk.signed_in("piotr")
    amina.send(f"/desk/stories/{made}/heed", distressing="yes")
    assert "worst day" in amina.get(f"/desk/stories/{made}")
    assert "worst day" not in piotr.get(f"/desk/stories/{made}")
    assert "A champion who read it says so." in piotr.get(f"/desk/stories/{made}")
    undo(amina, f"/desk/stories/{made}")
    assert "worst day" in piotr.get(f"/desk/stories/{made}")


def test_after_so_many_hard_ones_an_easier_one_or_a_break_is_offered(desk: Desk) -> None:
    """And a danger is never held back."""
    later(desk, 0, read_in_a_row=2)
    hard = [desk.story(f"{HARD} {number}") for number in range(4)]
    easy, amina = desk.story("A kind nurse helped"), desk.signed_in("amina")
    for one in hard[:2]:
        amina.send(f"/desk/stories/{one}/open")
    page = said(amina.get(f"/desk/stories/{hard[2]}"))
    assert "You have read 2 hard stories" in page
    assert f'href="/desk/stories/{easy}"' in page
    assert f'href="/desk/stories/{hard[3]}"' not in amina.get("/desk/")
    danger = desk.story("Please ring", language="en")
    desk.alert(contact_id=next(row.contact_id for row in desk.rows(story) if row.id == danger))
    assert f'href="/desk/stories/{danger}"' in amina.get("/desk/")
    assert "You have read" not in said(amina.get(f"/desk/stories/{danger}"))
    amina.get(f"/desk/stories/{easy}")
    assert "You have read" not in said(amina.get(f"/desk/stories/{hard[2]}"))


def test_a_break_begins_the_row_anew(desk: Desk) -> None:
    later(desk, 0, read_in_a_row=1)
    first, second, amina = desk.story(HARD), desk.story(HARD), desk.signed_in("amina")
    amina.send(f"/desk/stories/{first}/open")
    assert "You have read 1" in said(amina.get(f"/desk/stories/{second}"))
    amina.send("/desk/reading/rested")
    assert "You have read" not in said(amina.get(f"/desk/stories/{second}"))


def test_not_today_lasts_till_midnight_in_london_and_leads_see_only_a_number(desk: Desk) -> None:
    made, amina = desk.story(HARD), desk.signed_in("amina")
    easy = desk.story("A kind nurse")
    amina.send("/desk/reading/not-today")
    home = amina.get("/desk/")
    assert f'href="/desk/stories/{made}"' not in home
    assert f'href="/desk/stories/{easy}"' in home
    assert f'href="/desk/stories/{made}"' in desk.signed_in("piotr").get("/desk/")
    lead = said(desk.signed_in("ruth").get("/desk/stories"))
    assert "read no hard stories today: 1." in lead
    assert "Amina" not in lead
    later(desk, 12 * HOUR)  # 23:00
    assert f'href="/desk/stories/{made}"' not in desk.signed_in("amina").get("/desk/")
    later(desk, 13 * HOUR)
    assert f'href="/desk/stories/{made}"' in desk.signed_in("amina").get("/desk/")
    later(desk, 0)
    amina = desk.signed_in("amina")
    amina.send("/desk/reading/again")
    assert f'href="/desk/stories/{made}"' in amina.get("/desk/")
    assert [row.not_today for row in read_days(desk)] == [False]


def read_days(desk: Desk) -> list[Any]:
    with desk.db.read() as conn:
        return list(conn.execute(select(reading_day)).all())


def test_the_line_of_support_is_the_communitys_own(desk: Desk) -> None:
    made, amina = desk.story(HARD), desk.signed_in("amina")
    assert "116 123" in amina.get(f"/desk/stories/{made}")
    later(desk, 0, champion_support="Ring Sister Mary")
    assert "Ring Sister Mary" in amina.get(f"/desk/stories/{made}")


def test_a_lead_learns_no_tags_and_no_alerts_from_a_cover(desk: Desk) -> None:
    made = desk.out("A kind nurse", version=2)
    desk.signed_in("amina").send(f"/desk/stories/{made}/tags", tag="danger-at-home")
    page = desk.signed_in("ruth").get(f"/desk/stories/{made}")
    assert "A kind nurse" in page
    assert "Not safe" not in page


# live, choices ------------------------------------------------------------------------------------------------------
def test_a_page_that_lies_open_is_told_of_new_stories_and_costs_little_when_there_are_none(desk: Desk) -> None:
    desk.story()
    amina = desk.signed_in("amina")
    found = re.search(r'hx-get="(/desk/live[^"]*)"', amina.get("/desk/stories"))
    assert found
    address = html.unescape(found[1])
    first = amina.client.get(address)
    assert "New stories" not in first.get_data(as_text=True)
    again = amina.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    desk.story("Words that must not be there")
    told = amina.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert "New stories: 1. Show them." in told.get_data(as_text=True)
    assert "Words that" not in told.get_data(as_text=True)
    later(desk, 31 * 60_000)
    assert amina.client.get(address).status_code == 286
    assert "New stories" not in desk.signed_in("ruth").get(f"{address}&x=1", 286)


def test_what_she_does_not_want_to_be_told_of_has_no_number_and_keys_can_be_switched_off(desk: Desk) -> None:
    desk.story()
    amina = desk.signed_in("amina")
    assert 'id="keys"' in amina.get("/desk/stories")
    amina.send("/desk/me/choices", wanted=["badge_questions"])
    page = amina.get("/desk/stories")
    assert 'id="keys"' not in page
    assert '<span class="desk-count">' not in page
    assert "preference_changed" in desk.events()
    tara = desk.signed_in("tara")
    tara.send("/desk/me/choices", wanted=["keys", "badge_notes"])
    with desk.db.read() as conn:
        assert {row.user_id for row in conn.execute(select(preference))} == {desk.ids["amina"]}


# attacks ------------------------------------------------------------------------------------------------------------
def test_nothing_that_is_written_runs_in_a_page(desk: Desk) -> None:
    made, amina = desk.story(EVIL), desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/notes", note=f"@Amina {EVIL}")
    amina.send("/desk/replies", language="en", title=EVIL[:60], text=EVIL)
    where = amina.send("/desk/find", words=EVIL).location
    for page in (f"/desk/stories/{made}", f"/desk/stories/{made}?canned=1", "/desk/replies", "/desk/notes", where):
        assert not DANGEROUS.search(amina.get(page)), page
    assert amina.send(f"/desk/stories/{made}/tags", tag=EVIL).status_code == 422
    amina.send("/desk/stories/bulk", story=EVIL, do="tag", tag="food")


ACTIONS = (
    "/desk/stories/1/tags", "/desk/stories/1/untag", "/desk/stories/1/notes", "/desk/stories/1/notes/1/back",
    "/desk/stories/1/open", "/desk/stories/1/cover", "/desk/stories/1/heed", "/desk/stories/bulk", "/desk/notes/seen",
    "/desk/undo", "/desk/find", "/desk/replies", "/desk/replies/1", "/desk/reading/not-today", "/desk/reading/again",
    "/desk/reading/rested", "/desk/me/choices", "/desk/questions/1/tags", "/desk/questions/1/untag",
)  # fmt: skip


@pytest.mark.parametrize("path", ACTIONS)
def test_no_action_is_taken_without_the_token_of_its_form(desk: Desk, path: str) -> None:
    desk.story()
    desk.question()
    desk.app.config["WTF_CSRF_ENABLED"] = True
    assert desk.signed_in("sam").client.post(path, data={"tag": "food", "distressing": "yes"}).status_code == 400


@pytest.mark.parametrize("path", ACTIONS[:4] + ACTIONS[6:11] + ACTIONS[12:13] + ACTIONS[17:])
def test_leads_and_translators_do_none_of_it(desk: Desk, path: str) -> None:
    for name in ("ruth", "tara"):
        assert desk.signed_in(name).send(path).status_code == 403


def test_a_story_that_is_not_hers_to_read_is_not_opened(desk: Desk) -> None:
    made = desk.story(HARD, consent="champions")
    assert desk.signed_in("ruth").send(f"/desk/stories/{made}/open").status_code == 404
