"""Answers and services as texts for a person: short, in her language, and never more certain than we are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_day_names
from babel.units import format_unit

from bot.knowledge.answers import Answer
from bot.knowledge.bidi import isolate, isolated, runs_right_to_left
from bot.knowledge.directory import Translate
from bot.knowledge.fresh import Freshness, freshness
from bot.knowledge.near import Found
from bot.knowledge.places import Place
from bot.knowledge.record import DAYS
from bot.knowledge.services import Facts, Opening, PhoneLine, Service

FREE = "Free"
LOW_COST = "Low cost"
COST_VARIES = "The cost varies."
COST_UNKNOWN = "Cost: not known."
FOR = "For: {who}"
OPEN = "Open: {times}"
ANY_TIME = "any time"
HOURS_UNKNOWN = "Opening times: not known. Please ask."
LANGUAGES_SPOKEN = "Languages: {languages}"
INTERPRETER = "They can get you an interpreter. It helps to ask before."
NO_INTERPRETER = "No interpreter."
WHERE = "Where: {address}"
PHONE = "Phone: {phone}"
TEXT = "Text: {number}"
WOMEN_ONLY = "Women only."
STEP_FREE = "No steps."
STEPS = "There are steps."
CHILDREN_WELCOME = "Children welcome."
HALAL = "Halal."
RING_FIRST = "Ring or book before you go."
AGES_FROM = "Ages: {youngest} and over"
AGES_TO = "Ages: up to {oldest}"
AGES_BETWEEN = "Ages: {youngest} to {oldest}"
ASSURED = "Its directory last checked this: {date}. Please ring first."
ASSURED_NO_PHONE = "Its directory last checked this: {date}."
FAITH = "Faith group: {faith}"
MUSLIM = "Muslim"
CHRISTIAN = "Christian"
SIKH = "Sikh"
HINDU = "Hindu"
JEWISH = "Jewish"
BUDDHIST = "Buddhist"
STATUS_NOT_ASKED = "They do not ask about immigration status."
STATUS_ASKED = "They may ask about immigration status."
CHECKED = "We last checked this: {date}."
MAY_BE_OLD = "It may have changed since."
NOT_CHECKED = "Nobody has checked this yet. Please ring first."
NOT_CHECKED_NO_PHONE = "Nobody has checked this yet. It may have changed."
TO_SAY = "You can say or show this:"
IT_MEANS = "It means:"
FROM = "From: {source}."
ABOUT = "about {distance}"
UNDER = "under {distance}"
FROM_HERE = "Measured from where you are."
FROM_POSTCODE = "Measured from your postcode."
FROM_MIDDLE = "Measured from the middle of {place}."

# A rough distance is said in whole miles from here on; what is nearer is "under 1 mile".
LESS_THAN = 0.75

_SERVICE = "On a card about one service, sent by SMS. Keep it short."
PHRASES: dict[str, str] = {
    FREE: "What a service costs: nothing. One word, after its name in a list and on its card.",
    LOW_COST: "What a service costs: a little. After its name in a list and on its card.",
    COST_VARIES: f"{_SERVICE} The price is not the same for all.",
    COST_UNKNOWN: f"{_SERVICE} Nobody has told us what it costs.",
    FOR: f"{_SERVICE} {{who}} says who may come.",
    OPEN: f"{_SERVICE} {{times}} becomes days and times, or the words for 'any time'.",
    ANY_TIME: f"{_SERVICE} Day and night. It comes after 'Open:'.",
    HOURS_UNKNOWN: f"{_SERVICE} Nobody has told us when it is open.",
    LANGUAGES_SPOKEN: f"{_SERVICE} {{languages}} becomes the languages that staff speak.",
    INTERPRETER: _SERVICE,
    NO_INTERPRETER: f"{_SERVICE} They cannot get an interpreter.",
    WHERE: f"{_SERVICE} {{address}} becomes street, town and postcode.",
    PHONE: f"{_SERVICE} {{phone}} becomes the number.",
    TEXT: f"{_SERVICE} {{number}} becomes the number that one can send a text message to.",
    WOMEN_ONLY: _SERVICE,
    STEP_FREE: f"{_SERVICE} A wheelchair can get in.",
    STEPS: f"{_SERVICE} A wheelchair cannot get in.",
    CHILDREN_WELCOME: _SERVICE,
    HALAL: f"{_SERVICE} The food there is halal.",
    RING_FIRST: f"{_SERVICE} Nobody is let in without.",
    AGES_FROM: f"{_SERVICE} {{youngest}} becomes a number of years.",
    AGES_TO: f"{_SERVICE} {{oldest}} becomes a number of years.",
    AGES_BETWEEN: f"{_SERVICE} {{youngest}} and {{oldest}} become numbers of years.",
    ASSURED: f"{_SERVICE} {{date}} becomes a day. The people who gave us the entry checked it, we did not.",
    ASSURED_NO_PHONE: f"{_SERVICE} The same, of a service that has no phone number.",
    FAITH: f"{_SERVICE} {{faith}} becomes Muslim, Christian and so on.",
    MUSLIM: "A faith.",
    CHRISTIAN: "A faith.",
    SIKH: "A faith.",
    HINDU: "A faith.",
    JEWISH: "A faith.",
    BUDDHIST: "A faith.",
    STATUS_NOT_ASKED: f"{_SERVICE} It is safe to go there without papers.",
    STATUS_ASKED: f"{_SERVICE} A warning for people without papers. Not frightening.",
    CHECKED: f"{_SERVICE} {{date}} becomes a day, like 9 May 2026.",
    MAY_BE_OLD: "After 'We last checked this', when that is long ago. The entry may be wrong by now.",
    NOT_CHECKED: f"{_SERVICE} The entry may be wrong.",
    NOT_CHECKED_NO_PHONE: f"{_SERVICE} The entry may be wrong, and there is no phone number.",
    TO_SAY: "Above a sentence in English that a person can say or show at a counter.",
    IT_MEANS: "Above the same sentence in her own language.",
    FROM: "Last line of an answer. {source} becomes the organisation it comes from.",
    ABOUT: "How far a service is, when it is not known exactly. {distance} becomes miles, like '2 miles'.",
    UNDER: "How far a service is, when it is near but not known exactly. {distance} becomes '1 mile'.",
    FROM_HERE: "Above a list of services: the miles to them begin at the location that her phone sent.",
    FROM_POSTCODE: "Above a list of services: the miles to them begin at the postcode that she sent.",
    FROM_MIDDLE: "Above a list of services: where the miles begin. {place} becomes a town, or a part of a postcode.",
}

AGES = {(True, False): AGES_FROM, (False, True): AGES_TO, (True, True): AGES_BETWEEN}
PHONES_SHOWN = 2  # the rest would make the card dear
COST_WORDS = {"free": FREE, "low": LOW_COST}
FAITH_WORDS = {
    "muslim": MUSLIM,
    "christian": CHRISTIAN,
    "sikh": SIKH,
    "hindu": HINDU,
    "jewish": JEWISH,
    "buddhist": BUDDHIST,
}


def service_line(found: Found, language: str, translate: Translate) -> str:
    """One line of a list: the name, how far it is, and that it is free or cheap."""
    service = found.service
    parts = [isolate(service.name, language)]
    if found.miles is not None:
        parts.append(how_far(found, language, translate))
    if service.cost in COST_WORDS:
        parts.append(translate(COST_WORDS[service.cost], language))
    return listed(parts, language)


def service_card(
    found: Found, language: str, translate: Translate, opening: str = "", *, today: date | None = None
) -> str:
    """All that a person needs to get there and in, a line for each thing; what is not known is left out or said.

    ``opening`` says, in her language, whether it is open now; ``today`` tells whether the last check is too long ago.
    """
    service = found.service
    lines = [
        isolate(service.name, language),
        _content(service.summary, language, translate),
        _cost(service, language, translate),
        _content(service.alert, language, translate),
        *_who(service, language, translate),
        *_facts(service.facts, language, translate),
        _hours(service, language, translate),
        opening,
        *_languages(service, language, translate),
        *_where(found, language, translate),
        _content(service.reach, language, translate),
        *_contacts(service, language, translate),
        _checked(service, language, translate, today),
    ]
    return isolated(_sms_spaces("\n".join(line for line in lines if line)), language)


def answer_title(answer: Answer, language: str, translate: Translate) -> str:
    """The answer's title, for a numbered list."""
    return isolated(_answer_text(answer.title, language, translate), language)


