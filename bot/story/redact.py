"""Takes out of a short text what points at a person: numbers, postcodes, addresses on the net, names after a cue.

It never finds every name: who shows a redacted text says so beside it.
"""

from __future__ import annotations

import phonenumbers
import regex

EMAIL, LINK, NUMBER, POSTCODE, NAME, ADDRESS = "[e-mail]", "[link]", "[number]", "[postcode]", "[name]", "[address]"

_EMAIL = regex.compile(r"[\w.+%'-]+\s?@\s?[\w-]+(?:\.[\w-]+)*", regex.IGNORECASE)
_LINK = regex.compile(r"(?:https?://|www\.)\S+|(?<!\S)@\w{3,}", regex.IGNORECASE)
# A National Insurance number: two letters, six digits, a letter A to D (gov.uk, "National Insurance numbers").
_NINO = regex.compile(r"\b[a-z]{2}[ -]?(?:\d[ -]?){6}[a-d]?\b(?![ -]?\d)", regex.IGNORECASE)
# A whole postcode, its sector ("IP1 1"), or its district: a letter or two, then digits.
_POSTCODE = regex.compile(r"\b[a-z]{1,2}\d[a-z\d]?(?:[ -]?\d(?:[a-z]{2})?)?\b", regex.IGNORECASE)
# "12 Mill Road", "flat 3b": a number with the word that makes it a home.
_HOME = regex.compile(
    r"\b\d+\s?[a-z]?,?\s+(?:\w+\s+){1,3}(?:road|rd|street|st|avenue|ave|lane|ln|close|court|drive|way|place|terrace|"
    r"gardens|crescent|square|hill|house|walk|row)\b|\b(?:flat|apartment|apt|room|house)\s+(?:no\.?\s*)?\d+\s?[a-z]?\b",
    regex.IGNORECASE,
)
# Four digits or more, in the digits of any script, whatever stands between them: telephone numbers, NHS numbers, dates
# of birth, house and account numbers. An answer to a numbered list has two at most.
_DIGITS = regex.compile(r"\+?\d(?:[\s().\-/]{0,2}\d){3,}")
_NAME = r"[\p{L}\p{M}'’-]+(?:\s+(?!(?:and|or|but|i|my|is|a|oraz|mam|jestem|hai|aur|ہے|اور|এবং|আর)\b)[\p{L}\p{M}'’-]+)?"
# What people say before their name, in the languages shipped here and as they are typed in Latin letters.
_CUES = (
    r"my (?:full |first |last )?name(?:'s| is)|i am called|i'm called|they call me|this is|it's me|call me|i am|i'm|"
    r"mam na imi[eę]|nazywam si[eę]|jestem|m[oó]wi(?:a|ą) mi|na imi[eę] mi|nazwisko(?: to)?|"
    r"mera na+m|میرا نام|"
    r"ama?r na+m(?: holo)?|আমার নাম(?: হলো| হল)?"
)
_CALLED = regex.compile(rf"(?<![\p{{L}}\p{{M}}])({_CUES})[:,]?\s+({_NAME})", regex.IGNORECASE)
# "I am Tariq" in Urdu and "Rahima speaking" in Bangla: the word for "I" alone begins far too many other sentences.
_SAID = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])(m[ae]i?n|میں|ami|আমি)\s+({_NAME})\s+(ho+n|hu+n|ہوں|bol(?:ch|s)h?i|বলছি)(?![\p{{L}}\p{{M}}])",
    regex.IGNORECASE,
)
_SIGNED = regex.compile(rf"(\b(?:regards|thanks|pozdrawiam|dziekuje|dziękuję|shukriya|شکریہ|ধন্যবাদ)),?\s+({_NAME})\s*$",
                        regex.IGNORECASE)  # fmt: skip

_TAKEN = regex.compile("|".join(regex.escape(one) for one in (EMAIL, LINK, NUMBER, POSTCODE, NAME, ADDRESS)))


def redacted(text: str) -> str:
    """The text without e-mail addresses, links, telephone, NHS and National Insurance numbers, other long numbers,
    postcodes, street addresses, and names that follow a cue like "my name is". Other names stay."""
    text = _EMAIL.sub(EMAIL, text)
    text = _LINK.sub(LINK, text)
    text = _NINO.sub(NUMBER, text)
    text = _without_phones(text)
    text = _HOME.sub(ADDRESS, text)
    text = _POSTCODE.sub(POSTCODE, text)
    text = _DIGITS.sub(NUMBER, text)
    text = _CALLED.sub(rf"\1 {NAME}", text)
    text = _SAID.sub(rf"\1 {NAME} \3", text)
    return str(_SIGNED.sub(rf"\1 {NAME}", text))


def marked(text: str) -> list[tuple[str, bool]]:
    """The whole text in pieces, each with whether it would be taken out by ``redacted``."""
    said = _TAKEN.split(redacted(text))
    found = regex.fullmatch("(.+?)".join(f"({regex.escape(piece)})" for piece in said), text, regex.DOTALL)
    pieces = found.groups() if found else (text,)
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]


def _without_phones(text: str) -> str:
    """Telephone numbers as people of any country write them, national ones as British."""
    found = list(phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE))
    for match in reversed(found):
        text = text[: match.start] + NUMBER + text[match.end :]
    return text
