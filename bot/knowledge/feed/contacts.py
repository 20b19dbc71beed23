"""Ways in from a feed: phone numbers with what stands around them, e-mail and web addresses.

The names of contact persons are people's, not the service's: they are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.knowledge.feed.words import one_line
from bot.knowledge.services import PhoneLine

MOST_PHONES = 6
LONGEST_URL, LONGEST_EMAIL, LONGEST_LABEL = 300, 120, 40
MOST_DIGITS, LEAST_DIGITS = 15, 10  # ITU-T E.164; a number of this country with its area code
SHORT = frozenset({"101", "105", "111", "119", "999", "116000", "116006", "116111", "116117", "116123"})
# A run of digits with what people put between them. Letters end it.
_NUMBER = re.compile(r"(?:\+|\(\+?)?\d[\d ().\u2010-\u2015-]*\d")
_EXTENSION = re.compile(r"^[\s\"',(]*(?:ext(?:ension)?|x|option|opt)\.?\s*(\d{1,6})", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:tel(?:ephone)?|phone|call|ring|mobile|number|no)\b[.:]?", re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_WEB = re.compile(r"(https?://)((?:[a-z0-9-]+\.)+[a-z0-9-]{2,}(?::\d{1,5})?(?:[/?#][^\s<>\"']*)?)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", re.IGNORECASE)


def read_phones(values: Iterable[object]) -> tuple[PhoneLine, ...]:
    """Each number once, with the words around it as its label: "Youth MAPS: 0117 922 1111"."""
    found: dict[str, PhoneLine] = {}
    for value in values:
        for line in _lines(one_line(value)):
            found.setdefault(re.sub(r"\D", "", line.number), line)
    return tuple(found.values())[:MOST_PHONES]


def phone_values(record: Mapping[str, object]) -> Iterator[object]:
    """What a record and all in it that can be rung say of phones, the nearest first."""
    yield from _phones_of(record)
    for one in _maps(record.get("contacts")):
        if one.get("visible") is not False:
            yield from _phones_of(one)
    for site in _maps(record.get("service_at_locations")):
        yield from phone_values(site)
        location = site.get("location")
        if isinstance(location, Mapping):
            yield from phone_values(location)
    organisation = record.get("organization") or record.get("organisation")
    if isinstance(organisation, Mapping):
        yield from phone_values(organisation)


def read_email(values: Iterable[object]) -> str:
    """The first e-mail address in them."""
    for value in values:
        found = _EMAIL.search(one_line(value))
        if found and len(found[0]) <= LONGEST_EMAIL:
            return found[0].rstrip(".")
    return ""


def read_url(value: object) -> str:
    """A web address, made whole; "" for what is none, leads anywhere but the web, or has a password in it."""
    text = one_line(value).split(" ")[0]
    if text and "://" not in text and _HOST.match(text):
        text = f"https://{text}"
    found = _WEB.fullmatch(text)
    return f"{found[1].lower()}{found[2]}" if found and len(text) <= LONGEST_URL else ""


def _phones_of(record: Mapping[str, object]) -> Iterator[object]:
    for one in _maps(record.get("phones")):
        extension = one_line(one.get("extension"))
        yield one_line(one.get("number")) + (f" ext {extension}" if extension else "")
    yield record.get("phone")


def _lines(text: str) -> Iterator[PhoneLine]:
    start = 0
    text = _NUMBER.sub(lambda run: _apart(run[0]) if _digits(run[0]) > MOST_DIGITS else run[0], text)
    for found in _NUMBER.finditer(text):
        number = _normal(found[0])
        if not number:
            continue
        extension = _EXTENSION.match(text[found.end() :])
        label = _label(text[start : found.start()])
        if extension:
            label = f"{label} ext. {extension[1]}".strip()
        start = found.end() + (extension.end() if extension else 0)
        yield PhoneLine(number, label[:LONGEST_LABEL].strip())


def _apart(run: str) -> str:
    """Two numbers with nothing but a space between them, with a comma there."""
    said = ""
    whole = 0  # digits since the last comma
    for part in run.split():
        again = part.startswith(("0", "+", "(")) and whole >= LEAST_DIGITS
        said, whole = f"{said}{', ' if again else ' '}{part}", _digits(part) + (0 if again else whole)
    return said


def _digits(run: str) -> int:
    return sum(letter.isdigit() for letter in run)


def _normal(run: str) -> str:
    """The number in digits and spaces; "" for a year, a time, or what is too short or too long to be rung."""
    digits = re.sub(r"\D", "", run)
    spaced = " ".join(re.sub(r"[^\d+]+", " ", run.replace("(0)", "")).split())
    if run.lstrip("( ").startswith("+"):
        spaced = "+" + spaced.replace("+", "").lstrip()
    whole = 9 <= len(digits) <= MOST_DIGITS and (digits[0] == "0" or spaced.startswith("+"))
    short = digits in SHORT or (len(digits) == 8 and digits.startswith(("0800", "0845")))
    return spaced if (short or whole) and len(spaced) <= 24 else ""


def _label(before: str) -> str:
    words = _CALLED.sub(" ", before).strip(" \"'.,:;|/()-&+")
    return "" if words.lower() in {"or", "and", "on", "at"} else " ".join(words.split())


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping))
