"""What we use of Twilio's API, in our own words: each operation, its parameters, and the shape of what it answers.

The facts are those of Twilio's published description (github.com/twilio/twilio-oai, MIT; twilio_api_v2010.json and
twilio_content_v1.json, as of 14 April 2026, commit d50069b). None of its text is kept here. When Twilio publishes a new
one, ``python -m tests.stand_in.compare FILE...`` says where this differs from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
Schemas = Mapping[str, Schema]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
ANY_OBJECT: Schema = {"type": "object"}
PHONE: Schema = {"type": "string", "format": "phone-number"}
URI: Schema = {"type": "string", "format": "uri"}
WHEN: Schema = {"type": "string", "format": "date-time"}
MAIL_DATE: Schema = {"type": "string", "format": "date-time-rfc-2822"}


def sid(*kinds: str) -> Schema:
    """An id of Twilio's: two letters that say of what, then 32 hexadecimal digits."""
    letters = kinds[0] if len(kinds) == 1 else f"({'|'.join(kinds)})"
    return {"type": "string", "pattern": f"^{letters}[0-9a-fA-F]{{32}}$"}


def one_of(*words: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": sorted(words)}


def maybe(schema: Schema) -> Schema:
    """That, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def strict(required: tuple[str, ...], **fields: Schema) -> Schema:
    """An object with these fields and no others."""
    return {"type": "object", "properties": fields, "required": sorted(required), "additionalProperties": False}


def some(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


ACCOUNT_SID, MESSAGE_SID, SERVICE_SID, CONTENT_SID = sid("AC"), sid("SM", "MM"), sid("MG"), sid("HX")
STATUSES = (
    "accepted", "canceled", "delivered", "failed", "partially_delivered", "queued", "read", "received", "receiving",
    "scheduled", "sending", "sent", "undelivered",
)  # fmt: skip

CREATE: Schemas = {
    "To": PHONE,
    "From": PHONE,
    "FallbackFrom": PHONE,
    "MessagingServiceSid": SERVICE_SID,
    "Body": TEXT,
    "MediaUrl": some(URI),
    "ContentSid": CONTENT_SID,
    "ContentVariables": TEXT,
    "StatusCallback": URI,
    "ApplicationSid": sid("AP"),
    "MaxPrice": {"type": "number"},
    "ProvideFeedback": YES_NO,
    "Attempt": WHOLE,
    "ValidityPeriod": WHOLE,
    "ForceDelivery": YES_NO,
    "ContentRetention": one_of("retain", "discard"),
    "AddressRetention": one_of("retain", "obfuscate"),
    "SmartEncoded": YES_NO,
    "PersistentAction": some(TEXT),
    "TrafficType": one_of("free"),
    "ShortenUrls": YES_NO,
    "ScheduleType": one_of("fixed"),
    "SendAt": WHEN,
    "SendAsMms": YES_NO,
    "RiskCheck": one_of("enable", "disable"),
}
# In Twilio's SDK, but not yet in the description of April 2026.
NEWER: Schemas = {"MessageIntent": TEXT}
PAGES: Schemas = {
    "PageSize": {"type": "integer", "minimum": 1, "maximum": 1000},
    "Page": {"type": "integer", "minimum": 0},
    "PageToken": TEXT,
}
LIST: Schemas = {"To": PHONE, "From": PHONE, "DateSent": WHEN, "DateSent<": WHEN, "DateSent>": WHEN, **PAGES}

MESSAGE: Schemas = {
    "account_sid": maybe(ACCOUNT_SID),
    "api_version": maybe(TEXT),
    "body": maybe(TEXT),
    "date_created": maybe(MAIL_DATE),
    "date_sent": maybe(MAIL_DATE),
    "date_updated": maybe(MAIL_DATE),
    "direction": one_of("inbound", "outbound-api", "outbound-call", "outbound-reply"),
    "error_code": maybe(WHOLE),
    "error_message": maybe(TEXT),
    "from": maybe(PHONE),
    "messaging_service_sid": maybe(SERVICE_SID),
    "num_media": maybe(TEXT),
    "num_segments": maybe(TEXT),
    "price": maybe(TEXT),
    "price_unit": maybe({"type": "string", "format": "currency"}),
    "sid": maybe(MESSAGE_SID),
    "status": one_of(*STATUSES),
    "subresource_uris": maybe(ANY_OBJECT),
    "to": maybe(TEXT),
    "uri": maybe(TEXT),
}
MESSAGES: Schemas = {
    "messages": some({"type": "object", "properties": MESSAGE}),
    "first_page_uri": URI,
    "next_page_uri": maybe(URI),
    "previous_page_uri": maybe(URI),
    "uri": URI,
    "page": WHOLE,
    "page_size": WHOLE,
    "start": WHOLE,
    "end": WHOLE,
}

_ACTION = strict(("title",), type=one_of("QUICK_REPLY"), title=TEXT, id=TEXT)
_ITEM = strict(("id", "item"), id=TEXT, item=TEXT, description=TEXT)
# Of the kinds of content, those that we make.
CONTENT_TYPES: Schemas = {
    "twilio/text": maybe(strict(("body",), body=TEXT)),
    "twilio/quick-reply": maybe(strict(("body", "actions"), body=TEXT, actions=some(_ACTION))),
    "twilio/list-picker": maybe(strict(("body", "button", "items"), body=TEXT, button=TEXT, items=some(_ITEM))),
}
CONTENT_MADE: Schema = {
    "type": "object",
    "properties": {
        "friendly_name": TEXT,
        "language": TEXT,
        "variables": {"type": "object", "additionalProperties": TEXT},
        "types": {"type": "object", "properties": CONTENT_TYPES},
    },
    "required": ["language", "types"],
}
CONTENT: Schemas = {
    "sid": maybe(CONTENT_SID),
    "account_sid": maybe(ACCOUNT_SID),
    "date_created": maybe(WHEN),
    "date_updated": maybe(WHEN),
    "friendly_name": maybe(TEXT),
    "language": maybe(TEXT),
    "variables": maybe(ANY_OBJECT),
    "types": maybe(ANY_OBJECT),
}
APPROVAL_ASKED: Schema = {
    "type": "object",
    "properties": {"name": TEXT, "category": TEXT},
    "required": ["category", "name"],
}
APPROVAL: Schemas = {
    "name": maybe(TEXT),
    "category": maybe(TEXT),
    "content_type": maybe(TEXT),
    "status": maybe(TEXT),
    "rejection_reason": maybe(TEXT),
    "allow_category_change": maybe(YES_NO),
}


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of Twilio. ``form`` or ``json`` is what the request carries; ``answer`` are the
    fields of a good answer, with the HTTP status ``status``."""

    method: str
    path: str
    placed: Schemas
    status: int
    answer: Schemas
    query: Schemas = field(default_factory=dict)
    form: Schemas = field(default_factory=dict)
    required: tuple[str, ...] = ()
    json: Schema | None = None


_ACCOUNT: Schemas = {"AccountSid": ACCOUNT_SID}
_MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages"
CREATE_MESSAGE = Operation("POST", f"{_MESSAGES}.json", _ACCOUNT, 201, MESSAGE, form=CREATE, required=("To",))
LIST_MESSAGES = Operation("GET", f"{_MESSAGES}.json", _ACCOUNT, 200, MESSAGES, query=LIST)
FETCH_MESSAGE = Operation("GET", f"{_MESSAGES}/{{Sid}}.json", {**_ACCOUNT, "Sid": MESSAGE_SID}, 200, MESSAGE)
MAKE_CONTENT = Operation(
    "POST", "/v1/Content", {}, 201, {**CONTENT, "url": maybe(URI), "links": maybe(ANY_OBJECT)}, json=CONTENT_MADE
)
LIST_CONTENT = Operation(
    "GET",
    "/v1/ContentAndApprovals",
    {},
    200,
    {
        "contents": some({"type": "object", "properties": {**CONTENT, "approval_requests": maybe(ANY_OBJECT)}}),
        "meta": ANY_OBJECT,
    },
    query=PAGES,
)
ASK_APPROVAL = Operation(
    "POST",
    "/v1/Content/{ContentSid}/ApprovalRequests/whatsapp",
    {"ContentSid": CONTENT_SID},
    201,
    APPROVAL,
    json=APPROVAL_ASKED,
)
FETCH_APPROVAL = Operation(
    "GET",
    "/v1/Content/{Sid}/ApprovalRequests",
    {"Sid": CONTENT_SID},
    200,
    {"sid": maybe(CONTENT_SID), "account_sid": maybe(ACCOUNT_SID), "whatsapp": maybe(ANY_OBJECT), "url": maybe(URI)},
)
OPERATIONS = (
    CREATE_MESSAGE, LIST_MESSAGES, FETCH_MESSAGE, MAKE_CONTENT, LIST_CONTENT, ASK_APPROVAL, FETCH_APPROVAL,
)  # fmt: skip
