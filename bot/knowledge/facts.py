"""What decides whether a person can use a service, in plain words. What nobody has told us is said to be unknown."""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge.bidi import isolate
from bot.knowledge.directory import Translate
from bot.knowledge.services import Facts, Service
from bot.knowledge.wording import filled, listed, locale_of

WOMEN_ONLY = "Women only."
NOT_WOMEN_ONLY = "Not only for women."
STEP_FREE = "No steps."
STEPS = "There are steps."
CHILDREN_WELCOME = "Children welcome."
NO_CHILDREN = "Please come without children."
HALAL = "Halal."
NOT_HALAL = "The food is not halal."
CULTURE = "Food or care for a culture: {what}"
FAITH = "Faith group: {faith}"
MUSLIM = "Muslim"
CHRISTIAN = "Christian"
SIKH = "Sikh"
HINDU = "Hindu"
JEWISH = "Jewish"
BUDDHIST = "Buddhist"
AGES = "Age: {youngest} to {oldest}"
AGE_FROM = "Age: {youngest} and over"
AGE_TO = "Age: up to {oldest}"
AREA = "For people in: {area}"
STATUS_NOT_ASKED = "They do not ask about immigration status."
STATUS_ASKED = "They may ask about immigration status."
LANGUAGES_SPOKEN = "Languages: {languages}"
INTERPRETER = "They can get you an interpreter. It helps to ask before."
NO_INTERPRETER = "No interpreter."
NOT_KNOWN = "We do not know: {facts} Please ask."
IF_STEPS = "Are there steps?"
IF_CHILDREN = "Can children come?"
IF_WOMEN_ONLY = "Is it only for women?"
IF_HALAL = "Is the food halal?"
STATUS_NOT_KNOWN = "We do not know if they ask about immigration status. You can ask without giving your name."
IF_LANGUAGES = "Which languages do they speak?"
IF_INTERPRETER = "Is there an interpreter?"

_SERVICE = "On a card about one service, sent by SMS. Keep it short."
_UNKNOWN = "After 'We do not know:'. Nobody has told us. A short question."
PHRASES: dict[str, str] = {
    WOMEN_ONLY: _SERVICE,
    NOT_WOMEN_ONLY: f"{_SERVICE} Men can come too.",
    STEP_FREE: f"{_SERVICE} A wheelchair can get in.",
    STEPS: f"{_SERVICE} A wheelchair cannot get in.",
    CHILDREN_WELCOME: _SERVICE,
    NO_CHILDREN: f"{_SERVICE} It is no place for children. Not unkind.",
    HALAL: f"{_SERVICE} The food there is halal.",
    NOT_HALAL: _SERVICE,
    CULTURE: f"{_SERVICE} {{what}} says it in the service's own words, like 'South Asian lunches'.",
    FAITH: f"{_SERVICE} {{faith}} becomes Muslim, Christian and so on.",
    MUSLIM: "A faith.",
    CHRISTIAN: "A faith.",
    SIKH: "A faith.",
    HINDU: "A faith.",
    JEWISH: "A faith.",
    BUDDHIST: "A faith.",
    AGES: f"{_SERVICE} Who may come, in years: {{youngest}} and {{oldest}} become numbers.",
    AGE_FROM: f"{_SERVICE} Who may come, in years: {{youngest}} becomes a number.",
    AGE_TO: f"{_SERVICE} Who may come, in years: {{oldest}} becomes a number.",
    AREA: f"{_SERVICE} {{area}} becomes the places whose people it is for.",
    STATUS_NOT_ASKED: f"{_SERVICE} It is safe to go there without papers.",
    STATUS_ASKED: f"{_SERVICE} A warning for people without papers. Not frightening.",
    LANGUAGES_SPOKEN: f"{_SERVICE} {{languages}} becomes the languages that staff speak.",
    INTERPRETER: _SERVICE,
    NO_INTERPRETER: f"{_SERVICE} They cannot get an interpreter.",
    NOT_KNOWN: f"{_SERVICE} {{facts}} becomes one short question or several, like 'Are there steps?'.",
    IF_STEPS: _UNKNOWN,
    IF_CHILDREN: _UNKNOWN,
    IF_WOMEN_ONLY: _UNKNOWN,
    IF_HALAL: _UNKNOWN,
    STATUS_NOT_KNOWN: f"{_SERVICE} Nobody has told us. Nobody should have to show who she is to find out.",
    IF_LANGUAGES: _UNKNOWN,
    IF_INTERPRETER: _UNKNOWN,
}
FAITH_WORDS = {
    "muslim": MUSLIM,
    "christian": CHRISTIAN,
    "sikh": SIKH,
    "hindu": HINDU,
    "jewish": JEWISH,
    "buddhist": BUDDHIST,
}
FOOD = "food"
A_LINE = 4


