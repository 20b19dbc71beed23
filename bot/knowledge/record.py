"""The rules for one field of a content file, each with the sentence that says how to keep it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from math import nan
from typing import Annotated, ClassVar

from babel import Locale
from babel.core import get_global
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError
from rapidfuzz import fuzz, process

from bot.knowledge.postcode import normal_postcode
from bot.knowledge.topics import TOPICS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COSTS = ("free", "low", "varies", "unknown")


class Record(BaseModel):
    """One entry of a content file. A key that is not listed here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    sent: ClassVar[tuple[str, ...]] = ()  # the fields that go out in messages
    groups: ClassVar[dict[str, type[Record]]] = {}  # the fields that are records themselves


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or None when none is close."""
    found = process.extractOne(word.lower().replace("_", " "), known, scorer=fuzz.ratio, score_cutoff=60)
    return str(found[0]) if found else next((one for one in known if word.lower().startswith(one)), None)


def broken(code: str, sentence: str, suggestion: str | None = None, *, at: str = "") -> PydanticCustomError:
    """A broken rule, carried through pydantic with the sentence people will read.

    ``at`` is the field to show it at, when a whole record was looked at.
    """
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence, "suggestion": suggestion, "at": at})


def one_of(known: Sequence[str], kind: str) -> Callable[[object], object]:
    """A check that the text is one of the ``known`` words."""

    def check(value: object) -> object:
        if not isinstance(value, str) or value in known:
            return value
        near = nearest(value, known)
        hint = f' Did you mean "{near}"?' if near else ""
        raise broken(f"bad-{kind}", f'"{value}" is no {kind}.{hint} Use one of: {", ".join(known)}.', near)

    return check


def matching(pattern: str, code: str, advice: str) -> Callable[[object], object]:
    """A check that the whole text has the form of ``pattern``."""
    form = re.compile(pattern)

    def check(value: object) -> object:
        if isinstance(value, str) and not form.fullmatch(value.strip()):
            raise broken(code, f'"{value}" {advice}')
        return value

    return check


def _identifier(value: object) -> object:
    if not isinstance(value, str) or re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        return value
    slug = "-".join(re.findall(r"[a-z0-9]+", value.lower()))
    advice = "An id has only small letters a to z, digits and single hyphens between them."
    raise broken("bad-id", f'"{value}" is no id. {advice}' + (f' Write "{slug}".' if slug else ""), slug or None)


def _true_false(value: object) -> object:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, str) and value.lower() not in words:
        sentence = f'"{value}" must be true or false. Leave it empty when nobody knows.'
        raise broken("bad-true-false", sentence, nearest(value, ("true", "false")))
    return words[value.lower()] if isinstance(value, str) else value


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "")
    except ValueError:
        sentence = f'"{value}" is no date. Write year-month-day, like 2026-05-31, or leave it empty.'
        raise broken("bad-date", sentence) from None


def _clock(value: object) -> object:
    if not isinstance(value, str) or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", value):
        return value
    short = re.fullmatch(r"(\d\d?)[:.]([0-5]\d)", value)
    meant = f"{int(short[1]):02}:{short[2]}" if short and int(short[1]) < 24 else None
    example = f'"{meant}"' if meant else '"09:30" or "17:00", from "00:00" to "24:00"'
    raise broken("bad-time", f'"{value}" is no time of day. Write it as {example}.', meant)


def language_code(word: str) -> str | None:
    """The code of a language from its English name or any ISO 639 code: "Urdu", "ur" and "urd" are all "ur"."""
    names, said = _language_names(), word.strip().lower()
    code = names.get(said) or get_global("language_aliases").get(said, said)
    return code if code in names.values() else None


def _language(value: object) -> object:
    names = _language_names()
    if not isinstance(value, str) or value in names.values():
        return value
    code = names.get(value.lower())
    hint = f' Write "{code}".' if code else ' Codes look like "en", "ur" or "pl".'
    raise broken("bad-language", f'"{value}" is no language code.{hint}', code)


def whole_postcode(value: object) -> object:
    """Puts capitals and the space in. Refuses what has not the form of a whole UK postcode."""
    if not isinstance(value, str):
        return value
    normal = normal_postcode(value) or ""
    if not re.fullmatch(r"\S+ \d[A-Z]{2}", normal):
        raise broken("bad-postcode", f'"{value}" is no whole postcode. Write it like "IP1 1AA", or leave it empty.')
    return normal


def between(low: float, high: float) -> Callable[[object], object]:
    """A check that the text is a number from ``low`` to ``high``."""

    def check(value: object) -> object:
        try:
            number = float(str(value))
        except ValueError:
            number = nan
        if not low <= number <= high:
            raise broken("bad-number", f'"{value}" is no number from {low:g} to {high:g}. Write it like 52.0567.')
        return number

    return check


@cache
def _language_names() -> dict[str, str]:
    """The English name of a language -> its ISO 639 code."""
    return {name.lower(): code for code, name in Locale("en").languages.items() if "_" not in code}


def at_most(length: int) -> StringConstraints:
    """A text of 1 to ``length`` characters."""
    return StringConstraints(min_length=1, max_length=length)


Text = Annotated[str, at_most(2000)]
Identifier = Annotated[str, at_most(80), BeforeValidator(_identifier)]
Topic = Annotated[str, BeforeValidator(one_of(TOPICS, "topic"))]
Day = Annotated[str, BeforeValidator(one_of(DAYS, "day"))]
Cost = Annotated[str, BeforeValidator(one_of(COSTS, "cost"))]
Clock = Annotated[str, BeforeValidator(_clock)]
Yes = Annotated[bool, BeforeValidator(_true_false)]
Date = Annotated[date, BeforeValidator(_day)]
LanguageCode = Annotated[str, BeforeValidator(_language)]
Url = Annotated[
    str,
    at_most(300),
    BeforeValidator(
        matching(
            r"https?://[^\s/.]+\.[^\s]+",
            "bad-url",
            'is no web address. Write it whole, like "https://www.nhs.uk".',
        )
    ),
]
SafeUrl = Annotated[
    str,
    at_most(120),
    BeforeValidator(
        matching(
            r"https://[^\s/.]+\.[^\s]+",
            "unsafe-url",
            'is no safe web address. It must begin with "https://", because it is texted to people.',
        )
    ),
]
Links = dict[LanguageCode, SafeUrl]
Email = Annotated[
    str,
    at_most(120),
    BeforeValidator(
        matching(
            r"[^\s@]+@[^\s@]+\.[^\s@.]+",
            "bad-email",
            'is no e-mail address. It looks like "name@example.org".',
        )
    ),
]
Phone = Annotated[
    str,
    at_most(24),
    BeforeValidator(
        matching(
            r"\+?[0-9][0-9 ]{1,22}",
            "bad-phone",
            'is no phone number. Write digits and spaces, in quotes: "0800 1111". Words go into "reach".',
        )
    ),
]
