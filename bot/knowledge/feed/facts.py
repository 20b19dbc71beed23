"""What matters to residents, from what a directory says. What it does not say stays unknown; nothing is inferred.

Whether a service asks about immigration status is never read from a directory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.knowledge.feed.schedules import read_day
from bot.knowledge.feed.words import one_line, plain_text, sentences, shortened
from bot.knowledge.record import language_code

OLDEST = 99  # a maximum of so many years or more is a form's way to say that there is none
LONGEST_NOTE, LONGEST_CULTURE, LONGEST_FAITH = 120, 80, 24
COST_OPTIONS = 3  # more prices than this do not help in a text
# English names that the table of languages does not have.
ALSO = {
    "farsi": "fa", "dari": "fa", "panjabi": "pa", "bengali": "bn", "bangla": "bn", "mandarin": "zh", "sorani": "ckb",
    "kurdish sorani": "ckb", "kurdish (sorani)": "ckb", "kurmanji": "ku", "sylheti": "syl", "pushto": "ps",
    "portugese": "pt", "gujrati": "gu", "chinese": "zh", "filipino": "fil", "flemish": "nl", "moldovan": "ro",
}  # fmt: skip
_ANOTHER = re.compile(r"[,;/&|]|\band\b|\n")
_NOTHING = re.compile(r"(?:n/?a|none|no|not (?:known|available|applicable)|unknown|tbc|-+|\.+)\.?", re.IGNORECASE)
_FREE = re.compile(
    r"(?:it is |all |this (?:service|group|activity) is |completely |totally )*(?:free|no (?:charge|cost|fee)s?|nil|£?0(?:\.00?)?)\b(?! parking)",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"£\s?(?!0+(?:\.0+)?\b)\d|\d+\s?p\b|\b(?:but|except|unless|first|under|after|from|then|members?)\b", re.IGNORECASE
)
_NOT = r"(?:\bnot?\b|\bisn't\b|\baren't\b|\bwithout\b|\bunfortunately\b)[^.\n]{0,30}"
_WOMEN = r"(?:wom[ae]n|females?|ladies)(?:[ -]only\b|'s[ -]only\b)|\b(?:only for|exclusively for|for) (?:wom[ae]n|females|ladies) only\b|\b(?:only for|exclusively for) (?:wom[ae]n|females|ladies)\b"
_STEP_FREE = r"(?:full(?:y)? |full )?(?:wheelchair[ -](?:access|accessible|friendly|user)|accessible (?:to|for|by) wheelchair|step[- ]free|level access|no steps\b|ramped? access|ramp(?:s)? (?:to|at)|disabled access|fully accessible|accessible entrance)"
_STEPS = r"\b(?:not (?:fully )?(?:wheelchair|step[- ]free|accessible)|no (?:wheelchair|disabled|step[- ]free|level) access|steps? (?:up )?(?:to|at|into|lead)|stairs? only|inaccessible)"
_PARTLY = r"\b(?:partial|partly|limited|some|ask|please (?:call|contact)|contact us)\b"
_FAMILY = r"\b(?:family[- ]friendly|child(?:ren)?[- ]friendly|children (?:are )?welcome|bring (?:your|the) (?:child|children|kids|baby)|creche|whole family|families (?:are )?welcome|all the family|child[- ]friendly)"
_HALAL = r"\bhalal (?:food|meals?|options?|meat|friendly|certified|available|is|lunch|menu)|\b(?:food|meals?|all food) (?:is|are) halal\b"
_INTERPRETER = r"\binterpret(?:er|ers|ing|ation)\b[^.\n]{0,40}\b(?:available|provided|arranged|booked|offer|can|on request|free)|\b(?:provide|offer|arrange|book|have|use|with)\b[^.\n]{0,25}\binterpret(?:er|ers|ing|ation)\b"
_RING = r"\b(?:ring|call|phone|telephone|contact us) (?:us )?(?:first|before|ahead|beforehand|in advance)\b|\bby appointment only\b|\bappointments? only\b|\bbook(?:ing)? (?:is )?(?:essential|required|needed|in advance)\b"
_PEOPLES = r"(?:south asian|asian|african(?: and|-| )?caribbean|african|caribbean|bangladeshi|pakistani|indian|somali|polish|chinese|arab(?:ic)?|turkish|kurdish|ethiopian|eritrean|west indian|jewish|kosher|roma|traveller|bame|black|iranian|afghan|romanian|ukrainian)"
_CULTURE = re.compile(
    rf"\bcultural(?:ly)?[ -](?:specific|appropriate|sensitive|competent|aware)|\b{_PEOPLES}\b(?:[ ,-](?:and|or|\w+)){{0,3}} (?:food|meals?|cuisine|cooking|lunch(?:es)?|diet|dishes|care|carers|home care)\b",
    re.IGNORECASE,
)
FAITHS = {
    "muslim": r"muslims?|islam(?:ic)?", "christian": r"christians?|catholic|methodist|baptist|salvation army|church of england",
    "sikh": r"sikhs?|gurdwara", "hindu": r"hindus?|mandir", "jewish": r"jews|jewish|synagogue", "buddhist": r"buddhists?",
}  # fmt: skip
_FOR_PEOPLE = r"\b(?:for|to|support(?:s|ing)?|help(?:s|ing)?)\s+(?:the\s+|local\s+|all\s+)?({faith})\s+(?:wom[ae]n|men|people|famil|communit|girls|boys|elders|youth|young|parents|mothers|residents)"

Remark = Callable[[str], None]


def read_languages(values: Iterable[object], remark: Remark) -> tuple[str, ...]:
    """The codes of the languages that are named, in any of the ways feeds name them."""
    codes: dict[str, None] = {}
    for value in values:
        for word in (part.strip(" .") for part in _ANOTHER.split(plain_text(value))):
            code = ALSO.get(word.lower()) or language_code(word)
            if code:
                codes[code] = None
            elif word and not _NOTHING.fullmatch(word):
                remark(f'"{word[:40]}" is no language that we know.')
    return tuple(codes)


def read_age(value: object, remark: Remark) -> int | None:
    """Whole years; None for none. Forms write -1, or more years than anybody has, for "no limit"."""
    text = one_line(value)
    found = re.fullmatch(r"(-?\d+)(?:\.\d+)?\s*(?:\+|years?|yrs?)?(?: old)?\.?", text)
    if not found:
        if text and not _NOTHING.fullmatch(text):
            remark(f'"{text[:40]}" is no age in years.')
        return None
    years = int(found[1])
    return years if 0 <= years < OLDEST else None


def read_cost(
    options: Iterable[Mapping[str, object]], words: str, *, free: bool | None, today: date, remark: Remark
) -> tuple[str, str, Decimal | None]:
    """(our word for the cost, a note, the least in pounds). Prices whose time is over count for nothing."""
    now = [one for one in options if _is_now(one, today, remark)]
    amounts = [(_amount(one.get("amount"), remark), one) for one in now]
    least = min((amount for amount, _ in amounts if amount is not None), default=None)
    notes = [note for amount, one in amounts[:COST_OPTIONS] if (note := _price(amount, one))]
    note = shortened("; ".join(notes) or ("" if _NOTHING.fullmatch(words) else words), LONGEST_NOTE)
    told = [amount for amount, _ in amounts if amount is not None]
    if (told and not any(told)) or (free and not any(told)) or (not told and _is_free(note)):
        return "free", "" if _FREE.fullmatch(note.rstrip(" .!")) else note, Decimal(0)
    return "varies" if note or least is not None else "unknown", note, least


def read_faith(names: Iterable[str], text: str) -> str:
    """The faith that its categories or its organisation's name speak of, or whose people it says it is for."""
    named = " ".join(names)
    for faith, form in FAITHS.items():
        if re.search(rf"\b(?:{form})\b", named, re.IGNORECASE):
            return faith
        if re.search(_FOR_PEOPLE.format(faith=form), text, re.IGNORECASE):
            return faith
    return ""


