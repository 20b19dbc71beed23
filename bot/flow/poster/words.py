"""What a poster says, and what its two codes open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.flow.phrasebook import phrasebook
from bot.language.catalogue import Catalogues
from bot.language.names import LANGUAGES

TITLE = "Need help? Text us in English."
WHAT_FOR = "Food, money, a home, a doctor, your rights, or someone to talk to. Local people answer."
TEXT_WORD = "Text this word:"
TO_NUMBER = "to this number:"
SCAN_SMS = "Scan to send a text"
SCAN_WHATSAPP = "Scan for WhatsApp"
COST = "Our help is free. Your phone company may charge for a text. WhatsApp needs the internet."
WHO = "We are local people. We are not the police or the Home Office."
STOP = "To stop, text {stop}. To erase what you wrote, text {delete}."
DANGER = "In danger? Call 999."
_POSTER = "On a printed poster."
PHRASES: dict[str, str] = {
    TITLE: f"{_POSTER} The big line. Write the name of YOUR language here: 'Text us in Polish.'",
    WHAT_FOR: _POSTER,
    TEXT_WORD: f"{_POSTER} Below it stands the name of your language, which people are to text.",
    TO_NUMBER: f"{_POSTER} After 'Text this word'. Below it stands our phone number.",
    SCAN_SMS: f"{_POSTER} Under a square code: a phone's camera opens a text message to us. Short.",
    SCAN_WHATSAPP: f"{_POSTER} Under a square code: a phone's camera opens WhatsApp. Short.",
    COST: f"{_POSTER} What it costs.",
    WHO: _POSTER,
    STOP: f"{_POSTER} {{stop}} and {{delete}} become the command words.",
    DANGER: f"{_POSTER} Keep the number exactly.",
}
_BETWEEN = re.compile(r"[\s().-]")
_NATIONAL = re.compile(r"0[1-9]\d{8,9}", re.ASCII)
_INTERNATIONAL = re.compile(r"\+[1-9]\d{7,14}|\d{5,6}", re.ASCII)  # or a short code
# Beside the other language, for whoever puts the poster up: always in English.
IN_ENGLISH = (
    "In {language}: free help from local people, by text message or WhatsApp. Text the word above to the number, or "
    "scan a code. A text costs what the phone company charges. To stop, text STOP. In danger? Call 999."
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where people can write to, with the country code: "+447700900123". "" when there is none."""

    sms: str
    whatsapp: str

    def __bool__(self) -> bool:
        return bool(self.sms or self.whatsapp)


@dataclass(frozen=True, slots=True)
class Code:
    """A code to scan: what it opens, and the words below it."""

    opens: str
    caption: str


@dataclass(frozen=True, slots=True)
class Words:
    """All words of one poster, in its language."""

    language: str
    service_name: str
    title: str
    what_for: str
    text_word: str
    start: str
    to_number: str
    number: str
    codes: tuple[Code, ...]
    closing: tuple[str, ...]
    danger: str
    english: str


def poster_words(catalogues: Catalogues, language: str, service_name: str, numbers: Numbers) -> Words:
    """The words of a poster. The number in figures is that of SMS, or of WhatsApp when there is no other."""
    book = phrasebook(catalogues, service_name)

    def said(msgid: str) -> str:
        return book.text(msgid, language)

    start = LANGUAGES[language].own_name
    codes = []
    if numbers.sms:
        codes.append(Code(sms_link(numbers.sms, start), said(SCAN_SMS)))
    if numbers.whatsapp:
        codes.append(Code(whatsapp_link(numbers.whatsapp, start), said(SCAN_WHATSAPP)))
    english = "" if language == "en" else IN_ENGLISH.replace("{language}", LANGUAGES[language].english_name)
    return Words(
        language=language,
        service_name=service_name,
        title=said(TITLE),
        what_for=said(WHAT_FOR),
        text_word=said(TEXT_WORD),
        start=start,
        to_number=said(TO_NUMBER),
        number=in_figures(numbers.sms or numbers.whatsapp),
        codes=tuple(codes),
        closing=(said(COST), said(WHO), said(STOP)),
        danger=said(DANGER),
        english=english,
    )


def sms_link(number: str, words: str) -> str:
    """What a camera turns into a text message to ``number`` that says ``words``, on Android and iPhone.

    "SMSTO:number:words" is what github.com/zxing/zxing/wiki/Barcode-Contents describes; "sms:" links put the words
    behind "?body=" on one system and "&body=" on the other.
    """
    return f"SMSTO:{number}:{words}"


def whatsapp_link(number: str, words: str) -> str:
    """What opens WhatsApp with ``words`` written to ``number`` (faq.whatsapp.com/5913398998672934)."""
    quoted = "".join(f"%{byte:02X}" for byte in words.encode())
    return f"https://wa.me/{number.removeprefix('+')}?text={quoted}"


def read_number(written: str) -> str:
    """The number as Twilio has it: "07700 900123" is "+447700900123"; a short code stays. "" for nothing.

    Raises ValueError with the sentence to show.
    """
    number = _BETWEEN.sub("", written)
    if _NATIONAL.fullmatch(number):
        return f"+44{number[1:]}"
    if number and not _INTERNATIONAL.fullmatch(number):
        raise ValueError(f'"{written}" is no phone number. Write it like 07700 900123 or +447700900123.')
    return number


def in_figures(number: str) -> str:
    """A number as people here write it down: "07700 900123"; one of another country as it is."""
    if number.startswith("+44") and len(number) == 13:
        national = f"0{number[3:]}"
        return f"{national[:5]} {national[5:]}"
    return number
