"""Fetching from directories of services: over HTTP, patiently, and never from a machine of our own network."""

from __future__ import annotations

import ipaddress
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from bot.channel.outside import Inside, anywhere, is_public, open_session

CONNECT_S, READ_S, ALL_S = 10.0, 20.0, 60.0  # seconds: until there is a line, between two pieces, for the whole
REDIRECTS = 5
PIECE = 64 * 1024
AT_ONCE = 4  # lines to one directory: most are small machines
PAUSES_S = (1.0, 4.0)  # before the second and the third try
LONGEST_PAUSE_S = 30.0  # however long a directory asks us to wait
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
HEADERS = {"Accept": "application/json, text/csv;q=0.9, */*;q=0.5", "User-Agent": "community-champions-bot"}


class FeedTrouble(Exception):
    """It could not be fetched. The sentence says why; ``again`` is True when another time it may work."""

    def __init__(self, sentence: str, *, again: bool, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.again, self.wait_s = again, wait_s


class NotThere(FeedTrouble):
    """The directory has nothing at this address."""


@dataclass(frozen=True)
class Fetched:
    """What came, unpacked, and from which address in the end."""

    data: bytes
    url: str


@dataclass
class FeedClient:
    """Asks directories. ``most`` is how many bytes, unpacked, one answer may have.

    ``own_network`` lets it ask the machines around it, for a directory in the same house. ``by_hand`` is one address
    whose machine may be asked all the same, when it is written as a number or as localhost: somebody at this very
    machine typed it.
    """

    most: int
    own_network: bool = False
    by_hand: str = ""
    pause: Callable[[float], None] = time.sleep
    _session: requests.Session = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._session = open_session(anywhere if self.own_network else is_public, lines=AT_ONCE)
        if is_inside(self.by_hand):
            self._session.mount(_origin(self.by_hand), HTTPAdapter(pool_maxsize=AT_ONCE, pool_block=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def get(self, url: str) -> Fetched:
        """What lies at an address; tried three times. Raises FeedTrouble, or NotThere for 404 and 410."""
        for wait in (*PAUSES_S, None):
            try:
                return self._follow(url)
            except FeedTrouble as trouble:
                if wait is None or not trouble.again:
                    raise
                self.pause(min(max(wait, trouble.wait_s), LONGEST_PAUSE_S))
        raise AssertionError  # the last try returns or raises

    def _follow(self, url: str) -> Fetched:
        until = time.monotonic() + ALL_S
        for _ in range(REDIRECTS + 1):
            _check(url)
            try:
                with self._session.get(
                    url, headers=HEADERS, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True
                ) as answer:
                    if not answer.is_redirect:
                        return Fetched(self._whole(answer, until), url)
                    there = urljoin(url, answer.headers["Location"])
            except Inside:
                raise _refused(url) from None
            except requests.RequestException as away:
                raise FeedTrouble(_why(url, away), again=True) from away
            if url.startswith("https:") and not there.startswith("https:"):
                raise FeedTrouble(f"{_host(url)} sends us on to {there[:80]}, which is not safe.", again=False)
            url = there
        raise FeedTrouble(f"{_host(url)} sends us round in a circle.", again=False)

    def _whole(self, answer: requests.Response, until: float) -> bytes:
        status = answer.status_code
        if status in {404, 410}:
            raise NotThere(f"There is nothing at this address ({status}).", again=False)
        if status != 200:
            wait = answer.headers.get("Retry-After", "")
            again = status in AGAIN
            raise FeedTrouble(
                f"{_host(answer.url)} answered {status}.", again=again, wait_s=float(wait) if wait.isdecimal() else 0.0
            )
        data = bytearray()
        for piece in answer.iter_content(PIECE):
            data += piece
            if len(data) > self.most:
                raise _too_large(self.most)
            if time.monotonic() > until:
                raise FeedTrouble(
                    f"{_host(answer.url)} is too slow: it took more than {ALL_S:.0f} seconds.", again=True
                )
        said = answer.headers.get("Content-Length", "")
        packed = answer.headers.get("Content-Encoding", "identity") != "identity"
        if said.isdecimal() and not packed and len(data) != int(said):
            raise FeedTrouble("The line broke before all of it had come.", again=True)
        return unpacked(bytes(data), self.most)


def is_inside(url: str) -> bool:
    """True when the address itself, with no name looked up, is one of this machine or of the network around it."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def unpacked(data: bytes, most: int) -> bytes:
    """What is in a gzip file; any other data as it is. Raises FeedTrouble when it is broken or more than ``most``."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unpacking.decompress(data, most + 1)
    except zlib.error:
        raise FeedTrouble("The packed file is broken.", again=True) from None
    if len(plain) > most:
        raise _too_large(most)
    if not unpacking.eof:
        raise FeedTrouble("The packed file breaks off before its end.", again=True)
    return plain


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits:
        raise FeedTrouble(
            f'"{url[:80]}" is no address of the web. It must begin with https:// or http://.', again=False
        )
    if parts.username or parts.password:
        raise FeedTrouble(
            "An address with a password in it is not taken: it would stand in lists and logs.", again=False
        )


def _refused(url: str) -> FeedTrouble:
    return FeedTrouble(
        f"{_host(url)} is in this server's own network, and that is not asked. "
        "If it shall be, set FEEDS_OWN_NETWORK=yes.",
        again=False,
    )


def _too_large(most: int) -> FeedTrouble:
    return FeedTrouble(f"It is larger than {most / 1_000_000:.0f} MB. FEED_MAX_MB can let more in.", again=False)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}/"


def _host(url: str) -> str:
    return urlsplit(url).hostname or "The directory"


def _why(url: str, away: requests.RequestException) -> str:
    kinds: tuple[tuple[type[requests.RequestException], str], ...] = (
        (requests.exceptions.SSLError, "has no certificate that can be trusted"),
        (requests.Timeout, "does not answer in time"),
        (requests.ConnectionError, "cannot be reached"),
    )
    said = next((words for kind, words in kinds if isinstance(away, kind)), "broke off in the middle")
    return f"{_host(url)} {said}."
