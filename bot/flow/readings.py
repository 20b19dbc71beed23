"""Reads a number, a date, a postcode or a phone number as people text them, or says what to ask instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import phonenumbers
import regex
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

from bot.flow.dates import read_date as read_date
from bot.flow.heard import (
    NAME_NOT_PHONE,
    NOT_A_NUMBER,
    NOT_A_PHONE,
    NOT_A_POSTCODE,
    NOT_WHOLE,
    OUT_OF_RANGE,
    SHORT_PHONE,
    TOO_SMALL,
    TWO_PHONES,
    TWO_POSTCODES,
    Read,
    Unread,
)
from bot.flow.lexicon import without_politeness
from bot.knowledge.postcode import postcode_inside, readings
from bot.language.normal import fold, plain
from bot.language.reply_words import AROUND_NUMBERS, listed

Number: TypeAlias = int | float
ReadNumber: TypeAlias = Read[Number] | Unread[Number]
ReadText: TypeAlias = Read[str] | Unread[str]

HOME = "GB"
_LONGEST = 120

# numbers -------------------------------------------------------------------------------------------------------------
_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def _english() -> dict[str, int]:
    """The English number words from zero to a hundred, as they are typed: "twenty five", "twentyfive"."""
    ones = {word: number for number, word in enumerate(_TO_NINETEEN.split())}
    tens = {word: number * 10 for number, word in enumerate(_TENS.split(), 2)}
    both = {
        f"{ten}{gap}{one}": number + digit
        for ten, number in tens.items()
        for one, digit in ones.items()
        for gap in (" ", "")
        if 1 <= digit <= 9
    }
    return ones | tens | both | {"none": 0, "nil": 0, "hundred": 100, "a hundred": 100, "one hundred": 100}


_NAMED = _english()
_WHOLE = re.compile(r"\d{1,12}|\d{1,3}(?:,\d{3}){1,3}|\d{1,12}\.0{1,2}")
_DECIMAL = re.compile(r"\d{1,12}[.,]\d{1,6}")
_BELOW_ZERO = re.compile(r"(?:[-\u2212\u2013]|minus\b) ?")
_PART = re.compile(r"\d{1,12}\.\d{1,6}|\d+ ?[⁄/] ?\d+")
_AROUND_NUMBERS = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])(?:{'|'.join(sorted({fold(w) for w in listed(AROUND_NUMBERS)}, key=len, reverse=True))})"
    r"(?![\p{L}\p{M}\p{N}])|[£\s]+"
)


def read_number(
    text: str,
    low: Number | None,
    high: Number | None,
    *,
    number_words: Callable[[str], int | None] = lambda said: None,
    decimals: bool = False,
) -> ReadNumber:
    """The one number that ``text`` says, from ``low`` (None: 0) to ``high``, in the digits of any script or in words.

    It is a whole one unless ``decimals``; then 2.5 counts, and 2,5 as Poles write it. ``number_words`` knows the small
    numbers of other languages (``Vocabulary.number``); the English ones up to a hundred are known here. "2 or 3",
    "more than 5" and "me and 3 kids" are not one number and come back unread.
    """
    if len(text) > _LONGEST:
        return Unread(NOT_A_NUMBER)
    said = fold(text.replace("🔟", "10").replace("\ufe0f", "").replace("\u20e3", "")).casefold()
    bare = without_politeness(said).strip(" .,!?()\n\t")
    core = _AROUND_NUMBERS.sub(" ", bare).strip(" .,!?()")
    below = _BELOW_ZERO.match(core) if (low or 0) < 0 else None
    number = _number(core[below.end() :] if below else core, number_words, decimals=decimals)
    if number is None:
        return Unread(NOT_WHOLE if _PART.fullmatch(core) and not decimals else NOT_A_NUMBER)
    return _in_range(-number if below else number, low or 0, high)


def _in_range(number: Number, low: Number, high: Number | None) -> ReadNumber:
    if low <= number and (high is None or number <= high):
        return Read(number)
    return Unread(TOO_SMALL, {"low": low}) if high is None else Unread(OUT_OF_RANGE, {"low": low, "high": high})


def _number(core: str, number_words: Callable[[str], int | None], *, decimals: bool) -> Number | None:
    if _WHOLE.fullmatch(core):
        return int(core.replace(",", "").partition(".")[0])
    if decimals and _DECIMAL.fullmatch(core):
        return float(core.replace(",", "."))
    words = plain(core)
    return _NAMED.get(words, number_words(words)) if core and not any(map(str.isdigit, core)) else None


# postcodes -----------------------------------------------------------------------------------------------------------
# The postcode areas of Royal Mail (PAF Programmers Guide): letters that begin no other postcode.
_AREA_LETTERS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY "
    "G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR "
    "NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA "
    "WC WD WF WN WR WS WV YO ZE"
)
_AREAS = frozenset(_AREA_LETTERS.split())
_AREA = re.compile(r"[A-Z]+")
_WHOLE_CODE = re.compile(r" \d[A-Z]{2}$")
_LETTERS_AND_DIGITS = re.compile(r"[A-Z0-9]+")
_HALF_WRONG = re.compile(r"\b[a-z]{1,2}\d[a-z\d]? \d[a-z\d]*\b")
_BETWEEN = re.compile(r"\s(?:or|and|lub|i|albo|ya|aur|ba|ar)\s|[;/\n]")


def read_postcode(text: str) -> ReadText:
    """A postcode, a sector or a district in its usual form ("IP1 1AA", "IP1 1", "IP1"), alone or in a sentence.

    Only its form and its first letters are checked; whether it is a real place, the places know.
    """
    if len(text) > _LONGEST:
        return Unread(NOT_A_POSTCODE)
    if whole := _in_an_area(text):
        return Read(whole)
    found = {code for part in _BETWEEN.split(fold(text)) if (code := _inside(part))}
    if len(found) > 1:
        return Unread(TWO_POSTCODES)
    return Read(found.pop()) if found else Unread(NOT_A_POSTCODE)


def _inside(text: str) -> str | None:
    """The postcode in a sentence; not the first half of one that is mistyped."""
    code = postcode_inside(text)
    if code is None or (" " not in code and _HALF_WRONG.search(text)):
        return None
    return _in_an_area(code)


def _in_an_area(text: str) -> str | None:
    """A postcode with an area that exists. Only in a whole one may a letter stand for a digit: "no 2" is no "N0 2"."""
    typed = "".join(_LETTERS_AND_DIGITS.findall(fold(text).upper()))
    for code in readings(text):
        area = _AREA.match(code)
        if area and area[0] in _AREAS and (_WHOLE_CODE.search(code) or code.replace(" ", "") == typed):
            return code
    return None


# phone numbers -------------------------------------------------------------------------------------------------------
# A WhatsApp user without a number: "US.1234". A phone library reads it as +44 1234 (messaging.md, case 9).
_USER_NAME = re.compile(r"(?<![A-Za-z])(?!(?:[Nn][or]|[Pp]h)\.)[A-Za-z]{2}\.\w")
_SCHEME = re.compile(r"^\s*(?:whatsapp|tel|sms|phone|mob|mobile)\s*[:.]\s*", re.I)
_LETTER_O = re.compile(r"(?:(?<=\d)|(?<=\d )|(?<![^\W_]))o(?=\s?[\do])")
_SHORT = re.compile(r"[\d\s-]{2,9}")
_MOST_SHORT_DIGITS = 6
# How a number begins that says where it belongs: +48, 0048, 0116, 7911 (its 0 forgotten), 44. Others may be anything.
_BEGINNINGS = re.compile(r"[\s(]*(?:\+|0|7|44)")
_ZERO_IN_BRACKETS = re.compile(r"\(0\)")
# Ofcom's numbers for drama: no real person has them, so the demo and the tests do.
_DRAMA = re.compile(r"\+447700900\d{3}")


def read_phone(text: str) -> ReadText:
    """A full phone number in E.164 form ("+447911123456"): a UK one, or one that begins with its country code.

    A number that cannot exist is never made from other text: a WhatsApp name like "US.1234", a short code like 999,
    letters on a keypad, a number with an extension, and two numbers at once come back unread.
    """
    if len(text) > _LONGEST:
        return Unread(NOT_A_PHONE)
    if _USER_NAME.search(text):
        return Unread(NAME_NOT_PHONE)
    said = _ZERO_IN_BRACKETS.sub("", _SCHEME.sub("", fold(text).casefold()))
    said = _LETTER_O.sub("0", said)
    found = _numbers(said)
    if len(found) == 1:
        return Read(found.pop())
    if found:
        return Unread(TWO_PHONES)
    digits = sum(map(str.isdigit, said))
    short = _SHORT.fullmatch(said.strip()) and digits <= _MOST_SHORT_DIGITS
    return Unread(SHORT_PHONE if short else NOT_A_PHONE)


def _numbers(said: str) -> set[str]:
    """Every number in the text, if no digit is left over beside them."""
    matches = list(PhoneNumberMatcher(said, HOME, leniency=phonenumbers.Leniency.POSSIBLE))
    rest = said
    for match in matches:
        rest = rest.replace(match.raw_string, " ", 1)
    if any(map(str.isdigit, rest)):
        return set()
    found = {_written(match.number) if _BEGINNINGS.match(match.raw_string) else None for match in matches}
    return {number for number in found if number} if None not in found else set()


def _written(number: PhoneNumber) -> str | None:
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if number.extension or not (phonenumbers.is_valid_number(number) or _DRAMA.fullmatch(written)):
        return None
    return written
