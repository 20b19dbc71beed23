"""Areas and partner organisations: what somebody of one town sees of another's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.channel.made_up_media import damp_wall
from bot.store import desk_sessions, reach
from bot.store.schema import audit, organisation, outbound, question_tag, story, story_heed, story_tag, talk
from bot.web import users
from tests.web.desk_stage import NOW, Desk, Visitor
from tests.web.test_desk_handling import mark
from tests.web.test_desk_media import kept

HERE, THERE = "The clinic in our street closed", "The bus no longer comes"
TAG = "The right food"


@pytest.fixture
def olive(desk: Desk) -> Visitor:
    """A champion of Brackley, who reads English and Urdu."""
    with desk.db.begin() as conn:
        desk.ids["olive"] = users.add(
            conn, email="olive@desk.example.org", name="Olive", roles=["champion"], languages=["en", "ur"]
        )
        reach.hold(conn, desk.ids["olive"], "champion", everywhere=False, areas=["Brackley"])
    return desk.signed_in("olive")


def lena(desk: Desk) -> Visitor:
    """A lead of the organisation that works in Brackley and WX4."""
    with desk.db.begin() as conn:
        desk.ids["lena"] = users.add(conn, email="lena@desk.example.org", name="Lena", roles=["lead"], languages=["en"])
        id = reach.add_organisation(conn, "Brackley Welcome", ["Brackley", "WX4"], NOW)
        reach.hold(conn, desk.ids["lena"], "lead", everywhere=False, organisations=[id])
    return desk.signed_in("lena")


def test_lists_and_counts_show_her_area_only(desk: Desk, olive: Visitor) -> None:
    """Not a word of another town's, on any list or on the first page."""
    for area, words in (("brackley", HERE), ("wexmoor", THERE)):
        desk.story(words, area=area)
        desk.question(words, area=area)
        desk.talk(words, area=area)
    for path in ("/desk/stories", "/desk/questions", "/desk/talks", "/desk/"):
        page = olive.get(path)
        assert HERE in page, path
        assert THERE not in page, path
        assert THERE in desk.signed_in("amina").get(path)
    assert '<span class="desk-tabs__count">1</span>' in olive.get("/desk/stories")


def test_what_has_no_area_is_seen_by_who_reads_its_language(desk: Desk, olive: Visitor) -> None:
    """So that nothing waits because nobody knew where it belongs."""
    desk.story("Nobody said where", language="ur")
    desk.story("Nikt nie powiedział", language="pl")
    page = olive.get("/desk/stories")
    assert "Nobody said where" in page
    assert "Nikt nie" not in page


def test_an_alert_without_an_area_is_seen_by_every_lead(desk: Desk) -> None:
    """Danger waits for nobody's borders; one of another town is that town's."""
    desk.alert("I am afraid", language="pl")
    desk.alert("He is at the door", area="wexmoor")
    lead = lena(desk)
    page = lead.get("/desk/alerts")
    assert "I am afraid" in page
    assert "at the door" not in page
    assert (lead.client.get("/desk/alerts/1").status_code, lead.client.get("/desk/alerts/2").status_code) == (200, 404)


def test_a_photo_and_a_text_go_where_their_story_goes(desk: Desk, olive: Visitor) -> None:
    """Neither the file nor the failed reply of another town's teller."""
    failed = desk.failed_text()
    who = desk.rows(outbound)[0].contact_id
    made = desk.story(THERE, area="wexmoor", contact_id=who)
    file = kept(desk, damp_wall(), story_id=made)
    assert olive.client.get(f"/desk/media/{file}").status_code == 404
    assert "Did the answer help you?" not in olive.get("/desk/messages")
    assert olive.send(f"/desk/messages/{failed}/retry").status_code == 404
    assert desk.signed_in("amina").client.get(f"/desk/media/{file}").status_code == 200


def test_a_champion_of_one_town_who_leads_another_reads_each_as_she_may(desk: Desk) -> None:
    """As a lead she reads what leaders may; she decides in her own town only."""
    with desk.db.begin() as conn:
        users.change(conn, desk.ids["ruth"], roles=["champion", "lead"], languages=["en"], active=True)
        reach.hold(conn, desk.ids["ruth"], "champion", everywhere=False, areas=["Brackley"])
    ruth = desk.signed_in("ruth")
    near = desk.story(HERE, area="brackley", consent="champions")
    far = desk.story(THERE, area="wexmoor", consent="champions", status="approved")
    open_to_leaders = desk.out("For all to read", area="wexmoor")
    assert HERE in ruth.get(f"/desk/stories/{near}")
    assert ruth.client.get(f"/desk/stories/{far}").status_code == 404
    page = ruth.get(f"/desk/stories/{open_to_leaders}")
    assert "For all to read" in page
    assert "The original of" not in page
    assert "Put it back in the queue" not in page
    assert ruth.send(f"/desk/stories/{open_to_leaders}/reopen", version="1").status_code == 404
    assert THERE not in ruth.get("/desk/stories?status=approved")


