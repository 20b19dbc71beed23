"""Every desk route names the permission it needs, and each role gets what its row of the table says."""

from __future__ import annotations

import pytest
from flask import Flask

from bot.story.consent import Audience
from bot.web.desk.flows import STOP_ASKING
from bot.web.permissions import ROLES, Permission, allowed, audience, needs, unguarded
from tests.web.desk_stage import PEOPLE, Desk

# One page of each permission that has a page. The word after the name is who may open it.
PAGES = {
    "/desk/": {"amina", "tara", "ruth", "sam"},
    "/desk/me": {"amina", "tara", "ruth", "sam"},
    "/desk/stories": {"amina", "ruth", "sam"},
    "/desk/find": {"amina", "sam"},
    "/desk/notes": {"amina", "sam"},
    "/desk/replies": {"amina", "sam"},
    "/desk/live": {"amina", "tara", "ruth", "sam"},
    "/desk/questions": {"amina", "sam"},
    "/desk/alerts": {"amina", "ruth", "sam"},
    "/desk/alerts/1": {"ruth", "sam"},
    "/desk/talks": {"amina", "sam"},
    "/desk/messages": {"amina", "ruth", "sam"},
    "/desk/services": {"amina", "tara", "ruth", "sam"},
    "/desk/answers": {"amina", "tara", "ruth", "sam"},
    "/desk/flows": {"amina", "tara", "ruth", "sam"},
    "/desk/flows/menu": {"amina", "tara", "ruth", "sam"},
    "/desk/flows/menu.svg": {"amina", "tara", "ruth", "sam"},
    "/desk/flows/menu/live": {"amina", "tara", "ruth", "sam"},
    "/desk/flows/revisions": {"amina", "tara", "ruth", "sam"},
    "/desk/drafts": {"amina", "tara", "ruth", "sam"},
    "/desk/drafts/1": {"amina", "tara", "ruth", "sam"},
    "/desk/drafts/1/changes": {"amina", "tara", "ruth", "sam"},
    "/desk/drafts/1/menu.svg": {"amina", "tara", "ruth", "sam"},
    "/desk/broadcasts": {"ruth", "sam"},
    "/desk/broadcasts/1": {"ruth", "sam"},
    "/desk/broadcasts/1/progress": {"ruth", "sam"},
    "/desk/templates": {"ruth", "sam"},
    "/desk/people": {"sam"},
    "/desk/people/1": {"sam"},
}
ACTIONS = {
    "/desk/stories/1/approve": {"amina", "sam"},
    "/desk/stories/1/decline": {"amina", "sam"},
    "/desk/stories/1/ask-lead": {"amina", "sam"},
    "/desk/stories/1/reopen": {"amina", "sam"},
    "/desk/stories/1/translate": {"amina", "sam"},
    "/desk/stories/1/take": {"amina", "sam"},
    "/desk/stories/1/give-back": {"amina", "sam"},
    "/desk/stories/next": {"amina", "sam"},
    "/desk/stories/1/advise": {"ruth", "sam"},
    "/desk/stories/1/reply": {"amina", "sam"},
    "/desk/stories/bulk": {"amina", "sam"},
    "/desk/stories/1/tags": {"amina", "sam"},
    "/desk/stories/1/untag": {"amina", "sam"},
    "/desk/stories/1/notes": {"amina", "sam"},
    "/desk/stories/1/notes/1/back": {"amina", "sam"},
    "/desk/stories/1/heed": {"amina", "sam"},
    "/desk/stories/1/open": {"amina", "ruth", "sam"},
    "/desk/stories/1/cover": {"amina", "ruth", "sam"},
    "/desk/notes/seen": {"amina", "sam"},
    "/desk/undo": {"amina", "sam"},
    "/desk/find": {"amina", "sam"},
    "/desk/replies": {"amina", "sam"},
    "/desk/replies/1": {"amina", "sam"},
    "/desk/reading/not-today": {"amina", "ruth", "sam"},
    "/desk/reading/again": {"amina", "ruth", "sam"},
    "/desk/reading/rested": {"amina", "ruth", "sam"},
    "/desk/me/choices": {"amina", "tara", "ruth", "sam"},
    "/desk/me/mails": {"amina", "tara", "ruth", "sam"},
    "/desk/rota/away": {"ruth", "sam"},
    "/desk/rota/away/1/end": {"ruth", "sam"},
    "/desk/questions/1/tags": {"amina", "sam"},
    "/desk/questions/1/untag": {"amina", "sam"},
    "/desk/questions/1/answer": {"amina", "sam"},
    "/desk/questions/1/close": {"amina", "sam"},
    "/desk/talks/1/take": {"amina", "sam"},
    "/desk/talks/1/write": {"amina", "sam"},
    "/desk/talks/1/pass-on": {"amina", "sam"},
    "/desk/talks/1/finish": {"amina", "sam"},
    "/desk/alerts/1/acknowledge": {"ruth", "sam"},
    "/desk/messages/1/retry": {"amina", "ruth", "sam"},
    "/desk/messages/1/done": {"amina", "ruth", "sam"},
    "/desk/messages/channels/sms/resume": {"amina", "ruth", "sam"},
    "/desk/services/1/checked": {"amina", "sam"},
    "/desk/services/1/active": {"amina", "sam"},
    "/desk/answers/1/checked": {"amina", "sam"},
    "/desk/answers/1/active": {"amina", "sam"},
    "/desk/drafts": {"ruth", "sam"},
    "/desk/drafts/1": {"ruth", "sam"},
    "/desk/drafts/1/files": {"ruth", "sam"},
    "/desk/drafts/1/throw-away": {"ruth", "sam"},
    "/desk/drafts/1/take-back": {"ruth", "sam"},
    "/desk/drafts/1/publish": {"ruth", "sam"},
    "/desk/drafts/1/caught-up": {"ruth", "sam"},
    "/desk/drafts/back": {"ruth", "sam"},
    "/desk/broadcasts": {"ruth", "sam"},
    "/desk/broadcasts/1": {"ruth", "sam"},
    "/desk/broadcasts/1/ask": {"ruth", "sam"},
    "/desk/broadcasts/1/confirm": {"ruth", "sam"},
    "/desk/broadcasts/1/pause": {"ruth", "sam"},
    "/desk/broadcasts/1/resume": {"ruth", "sam"},
    "/desk/broadcasts/1/change": {"ruth", "sam"},
    "/desk/broadcasts/1/cancel": {"ruth", "sam"},
    "/desk/people": {"sam"},
    "/desk/people/1": {"sam"},
    "/desk/templates/refresh": {"ruth", "sam"},
    "/desk/people/1/link": {"sam"},
}
VISITORS = ("amina", "tara", "ruth", "sam")


