"""A strict stand-in for Twilio's side of the wire, over real HTTP.

In tests it is a context manager; by hand: ``python -m tests.stand_in.twilio --port 9100 --app http://127.0.0.1:8000``
prints each text it is given as a line of JSON and sends each line you type to the app, signed, as a message.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import secrets
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped] # Twilio ships no types

from bot.language.segments import measure
from tests.stand_in.checks import Pairs, check_answer, check_known, check_pairs, find
from tests.stand_in.media import MediaShelf, is_media
from tests.stand_in.published import (
    CREATE,
    CREATE_MESSAGE,
    FETCH_MESSAGE,
    LIST_MESSAGES,
    Operation,
)
from tests.stand_in.rules import Owned, TwilioError, check_create

ACCOUNT = "AC" + "0" * 32
TOKEN = "stand-in-token"
SERVICE = "MG" + "0" * 32
SMS_FROM = "+447700900000"
WHATSAPP_FROM = "+447700900001"
UNSENT = frozenset({"queued", "accepted", "scheduled"})


@dataclass
class Message:
    """One message as Twilio keeps it."""

    sid: str
    to: str
    from_: str
    service: str
    body: str
    status_callback: str
    status: str
    created: datetime
    error_code: int | None = None


@dataclass(frozen=True)
class Fault:
    """How the next request to send goes wrong.

    ``error`` is answered instead of taking the text; ``wait`` seconds pass before any answer; ``close`` drops the
    line without one, and ``taken`` says whether Twilio kept the text all the same; ``half`` drops it in the middle of
    the answer.
    """

    error: TwilioError | None = None
    wait: float = 0.0
    close: bool = False
    taken: bool = False
    half: bool = False


def too_many(retry_after: int | None = None) -> Fault:
    """HTTP 429, with Retry-After in seconds when given."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(TwilioError(429, 20429, "Too Many Requests", headers))


def broken(http: int = 500) -> Fault:
    """A fault of Twilio's own."""
    return Fault(TwilioError(http, 20500, "An internal server error has occurred"))


def refusal(code: int, http: int = 400) -> Fault:
    """Any error code."""
    return Fault(TwilioError(http, code, "Refused by the stand-in"))


@dataclass(frozen=True)
class Answer:
    """What the app said to a webhook."""

    status: int
    body: str
    headers: Mapping[str, str]


