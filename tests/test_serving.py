"""Before anything is done to serve, an address that cannot be had is refused in a sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.serving import AddressRefused, try_address
from tests.conftest import free_port


@pytest.fixture(params=[False, True], ids=["plain", "shared"])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port that another server listens on; it may offer to share it, as ours does."""
    with socket.socket() as other:
        if request.param:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_named_with_the_way_out(taken: int) -> None:
    with pytest.raises(AddressRefused, match=f"Port {taken} is in use already.*--port"):
        try_address("127.0.0.1", taken)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(AddressRefused, match=f'no address "{host}".*--host'):
        try_address(host, free_port())


def test_a_free_port_stays_free() -> None:
    port = free_port()
    try_address("127.0.0.1", port)
    try_address("localhost", port)
