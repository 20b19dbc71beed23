"""Services: who helps, where, for whom, at what cost, and how to get in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from bot.knowledge.reading import Taken, check_record, read_records
from bot.knowledge.record import (
    Clock,
    Cost,
    Date,
    Day,
    Email,
    Identifier,
    LanguageCode,
    Phone,
    Record,
    Topic,
    Url,
    Yes,
    at_most,
    broken,
    nearest,
    whole_postcode,
)

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on these days (mon to sun) from ``opens`` to ``closes`` ("09:30"), local time."""

    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a person can use it. None and "" mean that nobody has said."""

    women_only: bool | None = None
    step_free: bool | None = None
    family_friendly: bool | None = None
    faith: str = ""
    halal: bool | None = None
    asks_immigration_status: bool | None = None


Hours = Literal["always", "unknown"] | tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service. ``area`` is "national" or an area's id. Empty texts and lists, and None, are unknown."""

    key: str
    name: str
    topics: tuple[str, ...]
    area: str
    summary: str
    cost: str
    cost_note: str
    who: str
    hours: Hours
    hours_note: str
    languages: tuple[str, ...]
    interpreter: bool | None
    reach: str
    phone: str
    text: str
    url: str
    email: str
    address: str
    postcode: str
    facts: Facts
    source: str
    verified: date | None

    @property
    def is_national(self) -> bool:
        """True when it helps people anywhere in the country, so that distance means nothing."""
        return self.area == NATIONAL


class OpeningRecord(Record):
    """One line of opening hours."""

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7)]
    opens: Clock
    closes: Clock

    @model_validator(mode="after")
    def _closes_later(self) -> Self:
        if self.closes <= self.opens:
            sentence = f"It closes at {self.closes}, before it opens at {self.opens}. Mend one of the two."
            raise broken("bad-hours", sentence, at="closes")
        return self


class FactsRecord(Record):
    """The yes-or-no facts of a service."""

    women_only: Yes | None = None
    step_free: Yes | None = None
    family_friendly: Yes | None = None
    faith: Annotated[str, at_most(24)] = ""
    halal: Yes | None = None
    asks_immigration_status: Yes | None = None


def _hours(value: object, read: ValidatorFunctionWrapHandler) -> object:
    if not isinstance(value, str):
        return read(value)
    if value in {"always", "unknown"}:
        return value
    near = nearest(value, ("always", "unknown"))
    example = '- {days: [mon, wed], opens: "10:00", closes: "12:00"}'
    raise broken("bad-hours", f'"{value}" is no opening time. Write always, unknown, or a list: {example}', near)


class ServiceRecord(Record):
    """One entry of flows/services/*.yaml, and the document kept in the database."""

    id: Identifier
    name: Annotated[str, at_most(80)]
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    area: Identifier
    summary: Annotated[str, at_most(120)]
    cost: Cost = "unknown"
    cost_note: Annotated[str, at_most(120)] = ""
    who: Annotated[str, at_most(80)]
    # Also the words "always" and "unknown". A union type would put its branches into the path of every error.
    hours: Annotated[tuple[OpeningRecord, ...], Field(min_length=1), WrapValidator(_hours)] = "unknown"  # type: ignore[assignment]
    hours_note: Annotated[str, at_most(120)] = ""
    languages: tuple[LanguageCode, ...] = ()
    interpreter: Yes | None = None
    reach: Annotated[str, at_most(100)]
    phone: Phone = ""
    text: Phone = ""
    url: Url = ""
    email: Email = ""
    address: Annotated[str, at_most(120)] = ""
    postcode: Annotated[str, BeforeValidator(whole_postcode)] = ""
    facts: FactsRecord = FactsRecord()
    source: Url
    verified: Date | None = None

    sent: ClassVar[tuple[str, ...]] = ("summary", "cost_note", "who", "hours_note", "reach")
    groups: ClassVar[dict[str, type[Record]]] = {"hours": OpeningRecord, "facts": FactsRecord}

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not any((self.phone, self.text, self.url, self.email, self.address)):
            raise broken("no-way-in", "Nobody can reach this service. Add a phone, text, url, email or address.")
        return self

    def service(self) -> Service:
        """The record as the rest of the house uses it."""
        hours: object = self.hours
        if not isinstance(hours, str):
            hours = tuple(Opening(**vars(one)) for one in self.hours)
        known = {name: getattr(self, name) for name in type(self).model_fields}
        known |= {"key": known.pop("id"), "hours": hours, "facts": Facts(**vars(self.facts))}
        return Service(**known)


def read_services(text: str | bytes, filename: str, taken: Taken | None = None) -> tuple[Service, ...]:
    """The services of one file, in its order. Raises ContentErrors with every problem, its place and mend.

    Give the same ``taken`` to the reading of several files, and an id used in two of them is refused.
    """
    records = read_records(text, filename, "services", ServiceRecord, {} if taken is None else taken)
    return tuple(record.service() for record in records)


def to_document(service: Service) -> dict[str, object]:
    """The service as JSON values, under the same names as in the files, with what is not known left out."""
    document = asdict(service)
    document["id"] = document.pop("key")
    document["facts"] = {name: value for name, value in document["facts"].items() if value not in (None, "")}
    if service.verified:
        document["verified"] = service.verified.isoformat()
    return {name: value for name, value in document.items() if value not in (None, "", (), {})}


def from_document(document: Mapping[str, object]) -> Service:
    """The service that ``to_document`` wrote, or a form filled in. Raises ContentErrors for broken fields."""
    return check_record(document, ServiceRecord, "service").service()
