"""Answers and services as texts for a person: short, in her language, and never more certain than we are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from babel.units import format_unit
from msgspec import Struct

from bot.knowledge.answers import Answer
from bot.knowledge.bidi import isolate, isolated
from bot.knowledge.directory import Translate
from bot.knowledge.facts import known_facts, unknown_facts
from bot.knowledge.fresh import Freshness, freshness, review_day
from bot.knowledge.near import Found
from bot.knowledge.pieces import FIRST, Line, in_pieces, measured_line, packed, prose
from bot.knowledge.places import Place
from bot.knowledge.postcode import district_of
from bot.knowledge.services import Service
from bot.knowledge.wording import filled, sms_spaces
from bot.knowledge.wording import listed as listed
from bot.knowledge.wording import locale_of as locale_of
from bot.knowledge.wording import opening_times as opening_times
from bot.knowledge.wording import written_day as written_day
from bot.language.names import LANGUAGES

FREE = "Free"
LOW_COST = "Low cost"
COST_VARIES = "The cost varies."
COST_UNKNOWN = "Cost: not known."
FOR = "For: {who}"
OPEN = "Open: {times}"
ANY_TIME = "any time"
HOURS_UNKNOWN = "Opening times: not known. Please ask."
WHERE = "Where: {address}"
PHONE = "Phone: {phone}"
TEXT = "Text: {number}"
ASSURED = "Its directory last checked this: {date}. Please ring first."
ASSURED_NO_PHONE = "Its directory last checked this: {date}."
CHECKED = "We last checked this: {date}."
MAY_BE_OLD = "It may have changed since."
NOT_CHECKED = "Nobody has checked this yet. Please ring first."
NOT_CHECKED_NO_PHONE = "Nobody has checked this yet. It may have changed."
TO_SAY = "You can say or show this:"
IT_MEANS = "It means:"
FROM = "From: {source}."
ABOUT = "about {distance}"
UNDER = "under {distance}"
FROM_HERE = "Measured from where you are."
FROM_POSTCODE = "Measured from your postcode."
FROM_MIDDLE = "Measured from the middle of {place}."
COST_FROM = "From {price}"
ALSO_AT = "Also at: {address}"
RING_FIRST = "Ring or book before you go."
I_SPEAK = "Hello. I speak {own_language}. Please can I have an interpreter?"

# A rough distance is said in whole miles from here on; what is nearer is "under 1 mile".
LESS_THAN = 0.75

_SERVICE = "On a card about one service, sent by SMS. Keep it short."
PHRASES: dict[str, str] = {
    FREE: "What a service costs: nothing. One word, after its name in a list and on its card.",
    LOW_COST: "What a service costs: a little. After its name in a list and on its card.",
    COST_VARIES: f"{_SERVICE} The price is not the same for all.",
    COST_UNKNOWN: f"{_SERVICE} Nobody has told us what it costs.",
    FOR: f"{_SERVICE} {{who}} says who may come.",
    OPEN: f"{_SERVICE} {{times}} becomes days and times, or the words for 'any time'.",
    ANY_TIME: f"{_SERVICE} Day and night. It comes after 'Open:'.",
    HOURS_UNKNOWN: f"{_SERVICE} Nobody has told us when it is open.",
    WHERE: f"{_SERVICE} {{address}} becomes street, town and postcode.",
    PHONE: f"{_SERVICE} {{phone}} becomes the number.",
    TEXT: f"{_SERVICE} {{number}} becomes the number that one can send a text message to.",
    ASSURED: f"{_SERVICE} {{date}} becomes a day. The people who gave us the entry checked it, we did not.",
    ASSURED_NO_PHONE: f"{_SERVICE} The same, of a service that has no phone number.",
    CHECKED: f"{_SERVICE} {{date}} becomes a day, like 9 May 2026.",
    MAY_BE_OLD: "After 'We last checked this', when that is long ago. The entry may be wrong by now.",
    NOT_CHECKED: f"{_SERVICE} The entry may be wrong.",
    NOT_CHECKED_NO_PHONE: f"{_SERVICE} The entry may be wrong, and there is no phone number.",
    TO_SAY: "Above a sentence in English that a person can say or show at a counter.",
    IT_MEANS: "Above the same sentence in her own language.",
    FROM: "Last line of an answer. {source} becomes the organisation it comes from.",
    ABOUT: "How far a service is, when it is not known exactly. {distance} becomes miles, like '2 miles'.",
    UNDER: "How far a service is, when it is near but not known exactly. {distance} becomes '1 mile'.",
    FROM_HERE: "Above a list of services: the miles to them begin at the location that her phone sent.",
    FROM_POSTCODE: "Above a list of services: the miles to them begin at the postcode that she sent.",
    FROM_MIDDLE: "Above a list of services: where the miles begin. {place} becomes a town, or a part of a postcode.",
    COST_FROM: f"{_SERVICE} {{price}} becomes the least that anybody pays, like 5 pounds.",
    ALSO_AT: f"{_SERVICE} {{address}} becomes a second place where it is.",
    RING_FIRST: f"{_SERVICE} One must ring, or book, before going there.",
    I_SPEAK: "What she says in English at a counter, in her own language. {own_language} becomes her language.",
}

TOLD_WHOLE = frozenset({"safety", "mind"})  # a number that saves a life is not kept back for MORE
OTHER_SITES = 3  # more addresses than these do not help in a text
COST_WORDS = {"free": FREE, "low": LOW_COST}


class Wording(Struct, frozen=True):
    """What a list says of a service in a language, wherever she is: its name, what goes between that and how far it is,
    what comes after, and its town."""

    name: str
    comma: str
    after: str
    town: str

    def line(self, near: str) -> str:
        """The whole line. ``near`` is how far it is, or where, in words; or ""."""
        return f"{self.name}{self.comma}{near}{self.after}" if near else f"{self.name}{self.after}"


def wording(service: Service, language: str, translate: Translate, opening: str) -> Wording:
    """What a list says of a service wherever she is. ``opening`` says, in her language, whether it is open."""
    cost = translate(COST_WORDS[service.cost], language) if service.cost in COST_WORDS else ""
    after = listed(["", *[part for part in (cost, opening) if part]], language)
    return Wording(isolate(service.name, language), listed(["", ""], language), after, town_in(service, language))


def service_line(found: Found, language: str, translate: Translate, *, opening: str = "", where: bool = False) -> str:
    """One line of a list: the name, how far it is, that it is free or cheap, and ``opening``: whether it is open.
    ``where``: the town of a service whose distance is not known, unless its name has it."""
    told = wording(found.service, language, translate, opening)
    return told.line(how_far(found, language, translate) or (told.town if where else ""))


def town_in(service: Service, language: str) -> str:
    """``town_of``, in a text of this language."""
    return isolate(town_of(service), language)


def town_of(service: Service) -> str:
    """The last part of its address that is no postcode, or its postcode's first half; "" when its name says it."""
    town = service.address.rpartition(",")[2].strip()
    if not town or any(map(str.isdigit, town)):
        town = district_of(service.postcode)
    return "" if town.casefold() in service.name.casefold() else town


