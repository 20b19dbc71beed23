"""Fetching what people sent from Twilio, and from nowhere else.

Twilio's address of an item wants the account's password and answers with a redirect to its CDN
(www.twilio.com/docs/messaging/api/media-resource). The password goes to the API alone, and only to an address that is
an item of our own account; a redirect is followed only to the hosts that Twilio names.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

CONNECT_S, READ_S, ALL_S = 5.0, 10.0, 60.0  # seconds: until there is a line, between two pieces, for the whole
REDIRECTS = 3
PIECE = 64 * 1024
OURS = "api.twilio.com"
API_HOST = re.compile(r"api(\.[a-z0-9-]{2,20}){0,2}\.twilio\.com")  # also a region's, like api.dublin.ie1.twilio.com
CDN_HOST = re.compile(r"[a-z0-9-]{1,40}\.twiliocdn\.com")  # mms. and media., by Twilio's help pages
# Items of before 2023 lie there, in a host that every customer of Amazon's shares: only Twilio's own folder counts.
OLD_HOST, OLD_FOLDER = "s3-external-1.amazonaws.com", "/media.twiliocdn.com/"


class NotTwilios(Exception):
    """The address, or one it leads to, is not an item of our account at Twilio. Nothing was sent there."""


class NotThere(Exception):
    """Twilio has no such item any more."""


class TooLarge(Exception):
    """More than we take. ``size`` is in bytes: what Twilio said, or what had come when we stopped."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The file has {size} bytes or more.")
        self.size = size


class Away(Exception):
    """It did not work this time: another time it may."""


class Source(Protocol):
    """Whatever keeps what people sent."""

    def fetch(self, url: str, content_type: str) -> bytes:
        """The bytes. Raises NotTwilios, NotThere, TooLarge or Away. ``content_type`` is what was said of it."""

    def delete(self, url: str) -> None:
        """See to it that nothing is kept there. Raises NotTwilios or Away."""


@dataclass(frozen=True)
class TwilioMedia:
    """The items of one account."""

    sid: str
    token: str
    most: int  # bytes
    api_url: str = f"https://{OURS}"

    def fetch(self, url: str, content_type: str) -> bytes:
        """The bytes of one item."""
        self._check_item(url)
        until = time.monotonic() + ALL_S
        with requests.Session() as session:
            session.trust_env = False  # a .netrc must not hand another password to the CDN
            for _ in range(REDIRECTS + 1):
                with self._asked(session, url) as answer:
                    if not answer.is_redirect:
                        return self._whole(answer, until)
                    url = urljoin(url, answer.headers["Location"])
                self._check_redirect(url)
        raise Away("Twilio sent us round in a circle.")

    def delete(self, url: str) -> None:
        """Take the item away from Twilio; that it has gone already is as good."""
        self._check_item(url)
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.delete(
                    f"{url}.json", auth=(self.sid, self.token), timeout=(CONNECT_S, READ_S), allow_redirects=False
                )
            except requests.RequestException as away:
                raise Away(f"Twilio could not be reached: {type(away).__name__}.") from away
        if answer.status_code not in {200, 204, 404, 410}:
            raise Away(f"Twilio answered {answer.status_code}.")

    @contextmanager
    def _asked(self, session: requests.Session, url: str) -> Iterator[requests.Response]:
        own = self._is_item(urlsplit(url))
        _refuse_internal(urlsplit(url), allowed=urlsplit(self.api_url).hostname or "")
        try:
            with session.get(
                url,
                auth=(self.sid, self.token) if own else None,
                headers={"Accept-Encoding": "identity"},  # a small packed file can unpack to a huge one
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            ) as answer:
                yield answer
        except requests.RequestException as away:
            raise Away(f"Twilio could not be reached: {type(away).__name__}.") from away

    def _whole(self, answer: requests.Response, until: float) -> bytes:
        if answer.status_code in {404, 410}:
            raise NotThere
        if answer.status_code != 200 or answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Away(f"Twilio answered {answer.status_code}.")
        said = answer.headers.get("Content-Length", "")
        if said.isdecimal() and int(said) > self.most:
            raise TooLarge(int(said))
        data = bytearray()
        for piece in answer.iter_content(PIECE):
            data += piece
            if len(data) > self.most:
                raise TooLarge(len(data))
            if time.monotonic() > until:
                raise Away("It came too slowly.")
        if said.isdecimal() and len(data) != int(said):
            raise Away("The line broke before all of it had come.")
        return bytes(data)

    def _check_item(self, url: str) -> None:
        if not self._is_item(urlsplit(url)):
            raise NotTwilios

    def _is_item(self, url: SplitResult) -> bool:
        path = rf"/2010-04-01/Accounts/{self.sid}/Messages/[A-Z]{{2}}[0-9a-f]{{32}}/Media/ME[0-9a-f]{{32}}"
        return self._is_api(url) and not url.query and re.fullmatch(path, url.path) is not None

    def _is_api(self, url: SplitResult) -> bool:
        api = urlsplit(self.api_url)
        if api.hostname == OURS:
            return _is_https(url) and API_HOST.fullmatch(url.netloc) is not None
        return (url.scheme, url.netloc) == (api.scheme, api.netloc)  # a stand-in: then nothing else is Twilio

    def _check_redirect(self, url: str) -> None:
        to = urlsplit(url)
        if self._is_api(to):
            return
        old = to.netloc == OLD_HOST and to.path.startswith(OLD_FOLDER) and ".." not in to.path
        named = old or CDN_HOST.fullmatch(to.netloc)
        if not (named and _is_https(to) and urlsplit(self.api_url).hostname == OURS):
            raise NotTwilios


def _is_https(url: SplitResult) -> bool:
    return url.scheme == "https" and not (url.username or url.password)


def _refuse_internal(url: SplitResult, *, allowed: str) -> None:
    """A host of Twilio's that leads inside our own network is none. The one in our settings may (a stand-in)."""
    if url.hostname == allowed and allowed != OURS:
        return
    try:
        found = socket.getaddrinfo(url.hostname, url.port or 443, type=socket.SOCK_STREAM)
    except OSError as away:
        raise Away("Twilio's address could not be looked up.") from away
    if not all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found):
        raise NotTwilios
