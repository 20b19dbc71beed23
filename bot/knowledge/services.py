"""Services: who helps, where, for whom, at what cost, and how to get in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

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
    Links,
    Phone,
    Record,
    Topic,
    Url,
    Yes,
    at_most,
    broken,
    matching,
    nearest,
    whole_postcode,
)
from bot.knowledge.schedule import Schedule

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Opening:
    """Open on these days (mon to sun) from ``opens`` to ``closes`` ("09:30"), local time."""

    days: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a person can use it. None and "" mean that nobody has said.

    ``culture`` says in words what food or care of a culture there is. Whether they ask about immigration status no
    directory tells: only our own people can find that out, so it is never taken from one.
    """

    women_only: bool | None = None
    step_free: bool | None = None
    family_friendly: bool | None = None
    faith: str = ""
    halal: bool | None = None
    asks_immigration_status: bool | None = None
    culture: str = ""
    ring_first: bool | None = None


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A number in digits and spaces, and what it is for ("Youth team"), or ""."""

    number: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One of the places where it is. ``point`` is latitude and longitude in degrees (WGS84), when its directory tells.

    ``schedules`` are when it is open there, when that is told for each place.
    """

    address: str = ""
    postcode: str = ""
    point: tuple[float, float] | None = None
    schedules: tuple[Schedule, ...] = ()