def test_a_champion_says_where_a_story_belongs(desk: Desk, olive: Visitor) -> None:
    """It goes to the people of that town, and off her own desk; the log keeps both."""
    made = desk.story("Nobody said where")
    answered = olive.send(f"/desk/stories/{made}/area", area="  Wexmoor ")
    assert answered.location == "/desk/stories"
    assert desk.rows(story)[0].area == "wexmoor"
    assert olive.client.get(f"/desk/stories/{made}").status_code == 404
    assert "Wexmoor" in desk.signed_in("amina").get(f"/desk/stories/{made}")
    assert desk.rows(audit)[-1].detail == {"before": "area:unknown", "after": "area:wexmoor"}


def test_an_admin_says_where_somebody_works(desk: Desk) -> None:
    """By areas and by organisations; her next click shows it."""
    sam, path = desk.signed_in("sam"), f"/desk/people/{desk.ids['amina']}/where"
    sam.send("/desk/organisations", name="Wexmoor Welcome", areas="Wexmoor,  WX1\nwx2")
    assert desk.rows(organisation)[0].areas == ["Wexmoor", "WX1", "wx2"]
    empty = sam.send(path, **{"champion-reach": "some"})
    assert "Name an area or tick an organisation" in empty.get_data(as_text=True)
    form = {"champion-reach": "some", "champion-areas": "Brackley", "champion-organisations": "1"}
    assert sam.send(path, **form).status_code == 302
    desk.story(HERE, area="wx2")
    desk.story(THERE, area="harston")
    page = desk.signed_in("amina").get("/desk/stories")
    assert HERE in page
    assert THERE not in page
    assert "WX2" in sam.get(f"/desk/people/{desk.ids['amina']}")
    sam.send(f"/desk/people/{desk.ids['amina']}", roles=["champion"], languages=["en"], active="yes")
    assert THERE not in desk.signed_in("amina").get("/desk/stories")
    sam.send("/desk/organisations/1", name="Wexmoor Welcome", areas="Harston")
    assert THERE in desk.signed_in("amina").get("/desk/stories")


def test_an_organisation_that_goes_takes_no_wall_down(desk: Desk) -> None:
    """Whoever held a role for it alone then sees nothing of any area, never everything."""
    lead = lena(desk)
    desk.alert("At the door", area="wx4")
    assert "At the door" in lead.get("/desk/alerts")
    with desk.db.begin() as conn:
        conn.execute(organisation.delete())
    assert "At the door" not in lead.get("/desk/alerts")


def test_a_talk_is_passed_on_to_who_may_see_it(desk: Desk, olive: Visitor) -> None:
    """Not to a champion of another town."""
    made = desk.talk(area="wexmoor", status="taken", taken_by=desk.ids["amina"])
    amina = desk.signed_in("amina")
    assert "Olive" not in amina.get(f"/desk/talks/{made}").split('id="to"')[1].split("</select>")[0]
    sent = amina.send(f"/desk/talks/{made}/pass-on", to=str(desk.ids["olive"]), version="1")
    assert sent.status_code == 400
    assert desk.rows(talk)[0].taken_by == desk.ids["amina"]


def test_her_sessions_are_listed_and_ended(desk: Desk) -> None:
    """One, or all others; somebody else's never."""
    here, there = desk.signed_in("amina"), desk.signed_in("amina")
    ruth = desk.signed_in("ruth")
    with desk.db.begin() as conn:
        desk_sessions.begin(conn, desk.ids["amina"], browser="Firefox, Mac", came_from="203.0.113.0/24", now_ms=NOW)
    page = here.get("/desk/me/security")
    assert "Firefox, Mac" in page
    assert "203.0.113.0/24" in page
    (row,) = [one for one in rows(desk) if one.user_id == desk.ids["ruth"]]
    here.send("/desk/me/security/sessions/end", session=row.id)
    assert ruth.client.get("/desk/").status_code == 200
    here.send("/desk/me/security/sessions/end")
    assert there.client.get("/desk/").status_code == 302
    assert here.client.get("/desk/").status_code == 200
    desk.signed_in("sam").send(f"/desk/people/{desk.ids['amina']}/sessions/end")
    assert here.client.get("/desk/").status_code == 302
    assert desk.events().count("sessions_ended") == 3


def rows(desk: Desk) -> list[desk_sessions.DeskSession]:
    """All sessions there are."""
    with desk.db.read() as conn:
        return [one for id in desk.ids.values() for one in desk_sessions.of_user(conn, id, NOW)]


# undoing, after somebody's work was changed ---------------------------------------------------------------------------
def undone(visitor: Visitor, button: str) -> str:
    """Press the button that stood on a page; what is said then."""
    return visitor.client.get(visitor.send("/desk/undo", mark=button).location).get_data(as_text=True)


def brackley_only(desk: Desk) -> None:
    with desk.db.begin() as conn:
        reach.hold(conn, desk.ids["amina"], "champion", everywhere=False, areas=["Brackley"])


def lead_only(desk: Desk) -> None:
    with desk.db.begin() as conn:
        users.change(conn, desk.ids["amina"], roles=["lead"], languages=["en"], active=True)


