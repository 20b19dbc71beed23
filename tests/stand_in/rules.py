"""What Twilio's Messages API refuses beyond its published description, with the codes that it has for it
(www.twilio.com/docs/api/errors)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BODY_LIMIT = 1600
PHONE = re.compile(r"\+[1-9]\d{6,14}")
WHATSAPP_ADDRESS = re.compile(r"whatsapp:(?:\+[1-9]\d{6,14}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128})")


@dataclass(frozen=True)
class TwilioError(Exception):
    """An answer in Twilio's form: HTTP status, its own code, and a sentence."""

    http: int
    code: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Twilio's JSON for it."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.http,
        }


@dataclass(frozen=True)
class Owned:
    """The senders of the account."""

    numbers: frozenset[str]
    whatsapp: frozenset[str]
    services: frozenset[str]


def check_create(said: Mapping[str, str], owned: Owned, opted_out: set[str]) -> None:
    """Raise the TwilioError that this request deserves, if any."""
    _check_to(said.get("To", ""))
    _check_from(said, owned)
    _check_content(said)
    _check_callback(said.get("StatusCallback"))
    if said["To"] in opted_out:
        raise TwilioError(400, 21610, "Attempt to send to unsubscribed recipient")


def _check_to(to: str) -> None:
    if not to:
        raise TwilioError(400, 21604, "A 'To' phone number is required.")
    if not (PHONE.fullmatch(to) or WHATSAPP_ADDRESS.fullmatch(to)):
        raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {to}")


def _check_from(said: Mapping[str, str], owned: Owned) -> None:
    sender, service = said.get("From", ""), said.get("MessagingServiceSid", "")
    if not sender and not service:
        raise TwilioError(400, 21603, "A 'From' phone number is required.")
    if service and service not in owned.services:
        raise TwilioError(400, 21701, "The Messaging Service does not exist")
    if not sender:
        return
    if sender.startswith("whatsapp:") != said["To"].startswith("whatsapp:"):
        raise TwilioError(400, 21910, "Invalid From and To pair. From and To should be of the same channel")
    if sender.startswith("whatsapp:") and sender.removeprefix("whatsapp:") not in owned.whatsapp:
        raise TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address")
    if not sender.startswith("whatsapp:") and sender not in owned.numbers:
        raise TwilioError(400, 21606, "The 'From' phone number is not a valid message-capable number for this account")


def _check_content(said: Mapping[str, str]) -> None:
    body = said.get("Body", "")
    if not (body or said.get("ContentSid") or said.get("MediaUrl")):
        raise TwilioError(400, 21602, "Message body is required.")
    if len(body) > BODY_LIMIT:
        raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit.")


def _check_callback(url: str | None) -> None:
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise TwilioError(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
