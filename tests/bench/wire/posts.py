"""Signed webhooks as bytes, made before the clock starts: the load must cost little beside the servers."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from itertools import islice
from urllib.parse import urlencode

from tests.bench.wire.talks import SENDERS, Text, texts
from tests.stand_in.twilio import ACCOUNT, SERVICE, SMS_FROM, TOKEN, WHATSAPP_FROM

HOST = "bot.test"
PUBLIC_URL = f"http://{HOST}"
INBOUND = f"{PUBLIC_URL}/twilio/inbound"


def form(text: Text, sid: str) -> dict[str, str]:
    """The fields of one message as Twilio sends them."""
    on_whatsapp = text.address.startswith("whatsapp:")
    fields = {
        "ToCountry": "GB",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text.words,
        "FromCountry": "GB",
        "To": f"whatsapp:{WHATSAPP_FROM}" if on_whatsapp else SMS_FROM,
        "MessagingServiceSid": SERVICE,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": text.address,
        "ApiVersion": "2010-04-01",
    }
    return fields | {"ProfileName": "A", "WaId": text.address.partition("+")[2]} if on_whatsapp else fields


def signature(fields: Mapping[str, str]) -> str:
    """HMAC-SHA1 over the address and the sorted pairs (www.twilio.com/docs/usage/security), for fields said once."""
    signed = INBOUND + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()


def post(fields: Mapping[str, str]) -> bytes:
    """The whole request, over a line that stays open."""
    body = urlencode(fields).encode()
    head = (
        f"POST /twilio/inbound HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: TwilioProxy/1.1\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nAccept: */*\r\n"
        f"X-Twilio-Signature: {signature(fields)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _sid(round_number: int, sender: int, number: int) -> str:
    """As spread out as Twilio's, for that is what the index of them has to take."""
    return "SM" + hashlib.sha256(f"{round_number}/{sender}/{number}".encode()).hexdigest()[:32]


def lines(turns: int, people: range, round_number: int) -> list[list[bytes]]:
    """The posts of one round, a list for each sender; no MessageSid comes twice, and no newcomer."""
    each = turns // SENDERS
    made = []
    for sender in range(SENDERS):
        said = islice(texts(sender, people, newcomers_from=round_number * turns), each)
        sids = (_sid(round_number, sender, number) for number in range(each))
        made.append([post(form(text, sid)) for text, sid in zip(said, sids, strict=True)])
    return made
