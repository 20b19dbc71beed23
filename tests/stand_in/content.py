"""A strict stand-in for Twilio's Content API, over real HTTP.

Each call and each answer is held to Twilio's published description (``published``). What it takes and refuses beyond
that follows www.twilio.com/docs/content (content-api-resources, twilio-quick-reply, twiliolist-picker,
using-variables-with-content-api). ``faults``: how the next calls go wrong.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.stand_in.checks import Pairs, check_answer, check_json, check_pairs, find
from tests.stand_in.published import (
    APPROVAL_ASKED,
    ASK_APPROVAL,
    CONTENT_MADE,
    FETCH_APPROVAL,
    LIST_CONTENT,
    MAKE_CONTENT,
)
from tests.stand_in.rules import TwilioError
from tests.stand_in.twilio import ACCOUNT, TOKEN, Message, TwilioStandIn, _credentials

VARIABLE = re.compile(r"\{\{(\w+)\}\}")
TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
BODY_LIMITS = {"twilio/text": 1600, "twilio/quick-reply": 1024, "twilio/list-picker": 1024}


@dataclass
class Made:
    """One content, and how its approval stands."""

    sid: str
    document: dict[str, Any]
    name: str = ""
    category: str = ""
    status: str = "unsubmitted"
    reason: str = ""
    made_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def kind(self) -> str:
        """Its only type."""
        return str(next(iter(self.document["types"])))

    @property
    def shown(self) -> dict[str, Any]:
        """What the type holds."""
        return dict(self.document["types"][self.kind])

    def filled(self, variables: Mapping[str, str]) -> str:
        """The body as the person reads it. Raises TwilioError for variables that do not fit it."""
        wanted = set(VARIABLE.findall(self.shown["body"]))
        if wanted - set(variables):
            raise TwilioError(400, 63028, "Number of parameters provided does not match the expected number")
        return VARIABLE.sub(lambda found: variables[found[1]], str(self.shown["body"]))

    def approval(self) -> dict[str, Any]:
        """How WhatsApp's approval stands."""
        return {
            "name": self.name or None,
            "category": self.category or None,
            "content_type": self.kind,
            "status": self.status,
            "rejection_reason": self.reason,
            "allow_category_change": True,
        }


@dataclass
class ContentFault:
    """How the next call goes wrong: an HTTP status, or no answer for this many seconds."""

    http: int = 0
    code: int = 20500
    wait: float = 0.0
    close: bool = False