def known_facts(service: Service, language: str, translate: Translate) -> Iterator[str]:
    """A line for each fact that we know, a yes and a no alike."""
    facts = service.facts
    for fact, yes, no in _yes_or_no(facts):
        if fact is not None:
            yield translate(yes if fact else no, language)
    if facts.culture:
        what = isolate(translate(facts.culture, language, domain="services"), language)
        yield filled(CULTURE, language, translate, what=what)
    if facts.faith:
        faith = translate(FAITH_WORDS.get(facts.faith.lower(), facts.faith), language)
        yield filled(FAITH, language, translate, faith=faith)
    yield _ages(service, language, translate)
    if service.area_served:
        yield filled(AREA, language, translate, area=isolate(service.area_served, language))
    if facts.asks_immigration_status is not None:
        yield translate(STATUS_ASKED if facts.asks_immigration_status else STATUS_NOT_ASKED, language)
    yield from _languages(service, language, translate)


def unknown_facts(service: Service, language: str, translate: Translate) -> Iterator[str]:
    """What nobody has told us, where it matters, a few things a line: a line is never longer than a text."""
    asked = [translate(msgid, language) for msgid in _unknown(service, language)]
    for number in range(0, len(asked), A_LINE):
        yield filled(NOT_KNOWN, language, translate, facts=" ".join(asked[number : number + A_LINE]))
    if service.facts.asks_immigration_status is None:
        yield translate(STATUS_NOT_KNOWN, language)


def _yes_or_no(facts: Facts) -> Iterator[tuple[bool | None, str, str]]:
    yield facts.women_only, WOMEN_ONLY, NOT_WOMEN_ONLY
    yield facts.step_free, STEP_FREE, STEPS
    yield facts.family_friendly, CHILDREN_WELCOME, NO_CHILDREN
    yield facts.halal, HALAL, NOT_HALAL


def _unknown(service: Service, language: str) -> Iterator[str]:
    """The questions that are open. Of a helpline nobody asks whether it has steps, nor of a clinic for halal food."""
    facts = service.facts
    if service.address or service.postcode:
        yield from (IF_STEPS,) if facts.step_free is None else ()
        yield from (IF_CHILDREN,) if facts.family_friendly is None else ()
        yield from (IF_WOMEN_ONLY,) if facts.women_only is None else ()
        yield from (IF_HALAL,) if facts.halal is None and FOOD in service.topics else ()
    if not service.languages:
        yield IF_LANGUAGES
    if service.interpreter is None and language not in service.languages:
        yield IF_INTERPRETER


def _ages(service: Service, language: str, translate: Translate) -> str:
    youngest, oldest = service.minimum_age or None, service.maximum_age
    if youngest is None and oldest is None:
        return ""
    msgid = AGES if youngest is not None and oldest is not None else AGE_TO if youngest is None else AGE_FROM
    return filled(msgid, language, translate, youngest=str(youngest), oldest=str(oldest))


def _languages(service: Service, language: str, translate: Translate) -> Iterator[str]:
    names = [locale_of(language).languages.get(code) for code in service.languages]
    if known := [name for name in names if name]:
        yield filled(LANGUAGES_SPOKEN, language, translate, languages=listed(known, language))
    if service.interpreter is not None:
        yield translate(INTERPRETER if service.interpreter else NO_INTERPRETER, language)
