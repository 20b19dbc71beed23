"""Jigsaw identification: a person whose name is gone can still be told by what remains, put together.

A language that few speak here, a small place, an illness, an accident that was in the paper: each fits many people, and
all of them together one. No rule can say when that is so; this one asks the champion to look.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import regex

from bot.story.personal.kinds import Kind, Span

FEW_TELLERS = 20  # so few people who told something in a language know each other, or are known
ENOUGH = 3  # weight from which on a champion is warned


class Clue(StrEnum):
    """Something that narrows down who it may be."""

    LANGUAGE = "language"
    AREA = "area"
    ONLY = "only"
    EVENT = "event"
    CONDITION = "condition"
    AGE = "age"
    FAMILY = "family"
    WORK = "work"


WEIGHTS = {Clue.LANGUAGE: 2, Clue.AREA: 2, Clue.ONLY: 3, Clue.EVENT: 2}  # all others: 1
_AREAS = frozenset({Kind.PLACE, Kind.ADDRESS, Kind.POSTCODE})
_N = r"[\d]{1,3}"


def _any(*patterns: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{'|'.join(patterns)})", regex.IGNORECASE)


# Words of English, Polish, Urdu and Bangla, the last two also in Latin letters.
_SAID: dict[Clue, regex.Pattern[str]] = {
    Clue.AREA: _any(
        r"(?:my|our|this|the) (?:village|street|estate|close|tower block|block|hamlet)\b", r"in a (?:small )?village\b",
        r"wsi\b|wiosc|wiosk|osiedl|na naszej ulicy|w naszym bloku", r"گاؤں|محلے|محلہ|ہماری گلی", r"gaon\b|mohall",
        r"গ্রাম|মহল্লা|পাড়া", r"(?:amader )?(?:gram|para|moholla)\b",
    ),
    Clue.ONLY: _any(
        r"(?:i am|i'm|we are|we're|was|is) the (?:only|first|last)\b", r"the only (?:\w+ ){0,3}(?:in|at|on|here|woman|man|family|one)\b",
        r"jedyn[aąyei]\b|jedyną|jako jedyn", r"اکیل[یا] (?:عورت|مرد|خاندان)|واحد", r"akel[ia] (?:aurat|mard|khandan)",
        r"একমাত্র", r"ekmatro",
    ),
    Clue.EVENT: _any(
        r"accident|crash|fire\b|explosion|stabb|murder|killed|arrest|court case|inquest|raided|drown|in the (?:paper|news|papers)\b|"
        r"on the news\b|evicted|deported|sacked",
        r"wypad(?:ek|ku)|po[zż]ar|aresztowa|morderstw|zabi(?:ty|ta|to)|s[aą]dzie|w gazecie|eksmi",
        r"حادث|آگ لگ|قتل|گرفتار|عدالت|اخبار|خبروں", r"hadsa|qatal|giraftar|adalat|akhbar",
        r"দুর্ঘটনা|আগুন লাগ|খুন|গ্রেপ্তার|আদালত|খবরের কাগজ|পত্রিকা", r"durghotona|agun lag|khun hoi|greptar|adalot",
    ),
    Clue.CONDITION: _any(
        r"cancer|leuk|hiv\b|aids\b|tb\b|tubercul|schizo|bipolar|epilep|dementia|parkinson|sclerosis|sickle|thalass|transplant|dialysis|"
        r"amputat|wheelchair|blind\b|deaf\b|autis|down'?s syndrome|stroke\b|miscarr|stillb|abortion|overdos|rehab|addict|stoma|pregnan",
        r"rak(?:a|iem)?\b|białaczk|padaczk|schizofren|stwardnieni|dializ|przeszczep|niewidom|głuch|w[oó]zk|autyz|udar|poroni|w ciąży",
        r"کینسر|سرطان|مرگی|ٹی بی|فالج|ڈائلیسز|نابینا|بہر[یا]|آٹزم|حاملہ|معذور|تھیلیسیمیا", r"cancer|mirgi|falij|hamila|mazoor",
        r"ক্যান্সার|মৃগী|যক্ষ্মা|স্ট্রোক|ডায়ালাইসিস|অন্ধ|বধির|অটিজম|গর্ভবতী|প্রতিবন্ধী|থ্যালাসেমিয়া", r"mrigi|jokkha|gorbhoboti|protibondhi",
    ),
    Clue.AGE: _any(
        rf"aged? {_N}\b", rf"{_N}[ -]?(?:years?|yrs?)[ -]old", rf"(?:i am|i'm|im|she is|he is|she's|he's|is|turned) {_N}(?! *(?:weeks?|months?|days?|hours?|minutes?|people|miles|:))\b",
        rf"mam {_N} lat", rf"{_N}[- ]?letni", rf"{_N} (?:سال|برس) (?:کا|کی|کے)", rf"{_N} saal k[aie]", rf"বয়স {_N}", rf"{_N} বছর বয়স", rf"boyosh {_N}",
    ),
    Clue.FAMILY: _any(
        r"twins|triplets|(?:five|six|seven|eight|nine|ten|[5-9]|1\d) (?:children|kids|sons|daughters|brothers|sisters)", r"widow",
        r"bliźnia|trojaczk|(?:pięcioro|sześcioro|siedmioro|[5-9]) dzieci|wdow",
        r"جڑواں|(?:پانچ|چھ|سات|آٹھ|[5-9]) بچ|بیوہ", r"judwa|jurwan|(?:paanch|che|saat|aath|[5-9]) bach|bewa\b",
        r"যমজ|(?:পাঁচ|ছয়|সাত|আট|[5-9৫-৯]) ?(?:টি|জন)? ?(?:সন্তান|বাচ্চা|ছেলেমেয়ে)|বিধবা", r"jomoj|(?:pach|choy|shat|aat|[5-9]) (?:ta |jon )?(?:shontan|bachcha)|bidhoba",
    ),
    Clue.WORK: _any(
        r"(?:i am|i'm|im|i work as|works? as|he is|she is) an? (?:teacher|nurse|doctor|midwife|imam|councillor|solicitor|bus driver|taxi driver|carer|"
        r"chef|butcher|hairdresser|care worker|cleaner|police|postman|dentist|pharmacist)",
        r"(?:jestem|pracuję jako) (?:nauczyciel|piel[eę]gniar|kierowc|opiekun|kuchar|sprz[aą]tacz|fryzjer|spawacz|listonosz)",
        r"میں (?:استاد|ٹیچر|نرس|ڈرائیور|ٹیکسی|امام|درزی)", r"main (?:teacher|nurse|driver|taxi|imam|darzi)",
        r"আমি (?:শিক্ষক|শিক্ষিকা|নার্স|ড্রাইভার|ট্যাক্সি|ইমাম|দর্জি)", r"ami (?:teacher|nurse|driver|taxi|imam|dorji)",
    ),
}  # fmt: skip


def clues(words: str, details: Iterable[Span], *, tellers: int, small_area: bool = False) -> list[Clue]:
    """What in these words, or about them, narrows down who told them; the most telling first.

    ``details`` are the personal ones that still stand in them; ``tellers`` is how many people have told something in this language here;
    ``small_area`` says that few live where the story is known to belong, whether its words tell that or not.
    """
    found = {clue for clue, pattern in _SAID.items() if pattern.search(words)}
    if tellers < FEW_TELLERS:
        found.add(Clue.LANGUAGE)
    if small_area or any(span.kind in _AREAS for span in details):
        found.add(Clue.AREA)
    return [clue for clue in Clue if clue in found]


def may_point(found: list[Clue]) -> bool:
    """True when a champion should look whether all these together tell who it is."""
    return (len(found) > 1 and sum(WEIGHTS.get(clue, 1) for clue in found) >= ENOUGH) or Clue.ONLY in found
