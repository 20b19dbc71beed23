"""Phrases filled in, lists, dates and spaces, as each language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_day_names

from bot.knowledge.bidi import isolate, runs_right_to_left
from bot.knowledge.directory import Translate
from bot.knowledge.record import DAYS
from bot.knowledge.services import Opening


def filled(msgid: str, language: str, translate: Translate, **values: str) -> str:
    """A phrase with its placeholders filled in. Plain replacing: what people wrote may hold braces of its own."""
    text = translate(msgid, language)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Babel's data for a language: British dates for English, English for what Babel lacks."""
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def listed(items: Iterable[str], language: str) -> str:
    """Items with the comma of her script and no "and". Babel's own lists break off in Urdu at the third item."""
    return _comma(language).join(items)


def written_day(day: date, language: str) -> str:
    """The whole day. A month alone would need its "stand-alone" form, and Babel gets that wrong: it answers in the
    language it was first asked for."""
    return sms_spaces(format_date(day, "long", locale_of(language)))


def opening_times(hours: Iterable[Opening], language: str) -> str:
    """Days and times on a 24-hour clock: "Mon, Wed 10:00-12:00; Sat 09:00-11:00"."""
    return ("؛ " if runs_right_to_left(language) else "; ").join(
        f"{_days(one.days, language)} {isolate(f'{one.opens}-{one.closes}', language)}" for one in hours
    )


def sms_spaces(text: str) -> str:
    """Babel puts no-break spaces into numbers and dates; each makes an SMS twice as dear."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _comma(language: str) -> str:
    if language == "zh":
        return "\u3001"
    return "، " if runs_right_to_left(language) else ", "


def _days(days: Iterable[str], language: str) -> str:
    """Short names; three or more days in a row become "Mon-Fri"."""
    # Never "stand-alone": Babel 2.18 then answers in the language it was first asked for (an alias it shares).
    names = get_day_names("abbreviated", "format", locale_of(language))
    runs: list[list[int]] = []
    for day in sorted({DAYS.index(day) for day in days}):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    shown = [
        f"{names[run[0]]}-{names[run[-1]]}" if len(run) > 2 else listed([names[day] for day in run], language)
        for run in runs
    ]
    return listed(shown, language)
