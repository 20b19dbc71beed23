"""People who text a numbered series each, with Twilio's patience: what is not answered 2xx is sent again, the same."""

from __future__ import annotations

import hashlib
import math
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.wire.load import is_whole
from tests.bench.wire.posts import form, post
from tests.bench.wire.talks import Text, number_of

READ_S = 15.0  # Twilio's own
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0
GIVE_UP_S = 240.0

Volley = Sequence[int]


@dataclass
class Line:
    """What one person texts: volleys one after the other, the numbers of a volley at the same time."""

    person: int
    volleys: Sequence[Volley]

    @property
    def address(self) -> str:
        return number_of(self.person)


@dataclass
class Heard:
    """What came back, over all people. ``first_sent`` is a monotonic moment for each message id."""

    begun: int = 0
    most: float = math.inf  # texts that may be begun so far
    taken: int = 0
    retries: int = 0
    given_up: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    first_sent: dict[str, float] = field(default_factory=dict)
    lock: threading.Condition = field(default_factory=threading.Condition)

    def let(self, most: float) -> None:
        """So many texts may be begun from now on, counted from the first."""
        with self.lock:
            self.most = most
            self.lock.notify_all()

    def begin(self) -> bool:
        """One more text. Waits until it may, for a fault that is still to come must find texts to hit: True then."""
        with self.lock:
            waits = self.begun >= self.most
            self.lock.wait_for(lambda: self.begun < self.most)
            self.begun += 1
            return waits

    def note(self, answer: str) -> None:
        with self.lock:
            self.answers[answer] += 1
            self.taken += answer == "200"
            self.retries += answer != "200"


def sid_of(person: int, number: int) -> str:
    """The provider's id of a person's text."""
    return "SM" + hashlib.sha256(f"{person}/{number}".encode()).hexdigest()[:32]


def send(port: int, lines: Sequence[Line], heard: Heard) -> list[threading.Thread]:
    """A thread for each person; they are started."""
    threads = [threading.Thread(target=_person, args=(port, line, heard), daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    return threads


def _person(port: int, line: Line, heard: Heard) -> None:
    own = _Caller(port)
    for volley in line.volleys:
        others = [
            threading.Thread(target=_until_taken, args=(_Caller(port), line, number, heard), daemon=True)
            for number in volley[1:]
        ]
        for other in others:
            other.start()
        _until_taken(own, line, volley[0], heard)
        for other in others:
            other.join()
    own.close()


def _until_taken(caller: _Caller, line: Line, number: int, heard: Heard) -> None:
    if heard.begin():
        caller.close()  # a server closes a line that was silent for long
    sid = sid_of(line.person, number)
    request = post(form(Text(line.address, f"note {number}"), sid))
    heard.first_sent.setdefault(sid, time.monotonic())
    until, pause = time.monotonic() + GIVE_UP_S, FIRST_PAUSE_S
    while time.monotonic() < until:
        answer = caller.call(request)
        heard.note(answer)
        if answer == "200":
            return
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
    with heard.lock:
        heard.given_up += 1


class _Caller:
    """A connection that stays open, and is made anew when it breaks."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sock: socket.socket | None = None

    def call(self, request: bytes) -> str:
        """The status, or how it failed; "503 without Retry-After" when that is missing."""
        try:
            answer = self._asked(request)
        except OSError as broken:
            self.close()
            return type(broken).__name__
        status = answer[9:12].decode()
        if status == "503" and b"retry-after:" not in answer.lower():
            return "503 without Retry-After"
        return status

    def close(self) -> None:
        if self._sock:
            self._sock.close()
        self._sock = None

    def _asked(self, request: bytes) -> bytes:
        if self._sock is None:
            self._sock = socket.create_connection(("127.0.0.1", self._port), timeout=5)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.settimeout(READ_S)
        self._sock.sendall(request)
        answer = b""
        while not is_whole(answer):
            piece = self._sock.recv(65536)
            if not piece:
                raise ConnectionResetError("closed in the middle")
            answer += piece
        return answer
