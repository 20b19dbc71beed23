"""What may be asked in the internet at large, and what is of our own network."""

from __future__ import annotations

import ipaddress

import pytest

from bot.channel.outside import Inside, is_public, open_session, refuse_written
from tests.stand_in.twilio import TwilioStandIn

INSIDE = [
    "http://127.0.0.1/",
    "http://10.1.2.3/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "http://user:word@93.184.216.34/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_of_our_own_network_is_refused_as_it_is_written(url: str) -> None:
    with pytest.raises(Inside):
        refuse_written(url)


@pytest.mark.parametrize("url", ["https://93.184.216.34/page", "https://example.org/", "http://[2606:2800:220:1::1]/"])
def test_a_public_address_or_a_name_may_be_tried(url: str) -> None:
    refuse_written(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("192.168.1.1", False), ("::ffff:127.0.0.1", False), ("224.0.0.1", False)],
)
def test_which_machines_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_name_that_leads_here_is_told_by_the_line_before_a_word_is_said() -> None:
    with TwilioStandIn() as neighbour:
        address = f"http://localhost:{neighbour.port}/"
        with open_session() as session, pytest.raises(Inside):
            session.get(address, timeout=5)
        assert neighbour.requests == 0
