"""Asking the internet at large, and never a machine of our own network.

Whoever can write an address down for us, or answer for one, must not be able to make this server ask its neighbours. So
each line is looked at once it stands and before a word is said on it: that also holds for redirects, and for a name
that leads elsewhere the second time it is looked up. An address that is written as a number needs no line to be judged.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Judge = Callable[[Address], bool]


class Inside(Exception):
    """This address leads to a machine of our own network, or is none of the web."""


def is_public(address: Address) -> bool:
    """True for a machine in the internet at large."""
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast


def anywhere(address: Address) -> bool:
    """Lets every machine be asked, the ones around this one too."""
    return True


def open_session(may: Judge = is_public, *, lines: int = 10) -> requests.Session:
    """A session that asks only machines that ``may`` be asked, over so many ``lines`` to each at most.

    Its requests raise Inside. It knows no passwords: a .netrc must not hand one to a stranger.
    """
    session = requests.Session()
    session.trust_env = False
    adapter = _Adapter(may, lines)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def refuse_written(url: str, may: Judge = is_public) -> None:
    """Raises Inside when the address is none of the web, has a password in it, or is written as a number that may not
    be asked. ValueError when it cannot be read at all."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise Inside
    try:
        address = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    if not may(address):
        raise Inside


class _Adapter(HTTPAdapter):
    """Opens lines that are looked at before a word is said on them."""

    def __init__(self, may: Judge, lines: int) -> None:
        self._may = may
        super().__init__(pool_connections=4, pool_maxsize=lines, pool_block=True)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _pools(self._may)


def _pools(may: Judge) -> dict[str, type[HTTPConnectionPool]]:
    class Line(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _looked_at(super()._new_conn(), may)

    class SafeLine(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _looked_at(super()._new_conn(), may)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Line

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = SafeLine

    return {"http": Pool, "https": SafePool}


def _looked_at(line: socket.socket, may: Judge) -> socket.socket:
    """The line, when its other end may be asked. Nothing has been said on it yet."""
    if not may(ipaddress.ip_address(str(line.getpeername()[0]).partition("%")[0])):
        line.close()
        raise Inside
    return line