def answer_short(answer: Answer, language: str, translate: Translate, today: date | None = None) -> str:
    """The whole answer in brief; with a word about its age when its day of review has come."""
    short = isolated(_answer_text(answer.short, language, translate), language)
    old = today is not None and freshness(answer.verified, answer.review_by, today) is Freshness.OVER
    return _sms_spaces(f"{short}\n{_age(answer.verified, language, translate)}") if old else short


def answer_pages(answer: Answer, language: str, translate: Translate) -> list[str]:
    """What comes with MORE, a message at a time: the longer answer, then the words for the counter.

    The words for the counter stay in the language they were written in, because the clerk must understand them; what
    they mean stands below them. The last page says who says so.
    """
    detail = isolated(_answer_text(answer.detail, language, translate), language)
    pages = [page for page in (detail, "\n".join(_counter_words(answer, language, translate))) if page]
    source = _source(answer, language, translate)
    if source:
        pages = [*pages[:-1], f"{pages[-1]}\n\n{source}"] if pages else [source]
    return [_sms_spaces(page) for page in pages]


def how_far(found: Found, language: str, translate: Translate) -> str:
    """The miles to a found service, said no more exactly than they are known; "" when they are not."""
    if found.miles is None:
        return ""
    if not found.rough:
        return distance(found.miles, language)
    whole = max(1, round(found.miles))
    about = ABOUT if found.miles >= LESS_THAN else UNDER
    return _fill(about, language, translate, distance=_in_miles(whole, language))


