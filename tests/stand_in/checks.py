"""Does a request, or an answer, fit what Twilio publishes? Checked by jsonschema against the table in ``published``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped] # it ships no types

from tests.stand_in.published import NEWER, OPERATIONS, Operation, Schema, Schemas
from tests.stand_in.rules import PHONE, WHATSAPP_ADDRESS, TwilioError

Pairs = list[tuple[str, str]]


def _is_address(said: object) -> bool:
    """A number in E.164 form, or a WhatsApp address."""
    return not isinstance(said, str) or bool(PHONE.fullmatch(said) or WHATSAPP_ADDRESS.fullmatch(said))


def _is_uri(said: object) -> bool:
    """An address with a host; or, as Twilio itself writes its own pages, a path from the root. No underscore in the
    host (Twilio's rule for callbacks)."""
    if not isinstance(said, str) or said.startswith("/"):
        return True
    split = urlsplit(said)
    return split.scheme in {"http", "https"} and bool(split.hostname) and "_" not in str(split.hostname)


def _is_moment(said: object) -> bool:
    """A date, or a moment with its distance from UTC: without one Twilio takes it as UTC, an hour late in summer."""
    if not isinstance(said, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", said):
        return True
    return datetime.fromisoformat(said).tzinfo is not None


def _is_mail_date(said: object) -> bool:
    return not isinstance(said, str) or parsedate_to_datetime(said).tzinfo is not None


def _is_currency(said: object) -> bool:
    return not isinstance(said, str) or bool(re.fullmatch(r"[A-Za-z]{3}", said))


FORMATS = FormatChecker(formats=())
for _name, _fits in {
    "phone-number": _is_address,
    "uri": _is_uri,
    "date-time": _is_moment,
    "date-time-rfc-2822": _is_mail_date,
    "currency": _is_currency,
}.items():
    FORMATS.checks(_name, raises=(ValueError, TypeError))(_fits)


def find(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation that a request asks for, and what its path names. Raises TwilioError."""
    here = [(one, found) for one in OPERATIONS if (found := _pattern(one.path).fullmatch(path))]
    if not here:
        raise TwilioError(404, 20404, f"The requested resource {path} was not found")
    for operation, found in here:
        if operation.method == method:
            placed = {name: unquote(value) for name, value in found.groupdict().items()}
            _fit(f"{method} {path}", operation.placed, placed, tuple(operation.placed))
            return operation, placed
    raise TwilioError(405, 20004, "Method not allowed")


@lru_cache
def _pattern(path: str) -> re.Pattern[str]:
    literal = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/.]+)", literal))


def check_pairs(known: Schemas, required: Iterable[str], pairs: Pairs, where: str) -> None:
    """Refuse a parameter that is not published, comes twice or is not in its published form. Raises TwilioError."""
    check_known(known, (name for name, _ in pairs))
    known = {**known, **NEWER}
    _fit(where, known, {name: _value(known[name], name, pairs) for name, _ in pairs}, tuple(required))


def check_known(known: Schemas, names: Iterable[str]) -> None:
    """Refuse a parameter that is not published: Twilio lets it be, we want to hear of our own slips."""
    unknown = sorted(set(names) - set(known) - (set(NEWER) if "Body" in known else set()))
    if unknown:
        raise TwilioError(400, 20001, f"Unknown parameter: {', '.join(unknown)}")


def check_json(schema: Schema, body: object, where: str) -> None:
    """Refuse a body that does not have its published form, or fields that are not published. Raises TwilioError."""
    _raise_first(_closed(schema), body, where)


def check_answer(operation: Operation, document: object) -> None:
    """Raise AssertionError when we are about to answer what Twilio would not."""
    wanted = {"type": "object", "properties": dict(operation.answer), "required": sorted(operation.answer)}
    said = [error.message for error in _validator(_closed(wanted)).iter_errors(document)]
    assert not said, f"The stand-in's own answer to {operation.method} {operation.path} is not Twilio's: {said}"


def _value(schema: Schema, name: str, pairs: Pairs) -> object:
    """A form has only words: what they say, as the type that they stand for."""
    said = [value for key, value in pairs if key == name]
    if schema["type"] == "array":
        return said
    if len(said) > 1:
        raise TwilioError(400, 20001, f"Parameter {name} is given twice")
    return _typed(str(schema["type"]), said[0])


def _typed(kind: str, said: str) -> object:
    if kind == "boolean":
        return {"true": True, "false": False}.get(said, said)
    if kind == "integer" and re.fullmatch(r"-?\d+", said):
        return int(said)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", said):
        return float(said)
    return said


def _fit(where: str, known: Schemas, said: Mapping[str, object], required: Iterable[str]) -> None:
    wanted = {"type": "object", "properties": dict(known), "required": sorted(required)}
    _raise_first(wanted, said, where)


def _raise_first(schema: Schema, said: object, where: str) -> None:
    wrong = next(iter(_validator(schema).iter_errors(said)), None)
    if wrong:
        raise TwilioError(400, 20001, f"{where}: {wrong.json_path} {wrong.message}")


def _validator(schema: Schema) -> Any:
    return Draft202012Validator(schema, format_checker=FORMATS)


def _closed(schema: Schema) -> Schema:
    """The same, with no field besides those that are published: Twilio lets others be, we refuse our own slips."""
    closed = {name: _closed_inside(name, value) for name, value in schema.items()}
    if "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def _closed_inside(name: str, value: Any) -> Any:
    if name == "properties":
        return {field: _closed(schema) for field, schema in value.items()}
    return _closed(value) if name == "items" else value