class Card(Struct, frozen=True):
    """What a card says in a language whoever reads it: the lines before the address; the address, to which the miles
    are added; the lines after it; and the last one, until the check is too old (``due``) and from then on."""

    facts: tuple[Line, ...]
    address: str
    others: tuple[Line, ...]
    checked: Line
    over: Line
    due: date | None


def card(service: Service, language: str, translate: Translate, opening: str) -> Card:
    """All that a card says of a service whoever reads it. ``opening`` says, in her language, whether it is open now."""
    facts = (*_facts(service, language, translate), (opening, 5))
    due = review_day(service.verified, None)
    checked = _checked(service, language, translate)
    over = _age(service.verified, language, translate) if due else ""
    return Card(
        tuple([_ready(text, rank, language) for text, rank in facts if text]),
        _address(service, language, translate),
        tuple([_ready(text, rank, language) for text, rank in _others(service, language, translate) if text]),
        _ready(checked, None if service.verified else 7, language),
        _ready(over, None, language),
        due,
    )


def service_pieces(
    found: Found, language: str, translate: Translate, opening: str = "", *, today: date | None = None,
    first_hint: str = "", hint: str = "",
) -> list[str]:  # fmt: skip
    """What a person needs to get there and in: the heart of it first, the rest a message at a time, with MORE.

    What is not known is said. ``opening`` says, in her language, whether it is open now; ``today`` tells whether the
    last check is too long ago. Room is kept for ``first_hint`` and ``hint``, which will stand under the first message
    and under the others.
    """
    told = card(found.service, language, translate, opening)
    return in_pieces(card_lines(told, found, language, translate, today), first_hint, hint)


def card_lines(told: Card, found: Found, language: str, translate: Translate, today: date | None) -> Iterator[Line]:
    """The lines of a card for somebody who is so far away, today, in the order of reading; some may be empty."""
    yield from told.facts
    miles = f" ({how_far(found, language, translate)})" if told.address and found.miles is not None else ""
    yield _ready(f"{told.address}{miles}", 8, language)
    yield from told.others
    yield told.over if told.due and today and told.due <= today else told.checked


