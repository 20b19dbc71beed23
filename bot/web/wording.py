"""The desk's language: which one this person chose, its sentences, its dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone
from flask import Flask, g, has_request_context, request

from bot.language.catalogue import N_
from bot.language.names import LANGUAGES, Language, language
from bot.web.context import parts

COOKIE = "desk_language"
HERE = get_timezone("Europe/London")
DAY_MS = 86_400_000


def desk_language() -> Language:
    """The language this person reads the desk in: chosen before, else what the browser asks for, else English."""
    if not has_request_context():
        return language("en")
    if "desk_language" not in g:
        offered = parts().settings.languages
        chosen = request.cookies.get(COOKIE, "")
        asked = request.accept_languages.best_match(offered) or "en"
        g.desk_language = language(chosen if chosen in offered else asked)
    found: Language = g.desk_language
    return found


def gettext(msgid: str, /, **values: object) -> str:
    """The sentence in the desk's language. ``values`` fill its {places}; the template escapes the whole."""
    text = parts().catalogues.text(msgid, desk_language().code, domain="desk")
    return text.format(**values) if values else text


def language_name(code: str | None) -> str:
    """A language's name in the desk's language, its own name when Babel has none, or "not known"."""
    if not code:
        return gettext("Language not known")
    own = LANGUAGES[code].own_name if code in LANGUAGES else code
    return locale().languages.get(code) or own


def locale() -> Locale:
    """Babel's locale for the desk's language. English is British: the day comes first."""
    code = desk_language().code
    try:
        return Locale.parse("en_GB" if code == "en" else code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def moment(ms: int) -> datetime:
    """Milliseconds since 1970 UTC as a moment on the clock on the wall here."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(HERE)


def when(ms: int) -> str:
    """A moment in full, in the desk's language."""
    return format_datetime(moment(ms), "d MMM y, HH:mm", locale=locale())


def clock(ms: int) -> str:
    """The time of day of a moment."""
    return format_datetime(moment(ms), "HH:mm", locale=locale())


def age(ms: int) -> str:
    """How long ago, in the desk's language: "3 hours ago". Under a minute is "just now"."""
    passed = parts().now_ms() - ms
    if passed < 60_000:
        return gettext("just now")
    return format_timedelta(-timedelta(milliseconds=passed), add_direction=True, locale=locale(), threshold=1.2)


def month(ms: int) -> str:
    """The month of a moment, in the desk's language."""
    return format_date(moment(ms).date(), "LLLL y", locale=locale())


def day(value: date) -> str:
    """A date in the desk's language."""
    return format_date(value, "d MMMM y", locale=locale())


def today() -> date:
    """Today's date here."""
    return moment(parts().now_ms()).date()


def day_began() -> int:
    """When today began here, in milliseconds since 1970 UTC."""
    return int(datetime.combine(today(), time(), HERE).timestamp() * 1000)


def init_app(app: Flask) -> None:
    """Give every template the sentences, dates and direction."""
    app.jinja_env.globals.update(_=gettext, N_=N_, language_name=language_name)
    app.jinja_env.filters.update(
        age=age, when=when, clock=clock, day=day, iso=lambda ms: moment(ms).isoformat(timespec="minutes")
    )
    app.context_processor(lambda: {"desk_language": desk_language()})
