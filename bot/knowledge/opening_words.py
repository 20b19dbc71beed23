"""Whether a service is open now, as one short line of its card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.dates import get_day_names

from bot.knowledge.bank_holidays import BANK_HOLIDAYS
from bot.knowledge.bidi import isolate, isolated
from bot.knowledge.directory import Translate
from bot.knowledge.openings import HERE, WEEKDAYS, Doubt, Now, State, next_open, open_now, unchanged
from bot.knowledge.present import OPEN, locale_of, opening_times, written_day
from bot.knowledge.record import DAYS
from bot.knowledge.schedule import Schedule
from bot.knowledge.services import Hours, Service
from bot.knowledge.timetable import remarks, week

OPEN_UNTIL = "Open now until {time}."
OPEN_NOW = "Open now."
CLOSED = "Closed now."
OPENS_TODAY = "Closed now. Opens today at {time}."
OPENS_ON = "Closed now. Opens {day} at {time}."
NO_CLOSING = "Opened at {time}. We do not know when it closes. Please ring first."
NO_CLOSING_NO_PHONE = "Opened at {time}. We do not know when it closes."
SHORT_OPEN = "open now"
SHORT_LATER = "opens {time}"
SHORT_ON = "opens {day} {time}"
HOLIDAY = "Bank holiday: it may be closed. Please ring first."
HOLIDAY_NO_PHONE = "Bank holiday: it may be closed."
NOT_SURE = "Open now? We are not sure. Please ring first."
NOT_SURE_NO_PHONE = "Open now? We are not sure. It may be closed."

_CARD = "On a card about one service, sent by SMS, below its opening times. Keep it short."
_LIST = "In a list of services, after the name, the miles and the cost. Two or three words."
PHRASES: dict[str, str] = {
    OPEN_UNTIL: f"{_CARD} {{time}} becomes a time of day, like 17:00.",
    OPEN_NOW: _CARD,
    CLOSED: f"{_CARD} We do not know when it opens again.",
    OPENS_TODAY: f"{_CARD} {{time}} becomes a time of day, like 17:00.",
    OPENS_ON: f"{_CARD} {{day}} becomes a short day of the week, like Mon, or a date, like 9 May 2026.",
    NO_CLOSING: f"{_CARD} {{time}} becomes a time of day, like 9:00.",
    NO_CLOSING_NO_PHONE: f"{_CARD} {{time}} becomes a time of day, like 9:00.",
    SHORT_OPEN: f"{_LIST} Small letters.",
    SHORT_LATER: f"{_LIST} It is closed now and opens later today. {{time}} becomes a time of day, like 17:00.",
    SHORT_ON: f"{_LIST} It is closed now. {{day}} becomes a short day of the week, like Mon; {{time}} a time of day.",
    HOLIDAY: f"{_CARD} It is a public holiday in England today.",
    HOLIDAY_NO_PHONE: f"{_CARD} It is a public holiday in England today.",
    NOT_SURE: f"{_CARD} It may be open or closed.",
    NOT_SURE_NO_PHONE: f"{_CARD} It may be open or closed.",
}

# The weekday of a date this near cannot be mistaken for the one after.
NEAR = timedelta(days=6)


def opening_line(service: Service, at: datetime, language: str, translate: Translate) -> str:
    """Whether it is open at this moment, in her language; "" where the card has said all there is to say of it.

    Words beside the times ("Only in the school holidays") are a condition that no calendar here knows: then we are
    not sure. What they say of bank holidays, ours does know. A directory's timetable is told with it.
    """
    if isinstance(service.hours, str):
        return _timetable(service, at, language, translate) if service.hours == "unknown" else ""
    return _judged(schedules_of(service.hours), service.hours_note, at, bool(service.phone), language, translate)


def opening_phrase(service: Service, at: datetime, language: str, translate: Translate) -> str:
    """The same in two or three words for a list; "" when we are not sure, or it opens more than six days from now."""
    day = at.astimezone(HERE).date()
    listed = service.hours == "unknown"  # its directory's timetable tells, if there is one
    schedules = service.schedules if listed else schedules_of(service.hours)
    note = remarks(schedules, day) if listed else service.hours_note
    if not schedules or not _is_sure(note) or service.hours == "always":  # its hours are no news
        return ""
    state = open_now(schedules, at, BANK_HOLIDAYS).state
    if state is not State.NO:
        return translate(SHORT_OPEN, language) if state is State.YES else ""
    opens = next_open(schedules, at, BANK_HOLIDAYS)
    if opens is None or opens.date() - day > NEAR:
        return ""
    text = translate(SHORT_LATER if opens.date() == day else SHORT_ON, language)
    return text.replace("{day}", _weekday(opens, language)).replace("{time}", _clock(opens, language))


def unchanged_words(service: Service, at: datetime) -> tuple[datetime, datetime]:
    """From when (included) until when (not included) ``opening_line`` and ``opening_phrase`` say what they say now."""
    listed = service.hours == "unknown"
    return unchanged(service.schedules if listed else schedules_of(service.hours), at)


def _is_sure(note: str) -> bool:
    """Words beside the times are a condition that no calendar here knows, unless they speak of bank holidays."""
    return not note or "bank holiday" in note.lower()


def _timetable(service: Service, at: datetime, language: str, translate: Translate) -> str:
    """The times that a directory tells, and what they mean now; "" when it tells none."""
    if not service.schedules:
        return ""
    day = at.astimezone(HERE).date()
    times, note = week(service.schedules, day), remarks(service.schedules, day)
    told = translate(OPEN, language).replace("{times}", opening_times(times, language)) if times else ""
    now = _judged(service.schedules, note, at, bool(service.phone), language, translate)
    return "\n".join(line for line in (told, isolated(note, language), now) if line)


def _judged(
    schedules: Sequence[Schedule], note: str, at: datetime, rings: bool, language: str, translate: Translate
) -> str:
    if not _is_sure(note):
        return translate(NOT_SURE if rings else NOT_SURE_NO_PHONE, language)
    return _said(schedules, at, rings, language, translate)


def _said(schedules: Sequence[Schedule], at: datetime, rings: bool, language: str, translate: Translate) -> str:
    now = open_now(schedules, at, BANK_HOLIDAYS)
    if now.state is State.NO:
        return _closed(next_open(schedules, at, BANK_HOLIDAYS), at, language, translate)
    if now.state is State.UNKNOWN:
        return _doubtful(now, rings, language, translate)
    if now.until is None:
        return translate(OPEN_NOW, language)
    return translate(OPEN_UNTIL, language).replace("{time}", _clock(now.until, language))


def _closed(opens: datetime | None, at: datetime, language: str, translate: Translate) -> str:
    if opens is None:
        return translate(CLOSED, language)
    today = at.astimezone(opens.tzinfo).date()
    text = translate(OPENS_TODAY if opens.date() == today else OPENS_ON, language)
    day = _weekday(opens, language) if opens.date() - today <= NEAR else written_day(opens.date(), language)
    return text.replace("{day}", day).replace("{time}", _clock(opens, language))


def _doubtful(now: Now, rings: bool, language: str, translate: Translate) -> str:
    if now.doubt is Doubt.HOLIDAY:
        return translate(HOLIDAY if rings else HOLIDAY_NO_PHONE, language)
    if now.doubt is Doubt.CLOSING and now.since:
        text = translate(NO_CLOSING if rings else NO_CLOSING_NO_PHONE, language)
        return text.replace("{time}", _clock(now.since, language))
    return translate(NOT_SURE if rings else NOT_SURE_NO_PHONE, language)


def _clock(moment: datetime, language: str) -> str:
    return isolate(f"{moment:%H:%M}", language)


def _weekday(moment: datetime, language: str) -> str:
    # Never "stand-alone": see _days in present.py.
    return str(get_day_names("abbreviated", "format", locale_of(language))[moment.weekday()])


def schedules_of(hours: Hours) -> tuple[Schedule, ...]:
    """The opening times of a content file as weekly schedules."""
    if hours == "always":
        return (Schedule(freq="WEEKLY", byday=WEEKDAYS, opens="00:00", closes="24:00"),)
    if isinstance(hours, str):
        return ()
    return tuple(
        Schedule(
            freq="WEEKLY",
            byday=tuple(WEEKDAYS[DAYS.index(day)] for day in one.days),
            opens=one.opens,
            closes=one.closes,
        )
        for one in hours
    )