Hours = Literal["always", "unknown"] | tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service. ``area`` is "national" or an area's id. Empty texts and lists, and None, are unknown.

    Ages are in whole years, ``cost_amount`` in pounds, the least that anybody pays. ``verified`` is when one of our own
    people checked it, ``assured`` when its directory says that somebody did. ``phone``, ``address``, ``postcode`` and
    ``point`` are those of the first of ``phones`` and ``sites``. ``hours`` comes from our own files, ``schedules`` from
    a directory. ``say`` is what to say at the counter; ``audio`` and ``easy_read`` are links, by language.
    """

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
    organisation: str = ""
    details: str = ""
    cost_amount: Decimal | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    area_served: str = ""
    schedules: tuple[Schedule, ...] = ()
    phones: tuple[PhoneLine, ...] = ()
    sites: tuple[Site, ...] = ()
    point: tuple[float, float] | None = None
    assured: date | None = None
    alert: str = ""
    say: str = ""
    audio: Mapping[str, str] = field(default_factory=dict)
    easy_read: Mapping[str, str] = field(default_factory=dict)

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
    culture: Annotated[str, at_most(80)] = ""
    ring_first: Yes | None = None


Calendar = Annotated[
    str, BeforeValidator(matching(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)", "bad-day", "is no weekday."))
]
Point = Annotated[
    tuple[float, float], BeforeValidator(lambda value: tuple(value) if isinstance(value, (list, tuple)) else value)
]
Age = Annotated[int, Field(ge=0, le=120)]


class ScheduleRecord(Record):
    """One rule of opening, in the terms of HSDS."""

    valid_from: Date | None = None
    valid_to: Date | None = None
    dtstart: Date | None = None
    freq: Literal["", "WEEKLY", "MONTHLY"] = ""
    interval: Annotated[int, Field(ge=1, le=52)] = 1
    byday: tuple[Calendar, ...] = ()
    bymonthday: tuple[Annotated[int, Field(ge=-31, le=31)], ...] = ()
    opens: Clock = ""
    closes: Clock = ""
    description: Annotated[str, at_most(200)] = ""


class PhoneRecord(Record):
    """One number, and what it is for."""

    number: Phone
    label: Annotated[str, at_most(40)] = ""


class SiteRecord(Record):
    """One place where it is."""

    address: Annotated[str, at_most(120)] = ""
    postcode: Annotated[str, BeforeValidator(whole_postcode)] = ""
    point: Point | None = None
    schedules: tuple[ScheduleRecord, ...] = ()


def _hours(value: object, read: ValidatorFunctionWrapHandler) -> object:
    if not isinstance(value, str):
        return read(value)
    if value in {"always", "unknown"}:
        return value
    near = nearest(value, ("always", "unknown"))
    example = '- {days: [mon, wed], opens: "10:00", closes: "12:00"}'
    raise broken("bad-hours", f'"{value}" is no opening time. Write always, unknown, or a list: {example}', near)


class ServiceRecord(Record):
    """The document kept in the database. What a directory does not tell is left out of it."""

    id: Identifier
    name: Annotated[str, at_most(80)]
    topics: tuple[Topic, ...] = ()
    area: Identifier
    summary: Annotated[str, at_most(120)] = ""
    cost: Cost = "unknown"
    cost_note: Annotated[str, at_most(120)] = ""
    who: Annotated[str, at_most(80)] = ""
    # Also the words "always" and "unknown". A union type would put its branches into the path of every error.
    hours: Annotated[tuple[OpeningRecord, ...], Field(min_length=1), WrapValidator(_hours)] = "unknown"  # type: ignore[assignment]
    hours_note: Annotated[str, at_most(120)] = ""
    languages: tuple[LanguageCode, ...] = ()
    interpreter: Yes | None = None
    reach: Annotated[str, at_most(100)] = ""
    phone: Phone = ""
    text: Phone = ""
    url: Url = ""
    email: Email = ""
    address: Annotated[str, at_most(120)] = ""
    postcode: Annotated[str, BeforeValidator(whole_postcode)] = ""
    facts: FactsRecord = FactsRecord()
    source: Url = ""
    verified: Date | None = None
    organisation: Annotated[str, at_most(120)] = ""
    details: Annotated[str, at_most(1500)] = ""
    cost_amount: Annotated[Decimal, Field(ge=0, le=100_000)] | None = None
    minimum_age: Age | None = None
    maximum_age: Age | None = None
    area_served: Annotated[str, at_most(200)] = ""
    schedules: tuple[ScheduleRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    sites: tuple[SiteRecord, ...] = ()
    point: Point | None = None
    assured: Date | None = None
    alert: Annotated[str, at_most(160)] = ""
    say: Annotated[str, at_most(200)] = ""
    audio: Links = Field(default={})
    easy_read: Links = Field(default={})

    sent: ClassVar[tuple[str, ...]] = ("summary", "cost_note", "who", "hours_note", "reach", "say")
    groups: ClassVar[dict[str, type[Record]]] = {
        "hours": OpeningRecord, "facts": FactsRecord, "schedules": ScheduleRecord, "phones": PhoneRecord,
        "sites": SiteRecord,
    }  # fmt: skip

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
        known: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        known |= {"key": known.pop("id"), "hours": hours, "facts": Facts(**vars(self.facts))}
        known["schedules"] = _schedules(self.schedules)
        known["phones"] = tuple(PhoneLine(**vars(one)) for one in self.phones)
        known["sites"] = tuple(Site(**{**vars(one), "schedules": _schedules(one.schedules)}) for one in self.sites)
        return Service(**known)


class ServiceFileRecord(ServiceRecord):
    """One entry of flows/services/*.yaml: whoever writes one down knows what it is for."""

    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    summary: Annotated[str, at_most(120)]
    who: Annotated[str, at_most(80)]
    reach: Annotated[str, at_most(100)]
    source: Url


def _schedules(records: tuple[ScheduleRecord, ...]) -> tuple[Schedule, ...]:
    return tuple(Schedule(**vars(one)) for one in records)


def read_services(text: str | bytes, filename: str, taken: Taken | None = None) -> tuple[Service, ...]:
    """The services of one file, in its order. Raises ContentErrors with every problem, its place and mend.

    Give the same ``taken`` to the reading of several files, and an id used in two of them is refused.
    """
    records = read_records(text, filename, "services", ServiceFileRecord, {} if taken is None else taken)
    return tuple(record.service() for record in records)


def to_document(service: Service) -> dict[str, object]:
    """The service as JSON values, under the same names as in the files, with what is not known left out."""
    document = _fields(service)
    document["id"] = document.pop("key")
    if isinstance(service.hours, tuple):
        document["hours"] = [_known(_fields(one)) for one in service.hours]
    document["facts"] = _known(_fields(service.facts))
    document["schedules"] = [_schedule_document(one) for one in service.schedules]
    document["phones"] = [_known(_fields(one)) for one in service.phones]
    document["sites"] = [
        _known({**_fields(one), "schedules": [_schedule_document(each) for each in one.schedules]})
        for one in service.sites
    ]
    return _known(document)


def _fields(one: Any) -> dict[str, Any]:
    """Its fields as they are. ``dataclasses.asdict`` copies all that is in them, too: half of an import's time."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _schedule_document(schedule: Schedule) -> dict[str, Any]:
    return {name: value for name, value in _known(_fields(schedule)).items() if (name, value) != ("interval", 1)}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """What of it is known, as JSON values."""
    return {name: _json_value(value) for name, value in values.items() if value not in (None, "", (), [], {})}


def _json_value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def from_document(document: Mapping[str, object]) -> Service:
    """The service that ``to_document`` wrote, or a form filled in. Raises ContentErrors for broken fields."""
    return check_record(document, ServiceRecord, "service").service()
