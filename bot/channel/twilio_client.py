"""Twilio's REST client, kept apart because importing it is slow (0.5 s), and made to fail in our words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped] # Twilio ships no types
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot.channel.errors import NO_CONNECTION, SERVER_ERROR, TOO_MANY
from bot.channel.message import DeliveryStatus
from bot.channel.sender import Refused, Sent, Unsure

TIMEOUT_SECONDS = 10.0
UNKNOWN = "20404"
LOOK_BACK = 50  # messages to one person that we look through for one we are unsure of


@dataclass(frozen=True)
class Kept:
    """A message as Twilio keeps it."""

    sent: Sent
    body: str
    created_ms: int


class Messages:
    """The Messages resource of one account (www.twilio.com/docs/messaging/api/message-resource)."""

    def __init__(self, sid: str, token: str, api_url: str) -> None:
        self._messages = Client(sid, token, http_client=_Wire(api_url)).messages

    def create(self, **fields: str) -> Kept:
        """Make one. Raises Refused or Unsure."""
        return _kept(self._messages.create(**fields))

    def to(self, address: str) -> list[Kept]:
        """The latest to this address, newest first. Raises Refused or Unsure.

        Not narrowed by DateSent: a message still in Twilio's queue has none, and that is the one we look for.
        """
        return [_kept(message) for message in self._messages.list(to=address, limit=LOOK_BACK)]

    def one(self, sid: str) -> Sent | None:
        """The one of this id; None when Twilio has none, or uses a word we do not know. Raises Refused or Unsure."""
        try:
            message = self._messages.get(sid).fetch()
        except Refused as refused:
            if refused.code == UNKNOWN:
                return None
            raise
        return _kept(message).sent if str(message.status) in set(DeliveryStatus) else None


def _kept(message: Any) -> Kept:
    made: datetime = message.date_created or datetime.now(UTC)
    code = str(message.error_code) if message.error_code else None
    return Kept(Sent(str(message.sid), _status(message.status), code), message.body or "", int(made.timestamp() * 1000))


def _status(said: object) -> DeliveryStatus:
    try:
        return DeliveryStatus(str(said))
    except ValueError:
        return DeliveryStatus.ACCEPTED


class _Wire(TwilioHttpClient):  # type: ignore[misc] # Twilio ships no types
    """Twilio's HTTP client, sent to TWILIO_API_URL, silent in logs, with Retry-After kept."""

    def __init__(self, api_url: str) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self._base = urlsplit(api_url)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: Twilio's own would write people's numbers into the log."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing, likewise."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """One call. Raises Refused when Twilio has certainly not taken it, Unsure when it may have."""
        try:
            response = super().request(method, self._redirected(url), *args, **kwargs)
        except ConnectTimeout as away:
            raise Refused(NO_CONNECTION) from away
        except NoConnection as broken:
            if _never_left(broken):
                raise Refused(NO_CONNECTION) from broken
            raise Unsure from broken
        except RequestException as broken:
            raise Unsure from broken
        return _taken(response)

    def _redirected(self, url: str) -> str:
        asked = urlsplit(url)
        return urlunsplit(
            (self._base.scheme, self._base.netloc, self._base.path.rstrip("/") + asked.path, asked.query, "")
        )


def _never_left(broken: NoConnection) -> bool:
    cause = broken.args[0] if broken.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _taken(response: Response) -> Response:
    """The answer, when it is a good one. A gateway's own error (502, 504) does not say whether Twilio took the text."""
    status = response.status_code
    if status < 400:
        return response
    if status in {502, 504}:
        raise Unsure
    if status >= 500:
        raise Refused(SERVER_ERROR, retry_after_ms=_retry_after_ms(response))
    code = _code(response.text) or (TOO_MANY if status == 429 else str(status))
    raise Refused(code, retry_after_ms=_retry_after_ms(response))


def _code(text: str) -> str:
    try:
        code = json.loads(text)["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(code)


def _retry_after_ms(response: Response) -> int:
    """Twilio gives whole seconds (RFC 9110, 10.2.3); a date or nonsense counts as nothing said."""
    said = (response.headers or {}).get("Retry-After", "")
    return int(said) * 1000 if said.isascii() and said.isdigit() else 0
