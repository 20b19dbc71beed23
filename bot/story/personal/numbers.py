"""What is written with digits or signs: telephone, NHS, National Insurance and case numbers, dates, e-mail, links."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import phonenumbers
import regex

from bot.story.personal.kinds import Kind, Span, span_at

_I = regex.IGNORECASE
_EMAIL = regex.compile(r"[\w.+%'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+", _I)
_LINK = regex.compile(r"(?:https?://|www\.)\S*[\w/]|(?<!\S)@\w{3,}", _I)
# Two letters, six digits, a letter A to D (gov.uk, "National Insurance numbers").
_NINO = regex.compile(
    r"\b(?:[A-Z]{2}[ -]?(?:\d[ -]?){6}|(?i:[a-z]{2}[ -]?(?:\d[ -]?){6}[a-d]))(?i:[a-d])?\b(?![ -]?\d)"
)
# Two letters, two digits, three letters, as on plates since 2001 (gov.uk, "Displaying number plates").
_PLATE = regex.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b")
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|wrzesnia|"
    r"października|pazdziernika|listopada|grudnia|جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|دسمبر|"
    r"জানুয়ারি|ফেব্রুয়ারি|মার্চ|এপ্রিল|মে|জুন|জুলাই|আগস্ট|সেপ্টেম্বর|অক্টোবর|নভেম্বর|ডিসেম্বর"
)
_DATE = regex.compile(
    r"(?<!\d)(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)|"
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})[,.]?\s+(?:19|20)?\d{{2}}(?!\d)",
    _I,
)
_CASE = regex.compile(
    r"(?:\b(?:ref(?:erence)?|case|claim|file|ticket|application|customer|policy)(?:\s*(?:number|num|no|nr|id|is|:|#|\.))*|"
    r"\b(?:numer|nr|nr\.)\s+(?:sprawy|referencyjny|wniosku|klienta)(?:\s+to)?|\b(?:sprawa|wniosek)\s+(?:nr|numer)|"
    r"(?:کیس|حوالہ|ریفرنس|درخواست)\s+نمبر|(?:কেস|রেফারেন্স|আবেদন)\s+(?:নম্বর|নাম্বার))"
    r"[:,#]?\s*(?P<code>(?=[\w/-]*\d)[\w/-]{3,}\w)",
    _I,
)
# Four digits or more, in the digits of any script, whatever stands between them.
_DIGITS = regex.compile(r"\+?\(?\d(?:[\s().\-/]{0,2}\d){3,}")
_YEAR = regex.compile(r"(?:19|20)\d\d")
_MONEY_BEFORE = regex.compile(r"[£$€৳₨]\s?$|\b(?:gbp|rs)\.?\s?$", _I)
_MONEY_AFTER = regex.compile(
    r"\s?(?:[£€]|pounds?\b|quid\b|funt|zł|zl\b|pln\b|euro|পাউন্ড|টাকা|پاؤنڈ|پونڈ|روپ|taka\b|rupe)", _I
)
# Numbers that all may ring: 116 numbers of the European Union, and free and service numbers (Ofcom's numbering plan).
_PUBLIC = ("116", "0800", "0808", "0300", "0303", "0330", "0345", "0344")


def find(text: str) -> Iterator[Span]:
    """The details of these kinds; the surest first."""
    yield from _plain(_EMAIL, Kind.EMAIL, text)
    yield from _plain(_LINK, Kind.LINK, text)
    yield from _plain(_NINO, Kind.NINO, text)
    yield from _plain(_DATE, Kind.DATE, text)
    yield from (span_at(found.span(), Kind.NHS) for found in _DIGITS.finditer(text) if is_nhs_number(found[0]))
    yield from (span_at(found.span("code"), Kind.REFERENCE) for found in _CASE.finditer(text))
    yield from _plain(_PLATE, Kind.REFERENCE, text)
    yield from (span_at(found.span(), _kind(found[0])) for found in _DIGITS.finditer(text) if _personal(text, found))


def is_nhs_number(written: str) -> bool:
    """True for ten digits whose last is right: the weighted sum of the others, modulo 11 (NHS Data Dictionary,
    "NHS Number")."""
    digits = _digits(written)
    if len(digits) != 10:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and int(digits[-1]) == check % 11


def long_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where four digits or more stand, whatever they are."""
    return (found.span() for found in _DIGITS.finditer(text))


def _plain(pattern: regex.Pattern[str], kind: Kind, text: str) -> Iterator[Span]:
    return (span_at(found.span(), kind) for found in pattern.finditer(text))


def _personal(text: str, found: regex.Match[str]) -> bool:
    """A year, a sum of money and a number that all may ring point at nobody."""
    digits = _digits(found[0])
    if _YEAR.fullmatch(digits) or digits.startswith(_PUBLIC):
        return False
    return not (_MONEY_BEFORE.search(text, 0, found.start()) or _MONEY_AFTER.match(text, found.end()))


def _kind(written: str) -> Kind:
    """A number with a 0 or a + before it, and as many digits as one somewhere, is a telephone number."""
    digits = ("+" if written.startswith("+") else "") + _digits(written)
    if not digits.startswith(("+", "0")):
        return Kind.NUMBER
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(digits, "GB"))
    except phonenumbers.NumberParseException:
        return Kind.NUMBER
    return Kind.PHONE if possible else Kind.NUMBER


def _digits(written: str) -> str:
    return "".join(str(unicodedata.digit(letter)) for letter in written if letter.isdecimal())
