"""The mapping file of a table: which of its columns is what. A community writes it, in YAML."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from bot.knowledge.content_error import ContentErrors
from bot.knowledge.reading import read_root
from bot.knowledge.record import Record, Topic, at_most, broken, nearest, one_of

# What a column may be: fields of our service, in the words of Open Referral where it has one.
FIELDS = (
    "id", "name", "description", "organisation", "url", "email", "phone", "status", "topic", "who", "reach", "alert",
    "address", "city", "postcode", "latitude", "longitude", "area_served", "cost", "amount", "languages", "interpreter",
    "women_only", "step_free", "family_friendly", "halal", "culture", "faith", "ring_first", "minimum_age",
    "maximum_age", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "opening_times",
    "assured_date",
)  # fmt: skip
DELIMITERS = ("comma", "semicolon", "tab")


def _field(value: object) -> object:
    if value == "asks_immigration_status":
        sentence = (
            "Whether a service asks about immigration status is not taken from a table. Our own people find it out."
        )
        raise broken("not-from-tables", sentence)
    if not isinstance(value, str) or value in FIELDS:
        return value
    near = nearest(value, FIELDS)
    hint = f'Did you mean "{near}"?' if near else f"Use one of: {', '.join(FIELDS)}."
    raise broken("bad-field", f'"{value}" is no field of a service. {hint}', near)


FieldName = Annotated[str, BeforeValidator(_field)]


class Mapping(Record):
    """``columns``: the table's column -> our field. ``topics``: its word for a topic -> ours. ``always``: our field ->
    what it is in every row."""

    columns: Annotated[dict[str, FieldName], Field(min_length=1)]
    topics: dict[str, tuple[Topic, ...]] = Field(default_factory=dict)
    always: dict[FieldName, Annotated[str, at_most(200)]] = Field(default_factory=dict)
    delimiter: Annotated[str, BeforeValidator(one_of(DELIMITERS, "delimiter"))] = "comma"

    sent: ClassVar[tuple[str, ...]] = ()


def read_mapping(text: str | bytes, filename: str) -> Mapping:
    """The mapping of a file. Raises ContentErrors with every problem, its place and mend."""
    return read_root(text, filename, Mapping)


__all__ = ["DELIMITERS", "FIELDS", "ContentErrors", "Mapping", "read_mapping"]
