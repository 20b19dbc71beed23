"""Fifty senders, each waiting for one answer before its next text: ``python -m tests.bench.wire.load PORT ...``.

A process of its own, on bare sockets that stay open, so that the servers are what is measured. One line of JSON comes
out: how long it took, each answer's latency, how often each status came, and the load's own processor time.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.bench.wire.posts import lines

SILENCE_S = 30.0
CHUNKED = b"\r\ntransfer-encoding: chunked"
LENGTH = b"\r\ncontent-length:"


class NoAnswer(Exception):
    """A server has not answered for half a minute, or closed the line."""


@dataclass
class Line:
    """One sender's connection, and what it has still to say (the next text last)."""

    sock: socket.socket
    posts: list[bytes]
    asked_at: float = 0.0
    heard: bytes = b""


@dataclass
class Heard:
    """What came back."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """PORT, how many turns, the first person, the one after the last, the step between them, the round's number."""
    port, turns, first, end, step, round_number = map(int, sys.argv[1:7])
    talks = lines(turns, range(first, end, step), round_number)
    started, cpu = time.perf_counter(), time.process_time()
    heard = drive(port, talks)
    taken = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    print(json.dumps(taken | {"latencies": heard.latencies, "statuses": heard.statuses}))


def drive(port: int, talks: list[list[bytes]]) -> Heard:
    """Send every sender's posts, one at a time each. Raises NoAnswer."""
    heard, selector = Heard(), selectors.DefaultSelector()
    for posts in talks:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(sock, posts[::-1])
        selector.register(sock, selectors.EVENT_READ, line)
        _ask(line)
    while selector.get_map():
        ready = selector.select(SILENCE_S)
        if not ready:
            raise NoAnswer(f"No answer in {SILENCE_S:.0f} s, with {len(selector.get_map())} senders waiting.")
        for key, _ in ready:
            if _finished(key.data, heard):
                selector.unregister(key.data.sock)
                key.data.sock.close()
    return heard


def _ask(line: Line) -> None:
    line.heard = b""
    line.asked_at = time.perf_counter()
    line.sock.sendall(line.posts.pop())


def _finished(line: Line, heard: Heard) -> bool:
    """Read what is there; after a whole answer, the next text. True when there is none left."""
    piece = line.sock.recv(65536)
    if not piece:
        raise NoAnswer("The server closed the line in the middle.")
    line.heard += piece
    if not is_whole(line.heard):
        return False
    heard.latencies.append(time.perf_counter() - line.asked_at)
    heard.statuses[line.heard[9:12].decode()] += 1
    if not line.posts:
        return True
    _ask(line)
    return False


def is_whole(answer: bytes) -> bool:
    """Whether all of an answer is there, with a known length or in chunks (RFC 9112, 6 and 7.1)."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    fields = head.lower()
    if CHUNKED in fields:
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(fields.partition(LENGTH)[2].partition(b"\r\n")[0] or 0)


if __name__ == "__main__":
    main()
