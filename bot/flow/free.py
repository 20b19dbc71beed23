"""Answers that are no option: a number, a date, a postcode, a phone number, or something sent beside words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from bot.flow.heard import NOT_A_DATE, NOT_A_NUMBER, NOT_MEDIA, Read, Unread
from bot.flow.media import KINDS, NAMES
from bot.flow.model import Expect, Step
from bot.flow.readings import read_date, read_number, read_phone, read_postcode
from bot.flow.speaker import Speaker
from bot.flow.world import Reply

Answer: TypeAlias = Read[object] | Unread[object]

# Two days of different weekday, month and year, none of them a leap year: what means the same on both needs no today.
_ANY_DAYS = (date(2001, 3, 7), date(2026, 10, 16))
# Telling these would tell who or where she is: the words of such an answer are not kept (docs/decisions/0007).
PRIVATE = frozenset({Expect.PLACE, Expect.POSTCODE, Expect.PHONE})
_WORDS_OF_A_SENTENCE = 5
_DIGITS_OF_A_PHONE = 6


def _number(step: Step, reply: Reply, voice: Speaker) -> Answer:
    limits = step.limits
    words = voice.world.vocabulary.numbers_of(voice.language).get
    heard = read_number(reply.text, limits.low, limits.high, number_words=words, decimals=limits.decimals)
    return Read(heard.value) if isinstance(heard, Read) else Unread(heard.reason, heard.fills)


def _date(step: Step, reply: Reply, voice: Speaker) -> Answer:
    days = _ANY_DAYS if reply.today is None else (reply.today,)
    heard = {_on(day, step, reply, voice) for day in days}
    if len(heard) > 1:
        return Unread(NOT_A_DATE)
    day, sure, reason = heard.pop()
    return Read(day.isoformat(), sure) if day else Unread(reason)


def _on(today: date, step: Step, reply: Reply, voice: Speaker) -> tuple[date | None, bool, str]:
    heard = read_date(reply.text, today, voice.language, toward=step.limits.toward)
    return (heard.value, heard.sure, "") if isinstance(heard, Read) else (None, False, heard.reason)


def _postcode(step: Step, reply: Reply, voice: Speaker) -> Answer:
    heard = read_postcode(reply.text)
    return Read(heard.value) if isinstance(heard, Read) else Unread(heard.reason)


def _phone(step: Step, reply: Reply, voice: Speaker) -> Answer:
    heard = read_phone(reply.text)
    return Read(heard.value) if isinstance(heard, Read) else Unread(heard.reason)


def _media(step: Step, reply: Reply, voice: Speaker) -> Answer:
    kinds = step.limits.kinds or KINDS
    fitting = [item.kept() for item in reply.media if item.kind in kinds]
    names = ", ".join(voice.phrase(NAMES[kind]) for kind in kinds)
    return Read(fitting) if fitting else Unread(NOT_MEDIA, {"kinds": names})


READERS: Mapping[Expect, Callable[[Step, Reply, Speaker], Answer]] = {
    Expect.NUMBER: _number,
    Expect.DATE: _date,
    Expect.POSTCODE: _postcode,
    Expect.PHONE: _phone,
    Expect.MEDIA: _media,
}


def before_options(step: Step, reply: Reply, voice: Speaker) -> Answer | None:
    """What must be read before the options are looked at, as it could be taken for the number of one of them.

    A number is never the number of a line (those have letters there); "NR1" is a part of Norwich, not "number 1"; a
    photo that was asked for counts whatever stands below it.
    """
    if step.expect is Expect.MEDIA:
        heard = _media(step, reply, voice)
    elif step.expect is Expect.POSTCODE:
        heard = _postcode(step, reply, voice)
        if isinstance(heard, Read) and " " not in str(heard.value) and " " in reply.text.strip():
            return None  # "nr 1" is how Poles say "number 1"
    else:
        heard = _number(step, reply, voice)
        if isinstance(heard, Unread) and (heard.reason != NOT_A_NUMBER or any(map(str.isdigit, reply.text))):
            return heard
    return heard if isinstance(heard, Read) else None


def tells_who_or_where(step: Step, text: str) -> bool:
    """Whether a reply that was not understood may still be an address or a phone number of hers. A whole sentence
    without a number is neither."""
    if step.expect is Expect.PHONE:
        return sum(map(str.isdigit, text)) >= _DIGITS_OF_A_PHONE
    return any(map(str.isdigit, text)) or len(text.split()) < _WORDS_OF_A_SENTENCE