def nothing_of_the_organisation(desk: Desk) -> None:
    with desk.db.begin() as conn:
        id = reach.add_organisation(conn, "Wexmoor Welcome", ["Wexmoor"], NOW)
        reach.hold(conn, desk.ids["amina"], "champion", everywhere=False, organisations=[id])
        reach.change_organisation(conn, id, "Wexmoor Welcome", ["Harston"])


def elsewhere(desk: Desk) -> None:
    brackley_only(desk)
    with desk.db.begin() as conn:
        reach.hold(conn, desk.ids["amina"], "champion", everywhere=False, areas=["Wexmoor"])
        reach.place(conn, "story", 1, "harston")
        reach.place(conn, "question", 1, "harston")


CHANGES = [brackley_only, nothing_of_the_organisation, elsewhere]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("act", ["approve", "tags", "heed"])
def test_what_is_not_hers_any_more_she_cannot_undo(desk: Desk, act: str, change: Callable[[Desk], None]) -> None:
    """Neither a decision, nor a tag, nor a content note; nothing is changed, and she is told why."""
    made = desk.story(HERE, area="wexmoor", consent="champions")
    amina = desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/{act}", version=1, tag="food", distressing="yes")
    button = mark(amina.get("/desk/stories"))
    assert button
    change(desk)
    before = (desk.rows(story)[0].status, desk.db_rows(story_tag), desk.db_rows(story_heed))
    assert "Not undone, because it is not with you any more: 1." in undone(amina, button)
    assert (desk.rows(story)[0].status, desk.db_rows(story_tag), desk.db_rows(story_heed)) == before


@pytest.mark.parametrize("change", CHANGES)
def test_nor_the_tag_of_a_question_that_is_not_hers_any_more(desk: Desk, change: Callable[[Desk], None]) -> None:
    desk.story(HERE)
    asked = desk.question(HERE, area="wexmoor")
    amina = desk.signed_in("amina")
    amina.send(f"/desk/questions/{asked}/tags", tag="food")
    button = mark(amina.get("/desk/questions"))
    change(desk)
    assert "Not undone, because it is not with you any more: 1." in undone(amina, button)
    assert len(desk.db_rows(question_tag)) == 1


def test_who_is_no_champion_any_more_undoes_nothing(desk: Desk) -> None:
    made = desk.story(HERE, consent="champions")
    amina = desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/approve", version=1)
    button = mark(amina.get("/desk/stories"))
    lead_only(desk)
    assert amina.send("/desk/undo", mark=button).status_code == 403
    assert desk.rows(story)[0].status == "approved"


def test_of_several_those_that_are_still_hers_are_undone(desk: Desk) -> None:
    near, far = desk.story(HERE, area="brackley"), desk.story(THERE, area="wexmoor")
    amina = desk.signed_in("amina")
    amina.send("/desk/stories/bulk", story=[f"{near}:1", f"{far}:1"], do="decline", reason="The same text twice")
    button = mark(amina.get("/desk/stories"))
    brackley_only(desk)
    page = undone(amina, button)
    assert "Not undone, because it is not with you any more: 1." in page
    assert "Undone." in page
    assert [row.status for row in desk.rows(story)] == ["received", "declined"]


def test_a_lead_is_not_offered_to_undo_her_answer(desk: Desk) -> None:
    """Her answer gave the story back to the champions."""
    made, ruth = desk.story(HERE, status="needs_lead"), desk.signed_in("ruth")
    assert ruth.send(f"/desk/stories/{made}/advise", version=1, reason="Yes, you may").status_code == 302
    assert not mark(ruth.get("/desk/stories"))


# tags ---------------------------------------------------------------------------------------------------------------
def test_tags_of_a_town_that_she_leads_are_not_for_a_champion_of_another(desk: Desk) -> None:
    """Neither on the story, nor on a list, nor by asking which stories wear one; nor is what champions say of it."""
    with desk.db.begin() as conn:
        users.change(conn, desk.ids["ruth"], roles=["champion", "lead"], languages=["en"], active=True)
        reach.hold(conn, desk.ids["ruth"], "champion", everywhere=False, areas=["Brackley"])
    near = desk.story(HERE, area="brackley", consent="champions", status="approved", decided_at=NOW)
    far = desk.out(THERE, area="wexmoor")
    sam, ruth = desk.signed_in("sam"), desk.signed_in("ruth")
    for one in (near, far):
        sam.send(f"/desk/stories/{one}/tags", tag="food")
        sam.send(f"/desk/stories/{one}/notes", note=f"A note about {one}")
    sam.send(f"/desk/stories/{far}/heed", distressing="yes")
    assert TAG in ruth.get(f"/desk/stories/{near}")
    page = ruth.get(f"/desk/stories/{far}")
    assert THERE in page
    for word in (TAG, "A note about", "A champion who read it says so", "This may be hard to read"):
        assert word not in page
    assert ruth.get("/desk/stories?status=approved").count(f'desk-tag--teal">{TAG}') == 1
    wearing = ruth.get("/desk/stories?status=approved&tag_is=food")
    assert HERE in wearing
    assert THERE not in wearing
    assert THERE not in ruth.get(f"/desk/stories?status=approved&who={desk.ids['amina']}")
