"""Where our table of Twilio's API differs from the description that Twilio publishes.

``python -m tests.stand_in.compare twilio_api_v2010.json twilio_content_v1.json`` prints one sentence a difference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.stand_in.published import OPERATIONS, Operation, Schema

# What has no bearing on whether a request is right: words, lengths that the pattern says too, hints for code makers.
IDLE = frozenset(
    ["description", "title", "example", "examples", "x-twilio", "minLength", "maxLength", "nullable", "default"]
)
IDLE_FORMATS = frozenset({"int64", "uri-map"})


def differences(description: Mapping[str, Any], operations: Iterable[Operation] = OPERATIONS) -> Iterator[str]:
    """One sentence for each difference, of those operations that this description has."""
    for operation in operations:
        here = description["paths"].get(operation.path, {}).get(operation.method.lower())
        if here is not None:
            yield from _operation(operation, here, description)


def missing(descriptions: Iterable[Mapping[str, Any]], operations: Iterable[Operation] = OPERATIONS) -> Iterator[str]:
    """The operations that none of the descriptions has."""
    known = {(method.upper(), path) for one in descriptions for path in one["paths"] for method in one["paths"][path]}
    for operation in operations:
        if (operation.method, operation.path) not in known:
            yield f"{operation.method} {operation.path} is not published."


def _operation(ours: Operation, here: Mapping[str, Any], description: Mapping[str, Any]) -> Iterator[str]:
    name = f"{ours.method} {ours.path}"
    given = [_followed(one, description) for one in here.get("parameters", [])]
    for place, fields in (("path", ours.placed), ("query", ours.query)):
        theirs = {one["name"]: one["schema"] for one in given if one["in"] == place}
        yield from _fields(f"{name}, {place}", fields, theirs, description)
    carried = here.get("requestBody", {}).get("content", {})
    form = carried.get("application/x-www-form-urlencoded", {}).get("schema", {})
    yield from _fields(f"{name}, form", ours.form, form.get("properties", {}), description)
    if sorted(form.get("required", [])) != sorted(ours.required):
        yield f"{name}, form: required are {form.get('required', [])}, with us {sorted(ours.required)}."
    if ours.json is not None:
        body = carried.get("application/json", {}).get("schema", {})
        yield from _one(f"{name}, body", ours.json, plain(body, description))
    answer = here["responses"].get(str(ours.status), {}).get("content", {}).get("application/json", {}).get("schema")
    if answer is None:
        yield f"{name}: no answer {ours.status} is published."
    else:
        yield from _fields(f"{name}, answer", ours.answer, _followed(answer, description)["properties"], description)


def _fields(
    where: str, ours: Mapping[str, Schema], theirs: Mapping[str, Any], description: Mapping[str, Any]
) -> Iterator[str]:
    for name in sorted(set(ours) ^ set(theirs)):
        yield f"{where}: {name} is known only {'to us' if name in ours else 'to Twilio'}."
    for name in sorted(set(ours) & set(theirs)):
        yield from _one(f"{where}: {name}", ours[name], plain(theirs[name], description))


def _one(where: str, ours: Schema, theirs: Schema) -> Iterator[str]:
    """Where objects name their fields, field by field: of the kinds of content we know only some."""
    if "properties" not in ours or "properties" not in theirs:
        if ours != theirs and not (ours == {"type": "object"} and theirs.get("type") == "object"):
            yield f"{where} is {theirs}, with us {ours}."
        return
    for name, schema in ours["properties"].items():
        if name not in theirs["properties"]:
            yield f"{where}: {name} is known only to us."
        else:
            yield from _one(f"{where}.{name}", schema, theirs["properties"][name])
    for word in ("required", "additionalProperties", "type"):
        if ours.get(word) != theirs.get(word):
            yield f"{where}: {word} is {theirs.get(word)}, with us {ours.get(word)}."


def plain(schema: Any, description: Mapping[str, Any]) -> Any:
    """A schema of theirs in the form of ours: references followed, null as a type, no words."""
    if isinstance(schema, list):
        return [plain(one, description) for one in schema]
    if not isinstance(schema, dict):
        return schema
    schema = _followed(schema, description)
    kept = {name: _inner(name, value, description) for name, value in schema.items() if name not in IDLE}
    if kept.get("format") in IDLE_FORMATS:
        del kept["format"]
    for word in ("enum", "required"):
        if word in kept:
            kept[word] = sorted(kept[word])
    if schema.get("nullable"):
        kept["type"] = [kept["type"], "null"]
    return kept


def _inner(name: str, value: Any, description: Mapping[str, Any]) -> Any:
    if name == "properties":
        return {field: plain(schema, description) for field, schema in value.items()}
    return plain(value, description)


def _followed(schema: Mapping[str, Any], description: Mapping[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if not reference:
        return dict(schema)
    found: Any = description
    for name in str(reference).removeprefix("#/").split("/"):
        found = found[name]
    return _followed(found, description)


def main(files: list[str]) -> int:
    """Print the differences; how many there are."""
    descriptions = [json.loads(Path(file).read_text(encoding="utf-8")) for file in files]
    said = [sentence for one in descriptions for sentence in differences(one)] + list(missing(descriptions))
    print("\n".join(said) or "No difference.")
    return len(said)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
