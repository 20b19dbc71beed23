"""What came with messages, as Twilio keeps it: behind the account's password, a redirect to its CDN, and its faults."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event

CDN = "/cdn/"
PIECES = 50


@dataclass
class Item:
    """One thing that lies there. ``redirect`` is where the API sends to, when not to the CDN; ``drip`` is a wait in
    seconds between its pieces; ``honest`` is False for one that does not say how long it is."""

    data: bytes
    content_type: str
    status: int = 200
    redirect: str = ""
    drip: float = 0.0
    honest: bool = True


@dataclass
class MediaShelf:
    """The items of one account, and what was asked of them."""

    account: str
    token: str
    items: dict[str, Item] = field(default_factory=dict)
    asked: list[tuple[str, str, bool]] = field(default_factory=list)  # (method, path, with a password)
    sent: int = 0  # bytes that were written
    ended: Event = field(default_factory=Event)

    def put(self, data: bytes, content_type: str = "image/jpeg", **how: object) -> str:
        """Keep an item; its path at the API."""
        path = f"/2010-04-01/Accounts/{self.account}/Messages/MM{secrets.token_hex(16)}/Media/ME{secrets.token_hex(16)}"
        self.items[path] = Item(data, content_type, **how)  # type: ignore[arg-type] # tests name its fields
        return path

    def answer(self, handler: BaseHTTPRequestHandler, credentials: tuple[str, str]) -> None:
        """One request, as Twilio's API or its CDN would answer it."""
        path, knows = handler.path, credentials == (self.account, self.token)
        self.asked.append((handler.command, path, credentials != ("", "")))
        if path.startswith(CDN):
            item = self.items.get(path.removeprefix(CDN[:-1]))
            _plain(handler, 404) if item is None else self._write(handler, item)
            return
        item = self.items.get(path.removesuffix(".json"))
        if not knows or item is None:
            _plain(handler, 404 if knows else 401)
        elif handler.command == "DELETE":
            del self.items[path.removesuffix(".json")]
            _plain(handler, 204)
        elif item.status != 200:
            _plain(handler, item.status)
        else:
            _plain(handler, 307, item.redirect or CDN[:-1] + path)

    def _write(self, handler: BaseHTTPRequestHandler, item: Item) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", item.content_type)
        if item.honest:
            handler.send_header("Content-Length", str(len(item.data)))
        else:
            handler.send_header("Connection", "close")
            handler.close_connection = True
        handler.end_headers()
        size = max(1, -(-len(item.data) // PIECES))
        try:
            for start in range(0, len(item.data), size):
                handler.wfile.write(item.data[start : start + size])
                handler.wfile.flush()
                self.sent += size
                if item.drip and self.ended.wait(item.drip):
                    return
        except OSError:
            handler.close_connection = True  # whoever asked has heard enough


def is_media(path: str) -> bool:
    """True for an item's address, at the API or at the CDN."""
    return path.startswith(CDN) or "/Media/ME" in path


def _plain(handler: BaseHTTPRequestHandler, status: int, location: str = "") -> None:
    handler.send_response(status)
    if location:
        handler.send_header("Location", location)
    if status != 204:
        handler.send_header("Content-Length", "0")
    handler.end_headers()
