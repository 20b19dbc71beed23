"""Phrases filled in, lists, dates and spaces, as each language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from bot.knowledge.bidi import runs_right_to_left
from bot.knowledge.directory import Translate


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


def sms_spaces(text: str) -> str:
    """Babel puts no-break spaces into numbers and dates; each makes an SMS twice as dear."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _comma(language: str) -> str:
    if language == "zh":
        return "\u3001"
    return "، " if runs_right_to_left(language) else ", "
