"""Attacks on the desk that get nowhere. Forced browsing has a table of its own: test_every_route.py."""

from __future__ import annotations

import pytest

from bot.store.schema import desk_session
from bot.web.desk.intake import LARGEST_FORM
from tests.web.desk_stage import PASSWORD, Desk
from tests.web.every_route import Town, routes, town
from tests.web.test_accounts import WRONG, give_password

AMINA = {"email": "amina@desk.example.org", "password": PASSWORD}


@pytest.fixture
def full(desk: Desk) -> Town:
    """A desk with one of everything."""
    return town(desk)


def test_cross_site_request_forgery(full: Town) -> None:
    """No form is taken without its token, whoever is signed in: not one route that changes something."""
    sam = full.desk.signed_in("sam")
    forms = {name: rule for name, rule in routes(full.desk).items() if name.startswith("POST")}
    taken = {name: sam.client.post(full.path(rule), data={"version": "1"}).status_code for name, rule in forms.items()}
    assert len(taken) > 60
    assert {name for name, status in taken.items() if status != 400} == set()


def test_a_token_of_somebody_else_is_no_token(full: Town) -> None:
    """A token is good in the browser it was given to, and nowhere else."""
    amina, sam = full.desk.signed_in("amina"), full.desk.signed_in("sam")
    token = str(amina.get("/desk/me")).split('name="csrf_token" value="')[1].split('"')[0]
    assert sam.client.post("/desk/me", data={"csrf_token": token, "languages": "pl"}).status_code == 400


def test_session_fixation(desk: Desk) -> None:
    """A cookie that was planted before she signed in knows nothing after: not who she is, and no token of hers."""
    give_password(desk)
    attacker, victim = desk.visitor(), desk.visitor()
    page = attacker.get("/desk/sign-in")
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    planted = attacker.client.get_cookie("desk")
    assert planted
    victim.client.set_cookie("desk", planted.value)
    assert victim.client.post("/desk/sign-in", data={**AMINA, "csrf_token": token}).status_code == 302
    assert victim.client.post("/desk/me", data={"csrf_token": token, "languages": "en"}).status_code == 400
    assert attacker.client.get("/desk/").status_code == 302
    with victim.client.session_transaction() as now:
        first = now["desk_session"]
    victim.send("/desk/sign-out")
    victim.send("/desk/sign-in", **AMINA)
    with victim.client.session_transaction() as now:
        assert now["desk_session"] != first


def test_a_stolen_cookie_is_worth_nothing_after_sign_out(desk: Desk) -> None:
    """The cookie is still signed and still young; its row is gone."""
    give_password(desk)
    amina, thief = desk.visitor(), desk.visitor()
    amina.send("/desk/sign-in", **AMINA)
    stolen = amina.client.get_cookie("desk")
    assert stolen
    thief.client.set_cookie("desk", stolen.value)
    assert thief.client.get("/desk/").status_code == 200
    amina.send("/desk/sign-out")
    thief.client.set_cookie("desk", stolen.value)
    assert thief.client.get("/desk/").status_code == 302
    assert desk.rows(desk_session) == []


def test_brute_force(desk: Desk) -> None:
    """Of ten thousand guesses ten an hour are looked at, and the right one among the rest does not help."""
    give_password(desk)
    for _ in range(10):
        desk.visitor().send("/desk/sign-in", **{**AMINA, "password": WRONG})
    later = [desk.visitor().send("/desk/sign-in", **{**AMINA, "password": guess}) for guess in ("a", PASSWORD, "b")]
    assert [one.status_code for one in later] == [429, 429, 429]
    assert desk.events().count("sign_in_failed") == 10


def test_one_address_that_tries_everybody(desk: Desk) -> None:
    """Twenty wrong guesses in ten minutes, at whomever, close the door to that address."""
    found = [
        desk.visitor().send("/desk/sign-in", email=f"person{number}@example.org", password=WRONG).status_code
        for number in range(21)
    ]
    assert found == [200] * 20 + [429]


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/me", "/desk/stories/1/decline"])
def test_oversized_bodies(desk: Desk, path: str) -> None:
    """A form larger than any of ours is refused before it is read, whoever sends it."""
    desk.story()
    for visitor in (desk.visitor(), desk.signed_in("amina")):
        answered = visitor.client.post(path, data={"reason": "x" * (LARGEST_FORM + 1)})
        assert answered.status_code == 413
        assert "That is too much at once" in answered.get_data(as_text=True)


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover=\'alert(3)\' =HYPERLINK("http://x")'


def test_cross_site_scripting_through_a_story_and_all_that_is_put_beside_it(desk: Desk) -> None:
    """Whatever a resident or a champion writes is shown as words, on every page on which it comes."""
    made = desk.story(HOSTILE, wish_enc=desk.db.vault.seal(HOSTILE), consent="leaders")
    amina = desk.signed_in("amina")
    amina.send(f"/desk/stories/{made}/notes", note=HOSTILE)
    amina.send(f"/desk/stories/{made}/words", words=HOSTILE, seen=0)
    asked = desk.question(HOSTILE)
    desk.alert(text_enc=desk.db.vault.seal(HOSTILE))
    for path in ("/desk/", "/desk/stories", f"/desk/stories/{made}", "/desk/questions", f"/desk/questions/{asked}"):
        page = amina.get(path)
        assert "&lt;script&gt;alert(1)" in page, path
        for part in ("<script>alert", "<img src=x", "onmouseover='alert"):
            assert part not in page, path
    assert "<script>alert" not in desk.signed_in("ruth").get("/desk/alerts/1")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../settings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/assets/%2e%2e%2f%2e%2e%2fapp.py",
        "/desk/static/../../../etc/passwd",
        "/phone/../../etc/passwd",
        "/desk/media/..%2f..%2fetc%2fpasswd",
    ],
)
def test_path_traversal(desk: Desk, path: str) -> None:
    answered = desk.signed_in("sam").client.get(path)
    assert answered.status_code in {301, 308, 404}
    said = answered.get_data(as_text=True)
    assert "root:" not in said
    assert "import " not in said