def measured(place: Place, language: str, translate: Translate) -> str:
    """From where the miles to what was found are measured, as she should know how exact they are."""
    if not place.is_rough:
        return translate(FROM_HERE if place.exactness == "here" else FROM_POSTCODE, language)
    return _fill(FROM_MIDDLE, language, translate, place=isolate(place.name, language))


def distance(miles: float, language: str) -> str:
    """Miles in words, to a tenth below ten: "0.4 miles", "11 miles". It is a straight line, so no more exact."""
    return _in_miles(max(0.1, round(miles, 1)) if miles < 9.95 else round(miles), language)


@lru_cache(maxsize=4096)  # Babel takes 30 microseconds, for each line of a list
def _in_miles(rounded: float, language: str) -> str:
    # CLDR's long form is missing for Urdu and Bangla, and Babel does not look further: "0.4 mile".
    length: Literal["long", "short"] = "long" if language == "en" else "short"
    return _sms_spaces(format_unit(rounded, "mile", length, format="0.#", locale=locale_of(language)))


def opening_times(hours: Iterable[Opening], language: str) -> str:
    """Days and times on a 24-hour clock: "Mon, Wed 10:00-12:00; Sat 09:00-11:00"."""
    return ("؛ " if runs_right_to_left(language) else "; ").join(
        f"{_days(one.days, language)} {isolate(f'{one.opens}-{one.closes}', language)}" for one in hours
    )


def _cost(service: Service, language: str, translate: Translate) -> str:
    note = _content(service.cost_note, language, translate)
    if service.cost in COST_WORDS:
        word = translate(COST_WORDS[service.cost], language)
    elif service.cost == "varies":
        word = "" if note else translate(COST_VARIES, language)
    else:
        word = "" if note else translate(COST_UNKNOWN, language)
    return "\n".join(part for part in (word, note) if part)


def _who(service: Service, language: str, translate: Translate) -> Iterator[str]:
    if service.who:
        yield _fill(FOR, language, translate, who=_content(service.who, language, translate))
    ages = {"youngest": service.minimum_age or None, "oldest": service.maximum_age}
    msgid = AGES.get((ages["youngest"] is not None, ages["oldest"] is not None))
    if msgid:
        yield _fill(msgid, language, translate, **{name: str(age) for name, age in ages.items() if age is not None})


def _facts(facts: Facts, language: str, translate: Translate) -> Iterator[str]:
    """One line for the facts that are known, another for the one that people without papers look for."""
    known = [
        (facts.women_only, WOMEN_ONLY, ""),
        (facts.step_free, STEP_FREE, STEPS),
        (facts.family_friendly, CHILDREN_WELCOME, ""),
        (facts.halal, HALAL, ""),
        (facts.ring_first, RING_FIRST, ""),
    ]
    said = [yes if fact else no for fact, yes, no in known if fact is not None]
    yield " ".join(translate(msgid, language) for msgid in said if msgid)
    if facts.culture:
        yield _content(facts.culture, language, translate)
    if facts.faith:
        faith = translate(FAITH_WORDS.get(facts.faith.lower(), facts.faith), language)
        yield _fill(FAITH, language, translate, faith=faith)
    if facts.asks_immigration_status is not None:
        yield translate(STATUS_ASKED if facts.asks_immigration_status else STATUS_NOT_ASKED, language)


def _hours(service: Service, language: str, translate: Translate) -> str:
    note = _content(service.hours_note, language, translate)
    if service.hours == "unknown":  # a directory's timetable is told with what it means now
        return note or ("" if service.schedules else translate(HOURS_UNKNOWN, language))
    times = translate(ANY_TIME, language) if isinstance(service.hours, str) else opening_times(service.hours, language)
    line = _fill(OPEN, language, translate, times=times)
    return f"{line}\n{note}" if note else line


