"""Where somebody lives: postcodes, and numbers with the word that makes them a home."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from bot.story.personal.kinds import Kind, Span, span_at

# A whole postcode, its sector ("IP1 1"), or its district: a letter or two, then digits.
_POSTCODE = regex.compile(r"\b[a-z]{1,2}\d[a-z\d]?(?:[ -]?\d(?:[a-z]{2})?)?\b", regex.IGNORECASE)
# Letters and digits that are no postcode: vitamins, visas and benefits, sizes, phone networks, school years.
_NOT_ONE = frozenset(
    [
        "a1",
        "a2",
        "b1",
        "b2",
        "b6",
        "b12",
        "c1",
        "c2",
        "d2",
        "d3",
        "f1",
        "g4",
        "g5",
        "k2",
        "h1",
        "mp3",
        "mp4",
        "p45",
        "p60",
        "r0",
        "o2",
        "q1",
        "q2",
        "y1",
        "y2",
        "s1",
        "t1",
        "t2",
        "u1",
    ]
)
_SURE = r"road|rd|street|avenue|ave|lane|ln|crescent|terrace|gardens"
_HOME = rf"{_SURE}|st|close|court|drive|way|place|square|hill|house|walk|row|grove|mews|park|view|rise"
_NUMBER = r"(?:(?i:flat|apartment|apt|unit|room)\s+(?:no\.?\s*)?\d+\s?[a-zA-Z]?,?\s+)?\b\d+\s?[a-zA-Z]?,?\s+"
_NAME = r"[\p{Lu}][\p{L}'’-]*"
_SMALL = r"(?!(?:the|a|an|my|our|in|on|of|to|at|and|or|for|from|this|that|no|one|people|mile|miles|minute|minutes|min|mins|week|weeks|day|days|hour|hours|year|years|o|more|main|same)\b)[\p{L}'’-]+"
_TOWN = rf"(?:,\s+{_NAME})?"
_STREET = regex.compile(
    rf"{_NUMBER}(?:{_NAME}\s+){{1,3}}(?i:{_HOME})\b{_TOWN}|{_NUMBER}(?:{_SMALL}\s+){{1,2}}(?i:{_SURE})\b{_TOWN}|"
    r"\b(?i:ul\.|ulica|ulicy)\s*[\p{Lu}][\p{L}\s]{2,30}?\s?\d+\w?(?:/\d+)?"
)
_DOOR = regex.compile(r"\b(?:flat|apartment|apt|room|house)\s+(?:no\.?\s*|number\s+)?\d+\s?[a-z]?\b", regex.IGNORECASE)


def find(text: str) -> Iterator[Span]:
    """Homes first, then what is left of postcodes."""
    yield from (span_at(found.span(), Kind.ADDRESS) for found in _STREET.finditer(text))
    yield from (span_at(found.span(), Kind.ADDRESS) for found in _DOOR.finditer(text))
    yield from (span_at(found.span(), Kind.POSTCODE) for found in _POSTCODE.finditer(text) if _is_one(found[0]))


def _is_one(written: str) -> bool:
    return written.lower() not in _NOT_ONE
