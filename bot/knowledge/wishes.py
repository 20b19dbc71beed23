"""What matters to her in a service: known to be so first, not known next, known not to be so left out.

None of these tells who she is. Whether she has papers is never a wish: it would be kept beside her number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.knowledge.near import Found
from bot.knowledge.services import Service


class Wish(StrEnum):
    """What may matter. The values are the keys of options in flows."""

    FREE = "free"
    MY_LANGUAGE = "my_language"
    INTERPRETER = "interpreter"
    WOMEN_ONLY = "women_only"
    STEP_FREE = "step_free"
    HALAL = "halal"
    CHILDREN = "children"


FIRST_FITS = "First what fits: {wishes}."
LEFT_OUT = "Places that do not fit are left out."
NOT_KNOWN = "We do not know which of these fit: {wishes}. Please ask them."
NONE_FITS = "Sorry, we know of none that fits: {wishes}. These are the others."
RING_TO_ASK = "ring to ask"
PLEASE_ASK = "please ask"
NAMES: dict[Wish, str] = {
    Wish.FREE: "free",
    Wish.MY_LANGUAGE: "your language",
    Wish.INTERPRETER: "interpreter",
    Wish.WOMEN_ONLY: "women only",
    Wish.STEP_FREE: "no steps",
    Wish.HALAL: "halal",
    Wish.CHILDREN: "children welcome",
}

_ABOVE = "Above a list of services. {wishes} becomes what matters to her, like 'free, halal'."
_NAME = "What matters to someone who looks for a service. In a list, after 'First what fits:'. Small letters."
PHRASES: dict[str, str] = {
    FIRST_FITS: _ABOVE,
    LEFT_OUT: "After 'First what fits: halal.' Some services were left out of the list.",
    NOT_KNOWN: f"{_ABOVE} Nobody has told us of any of them.",
    NONE_FITS: _ABOVE,
    RING_TO_ASK: "In a list, after the name of a service: we do not know whether it fits. Two or three words.",
    PLEASE_ASK: "In a list, after the name of a service without a phone: we do not know whether it fits.",
    "free": _NAME,
    "your language": _NAME,
    "interpreter": _NAME,
    "women only": _NAME,
    "no steps": _NAME,
    "halal": _NAME,
    "children welcome": _NAME,
}

CONTEXT = "what matters"
SAID_FREE = "free, free of charge, costs nothing, no cost, no money"
SAID_LANGUAGE = "my language, in my language, my own language, speaks my language, speak my language"
SAID_INTERPRETER = "interpreter, an interpreter, with interpreter, translator"
SAID_WOMEN_ONLY = "women only, only women, for women, women, ladies only, only ladies, female only"
SAID_STEP_FREE = "no steps, step free, stepfree, wheelchair, wheelchair access, no stairs, disabled access"
SAID_HALAL = "halal, halal food, halal meat"
SAID_CHILDREN = (
    "children welcome, with children, with my children, with kids, kids welcome, child friendly, family friendly"
)
AROUND = "and, also, please, pls, must be, it must be, i want, i need, with, only, thanks"
_SAID = "Words by which someone says that this matters to her in a service. With Latin-letter spellings."
WORDS: dict[tuple[str, str], str] = {
    (CONTEXT, SAID_FREE): _SAID,
    (CONTEXT, SAID_LANGUAGE): _SAID,
    (CONTEXT, SAID_INTERPRETER): _SAID,
    (CONTEXT, SAID_WOMEN_ONLY): _SAID,
    (CONTEXT, SAID_STEP_FREE): _SAID,
    (CONTEXT, SAID_HALAL): _SAID,
    (CONTEXT, SAID_CHILDREN): _SAID,
    (CONTEXT, AROUND): "Words that may stand round what matters to someone, like 'please' and 'and'.",
}
SAID: dict[Wish, str] = {
    Wish.FREE: SAID_FREE,
    Wish.MY_LANGUAGE: SAID_LANGUAGE,
    Wish.INTERPRETER: SAID_INTERPRETER,
    Wish.WOMEN_ONLY: SAID_WOMEN_ONLY,
    Wish.STEP_FREE: SAID_STEP_FREE,
    Wish.HALAL: SAID_HALAL,
    Wish.CHILDREN: SAID_CHILDREN,
}


class Ranked(NamedTuple):
    """Services in the order of what matters. ``fitting`` of them are known to fit; ``left_out`` were known not to."""

    found: list[Found]
    fitting: int
    left_out: int


def fits(service: Service, wish: Wish, language: str) -> bool | None:
    """Whether a service is as she wishes; None when nobody has told us."""
    facts = service.facts
    match wish:
        case Wish.FREE:
            return {"free": True, "low": False}.get(service.cost)
        case Wish.MY_LANGUAGE:
            return _speaks(service, language)
        case Wish.INTERPRETER:
            return service.interpreter
        case Wish.WOMEN_ONLY:
            return facts.women_only
        case Wish.STEP_FREE:
            return facts.step_free
        case Wish.HALAL:
            return facts.halal
        case Wish.CHILDREN:
            return facts.family_friendly


def fits_all(service: Service, wishes: Iterable[Wish], language: str) -> bool | None:
    """Whether it is known to fit them all; False when one is known not to."""
    told = [fits(service, wish, language) for wish in wishes]
    return False if False in told else None if None in told else True


def ranked(found: Sequence[Found], wishes: Sequence[Wish], language: str) -> Ranked:
    """The found services by what matters, else in the order they were in. When none is left, all stay."""
    told = [(hit, fits_all(hit.service, wishes, language)) for hit in found]
    fitting = [hit for hit, fit in told if fit]
    unknown = [hit for hit, fit in told if fit is None]
    kept = fitting + unknown
    return Ranked(kept or list(found), len(fitting), len(found) - len(kept) if kept else 0)


def _speaks(service: Service, language: str) -> bool | None:
    """Staff who speak it, or an interpreter. A list of languages without hers says nothing about interpreters."""
    if language in service.languages or service.interpreter:
        return True
    return False if service.languages and service.interpreter is False else None