def _ready(text: str, rank: int | None, language: str) -> Line:
    return measured_line(isolated(sms_spaces(text), language), rank)


def _facts(service: Service, language: str, translate: Translate) -> Iterator[tuple[str, int | None]]:
    """What comes before whether it is open, in the order of reading: name, cost, for whom, facts, hours."""
    yield isolate(service.name, language), 0
    yield isolate(service.alert, language), 1
    yield _content(service.summary, language, translate), 4
    yield _cost(service, language, translate), 3
    if service.who:
        yield filled(FOR, language, translate, who=_content(service.who, language, translate)), None
    for text in (*known_facts(service, language, translate), *unknown_facts(service, language, translate)):
        yield text, None
    yield _hours(service, language, translate), 6


def _others(service: Service, language: str, translate: Translate) -> Iterator[tuple[str, int | None]]:
    """What comes after the address: the other places, how to get in, what to say at the counter."""
    for number, text in enumerate(_other_places(service, language, translate)):
        yield text, None if number or _joined(service.address, service.postcode) else 8
    yield _content(service.reach, language, translate), None
    yield translate(RING_FIRST, language) if service.facts.ring_first else "", None
    for number, text in enumerate(_contacts(service, language, translate)):
        yield text, None if number else 2
    for text in _service_words(service, language, translate):
        yield text, None


def answer_title(answer: Answer, language: str, translate: Translate) -> str:
    """The answer's title, for a numbered list."""
    return isolated(_answer_text(answer.title, language, translate), language)


def answer_pieces(
    answer: Answer, language: str, translate: Translate, *, today: date | None = None, first_hint: str = "",
    hint: str = "",
) -> list[str]:  # fmt: skip
    """The answer in brief, with a word about its age when its day of review has come; with MORE, a message at a time,
    the longer answer and the words for the counter.

    The words for the counter stay in the language they were written in, because the clerk must understand them; what
    they mean stands below them. The last line says who says so. An answer to somebody who may be in danger is told
    whole. ``first_hint`` and ``hint`` as with a service.
    """
    short = isolated(_answer_text(answer.short, language, translate), language)
    old = today is not None and freshness(answer.verified, answer.review_by, today) is Freshness.OVER
    age = _age(answer.verified, language, translate) if old else ""
    hints = "\n".join(text for text in (age, first_hint) if text)
    first = short if answer.topic in TOLD_WHOLE else next(iter(prose(short, hints, FIRST)), "")
    detail = isolated(_answer_text(answer.detail, language, translate), language)
    rest = " ".join(text for text in (short[len(first) :].strip(), detail) if text)
    words = (*_counter_words(answer.say, "answers", language, translate), _source(answer, language, translate))
    closing = [isolated(text, language) for text in words if text]
    said = "\n".join(text for text in (first, age) if text)
    return [sms_spaces(piece) for piece in (said, *prose(rest, hint), *packed(closing, hint))]


def how_far(found: Found, language: str, translate: Translate) -> str:
    """The miles to a found service, said no more exactly than they are known; "" when they are not."""
    if found.miles is None:
        return ""
    if not found.rough:
        return distance(found.miles, language)
    whole = max(1, round(found.miles))
    about = ABOUT if found.miles >= LESS_THAN else UNDER
    return filled(about, language, translate, distance=_in_miles(whole, language))


def measured(place: Place, language: str, translate: Translate) -> str:
    """From where the miles to what was found are measured, as she should know how exact they are."""
    if not place.is_rough:
        return translate(FROM_HERE if place.exactness == "here" else FROM_POSTCODE, language)
    return filled(FROM_MIDDLE, language, translate, place=isolate(place.name, language))


def distance(miles: float, language: str) -> str:
    """Miles in words, to a tenth below ten: "0.4 miles", "11 miles". It is a straight line, so no more exact."""
    return _in_miles(max(0.1, round(miles, 1)) if miles < 9.95 else round(miles), language)


@lru_cache(maxsize=4096)  # Babel takes 30 microseconds, for each line of a list
def _in_miles(rounded: float, language: str) -> str:
    # CLDR's long form is missing for Urdu and Bangla, and Babel does not look further: "0.4 mile".
    length: Literal["long", "short"] = "long" if language == "en" else "short"
    return sms_spaces(format_unit(rounded, "mile", length, format="0.#", locale=locale_of(language)))


