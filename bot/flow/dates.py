"""A date as people text it: day first, with months and weekdays by name in their language, or "yesterday"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

import regex
from babel import Locale, UnknownLocaleError
from rapidfuzz.distance import OSA

from bot.flow.heard import NO_DAY, NO_SUCH_DATE, NOT_A_DATE, WEEKDAY_DIFFERS, WHICH_DATE, Read, Unread
from bot.language import date_words
from bot.language.normal import fold, plain

Toward = Literal["past", "future", ""]
ReadDate: TypeAlias = Read[date] | Unread[date]

FIRST_YEAR, LAST_YEAR = 1900, 2100
YEARS_AHEAD = 10  # a two-digit year is at most so far ahead; else it is of the last century
SURELY_DAYS = 122  # a day without a year is the nearest one, when the other is further off than this
LAST_MONTH = 12
_LONGEST = 80
_SHORTEST_TYPO = 5

_TIME = re.compile(r"\b(?:at )?\d{1,2}(?:[:.]\d{2})? ?(?:am|pm)\b|\b(?:at )?\d{1,2}:\d{2}\b")
_HYPHEN = regex.compile(r"(\d)-(?=\p{L})")  # "3-go maja"
_YEAR_FIRST = re.compile(r"(\d{4})[./ -]+(\d{1,2})[./ -]+(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./ -]+(\d{1,2})[./ -]+(\d{1,4})")
_NO_YEAR = re.compile(r"(\d{1,2}) ?[./] ?(\d{1,2})")
_EIGHT = re.compile(r"(\d{2})(\d{2})(\d{4})")


def read_date(text: str, today: date, language: str = "en", *, toward: Toward = "") -> ReadDate:
    """The date that ``text`` names, or the reason why none can be read.

    Numbers are day first, as in England (3/4/2026 is 3 April), or year first (ISO 8601). ``toward`` says where the
    question looks: "When did it happen?" to the past, "When is your appointment?" to the future. Without it a weekday
    or a day without a year that may lie on either side comes back unread, with both dates in ``maybe``.
    """
    if len(text) > _LONGEST:
        return Unread(NOT_A_DATE)
    said = _TIME.sub(" ", fold(text.strip()).casefold())
    said = _HYPHEN.sub(r"\1", said)
    numeric = _numeric(_without(said, _around()).strip(" .,;!?"), today, toward)
    return numeric or _worded(plain(said), today, language, toward)


# dates in numbers ----------------------------------------------------------------------------------------------------
def _numeric(said: str, today: date, toward: Toward) -> ReadDate | None:
    if found := _YEAR_FIRST.fullmatch(said):
        return _full(int(found[3]), int(found[2]), found[1], today)
    if found := _DAY_FIRST.fullmatch(said) or _EIGHT.fullmatch(said):
        day, month = int(found[1]), int(found[2])
        return _full(day, month, found[3], today, sure=day == month or day > LAST_MONTH)
    if found := _NO_YEAR.fullmatch(said):
        return _yearless(int(found[1]), int(found[2]), today, toward)
    return None


def _full(day: int, month: int, year: str, today: date, *, sure: bool = True) -> ReadDate:
    """A date with its year. One that can also be read month first is not ``sure``."""
    made = _made(_year(year, today), month, day)
    return Read(made, sure) if made and FIRST_YEAR <= made.year <= LAST_YEAR else Unread(NO_SUCH_DATE)


def _year(written: str, today: date) -> int:
    """26 is 2026 and 85 is 1985: at most ten years ahead, and any further back."""
    year = int(written)
    if len(written) > len("26"):
        return year
    ahead = today.year + YEARS_AHEAD
    near = ahead - ahead % 100 + year
    return near if near <= ahead else near - 100


def _yearless(day: int, month: int, today: date, toward: Toward) -> ReadDate:
    """A day without a year: the next or the last one, by where the question looks; else the nearest if that is sure."""
    around = [made for years in range(-8, 9) if (made := _made(today.year + years, month, day))]
    return _chosen(around, today, toward, within=SURELY_DAYS) if around else Unread(NO_SUCH_DATE)


def _chosen(around: Iterable[date], today: date, toward: Toward, *, within: int = 0) -> ReadDate:
    """One of the dates that a text may mean, by where the question looks."""
    days = sorted(around)
    back = [day for day in days if day <= today][-1:]
    ahead = [day for day in days if day >= today][:1]
    if toward:
        wanted = back if toward == "past" else ahead
        return Read(wanted[0], sure=False) if wanted else Unread(WHICH_DATE, maybe=tuple(days))
    either = sorted({*back, *ahead}, key=lambda day: abs(day - today))
    if len(either) == 1 or (either and abs(either[0] - today).days <= within < abs(either[1] - today).days):
        return Read(either[0], sure=False)
    return Unread(WHICH_DATE, maybe=tuple(sorted(either)))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# dates in words ------------------------------------------------------------------------------------------------------
def _worded(said: str, today: date, language: str, toward: Toward) -> ReadDate:
    bare = _without(said, _around())
    for whole in (said, bare):
        if offsets := _days().get(whole):
            return _chosen(_shifted(today, offsets), today, toward)
    weekday, rest = _taken(bare, _weekdays(language))
    if weekday is None:
        return _counted(said, today) or _month_named(bare, today, language, toward)
    named = _month_named(rest, today, language, "") if any(map(str.isdigit, rest)) else None
    if named is None:
        return _on_weekday(weekday, rest, today, toward)
    return _fitting(named, weekday)


def _fitting(named: ReadDate, weekday: int) -> ReadDate:
    """The date, if it falls on the weekday that was said with it: the weekday may also settle the year."""
    if isinstance(named, Read):
        return named if named.value.weekday() == weekday else Unread(WEEKDAY_DIFFERS, maybe=(named.value,))
    fit = [day for day in named.maybe if day.weekday() == weekday]
    return Read(fit[0]) if len(fit) == 1 else named


def _on_weekday(weekday: int, rest: str, today: date, toward: Toward) -> ReadDate:
    ahead = (weekday - today.weekday()) % 7
    if rest in _listed(date_words.COMING):
        return _only(_shifted(today, (ahead or 7,)))
    if rest in _listed(date_words.NEXT):  # of this week or of the next one: people mean either
        first = ahead or 7
        return _only(_shifted(today, (first, first + 7) if today.weekday() + first < 7 else (first,)))
    if rest in _listed(date_words.LAST):
        last = ahead - 7
        return _only(_shifted(today, (last - 7, last) if today.weekday() + last >= 0 else (last,)))
    if rest in _listed(date_words.THIS):
        return _only(_shifted(today, (weekday - today.weekday(),)))
    return Unread(NOT_A_DATE) if rest else _chosen(_shifted(today, (ahead - 7, ahead)), today, toward)


def _only(days: tuple[date, ...]) -> ReadDate:
    return Read(days[0], sure=False) if len(days) == 1 else Unread(WHICH_DATE, maybe=days)


def _counted(said: str, today: date) -> ReadDate | None:
    """ "3 days ago", "in two weeks", "za tydzień", "3 din pehle"."""
    found = _counting().fullmatch(said)
    if not found:
        return None
    count = found["count"]
    number = 1 if count is None else int(count) if count.isdecimal() else date_words.NUMBERS[count]
    days = number * next(days for days, words in date_words.UNITS.items() if found["unit"] in _listed(words))
    if bool(found["ago"]) == bool(found["ahead"] or found["later"]):
        return None
    return _only(_shifted(today, (-days if found["ago"] else days,)))


def _month_named(said: str, today: date, language: str, toward: Toward) -> ReadDate:
    month, rest = _taken(said, _months(language), typos=True)
    if month is None:
        return Unread(NOT_A_DATE)
    numbers = [_day_number(word) for word in _joined_days(rest).split()]
    if None in numbers or len(numbers) > 2:
        return Unread(NOT_A_DATE)
    written = [number for number in numbers if number]
    years = [number for number in written if len(number) == len("2026")]
    days = [number for number in written if len(number) <= len("31")]
    if len(written) == 2 and len(days) == 2:  # "3 May 26"
        years, days = days[1:], days[:1]
    if not days:
        return Unread(NO_DAY if len(written) == len(years) else NOT_A_DATE)
    if years:
        return _full(int(days[0]), month, years[0], today)
    return _yearless(int(days[0]), month, today, toward) if len(written) == 1 else Unread(NOT_A_DATE)


def _day_number(word: str) -> str | None:
    found = _ordinal().fullmatch(word)
    return found[1] if found else None


def _joined_days(said: str) -> str:
    """ "twenty first" is 21."""
    for words, day in date_words.DAY_WORDS.items():
        if words in said:
            said = regex.sub(rf"\b{words}\b", str(day), said)
    return said


def _shifted(today: date, offsets: Iterable[int]) -> tuple[date, ...]:
    """These days from today, without those that no calendar has."""
    ordinals = (today.toordinal() + offset for offset in offsets)
    return tuple(today + timedelta(days=o - today.toordinal()) for o in ordinals if 1 <= o <= date.max.toordinal())


def _taken(said: str, table: Mapping[str, int], *, typos: bool = False) -> tuple[int | None, str]:
    """The number of the one word of the text that is in the table, and the text without it."""
    words = said.split()
    numbers = [table.get(word) for word in words]
    if typos and not any(numbers):
        numbers = [_nearest(word, table) for word in words]
    at = [place for place, number in enumerate(numbers) if number is not None]
    if len(at) != 1:
        return None, said
    return numbers[at[0]], " ".join([*words[: at[0]], *words[at[0] + 1 :]])


def _nearest(word: str, table: Mapping[str, int]) -> int | None:
    if len(word) < _SHORTEST_TYPO:
        return None
    near = {
        number
        for name, number in table.items()
        if len(name) >= _SHORTEST_TYPO and OSA.distance(word, name, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


# tables --------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, int]:
    names = {plain(word): month for month, words in date_words.MONTHS.items() for word in words.split("|")}
    for locale in _locales(language):
        for widths in locale.months.values():
            for width in ("wide", "abbreviated"):
                names |= {plain(name): month for month, name in widths.get(width, {}).items()}
    return names


@lru_cache(maxsize=64)
def _weekdays(language: str) -> dict[str, int]:
    names = {plain(word): day for day, words in date_words.WEEKDAYS.items() for word in words.split("|")}
    for locale in _locales(language):
        for widths in locale.days.values():
            for width in ("wide", "abbreviated"):
                names |= {plain(name): day for day, name in widths.get(width, {}).items()}
    return names


def _locales(language: str) -> list[Locale]:
    """English, then hers, whose names win."""
    try:
        return [Locale("en"), Locale.parse(language, sep="-")]
    except (UnknownLocaleError, ValueError, TypeError):
        return [Locale("en")]


@lru_cache(maxsize=1)
def _days() -> dict[str, tuple[int, ...]]:
    return {plain(word): offsets for offsets, words in date_words.DAYS.items() for word in words.split("|")}


@lru_cache(maxsize=32)
def _listed(words: str) -> frozenset[str]:
    return frozenset(map(plain, words.split("|")))


def _any(words: str) -> str:
    return "|".join(sorted(_listed(words), key=len, reverse=True))


@lru_cache(maxsize=1)
def _around() -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}])(?:{_any(date_words.AROUND)})(?![\p{{L}}\p{{M}}\p{{N}}])")


def _without(said: str, words: regex.Pattern[str]) -> str:
    return " ".join(words.sub(" ", said).split())


@lru_cache(maxsize=1)
def _ordinal() -> regex.Pattern[str]:
    return regex.compile(rf"(\d{{1,4}})(?:{_any(date_words.ORDINALS)})?")


@lru_cache(maxsize=1)
def _counting() -> regex.Pattern[str]:
    units = _any("|".join(date_words.UNITS.values()))
    counts = "|".join(date_words.NUMBERS)
    return regex.compile(
        rf"(?:(?P<ahead>{_any(date_words.AHEAD_BEFORE)}) )?(?:(?P<count>\d{{1,3}}|{counts}) )?(?P<unit>{units})"
        rf"(?: (?:(?P<ago>{_any(date_words.AGO)})|(?P<later>{_any(date_words.AHEAD)})))?"
    )
