"""One record of a feed, made one of our services: Open Referral UK v3, HSDS 3 and the Outpost dialect.

(Open Referral UK, "Service" of the v3 data model; HSDS 3.0, object `service`.)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.knowledge.content_error import ContentErrors
from bot.knowledge.feed import facts
from bot.knowledge.feed.contacts import phone_values, read_email, read_phones, read_url
from bot.knowledge.feed.schedules import read_day, read_schedules
from bot.knowledge.feed.sites import location_maps, read_sites
from bot.knowledge.feed.topics import read_topics
from bot.knowledge.feed.words import one_line, plain_text, shortened
from bot.knowledge.schedule import Schedule
from bot.knowledge.services import NATIONAL, Facts, Service, from_document, to_document

IN_USE = frozenset({"", "active", "open", "published", "live", "approved"})
EVERYWHERE = re.compile(
    r"(?:national(?:ly|wide)?|uk[- ]?wide|(?:the )?uk|united kingdom|great britain|(?:all of )?england(?: and wales)?)"
    r"\.?",
    re.IGNORECASE,
)
LONGEST_KEY = 80


class Unreadable(ValueError):
    """A record that cannot be one of our services. The sentence says why, and how its directory can mend it."""


@dataclass(frozen=True)
class Origin:
    """Where a record comes from: the key of its source, and the area of what does not say that it is national."""

    key: str
    area: str
    today: date


@dataclass(frozen=True)
class Read:
    """What was read. ``status`` is "" when the directory offers it, else its own word for why not.

    ``remarks`` are sentences on fields that could not be read: the rest of the record is kept without them.
    """

    record: str
    document: dict[str, Any]
    status: str
    remarks: tuple[str, ...]


def record_id(record: object) -> str:
    """The id a record has in its feed. Raises Unreadable."""
    if not isinstance(record, Mapping):
        raise Unreadable(f"This is no record of a service but {_kind(record)}.")
    found = one_line(record.get("id"))
    if not found or len(found) > 200:
        raise Unreadable("It has no id, so it could not be known again. Its directory must give it one.")
    return found


def record_name(record: object) -> str:
    """What it is called, to be shown beside an error; "" when it has no name."""
    return one_line(record.get("name"))[:120] if isinstance(record, Mapping) else ""


def read_service(record: Mapping[str, object], origin: Origin, given: Mapping[str, object] | None = None) -> Read:
    """Our service for a record. ``given`` are facts that are told outright (a table's columns), by their names.

    Raises Unreadable with a sentence.
    """
    remarks: list[str] = []
    reader = _Reader(record, origin, remarks.append)
    found = record_id(record)
    try:
        made = reader.service(service_key(origin.key, found))
        document = to_document(from_document(_with(to_document(made), given or {})))
    except ContentErrors as bad:
        raise Unreadable(" ".join(error.sentence for error in bad.errors)) from None
    return Read(found, document, reader.status(), tuple(dict.fromkeys(remarks)))


def service_key(source: str, record: str) -> str:
    """The key of a record's service: always the same one, and no other record's."""
    slug = "-".join(re.findall(r"[a-z0-9]+", record.lower()))
    key = f"{source}-{slug}"
    if slug != record or len(key) > LONGEST_KEY:
        mark = hashlib.sha256(record.encode()).hexdigest()[:10]
        key = f"{key[: LONGEST_KEY - 11].rstrip('-')}-{mark}"
    return key


class _Reader:
    """Reads the fields of one record."""

    def __init__(self, record: Mapping[str, object], origin: Origin, remark: facts.Remark) -> None:
        self.record, self.origin, self.remark = record, origin, remark
        self.words = plain_text(record.get("description"))
        self.terms = [term for term in self._terms() if term]
        self.text = "\n".join((self.words, *self.terms, self._word("eligibility_description"), self._accessibility()))

    def service(self, key: str) -> Service:
        """The service, not yet checked."""
        name = self._word("name")
        if not name:
            raise Unreadable("It has no name. Its directory must give it one.")
        sites, phones = read_sites(self.record, self.remark), read_phones(phone_values(self.record))
        site = sites[0] if sites else None
        cost, cost_note, amount = self._cost()
        youngest, oldest = self._ages()
        schedules = self._schedules()
        return Service(
            key=key,
            name=shortened(name, 80),
            topics=read_topics((name, *self.terms), self.words),
            area=self._area(),
            summary=shortened(self.words, 120),
            cost=cost,
            cost_note=cost_note,
            who=shortened(self._word("eligibility_description") or self._word("who"), 80),
            hours="unknown",
            hours_note=shortened(self._hours_in_words(schedules), 120),
            languages=self._languages(),
            interpreter=facts.interpreter(self._word("interpretation_services"), self.words),
            reach=shortened(self._word("application_process") or self._word("reach"), 100),
            phone=phones[0].number if phones else "",
            text="",
            url=self._url(),
            email=read_email([self.record.get("email"), *self._of_contacts("email"), self._organisation("email")]),
            address=site.address if site else "",
            postcode=site.postcode if site else "",
            facts=self._facts(),
            source="",
            verified=None,
            organisation=shortened(self._organisation("name"), 120),
            details=shortened(self.words, 1500) if len(self.words) > 120 else "",
            cost_amount=amount,
            minimum_age=youngest,
            maximum_age=oldest,
            area_served=shortened(", ".join(self._areas()), 200),
            schedules=schedules or (site.schedules if site and len(sites) == 1 else ()),
            phones=phones if len(phones) > 1 or any(one.label for one in phones) else (),
            sites=sites if len(sites) > 1 else (),
            point=site.point if site else None,
            assured=self._day("assured_date"),
            alert=shortened(self._word("alert"), 160),
        )

    def status(self) -> str:
        """ "" when the directory offers it now, else why it does not."""
        said = self._word("status").lower()
        if said not in IN_USE:
            return said[:24]
        begins, ends = self._day("visible_from"), self._day("visible_to")
        if begins and begins > self.origin.today:
            return "scheduled"
        return "expired" if ends and ends < self.origin.today else ""

    def _word(self, name: str) -> str:
        return one_line(self.record.get(name))

    def _day(self, name: str) -> date | None:
        return read_day(self.record.get(name), self.remark, name)

    def _facts(self) -> Facts:
        text = self.text
        return Facts(
            women_only=facts.women_only(f"{self._word('name')}\n{text}"),
            step_free=facts.step_free(text),
            family_friendly=facts.family_friendly(text),
            faith=facts.read_faith([*self.terms, self._organisation("name"), self._word("name")], self.words),
            halal=facts.halal(text),
            culture=facts.read_culture(self.words),
            ring_first=facts.ring_first(
                "\n".join((self.words, self._word("application_process"), self._word("alert")))
            ),
        )

    def _cost(self) -> tuple[str, str, Any]:
        words = self._word("fees_description") or self._word("fees")
        free = self.record.get("free")
        options = _maps(self.record.get("cost_options"))
        return facts.read_cost(
            options, words, free=free if isinstance(free, bool) else None, today=self.origin.today, remark=self.remark
        )

    def _ages(self) -> tuple[int | None, int | None]:
        youngest, oldest = (
            facts.read_age(self.record.get(f"{name}imum_age", self.record.get(f"{name}_age")), self.remark)
            for name in ("min", "max")
        )
        if oldest == 0 and youngest != 0:
            oldest = None
        if youngest is not None and oldest is not None and youngest > oldest:
            self.remark(f"Its ages are from {youngest} to {oldest}, the wrong way round: neither is kept.")
            return None, None
        return youngest, oldest

    def _languages(self) -> tuple[str, ...]:
        told = [
            one.get("name") or one.get("language") or one.get("code") for one in _maps(self.record.get("languages"))
        ]
        return facts.read_languages(told, self.remark)

    def _areas(self) -> list[str]:
        words = [
            one_line(one.get("name") or one.get("service_area") or one.get("description"))
            for one in _maps(self.record.get("service_areas"))
        ]
        return [word for word in dict.fromkeys(words) if word]

    def _area(self) -> str:
        return NATIONAL if any(EVERYWHERE.fullmatch(one) for one in self._areas()) else self.origin.area

    def _url(self) -> str:
        said = self._word("url")
        found = read_url(said) or read_url(self._organisation("website") or self._organisation("url"))
        if said and not read_url(said):
            self.remark(f'"{said[:60]}" is no web address.')
        return found

    def _schedules(self) -> tuple[Schedule, ...]:
        told = self.record.get("schedules") or self.record.get("regular_schedules")
        return read_schedules(told, self.remark) if isinstance(told, list) else ()

    def _hours_in_words(self, schedules: tuple[Schedule, ...]) -> str:
        """What is said of the rules that have not ended."""
        now = [one for one in schedules if not (one.valid_to and one.valid_to < self.origin.today)]
        return " ".join(dict.fromkeys(one.description for one in now if one.description))

    def _organisation(self, name: str) -> str:
        found = self.record.get("organization") or self.record.get("organisation")
        found = found[0] if isinstance(found, list) and found else found
        return one_line(found.get(name)) if isinstance(found, Mapping) else ""

    def _of_contacts(self, name: str) -> Iterator[object]:
        return (one.get(name) for one in _maps(self.record.get("contacts")) if one.get("visible") is not False)

    def _accessibility(self) -> str:
        told = [
            f"{one_line(one.get('description') or one.get('accessibility') or one.get('name'))}. "
            for location in location_maps(self.record)
            for name in ("accessibility", "accessibilities")
            for one in _maps(location.get(name))
        ]
        return "\n".join(told)

    def _terms(self) -> Iterator[str]:
        for one in _maps(self.record.get("attributes")):
            term = one.get("taxonomy_term")
            yield one_line(term.get("name") or term.get("term")) if isinstance(term, Mapping) else ""
        for name in ("taxonomies", "suitabilities", "service_taxonomys"):
            for one in _maps(self.record.get(name)):
                yield one_line(one.get("name"))


def _with(document: dict[str, Any], given: Mapping[str, object]) -> dict[str, Any]:
    """The document with the facts that were told outright in place of what was read from its words."""
    known = {name: value for name, value in given.items() if name not in Facts.__dataclass_fields__}
    outright = {name: value for name, value in given.items() if name in Facts.__dataclass_fields__}
    together = {**document.get("facts", {}), **outright}
    return {**document, **known, **({"facts": together} if together else {})}


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping))


def _kind(value: object) -> str:
    kinds = {str: "a text", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "nothing")
