"""The desk's posters: a champion chooses a language and the number, and prints."""

from __future__ import annotations

import pytest

from tests.web.desk_stage import Desk

NUMBERS = "?number=07700+900123&whatsapp=%2B447700900456"


def test_every_language_can_be_looked_at_once_there_is_a_number(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    assert "No number yet" in amina.get("/desk/posters")
    shown = amina.get(f"/desk/posters{NUMBERS}")
    for code in ("en", "pl", "ur", "bn"):
        assert f"/desk/posters/{code}?number=07700+900123" in shown


def test_a_poster_is_a_page_to_print_and_a_picture(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    assert "@page { size: A4 portrait" in amina.get(f"/desk/posters/ur{NUMBERS}")
    assert amina.get(f"/desk/posters/all{NUMBERS}").count('<div class="sheet">') == 4
    picture = amina.client.get(f"/desk/posters/ur.svg{NUMBERS}")
    assert picture.mimetype == "image/svg+xml"
    assert "style-src 'unsafe-inline'" in picture.headers["Content-Security-Policy"]
    assert "07700 900123" in picture.get_data(as_text=True)


def test_what_is_no_number_is_said_beside_the_field(desk: Desk) -> None:
    amina = desk.signed_in("amina")
    assert "This is no phone number" in amina.get("/desk/posters?number=call+me", 422)


@pytest.mark.parametrize(
    "path", ["/desk/posters/xx?number=07700900123", "/desk/posters/ur?number=hello", "/desk/posters/ur"]
)
def test_a_poster_that_nobody_could_write_to_is_not_made(desk: Desk, path: str) -> None:
    desk.signed_in("amina").get(path, 404)