def _languages(service: Service, language: str, translate: Translate) -> Iterator[str]:
    names = [locale_of(language).languages.get(code) for code in service.languages]
    if known := [name for name in names if name]:
        yield _fill(LANGUAGES_SPOKEN, language, translate, languages=listed(known, language))
    if service.interpreter is not None:
        yield translate(INTERPRETER if service.interpreter else NO_INTERPRETER, language)


def _where(found: Found, language: str, translate: Translate) -> Iterator[str]:
    service = found.service
    address = ", ".join(part for part in (service.address, service.postcode) if part)
    if address:
        line = _fill(WHERE, language, translate, address=isolate(address, language))
        yield f"{line} ({how_far(found, language, translate)})" if found.miles is not None else line


def _contacts(service: Service, language: str, translate: Translate) -> Iterator[str]:
    for line in service.phones[:PHONES_SHOWN] or ([PhoneLine(service.phone)] if service.phone else []):
        number = isolate(line.number, language)
        shown = f"{isolate(line.label, language)} {number}" if line.label else number
        yield _fill(PHONE, language, translate, phone=shown)
    if service.text:
        yield _fill(TEXT, language, translate, number=isolate(service.text, language))
    if service.email:
        yield isolate(service.email, language)
    if service.url:
        yield isolate(service.url.split("://", 1)[1].rstrip("/"), language)


def _age(verified: date | None, language: str, translate: Translate) -> str:
    """That a check is long ago, or that there was none."""
    if verified is None:
        return translate(NOT_CHECKED_NO_PHONE, language)
    checked = _fill(CHECKED, language, translate, date=written_day(verified, language))
    return f"{checked} {translate(MAY_BE_OLD, language)}"


def _checked(service: Service, language: str, translate: Translate, today: date | None) -> str:
    if service.verified and today and freshness(service.verified, None, today) is Freshness.OVER:
        return _age(service.verified, language, translate)
    if service.verified:
        return _fill(CHECKED, language, translate, date=written_day(service.verified, language))
    if service.assured:
        msgid = ASSURED if service.phone else ASSURED_NO_PHONE
        return _fill(msgid, language, translate, date=written_day(service.assured, language))
    return translate(NOT_CHECKED if service.phone else NOT_CHECKED_NO_PHONE, language)


def _source(answer: Answer, language: str, translate: Translate) -> str:
    if not answer.source_name:
        return ""
    line = _fill(FROM, language, translate, source=isolate(answer.source_name, language))
    if not answer.verified:
        return line
    return f"{line} {_fill(CHECKED, language, translate, date=written_day(answer.verified, language))}"


def _counter_words(answer: Answer, language: str, translate: Translate) -> Iterator[str]:
    if not answer.say:
        return
    quoted = f'"{answer.say}"'
    yield f"{translate(TO_SAY, language)}\n{isolate(quoted, language)}"
    meaning = _answer_text(answer.say, language, translate)
    if meaning != answer.say:
        yield f"{translate(IT_MEANS, language)} {meaning}"


def _content(text: str, language: str, translate: Translate) -> str:
    return translate(text, language, domain="services") if text else ""


def _answer_text(text: str, language: str, translate: Translate) -> str:
    return translate(text, language, domain="answers") if text else ""


def _fill(msgid: str, language: str, translate: Translate, **values: str) -> str:
    """A phrase with its placeholder filled in. Plain replacing: what people wrote may hold braces of its own."""
    text = translate(msgid, language)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Babel's data for a language: British dates for English, English for what Babel lacks."""
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def _days(days: Iterable[str], language: str) -> str:
    """Short names; three or more days in a row become "Mon-Fri"."""
    # Never "stand-alone": Babel 2.18 then answers in the language it was first asked for (an alias it shares).
    names = get_day_names("abbreviated", "format", locale_of(language))
    runs: list[list[int]] = []
    for day in sorted({DAYS.index(day) for day in days}):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    shown = [
        f"{names[run[0]]}-{names[run[-1]]}" if len(run) > 2 else listed([names[day] for day in run], language)
        for run in runs
    ]
    return listed(shown, language)


def listed(items: Iterable[str], language: str) -> str:
    """Items with the comma of her script and no "and". Babel's own lists break off in Urdu at the third item."""
    return _comma(language).join(items)


def written_day(day: date, language: str) -> str:
    """The whole day. A month alone would need its "stand-alone" form, and Babel gets that wrong (see _days)."""
    return _sms_spaces(format_date(day, "long", locale_of(language)))


def _comma(language: str) -> str:
    if language == "zh":
        return "\u3001"
    return "، " if runs_right_to_left(language) else ", "


def _sms_spaces(text: str) -> str:
    """Babel puts no-break spaces into numbers and dates; each makes an SMS twice as dear."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")
