"""The front door, and the page for an address that leads nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from bot.app import House, create_app


@pytest.fixture
def visitor(house: House) -> FlaskClient:
    return create_app(house=house).test_client()


def test_the_front_page_shows_the_two_doors(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert 'href="/phone"' in page.text
    assert 'href="/desk/"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nowhere", "/desk/nowhere"])
def test_an_address_that_leads_nowhere_is_told_kindly(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 404
    assert "There is nothing here" in page.text


def test_programs_are_not_answered_with_pages(visitor: FlaskClient) -> None:
    assert "<main" not in visitor.get("/twilio/nowhere").text
