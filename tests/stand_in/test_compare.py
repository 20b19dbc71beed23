"""The comparison that says when Twilio publishes something else than what our table has."""

from __future__ import annotations

from typing import Any

from tests.stand_in.compare import differences, missing
from tests.stand_in.published import TEXT, Operation, maybe, one_of, sid

OURS = Operation(
    "POST",
    "/Notes/{Sid}.json",
    {"Sid": sid("NT")},
    201,
    {"said": maybe(TEXT)},
    form={"Body": TEXT, "Kind": one_of("a", "b")},
    required=("Body",),
)


def published(**form: Any) -> dict[str, Any]:
    """A description of one operation, as an OpenAPI file has it."""
    note = {"type": "object", "properties": {"said": {"type": "string", "nullable": True, "description": "words"}}}
    fields = {"Body": {"type": "string"}, "Kind": {"$ref": "#/components/kind"}} | form
    operation = {
        "parameters": [
            {
                "name": "Sid",
                "in": "path",
                "schema": {"type": "string", "minLength": 34, "pattern": sid("NT")["pattern"]},
            }
        ],
        "requestBody": {
            "content": {"application/x-www-form-urlencoded": {"schema": {"properties": fields, "required": ["Body"]}}}
        },
        "responses": {"201": {"content": {"application/json": {"schema": note}}}},
    }
    kinds = {"kind": {"type": "string", "enum": ["b", "a"]}}
    return {"paths": {"/Notes/{Sid}.json": {"post": operation}}, "components": kinds}


def test_the_same_facts_in_other_words_are_no_difference() -> None:
    assert list(differences(published(), [OURS])) == []
    assert list(missing([published()], [OURS])) == []


def test_each_difference_is_a_sentence() -> None:
    said = list(differences(published(Body={"type": "integer"}, Colour={"type": "string"}), [OURS]))
    assert said == [
        "POST /Notes/{Sid}.json, form: Colour is known only to Twilio.",
        "POST /Notes/{Sid}.json, form: Body is {'type': 'integer'}, with us {'type': 'string'}.",
    ]


def test_an_operation_that_is_not_published_is_said() -> None:
    assert list(missing([{"paths": {}}], [OURS])) == ["POST /Notes/{Sid}.json is not published."]