def test_every_desk_route_names_its_permission(desk: Desk) -> None:
    """Walks the whole address map of the real application."""
    assert unguarded(desk.app) == []


def test_the_walker_finds_a_route_without_one() -> None:
    """And is not fooled by a route that has one, nor troubled by one that is not the desk's."""
    app = Flask("tested")
    app.add_url_rule("/desk/forgotten", "forgotten", lambda: "open to all")
    app.add_url_rule("/desk", "bare", lambda: "open to all")

    @app.get("/desk/kept")
    @needs(Permission.DESK)
    def kept() -> str:
        return "kept"

    app.add_url_rule("/desktop", "desktop", lambda: "another place")
    assert unguarded(app) == ["bare", "forgotten"]


def test_only_the_way_in_is_open_to_everyone(desk: Desk) -> None:
    """Signing in and out with what belongs to it, accepting an invitation, and choosing the language of that page."""
    rules = [rule for rule in desk.app.url_map.iter_rules() if rule.rule.startswith("/desk")]
    views = {rule.endpoint: desk.app.view_functions[rule.endpoint] for rule in rules}
    opened = {name for name, view in views.items() if getattr(view, "permission", None) is Permission.ANYONE}
    way_in = {"security.login", "security.logout", "people.join", "me.desk_language"}
    assert opened == way_in | {"second.page", "second.passkey", "second.passkey_options"}


def test_someone_who_has_not_signed_in_is_asked_to(desk: Desk) -> None:
    """Every page leads to the sign-in page, and none of its content comes along."""
    desk.alert()
    for path in PAGES:
        answered = desk.visitor().client.get(path)
        assert (answered.status_code, answered.location.split("?")[0]) == (302, "/desk/sign-in")


@pytest.mark.parametrize("name", VISITORS)
def test_each_role_opens_its_pages_and_no_others(desk: Desk, name: str) -> None:
    """What is not hers answers 403."""
    desk.alert()
    desk.signed_in("sam").send("/desk/drafts", flow="menu")
    desk.signed_in("sam").send("/desk/broadcasts", title="A new clinic")
    visitor = desk.signed_in(name)
    found = {path: visitor.client.get(path).status_code for path in PAGES}
    found["/desk/broadcasts/1/progress"] -= (STOP_ASKING - 200) * (found["/desk/broadcasts/1/progress"] == STOP_ASKING)
    found["/desk/live"] -= STOP_ASKING - 200
    found["/desk/flows/menu/live"] -= STOP_ASKING - 200  # a page that lay open for too long is told to ask no more
    assert found == {path: 200 if name in who else 403 for path, who in PAGES.items()}


@pytest.mark.parametrize("name", VISITORS)
def test_each_role_does_only_what_is_its_to_do(desk: Desk, name: str) -> None:
    """Of the actions that are not hers each answers 403."""
    visitor = desk.signed_in(name)
    refused = {path for path in ACTIONS if visitor.send(path).status_code == 403}
    assert refused == {path for path, who in ACTIONS.items() if name not in who}


def test_someone_made_inactive_is_out_at_her_next_click(desk: Desk) -> None:
    """The session is still signed, but nobody answers to it."""
    amina, sam = desk.signed_in("amina"), desk.signed_in("sam")
    amina.get("/desk/")
    sam.send(f"/desk/people/{desk.ids['amina']}", roles=["champion"], languages=["en"])
    assert amina.client.get("/desk/").status_code == 302


def test_an_unknown_role_carries_nothing() -> None:
    """A role left over in the database opens no door."""
    assert not any(allowed(["gardener"], permission) for permission in Permission if permission != "anyone")


def test_leads_read_as_leaders_and_champions_moderate() -> None:
    """Whoever holds both roles moderates."""
    assert audience(["lead"]) is audience(["translator"]) is audience([]) is Audience.LEADERS
    assert audience(["champion"]) is audience(["lead", "champion"]) is audience(["admin"]) is Audience.CHAMPIONS


def test_the_people_of_these_tests_cover_every_role() -> None:
    """A new role needs a row in the tables above."""
    assert {role for roles, _ in PEOPLE.values() for role in roles} == set(ROLES)