@dataclass
class ContentStandIn:
    """The far side of the Content API. ``calls`` counts requests; ``made`` is what it has, by SID."""

    account: str = ACCOUNT
    token: str = TOKEN
    port: int = 0
    made: dict[str, Made] = field(default_factory=dict)
    faults: deque[ContentFault] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)

    def __enter__(self) -> ContentStandIn:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), partial(_Handler, self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=partial(self._server.serve_forever, poll_interval=0.05), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """For TWILIO_CONTENT_URL."""
        return f"http://127.0.0.1:{self.port}"

    def decide(self, status: str, reason: str = "") -> None:
        """WhatsApp has looked at all that was handed in."""
        for one in self.made.values():
            if one.status == "received":
                one.status, one.reason = status, reason

    def answer(self, method: str, path: str, said: Any) -> tuple[int, dict[str, Any]]:
        """What the API says to a call. Raises TwilioError."""
        operation, placed = find(method, urlsplit(path).path)
        query = parse_qsl(urlsplit(path).query, keep_blank_values=True)
        check_pairs(operation.query, (), query, "query")
        if operation is MAKE_CONTENT:
            answer = self._create(said)
        elif operation is LIST_CONTENT:
            answer = self._list(dict(query))
        elif operation is ASK_APPROVAL:
            answer = self._submit(self._one(placed["ContentSid"]), said)
        elif operation is FETCH_APPROVAL:
            one = self._one(placed["Sid"])
            whatsapp = {"type": "whatsapp", **one.approval()}
            answer = {"sid": one.sid, "account_sid": self.account, "whatsapp": whatsapp, "url": self.url + path}
        else:
            raise _missing(path)
        check_answer(operation, answer)
        return operation.status, answer

    def _one(self, sid: str) -> Made:
        if sid not in self.made:
            raise _missing(sid)
        return self.made[sid]

    def _create(self, said: Any) -> dict[str, Any]:
        check_content(said)
        one = Made("HX" + secrets.token_hex(16), said)
        self.made[one.sid] = one
        link = f"{self.url}/v1/Content/{one.sid}"
        links = {"approval_fetch": f"{link}/ApprovalRequests", "approval_create": f"{link}/ApprovalRequests/whatsapp"}
        return {**self._shown(one), "url": link, "links": links}

    def _submit(self, one: Made, said: Any) -> dict[str, Any]:
        check_json(APPROVAL_ASKED, said, "body")
        if not TEMPLATE_NAME.fullmatch(said["name"]) or said["category"] not in CATEGORIES:
            raise TwilioError(400, 20001, "The name or the category is not one that WhatsApp takes")
        if one.kind == "twilio/list-picker":
            raise TwilioError(400, 20001, "List pickers cannot be submitted for approval")
        if one.status != "unsubmitted" or any(said["name"] == other.name for other in self.made.values()):
            raise TwilioError(409, 20409, "It was submitted already, or its name is taken")
        one.name, one.category, one.status = said["name"], said["category"], "received"
        return one.approval()

    def _list(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """One page, with the address of the next."""
        size, page = int(asked.get("PageSize", 50)), int(asked.get("Page", 0))
        every = [{**self._shown(one), "approval_requests": one.approval()} for one in reversed(self.made.values())]
        more = f"{self.url}{LIST_CONTENT.path}?PageSize={size}&Page={page + 1}"
        following = more if len(every) > size * (page + 1) else None
        return {"contents": every[size * page : size * (page + 1)], "meta": {"next_page_url": following, "page": page}}

    def _shown(self, one: Made) -> dict[str, Any]:
        return {
            "sid": one.sid,
            "account_sid": self.account,
            "date_created": one.made_at,
            "date_updated": one.made_at,
            "friendly_name": one.document.get("friendly_name"),
            "language": one.document["language"],
            "variables": one.document.get("variables", {}),
            "types": one.document["types"],
        }


@dataclass
class WhatsAppStandIn(TwilioStandIn):
    """Twilio's Messages API beside its Content API: knows contents, and WhatsApp's window.

    ``sent_with`` maps a message's SID to the content it went with, ``closed`` holds the receivers outside their 24
    hours, ``content_faults`` are error codes for the next messages with a content.
    """

    contents: ContentStandIn = field(default_factory=ContentStandIn)
    sent_with: dict[str, Made] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    content_faults: deque[int] = field(default_factory=deque)

    def take(self, form: Mapping[str, str] | Pairs) -> Message:
        """Check a request to send and keep the message, with the words that the person reads. Raises TwilioError."""
        made, words = self._content(dict(form))
        message = super().take(form)
        if made:
            message.body = words
            self.sent_with[message.sid] = made
        return message

    def _content(self, said: Mapping[str, str]) -> tuple[Made | None, str]:
        if "ContentSid" not in said:
            if said.get("To") in self.closed:
                raise TwilioError(400, 63016, "Failed to send freeform message because you are outside the window.")
            return None, ""
        if self.content_faults:
            raise TwilioError(400, self.content_faults.popleft(), "Refused by the stand-in")
        made = self.contents.made.get(said["ContentSid"])
        if made is None or said.get("Body"):
            raise TwilioError(400, 21655, "The ContentSid Parameter is invalid.")
        if said["To"] in self.closed and made.status != "approved":
            raise TwilioError(400, 63016, "Failed to send freeform message because you are outside the window.")
        variables = json.loads(said.get("ContentVariables") or "{}")
        check_variables(variables)
        return made, made.filled(variables)


def check_content(said: Any) -> None:
    """Raise the TwilioError that this request to make a content deserves, if any."""
    check_json(CONTENT_MADE, said, "body")
    if not said["language"] or not said["types"]:
        raise TwilioError(400, 20001, "A content has a language, and a type at least")
    for kind, shown in said["types"].items():
        if not shown["body"] or len(shown["body"]) > BODY_LIMITS[kind]:
            raise TwilioError(400, 20001, "The body is empty or too long")
        _check_variables(shown["body"], said.get("variables", {}))
        if kind == "twilio/quick-reply":
            _check_actions(shown["actions"])
        if kind == "twilio/list-picker":
            _check_items(shown)


def _check_variables(body: str, variables: dict[str, str]) -> None:
    if set(VARIABLE.findall(body)) != set(variables) or not all(variables.values()) or len(variables) > 100:
        raise TwilioError(400, 20001, "Each variable needs a sample, and there are a hundred at most")


def _check_actions(actions: list[dict[str, str]]) -> None:
    if not 1 <= len(actions) <= 3:
        raise TwilioError(400, 20001, "Without approval there are one to three quick replies")
    if any(one.get("type") != "QUICK_REPLY" or not 0 < len(one.get("id", "")) <= 200 for one in actions):
        raise TwilioError(400, 20001, "A quick reply has a type, a title and an id")
    _check_named([one["title"] for one in actions], 20)


def _check_items(shown: dict[str, Any]) -> None:
    items = shown["items"]
    if not 1 <= len(items) <= 10 or not 0 < len(shown["button"]) <= 20:
        raise TwilioError(400, 20001, "A list has a button, and one to ten items")
    if any(len(one.get("description", "")) > 72 for one in items):
        raise TwilioError(400, 20001, "A description has 72 characters at most")
    if len({one["id"] for one in items}) < len(items) or any(not 0 < len(one["id"]) <= 200 for one in items):
        raise TwilioError(400, 20001, "The ids of the items must differ")
    _check_named([one["item"] for one in items], 24)


def _check_named(names: list[str], limit: int) -> None:
    if len(set(names)) < len(names) or any(not 0 < len(name) <= limit or "\n" in name for name in names):
        raise TwilioError(400, 20001, f"Names must differ and have {limit} characters at most")


def check_variables(variables: Mapping[str, str]) -> None:
    """Raise what WhatsApp says to values that it does not take (errors 21656 and 63013)."""
    if any(not value for value in variables.values()):
        raise TwilioError(400, 21656, "The ContentVariables Parameter is invalid.")
    if any("\n" in value or "\t" in value or "    " in value or len(value) > 1600 for value in variables.values()):
        raise TwilioError(400, 63013, "This message send failed because it violates Channel provider's policy.")


def _missing(path: str) -> TwilioError:
    return TwilioError(404, 20404, f"The requested resource {urlsplit(path).path} was not found")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def __init__(self, stand_in: ContentStandIn, *args: object) -> None:
        self._stand_in = stand_in
        super().__init__(*args)  # type: ignore[arg-type] # the server passes what the base class takes

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        """Make a content, or hand one in."""
        self._called("POST")

    def do_GET(self) -> None:
        """List contents, or show one's approval."""
        self._called("GET")

    def _called(self, method: str) -> None:
        stand_in = self._stand_in
        stand_in.calls.append(f"{method} {urlsplit(self.path).path}")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = stand_in.faults.popleft() if stand_in.faults else ContentFault()
        time.sleep(fault.wait)
        if fault.close:
            self.close_connection = True
            return
        try:
            self._check(fault, method)
            self._say(*stand_in.answer(method, self.path, json.loads(body) if body else None))
        except TwilioError as error:
            self._say(error.http, error.document())

    def _check(self, fault: ContentFault, method: str) -> None:
        stand_in = self._stand_in
        if _credentials(self.headers.get("Authorization", "")) != (stand_in.account, stand_in.token):
            raise TwilioError(401, 20003, "Authenticate")
        if fault.http:
            raise TwilioError(fault.http, fault.code, "Refused by the stand-in")
        if method == "POST" and self.headers.get("Content-Type") != "application/json":
            raise TwilioError(415, 20001, "Only JSON is taken")

    def _say(self, status: int, document: Mapping[str, object]) -> None:
        answer = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
