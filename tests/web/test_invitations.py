"""Invitations: a link for two days, a new one, one taken back; and who opened what."""

from __future__ import annotations

import re

from sqlalchemy import update

from bot.store import desk_reads, reach
from bot.store.schema import desk_read, story, user
from bot.web import users
from tests.web.desk_stage import HOUR, NOW, PASSWORD, Desk, Visitor

FARAH = {"name": "Farah", "email": "farah@example.org", "roles": ["champion"], "languages": ["ur"]}
LINK = re.compile(r'value="http://localhost(/desk/people/join/[^"]+)"')


def invited(sam: Visitor) -> tuple[str, str]:
    """Farah's page on the desk, and her link."""
    path = str(sam.send("/desk/people", **FARAH).location)
    (link,) = LINK.findall(sam.get(path))
    return path, str(link)


def test_open_invitations_are_listed_with_their_end(desk: Desk) -> None:
    sam = desk.signed_in("sam")
    invited(sam)
    page = sam.get("/desk/people")
    assert "Open invitations" in page
    assert "The link works until 4 Jun 2026, 11:00." in page


def test_a_link_that_is_too_old_opens_nothing(desk: Desk) -> None:
    """By the moment that the page told, to the second."""
    sam = desk.signed_in("sam")
    path, link = invited(sam)
    with desk.db.begin() as conn:
        conn.execute(update(user).where(user.c.name == "Farah").values(invited_at=NOW - 48 * HOUR))
    assert "This link no longer works" in desk.visitor().get(link, 410)
    assert desk.visitor().send(link, password=PASSWORD).status_code == 410
    assert "The link ran out on 2 Jun 2026, 11:00." in sam.get("/desk/people")
    assert LINK.findall(sam.get(path)) == []


def test_a_new_link_makes_the_old_one_useless(desk: Desk) -> None:
    sam = desk.signed_in("sam")
    path, old = invited(sam)
    (new,) = LINK.findall(sam.send(f"{path}/link").get_data(as_text=True))
    assert "This link no longer works" in desk.visitor().get(old, 410)
    assert desk.visitor().send(new, password=PASSWORD).status_code == 302


def test_an_invitation_is_withdrawn(desk: Desk) -> None:
    """The link dies, the address is free again; of somebody who was here already nothing can be withdrawn."""
    sam = desk.signed_in("sam")
    path, link = invited(sam)
    assert sam.send(f"{path}/withdraw").status_code == 302
    assert "This link no longer works" in desk.visitor().get(link, 410)
    path, link = invited(sam)
    desk.visitor().send(link, password=PASSWORD)
    assert sam.send(f"{path}/withdraw").status_code == 409
    assert desk.events().count("invitation_withdrawn") == 1


def test_opening_something_is_written_down_once_an_hour(desk: Desk) -> None:
    """Who, what and when; not when the list is looked at, nor when nothing opened."""
    made, asked = desk.story("The wall is wet"), desk.question()
    amina = desk.signed_in("amina")
    amina.get("/desk/stories")
    for _ in range(3):
        amina.get(f"/desk/stories/{made}")
    amina.get(f"/desk/questions/{asked}")
    amina.get("/desk/stories/99", 404)
    found = [(row.user_id, row.kind, row.item_id) for row in desk.rows(desk_read)]
    assert found == [(desk.ids["amina"], "story", made), (desk.ids["amina"], "question", asked)]
    with desk.db.begin() as conn:
        conn.execute(update(desk_read).values(at=NOW - HOUR))
    amina.get(f"/desk/stories/{made}")
    assert len(desk.rows(desk_read)) == 3


def test_a_lead_sees_who_read_what(desk: Desk) -> None:
    """By person, by kind and by item; and that it is gone by now, without a word of it."""
    made = desk.story("The wall is wet")
    desk.signed_in("amina").get(f"/desk/stories/{made}")
    desk.signed_in("piotr").get(f"/desk/stories/{made}")
    ruth = desk.signed_in("ruth")
    page = ruth.get("/desk/reads")
    assert page.index("Piotr</strong>") < page.index("Amina</strong>")
    assert "Story ST0002" in page
    assert "The wall is wet" not in page
    assert "Piotr</strong>" not in ruth.get(f"/desk/reads?who={desk.ids['amina']}")
    assert "Nothing was opened" in ruth.get("/desk/reads?kind=alert")
    assert ruth.get(f"/desk/reads?kind=story&item={made}").count("Story ST0002") == 2
    with desk.db.begin() as conn:
        conn.execute(story.delete())
    assert "taken back since" in ruth.get("/desk/reads")


def test_a_lead_of_one_town_sees_who_read_what_of_that_town(desk: Desk) -> None:
    with desk.db.begin() as conn:
        desk.ids["lena"] = users.add(conn, email="lena@example.org", name="Lena", roles=["lead"], languages=["en"])
        reach.hold(conn, desk.ids["lena"], "lead", everywhere=False, areas=["Brackley"])
    amina = desk.signed_in("amina")
    for area in ("brackley", "wexmoor", None):
        amina.get(f"/desk/stories/{desk.story(area=area)}")
    assert desk.signed_in("lena").get("/desk/reads").count("Amina</strong>") == 1


def test_what_was_read_is_forgotten_after_thirty_days(desk: Desk) -> None:
    desk.signed_in("amina").get(f"/desk/stories/{desk.story()}")
    with desk.db.begin() as conn:
        desk_reads.forget_old(conn, NOW + 30 * 24 * HOUR)
    assert len(desk.rows(desk_read)) == 1
    with desk.db.begin() as conn:
        desk_reads.forget_old(conn, NOW + 30 * 24 * HOUR + 1)
    assert desk.rows(desk_read) == []
