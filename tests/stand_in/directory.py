"""A strict stand-in for a directory of services, over real HTTP: its pages, its records, and how real ones go wrong.

By hand: ``python -m tests.stand_in.directory --port 9200 tests/data/oruk/outpost.json`` serves the services of a file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Record = Any
SHALLOW = ("id", "name", "description", "status")
KNOWN = frozenset({"page"})  # any other parameter is an error here: nothing may depend on one


@dataclass
class DirectoryStandIn:
    """One directory. ``broken`` maps a path to the statuses of its next answers; ``asked`` counts paths.

    ``v3`` is the envelope of Open Referral UK v3, else the older one. ``shallow`` lists only ``SHALLOW``.
    ``redirect`` maps a path to where it leads, ``cut`` are paths whose answer breaks off. ``on_page`` is told each page
    that is asked for.
    """

    records: list[Record] = field(default_factory=list)
    v3: bool = True
    shallow: bool = False
    size: int = 50
    first_number: int | None = None
    bom: bool = False
    packed: bool = False
    base: str = ""
    says_total: int | None = None
    same_page: bool = False
    own_pages: bool = True
    broken: dict[str, list[int]] = field(default_factory=dict)
    redirect: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    on_page: Callable[[int], None] = lambda page: None
    _known: tuple[tuple[int, ...], dict[str, Record]] = ((), {})

    def __enter__(self) -> DirectoryStandIn:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}{self.base}"

    def answer(self, path: str, query: str) -> tuple[int, bytes, dict[str, str]]:
        """(status, body, headers) for one question."""
        self.asked[path] += 1
        inside = path.removeprefix(self.base)
        if self.broken.get(inside):
            return self.broken[inside].pop(0), b"", {}
        if inside in self.redirect:
            return 302, b"", {"Location": self.redirect[inside]}
        if inside in self.files:
            return 200, self.files[inside], {}
        if set(parse_qs(query)) - KNOWN:
            return 400, b'{"message": "unknown parameter"}', {}
        if inside in {"", "/"}:
            return self._json({"version": "HSDS-UK-3.0", "profile": "https://docs.openreferraluk.org/en/3.0-dev/"})
        if inside == "/services":
            return self._list(query)
        if inside.startswith("/services/") and self.own_pages:
            return self._own_page(unquote(inside.removeprefix("/services/")))
        return 404, b'{"message": "Not found"}', {}  # /service_at_locations is one of these, as it often is

    def _list(self, query: str) -> tuple[int, bytes, dict[str, str]]:
        lowest = self.first_number if self.first_number is not None else (1 if self.v3 else 0)
        number = lowest if self.same_page else int(parse_qs(query).get("page", [str(lowest)])[0])
        self.on_page(number)
        start = (number - lowest) * self.size
        some = [self._listed(one) for one in self.records[start : start + self.size]]
        total = len(self.records) if self.says_total is None else self.says_total
        pages = -(-total // self.size)
        last = number - lowest + 1 >= pages
        return self._json((_newer if self.v3 else _older)(some, total, pages, number, self.size, last))

    def _listed(self, record: Record) -> Record:
        if not self.shallow or not isinstance(record, dict):
            return record
        return {name: record[name] for name in SHALLOW if name in record}

    def _own_page(self, id: str) -> tuple[int, bytes, dict[str, str]]:
        found = self._by_id().get(id)
        return self._json(found) if found is not None else (404, b"", {})

    def _by_id(self) -> dict[str, Record]:
        """The first record with each id, made anew when the list has changed at either end."""
        now = (len(self.records), *map(id, self.records[:1]), *map(id, self.records[-1:]))
        if self._known[0] != now:
            first: dict[str, Record] = {}
            for one in self.records:
                if isinstance(one, dict):
                    first.setdefault(str(one.get("id")), one)
            self._known = (now, first)
        return self._known[1]

    def _json(self, value: object) -> tuple[int, bytes, dict[str, str]]:
        body = (b"\xef\xbb\xbf" if self.bom else b"") + json.dumps(value, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        if self.packed:
            return 200, gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
        return 200, body, headers


def _newer(some: Sequence[Record], total: int, pages: int, number: int, size: int, last: bool) -> dict[str, Any]:
    return {
        "total_items": total, "total_pages": pages, "page_number": number, "size": len(some), "first_page": number == 1,
        "last_page": last, "empty": not some, "contents": some,
    }  # fmt: skip


def _older(some: Sequence[Record], total: int, pages: int, number: int, size: int, last: bool) -> dict[str, Any]:
    return {
        "totalElements": total, "totalPages": pages, "number": number, "size": size, "first": number == 0, "last": last,
        "content": some,
    }  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def _handler(directory: DirectoryStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else header and body wait 40 ms for each other

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body, headers = directory.answer(parts.path, parts.query)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if parts.path.removeprefix(directory.base) in directory.cut:
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            else:
                self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Silent."""

    return Handler


def main() -> None:
    """Serve the services of a file until Ctrl-C."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, default=9200)
    parser.add_argument("--shallow", action="store_true")
    given = parser.parse_args()
    value = json.loads(given.file.read_text(encoding="utf-8-sig"))
    records = value if isinstance(value, list) else value.get("contents") or value.get("content") or [value]
    directory = DirectoryStandIn(records, shallow=given.shallow)
    print(f"http://127.0.0.1:{given.port}")
    _Server(("127.0.0.1", given.port), _handler(directory)).serve_forever()


if __name__ == "__main__":
    main()