def _cost(service: Service, language: str, translate: Translate) -> str:
    note = _content(service.cost_note, language, translate)
    if service.cost in COST_WORDS:
        word = translate(COST_WORDS[service.cost], language)
    elif service.cost_amount and not note:
        word = filled(COST_FROM, language, translate, price=f"£{service.cost_amount.normalize():f}")
    elif service.cost == "varies":
        word = "" if note else translate(COST_VARIES, language)
    else:
        word = "" if note else translate(COST_UNKNOWN, language)
    return "\n".join(part for part in (word, note) if part)


def _hours(service: Service, language: str, translate: Translate) -> str:
    note = _content(service.hours_note, language, translate)
    if service.hours == "unknown":  # a directory's timetable is told with what it means now
        return note or ("" if service.schedules else translate(HOURS_UNKNOWN, language))
    times = translate(ANY_TIME, language) if isinstance(service.hours, str) else opening_times(service.hours, language)
    line = filled(OPEN, language, translate, times=times)
    return f"{line}\n{note}" if note else line


def _address(service: Service, language: str, translate: Translate) -> str:
    address = _joined(service.address, service.postcode)
    return filled(WHERE, language, translate, address=isolate(address, language)) if address else ""


def _other_places(service: Service, language: str, translate: Translate) -> Iterator[str]:
    address = _joined(service.address, service.postcode)
    for site in service.sites[1 : 1 + OTHER_SITES]:
        other = _joined(site.address, site.postcode)
        if other and other != address:
            yield filled(ALSO_AT, language, translate, address=isolate(other, language))


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _contacts(service: Service, language: str, translate: Translate) -> Iterator[str]:
    """Every way to reach it, the quickest first."""
    if service.phone:
        yield filled(PHONE, language, translate, phone=isolate(service.phone, language))
    for other in service.phones:
        if other.number != service.phone:
            label = f" ({isolate(other.label, language)})" if other.label else ""
            yield filled(PHONE, language, translate, phone=f"{isolate(other.number, language)}{label}")
    if service.text:
        yield filled(TEXT, language, translate, number=isolate(service.text, language))
    if service.email:
        yield isolate(service.email, language)
    if service.url:
        yield isolate(service.url.split("://", 1)[1].rstrip("/"), language)


def _age(verified: date | None, language: str, translate: Translate) -> str:
    """That a check is long ago, or that there was none."""
    if verified is None:
        return translate(NOT_CHECKED_NO_PHONE, language)
    checked = filled(CHECKED, language, translate, date=written_day(verified, language))
    return f"{checked} {translate(MAY_BE_OLD, language)}"


def _checked(service: Service, language: str, translate: Translate) -> str:
    if service.verified:
        return filled(CHECKED, language, translate, date=written_day(service.verified, language))
    if service.assured:
        msgid = ASSURED if service.phone else ASSURED_NO_PHONE
        return filled(msgid, language, translate, date=written_day(service.assured, language))
    return translate(NOT_CHECKED if service.phone else NOT_CHECKED_NO_PHONE, language)


def _source(answer: Answer, language: str, translate: Translate) -> str:
    if not answer.source_name:
        return ""
    line = filled(FROM, language, translate, source=isolate(answer.source_name, language))
    if not answer.verified:
        return line
    return f"{line} {filled(CHECKED, language, translate, date=written_day(answer.verified, language))}"


def _counter_words(say: str, domain: str, language: str, translate: Translate) -> Iterator[str]:
    if not say:
        return
    yield _quoted(say, language, translate)
    meaning = translate(say, language, domain=domain)
    if meaning != say:
        yield f"{translate(IT_MEANS, language)} {meaning}"


def _service_words(service: Service, language: str, translate: Translate) -> Iterator[str]:
    """What to say there: the service's own words, and for who speaks another language how to ask for an interpreter."""
    yield from _counter_words(service.say, "services", language, translate)
    if language == "en" or language in service.languages or service.interpreter is False:
        return
    asked = I_SPEAK.replace("{own_language}", LANGUAGES[language].english_name)
    yield _quoted(asked, language, translate)
    meaning = filled(I_SPEAK, language, translate, own_language=LANGUAGES[language].own_name)
    yield f"{translate(IT_MEANS, language)} {meaning}"


def _quoted(words: str, language: str, translate: Translate) -> str:
    quoted = f'"{words}"'
    return f"{translate(TO_SAY, language)}\n{isolate(quoted, language)}"


def _content(text: str, language: str, translate: Translate) -> str:
    return translate(text, language, domain="services") if text else ""


def _answer_text(text: str, language: str, translate: Translate) -> str:
    return translate(text, language, domain="answers") if text else ""