def read_culture(text: str) -> str:
    """What food or care of a culture it offers, in its own words."""
    for sentence in sentences(text):
        if _CULTURE.search(sentence) and not re.search(f"{_NOT}(?:{_CULTURE.pattern})", sentence, re.IGNORECASE):
            return shortened(sentence, LONGEST_CULTURE)
    return ""


def women_only(text: str) -> bool | None:
    """True where it says so."""
    return _says(text, _WOMEN)


def step_free(text: str) -> bool | None:
    """True or False where it says so of the building; None where it says both, or "partly"."""
    if re.search(_STEPS, text, re.IGNORECASE):
        return None if re.search(_PARTLY, text, re.IGNORECASE) else False
    return (
        None
        if re.search(_PARTLY + r"[^.\n]{0,20}(?:access|wheelchair)", text, re.IGNORECASE)
        else _says(text, _STEP_FREE)
    )


def family_friendly(text: str) -> bool | None:
    """True where it says so."""
    return _says(text, _FAMILY)


def halal(text: str) -> bool | None:
    """True where it says that its food is."""
    return _says(text, _HALAL)


def interpreter(said: str, text: str) -> bool | None:
    """Whether they can get one: ``said`` is the field for it, ``text`` all else."""
    if said:
        return not re.match(r"(?:no\b|none\b|not\b|n/?a\b|unavailable)", said, re.IGNORECASE)
    return _says(text, _INTERPRETER)


def ring_first(text: str) -> bool | None:
    """True where it says that one must ring or book before coming."""
    return _says(text, _RING)


def _says(text: str, form: str) -> bool | None:
    found = re.search(form, text, re.IGNORECASE)
    if not found:
        return None
    before = text[: found.start()].rpartition(".")[2].rpartition("\n")[2]
    return None if re.search(_NOT + r"$", before, re.IGNORECASE) else True


def _is_now(option: Mapping[str, object], today: date, remark: Remark) -> bool:
    begins = read_day(option.get("valid_from"), remark, "valid_from")
    ends = read_day(option.get("valid_to"), remark, "valid_to")
    return not ((begins and begins > today) or (ends and ends < today))


def _amount(value: object, remark: Remark) -> Decimal | None:
    text = one_line(value).replace("£", "").replace(",", "").replace("GBP", "").strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        remark(f'"{text[:40]}" is no amount of money.')
        return None
    if not amount.is_finite() or not 0 <= amount <= 100_000:
        remark(f'"{text[:40]}" is no amount of money.')
        return None
    return amount.quantize(Decimal("0.01"))


def _price(amount: Decimal | None, option: Mapping[str, object]) -> str:
    words = list(_words(option))
    if amount is None:
        return ", ".join(words)
    price = "Free" if not amount else f"£{amount:.0f}" if amount == int(amount) else f"£{amount}"
    per = [word for word in words if word.lower().startswith("per ")]
    rest = [word for word in words if word not in per]
    return " ".join([price, *per]) + (f" ({', '.join(rest)})" if rest else "")


def _words(option: Mapping[str, object]) -> Iterator[str]:
    for name in ("amount_description", "cost_type", "option"):
        word = one_line(option.get(name)).rstrip(" .")
        if word and not _NOTHING.fullmatch(word):
            yield word


def _is_free(note: str) -> bool:
    return bool(_FREE.match(note)) and not _PRICE.search(note)
