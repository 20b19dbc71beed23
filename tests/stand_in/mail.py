"""A small e-mail server that really speaks SMTP (RFC 5321), and can be told to refuse."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from types import TracebackType


@dataclass
class MailStandIn:
    """The far side. ``mails`` is what it took, with whom each was for; ``answers`` replaces its answer to a command,
    as in {"RCPT": "550 No such user"}."""

    mails: list[tuple[str, Message]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    password: str = ""

    def __enter__(self) -> MailStandIn:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stand_in = self
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, for SMTP_URL."""
        who = f"bot:{self.password}@" if self.password else ""
        return f"smtp://{who}127.0.0.1:{self._server.server_address[1]}"

    def to(self, address: str) -> list[Message]:
        """The e-mails for one person."""
        return [message for who, message in self.mails if who == address]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    stand_in: MailStandIn


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        stand_in = self.server.stand_in
        recipients: list[str] = []
        self._say(stand_in.answers.get("CONNECT", "220 ready"))
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb in stand_in.answers:
                self._say(stand_in.answers[verb])
            elif verb == "EHLO":
                self._say("250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME")
            elif verb == "AUTH":
                self._say("235 welcome")
            elif verb == "RCPT":
                recipients.append(line.partition("<")[2].rstrip(">"))
                self._say("250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                stand_in.mails += [(who, message_from_bytes(self._body(), policy=default)) for who in recipients]
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _body(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())
