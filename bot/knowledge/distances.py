"""How far something is, in words: said no more exactly than it is known."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from babel.units import format_unit

from bot.knowledge.bidi import isolate
from bot.knowledge.directory import Translate
from bot.knowledge.near import Found
from bot.knowledge.places import Place
from bot.knowledge.wording import filled, locale_of, sms_spaces

ABOUT = "about {distance}"
UNDER = "under {distance}"
FROM_HERE = "Measured from where you are."
FROM_POSTCODE = "Measured from your postcode."
FROM_MIDDLE = "Measured from the middle of {place}."

# A rough distance is said in whole miles from here on; what is nearer is "under 1 mile".
LESS_THAN = 0.75


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
