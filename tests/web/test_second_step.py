"""The second step: an app's codes, spare codes, who needs it, and what happens when a phone is lost."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest

from bot.store import second_step
from bot.store.schema import user
from tests.web.desk_stage import NOW, PASSWORD, Desk, Visitor, open_desk
from tests.web.test_accounts import WRONG, give_password

AMINA = {"email": "amina@desk.example.org", "password": PASSWORD}
SECRET = b"twenty bytes of a key"[:20]


@pytest.fixture
def strict(database_url: str) -> Iterator[Desk]:
    """A desk that asks everyone for a second step."""
    opened = open_desk(database_url, REQUIRE_TWO_FACTOR="everyone")
    yield opened
    opened.db.close()


def code(step: int = 0) -> str:
    """What the app shows now, or ``step`` half minutes later."""
    return second_step._totp(SECRET).generate(NOW // 1000 + 30 * step).decode()


def with_app(desk: Desk) -> list[str]:
    """Amina has a password, the app, and these spare codes."""
    give_password(desk)
    with desk.db.begin() as conn:
        second_step.set_app(conn, desk.db.vault, desk.ids["amina"], SECRET)
        return second_step.new_spare_codes(conn, desk.db.vault, desk.ids["amina"])


def password_given(desk: Desk) -> Visitor:
    """Amina after the right password."""
    amina = desk.visitor()
    assert amina.send("/desk/sign-in", **AMINA).location == "/desk/sign-in/second"
    return amina


def test_a_published_code_is_right() -> None:
    """RFC 6238, appendix B, the last six digits; and a code of two minutes ago is not."""
    secret = b"12345678901234567890"
    assert second_step.step_of(secret, "287082", 59_000) == 1
    assert second_step.step_of(secret, "081 804", 1_111_111_109_000) == 37_037_036
    assert second_step.step_of(secret, "287082", 179_000) is None
    assert second_step.step_of(secret, "١٢٣٤٥٦", 59_000) is None


def test_setting_up_an_app(desk: Desk) -> None:
    """The picture, one code to prove it, ten spare codes shown once; and it is written down."""
    amina = desk.signed_in("amina")
    assert "Set up an app" in amina.get("/desk/me/security")
    amina.send("/desk/me/security/app")
    page = amina.get("/desk/me/security")
    assert "data:image/svg+xml" in page
    letters = re.search(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
    assert letters
    assert "That code is not right" in amina.send("/desk/me/security/app/confirm", code="123").get_data(as_text=True)
    secret = base64.b32decode(letters[0].replace(" ", ""))
    now = second_step._totp(secret).generate(NOW // 1000).decode()
    shown = amina.send("/desk/me/security/app/confirm", code=now).get_data(as_text=True)
    codes = re.findall(r"[A-Z0-9]{5}-[A-Z0-9]{5}", shown)
    assert len(set(codes)) == 10
    assert codes[0] not in amina.get("/desk/me/security")
    row = desk.rows(user)[0]
    assert secret.hex() not in row.totp_enc
    assert codes[0] not in str(row.recovery)
    assert "second_step_changed" in desk.events()


def test_a_right_password_is_half_the_way(desk: Desk) -> None:
    """Nothing opens before the code, and nothing of hers is told."""
    with_app(desk)
    amina = password_given(desk)
    assert amina.client.get("/desk/").status_code == 302
    assert "Amina" not in amina.get("/desk/sign-in/second")
    answered = amina.send("/desk/sign-in/second", code=code())
    assert (answered.status_code, answered.location) == (302, "/desk/")
    assert "Hello Amina" in amina.get("/desk/")


def test_no_code_works_twice(desk: Desk) -> None:
    """Who looked over her shoulder is too late."""
    with_app(desk)
    password_given(desk).send("/desk/sign-in/second", code=code())
    again = password_given(desk)
    assert again.send("/desk/sign-in/second", code=code()).status_code == 422
    assert again.send("/desk/sign-in/second", code=code(1)).status_code == 302


def test_a_spare_code_works_once(desk: Desk) -> None:
    """In small letters and without its dash, too."""
    spare = with_app(desk)
    first = password_given(desk)
    assert first.send("/desk/sign-in/second", code=spare[3].lower().replace("-", "")).status_code == 302
    again = password_given(desk)
    assert again.send("/desk/sign-in/second", code=spare[3]).status_code == 422
    assert again.send("/desk/sign-in/second", code=spare[4]).status_code == 302


def test_ten_wrong_codes_close_the_account_too(desk: Desk) -> None:
    """A right password between them does not begin the count anew."""
    with_app(desk)
    for _ in range(10):
        assert password_given(desk).send("/desk/sign-in/second", code="000000").status_code == 422
    assert desk.visitor().send("/desk/sign-in", **AMINA).status_code == 429


def test_the_second_step_does_not_wait_for_ever(desk: Desk) -> None:
    """After ten minutes she begins again with the password."""
    with_app(desk)
    amina = password_given(desk)
    with amina.client.session_transaction() as kept:
        kept["second_step"] = [kept["second_step"][0], NOW - 10 * 60_000 - 1]
    assert amina.send("/desk/sign-in/second", code=code()).location == "/desk/sign-in"


def test_the_second_step_leads_to_no_other_site(desk: Desk) -> None:
    with_app(desk)
    amina = password_given(desk)
    assert amina.send("/desk/sign-in/second", code=code(), next="https://evil.example/desk").location == "/desk/"


def test_the_app_is_taken_away_with_the_password_only(desk: Desk) -> None:
    """A page left open on a shared computer takes nothing away."""
    with_app(desk)
    amina = password_given(desk)
    amina.send("/desk/sign-in/second", code=code())
    assert amina.send("/desk/me/security/app/remove", password=WRONG).status_code == 422
    assert amina.send("/desk/me/security/codes", password=WRONG).status_code == 422
    assert amina.send("/desk/me/security/app/remove", password=PASSWORD).status_code == 302
    assert desk.visitor().send("/desk/sign-in", **AMINA).location == "/desk/"


def test_who_needs_a_second_step_sets_it_up_first(strict: Desk) -> None:
    """She gets in with the password, and to this one page."""
    give_password(strict)
    amina = strict.visitor()
    amina.send("/desk/sign-in", **AMINA)
    for path in ("/desk/", "/desk/stories", "/desk/me"):
        assert amina.client.get(path).location == "/desk/me/security"
    assert "First, a second step" in amina.get("/desk/me/security")
    with strict.db.begin() as conn:
        second_step.set_app(conn, strict.db.vault, strict.ids["amina"], SECRET)
    assert "Hello Amina" in amina.get("/desk/")


def test_leads_and_admins_need_one_and_champions_do_not(database_url: str) -> None:
    """Unless the setting says otherwise."""
    usual = open_desk(database_url, REQUIRE_TWO_FACTOR="")
    found = {name: usual.signed_in(name).client.get("/desk/").status_code for name in usual.ids}
    assert found == {"amina": 200, "piotr": 200, "tara": 200, "ruth": 302, "sam": 302}
    usual.db.close()


def test_a_demo_asks_nobody(database_url: str) -> None:
    """It stays one click."""
    demo = open_desk(database_url, demo=True, REQUIRE_TWO_FACTOR="everyone")
    assert demo.signed_in("sam").client.get("/desk/").status_code == 200
    demo.db.close()


def test_an_admin_helps_who_has_lost_her_phone(desk: Desk) -> None:
    """The second step goes, and every session with it."""
    with_app(desk)
    amina = desk.signed_in("amina")
    sam, path = desk.signed_in("sam"), f"/desk/people/{desk.ids['amina']}"
    assert "Has a second step" in sam.get(path)
    sam.send(f"{path}/second-step/remove")
    assert "Password only" in sam.get(path)
    assert amina.client.get("/desk/").status_code == 302
    assert desk.visitor().send("/desk/sign-in", **AMINA).location == "/desk/"


def test_a_new_password_signs_out_everywhere(desk: Desk) -> None:
    """And needs the old one."""
    give_password(desk)
    here, there = desk.signed_in("amina"), desk.signed_in("amina")
    form = {"password": PASSWORD, "new_password": "four other words here"}
    assert here.send("/desk/me/security/password", **{**form, "password": WRONG}).status_code == 422
    assert here.send("/desk/me/security/password", **{**form, "new_password": "short"}).status_code == 422
    assert here.send("/desk/me/security/password", **form).location == "/desk/sign-in"
    assert there.client.get("/desk/").status_code == 302
    assert desk.visitor().send("/desk/sign-in", **AMINA).status_code == 200
    assert desk.visitor().send("/desk/sign-in", **{**AMINA, "password": "four other words here"}).status_code == 302
