"""What she told us, as a person reads it: a day in words, a phone number in groups, how many photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import phonenumbers
import regex
from babel.numbers import format_decimal
from phonenumbers import NumberParseException, PhoneNumberFormat

from bot.flow.condition import DAY
from bot.flow.media import counted
from bot.knowledge.present import listed, locale_of, written_day

_PHONE = regex.compile(r"\+[1-9]\d{6,14}")
_UK = 44
_MOST_DECIMALS = "0.######"

Say = Callable[[str, Mapping[str, object]], str]


def shown(value: object, language: str, say: Say) -> str:
    """A kept value in words of this language; ``say`` translates a msgid and fills it in."""
    if isinstance(value, str):
        return _text(value, language)
    if isinstance(value, float):
        return format_decimal(value, _MOST_DECIMALS, locale_of(language))
    if isinstance(value, dict):
        return str(value.get("name", ""))
    return _list(value, language, say) if isinstance(value, list) else str(value)


def _list(values: list[object], language: str, say: Say) -> str:
    """Several answers one after the other; of photos and the like, how many there are."""
    kinds = [str(item["kind"]) for item in values if isinstance(item, dict) and "kind" in item]
    words = [shown(item, language, say) for item in values if not (isinstance(item, dict) and "kind" in item)]
    return listed([*words, *counted(kinds, say)], language)


def _text(value: str, language: str) -> str:
    if DAY.fullmatch(value):
        return _day(value, language)
    return _phone(value) if _PHONE.fullmatch(value) else value


def _day(value: str, language: str) -> str:
    try:
        return written_day(date.fromisoformat(value), language)
    except ValueError:
        return value  # she wrote it herself, and no calendar has it


def _phone(value: str) -> str:
    """A UK number as it is dialled here, any other with its country code."""
    try:
        number = phonenumbers.parse(value)
    except NumberParseException:
        return value
    form = PhoneNumberFormat.NATIONAL if number.country_code == _UK else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