@dataclass
class TwilioStandIn:
    """The far side. ``messages`` is what it took, ``requests`` counts requests to send, ``faults`` come up in turn."""

    account: str = ACCOUNT
    token: str = TOKEN
    owned: Owned = field(
        default_factory=lambda: Owned(frozenset({SMS_FROM}), frozenset({WHATSAPP_FROM}), frozenset({SERVICE}))
    )
    port: int = 0
    app_url: str = ""
    public_url: str = ""
    on_message: Callable[[Message], None] = lambda message: None
    messages: list[Message] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    opted_out: set[str] = field(default_factory=set)
    asked: list[Operation] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    requests: int = 0
    lists: int = 0
    looks: int = 0

    def __post_init__(self) -> None:
        self.media = MediaShelf(self.account, self.token)

    def __enter__(self) -> TwilioStandIn:
        self._server = _Server(("127.0.0.1", self.port), partial(_Handler, self))
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=partial(self._server.serve_forever, poll_interval=0.05), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.media.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """For TWILIO_API_URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        """The bodies it took, in order."""
        return [message.body for message in self.messages]

    def take(self, form: Mapping[str, str] | Pairs) -> Message:
        """Check a request to send and keep the message. Raises TwilioError.

        What Twilio has a code of its own for comes first, then the rest of its published description.
        """
        pairs = list(form.items()) if isinstance(form, Mapping) else form
        said = dict(pairs)
        check_known(CREATE, said)
        check_create(said, self.owned, self.opted_out)
        check_pairs(CREATE, CREATE_MESSAGE.required, [(name, value) for name, value in pairs if value], "form")
        service = said.get("MessagingServiceSid", "")
        message = Message(
            sid="SM" + secrets.token_hex(16),
            to=said["To"],
            from_=said.get("From", ""),
            service=service,
            body=said.get("Body", ""),
            status_callback=said.get("StatusCallback", ""),
            status="accepted" if service else "queued",
            created=datetime.now(UTC).replace(microsecond=0),
        )
        self.forms.append(said)
        self.messages.append(message)
        self.on_message(message)
        return message

    def message(self, sid: str) -> Message:
        """The one with this id. Raises TwilioError."""
        for message in self.messages:
            if message.sid == sid:
                return message
        raise TwilioError(404, 20404, f"The requested resource {sid} was not found")

    def text(self, body: str, *, sender: str = "+447700900123", **more: str) -> Answer:
        """Someone texts us: the signed webhook. ``more`` adds or replaces fields; None of it is checked."""
        sid = "SM" + secrets.token_hex(16)
        receiver = "whatsapp:" + WHATSAPP_FROM if sender.startswith("whatsapp:") else SMS_FROM
        form = {
            "ToCountry": "GB",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": body,
            "To": receiver,
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": self.account,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        return self.call(f"{self.public_url}/twilio/inbound", form | more)

    def report(self, message: Message, status: str, error_code: int | None = None) -> Answer:
        """How a message fared: the signed status callback, to the address that came with the message."""
        message.status, message.error_code = status, error_code
        form = {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self.account,
            "From": message.from_,
            "ApiVersion": "2010-04-01",
        }
        return self.call(message.status_callback, form | ({"ErrorCode": str(error_code)} if error_code else {}))

    def call(self, url: str, form: Mapping[str, str], *, signature: str | None = None) -> Answer:
        """POST a form to our app as Twilio would: signed for its public address, carried to ``app_url``."""
        signed = signature or RequestValidator(self.token).compute_signature(url, form)
        address = self.app_url + url.removeprefix(self.public_url) if self.app_url else url
        request = urllib.request.Request(
            address, urlencode(form).encode(), {"X-Twilio-Signature": signed, "User-Agent": "TwilioProxy/1.1"}
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return Answer(answer.status, answer.read().decode(), dict(answer.headers))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read().decode(), dict(refused.headers))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Quiet when the other side went away in the middle, which is its right."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # the answer goes in one piece: in two, the second would wait 40 ms for the first to be acknowledged

    def __init__(self, stand_in: TwilioStandIn, *args: object) -> None:
        self._stand_in = stand_in
        super().__init__(*args)  # type: ignore[arg-type] # the server passes what the base class takes

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        """Create a message."""
        self._serve("POST")

    def do_GET(self) -> None:
        """List messages, newest first, fetch one, or give what came with one."""
        if is_media(self.path):
            self._stand_in.media.answer(self, _credentials(self.headers.get("Authorization", "")))
        else:
            self._serve("GET")

    def do_DELETE(self) -> None:
        """Take away what came with a message."""
        self._stand_in.media.answer(self, _credentials(self.headers.get("Authorization", "")))

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        stand_in = self._stand_in
        try:
            operation, placed = find(method, urlsplit(self.path).path)
            stand_in.asked.append(operation)
            self._authorised(placed.get("AccountSid", stand_in.account))
            query = parse_qsl(urlsplit(self.path).query, keep_blank_values=True)
            check_pairs(operation.query, (), query, "query")
            self._known(operation, placed, query, body)
        except TwilioError as error:
            self._answer(error.http, error.document(), error.headers)

    def _known(self, operation: Operation, placed: Mapping[str, str], query: Pairs, body: bytes) -> None:
        stand_in = self._stand_in
        if operation is CREATE_MESSAGE:
            self._create(self._form(body))
        elif operation is LIST_MESSAGES:
            stand_in.lists += 1
            self._good(operation, self._page(dict(query)))
        elif operation is FETCH_MESSAGE:
            stand_in.looks += 1
            self._good(operation, _document(stand_in.message(placed["Sid"]), stand_in.account))
        else:
            raise TwilioError(404, 20404, f"The requested resource {self.path} is not played here")

    def _create(self, form: Pairs) -> None:
        """A fault comes before the text is taken; a dropped line, before or after it."""
        stand_in = self._stand_in
        stand_in.requests += 1
        fault = stand_in.faults.popleft() if stand_in.faults else Fault()
        if fault.error:
            raise fault.error
        message = stand_in.take(form) if fault.taken or not fault.close else None
        time.sleep(fault.wait)
        if fault.close:
            self.close_connection = True
            return
        assert message is not None
        self._good(CREATE_MESSAGE, _document(message, stand_in.account), half=fault.half)

    def _form(self, body: bytes) -> Pairs:
        kind = self.headers.get_content_type()
        if kind != "application/x-www-form-urlencoded":
            raise TwilioError(415, 20007, f"A form is wanted here, not {kind}")
        return parse_qsl(body.decode(), keep_blank_values=True)

    def _authorised(self, account: str) -> None:
        stand_in = self._stand_in
        if _credentials(self.headers.get("Authorization", "")) != (stand_in.account, stand_in.token):
            raise TwilioError(401, 20003, "Authenticate")
        if account != stand_in.account:
            raise TwilioError(404, 20404, f"The requested resource {self.path} was not found")

    def _page(self, said: Mapping[str, str]) -> dict[str, object]:
        kept = [message for message in reversed(self._stand_in.messages) if _is_wanted(message, said)]
        size, page = int(said.get("PageSize", 50)), int(said.get("Page", 0))
        path = urlsplit(self.path).path
        shown = kept[page * size : (page + 1) * size]
        more = (page + 1) * size < len(kept)
        return {
            "messages": [_document(message, self._stand_in.account) for message in shown],
            "end": page * size + max(0, len(shown) - 1),
            "first_page_uri": f"{path}?PageSize={size}&Page=0",
            "next_page_uri": f"{path}?{urlencode({**said, 'PageSize': size, 'Page': page + 1})}" if more else None,
            "page": page,
            "page_size": size,
            "previous_page_uri": f"{path}?PageSize={size}&Page={page - 1}" if page else None,
            "start": page * size,
            "uri": self.path,
        }

    def _good(self, operation: Operation, document: Mapping[str, object], *, half: bool = False) -> None:
        check_answer(operation, document)
        self._answer(operation.status, document, half=half)

    def _answer(
        self,
        status: int,
        document: Mapping[str, object],
        headers: Mapping[str, str] | None = None,
        *,
        half: bool = False,
    ) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = self.close_connection or half


def _credentials(header: str) -> tuple[str, str]:
    try:
        account, _, token = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return account, token


def _is_wanted(message: Message, said: Mapping[str, str]) -> bool:
    """By To, From and DateSent, as the list is asked; a message that has not been sent has no such date."""
    day = message.created.date().isoformat() if message.status not in UNSENT else ""
    return (
        said.get("To", message.to) == message.to
        and said.get("From", message.from_) == message.from_
        and (not said.get("DateSent") or day == said["DateSent"][:10])
        and (not said.get("DateSent<") or "" < day <= said["DateSent<"][:10])
        and (not said.get("DateSent>") or day >= said["DateSent>"][:10])
    )


def _document(message: Message, account: str) -> dict[str, object]:
    """The Message resource. A queued message has no date_sent yet."""
    created = format_datetime(message.created)
    uri = f"/2010-04-01/Accounts/{account}/Messages/{message.sid}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": created,
        "date_sent": None if message.status in UNSENT else created,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": message.error_code,
        "error_message": None,
        "from": message.from_ or None,
        "messaging_service_sid": message.service or None,
        "num_media": "0",
        "num_segments": str(measure(message.body).segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def _print_message(message: Message) -> None:
    shown = {"to": message.to, "from": message.from_ or message.service, "body": message.body, "sid": message.sid}
    print(json.dumps(shown, ensure_ascii=False), flush=True)


def _delivered(stand_in: TwilioStandIn, message: Message) -> None:
    _print_message(message)
    if message.status_callback:
        for delay, status in ((0.2, "sent"), (0.4, "delivered")):
            threading.Timer(delay, _report_quietly, (stand_in, message, status)).start()


def _report_quietly(stand_in: TwilioStandIn, message: Message, status: str) -> None:
    try:
        stand_in.report(message, status)
    except OSError as away:
        print(f"The app did not take the status callback: {away}", file=sys.stderr)


def _options(arguments: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A stand-in for Twilio's Messages API.")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--app", default="http://127.0.0.1:8000", help="where the app listens")
    parser.add_argument("--public-url", help="the app's PUBLIC_URL, when it is not --app")
    parser.add_argument("--account", default=ACCOUNT, help="the app's TWILIO_ACCOUNT_SID")
    parser.add_argument("--token", default=TOKEN, help="the app's TWILIO_AUTH_TOKEN")
    parser.add_argument("--sender", default="+447700900123", help="who texts; whatsapp:+44... for WhatsApp")
    return parser.parse_args(None if arguments is None else list(arguments))


def main(arguments: Iterable[str] | None = None) -> None:
    """Serve; each line of standard input is one message to the app. Ctrl-D or Ctrl-C ends it."""
    said = _options(arguments)
    stand_in = TwilioStandIn(
        said.account, said.token, port=said.port, app_url=said.app, public_url=said.public_url or said.app
    )
    stand_in.on_message = partial(_delivered, stand_in)
    with stand_in:
        print(
            f"TWILIO_API_URL={stand_in.url} TWILIO_ACCOUNT_SID={said.account} TWILIO_AUTH_TOKEN={said.token} "
            f"TWILIO_SMS_FROM={SMS_FROM} TWILIO_WHATSAPP_FROM={WHATSAPP_FROM} PUBLIC_URL={stand_in.public_url}",
            flush=True,
        )
        for line in sys.stdin:
            answer = stand_in.text(line.rstrip("\n"), sender=said.sender)
            print(f"The app answered {answer.status}.", file=sys.stderr)
        if not sys.stdin.isatty():
            threading.Event().wait()


if __name__ == "__main__":
    main()
