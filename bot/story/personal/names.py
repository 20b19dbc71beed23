"""Names of people: those on the lists, and what stands after a word that leads up to a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

from bot.story.personal.kinds import Kind, Span
from bot.story.personal.words import alike, polish_forms, stem, words

_I = regex.IGNORECASE
_WORD = regex.compile(r"[\p{L}\p{M}\u200c]+(?:['’-][\p{L}\p{M}]+)*")
_NEXT = regex.compile(r"[ \u00a0]{1,2}(?=[\p{L}])")
_BEFORE = r"(?<![\p{L}\p{M}])"
_AFTER = r"(?![\p{L}\p{M}])[:,]?\s+"
# Whatever comes next is a name, unless it is one of the words that everybody says there, too.
_SURE = regex.compile(
    rf"{_BEFORE}(?:my (?:full |first |last )?name(?:'s| is)|(?:his|her|their) name(?:'s| is| was)|i am called|i'm called|"
    r"(?:is|was|are|girl|boy|man|woman|lady) (?:called|named)|mam na imi[eę]|nazywam si[eę]|"
    r"nazywa si[eę]|(?:ma )?na imi[eę](?: mi| ma)?|m[oó]wi(?:a|ą) mi|nazwisko(?: to)?|"
    r"(?:mera|mer[ie]|us ?ka|uska) na+m|(?:میرا|اس کا|میرے \w+ کا) نام|"
    rf"(?:ama?r|tar) na+m(?: holo)?|(?:আমার|তার) নাম(?: হলো| হল)?|mr|mrs|ms|dr|মিসেস|মিস্টার|জনাব|ডা){_AFTER.replace('[:,]', '[:,.]')}",
    _I,
)
# What comes next is a name when it looks like one: a capital, or one of the lists.
_PERHAPS = regex.compile(
    rf"{_BEFORE}(?:i am|i'm|im|this is|it's|its|jestem|tu|to ja|main|mein|mai|میں|ami|আমি|ask for|speak to|spoke to|they call me|call me){_AFTER}",
    _I,
)
_ROLES = (
    r"doctor|doktor|professor|prof|nurse|sister|matron|midwife|receptionist|social worker|health visitor|teacher|"
    r"headteacher|key ?worker|support worker|case ?worker|landlord|manager|boss|imam|pastor|father|maulana|"
    r"pani|pan|panem|panią|pana|panu|piel[eę]gniark[ai]|lekark?a?|recepcjonistk[ai]|ksi[aą]dz|nauczycielk?[ai]?|szefow?[ai]?|szef|"
    r"po[lł]o[zż]na|ڈاکٹر|نرس|مسز|مسٹر|محترمہ|امام|مولانا|استاد|ٹیچر|ডাক্তার|নার্স|ইমাম|শিক্ষক|শিক্ষিকা|মাওলানা"
)
_AT_WORK = regex.compile(rf"{_BEFORE}(?:{_ROLES})\.?{_AFTER}", _I)
_RELATIONS = (
    r"son|sons|daughter|husband|wife|partner|brother|sister|mum|mother|mam|dad|father|nan|gran|grandma|granddad|grandad|"
    r"aunt|auntie|uncle|cousin|nephew|niece|neighbour|neighbor|friend|mate|baby|boy|girl|carer|boyfriend|girlfriend|ex|"
    r"syna?|synowi|synem|córk[aięą]|corka|m[aą][zż]|m[eę][zż]a|m[eę][zż]em|[zż]on[aęy]|siostr[aęy]|brata?|mam[aęy]|tata|babci[aę]|"
    r"dziadek|ciocia|wujek|s[aą]siadk?[aię]?|s[aą]siad|kole[zż]ank[aięą]|koleg[aęi]|przyjaci[oó][lł]k?[aięą]?|"
    r"beta|beti|bete|shohar|biwi|bhai|behen|behan|bahan|ammi|abbu|walid|walida|padosan|parosan|dost|saheli|"
    r"chele|meye|shami|bon|bou|stri|ma|baba|protibeshi|bondhu|bandhobi|bandhabi|shashuri|shoshur|khala|chacha|saas|sasur|bhabi|"
    r"بیٹا|بیٹی|بیٹے|شوہر|بیوی|بھائی|بہن|امی|ابو|والد|والدہ|پڑوسن|پڑوسی|دوست|سہیلی|بچی|بچہ|ساس|سسر|خالہ|چچا|ماموں|پھوپھی|دادی|نانی|بھابھی|"
    r"ছেলে|মেয়ে|মেয়ে|স্বামী|স্ত্রী|বোন|ভাই|মা|বাবা|প্রতিবেশী|বন্ধু|বান্ধবী|শাশুড়ি|খালা|চাচা"
)
_RELATED = regex.compile(rf"{_BEFORE}(?:{_RELATIONS}),?{_AFTER}(?:(?:called|named|imieniem)\s+)?", _I)
_OF_STAFF = regex.compile(rf"{_BEFORE}(?:mr|mrs|ms|dr|doctor|doktor|{_ROLES}|মিসেস|মিস্টার|জনাব|ডা)[.:,]?\s+$", _I)
# A doctor who does something has a name before what she does, listed or not.
_DOES = regex.compile(r"\s+(?:نے|صاحب|صاحبہ|ne|sahib|sahiba|saheb)(?![\p{L}\p{M}])", _I)
_TITLE = regex.compile(rf"{_BEFORE}(?:ڈاکٹر|نرس|doctor|dr|nurse)\s+", _I)
# "Rahima speaking" in Bangla.
_SPEAKING = regex.compile(
    rf"{_BEFORE}(?:ami|আমি)\s+(?P<who>[\p{{L}}\p{{M}}]+(?:\s+[\p{{L}}\p{{M}}]+)?)\s+(?:bol(?:ch|s)h?i|বলছি)", _I
)
_SIGNED = regex.compile(
    r"(?:regards|thanks|thank you|cheers|love|pozdrawiam|dzi[eę]kuj[eę]|shukriya|dhonnobad|شکریہ|ধন্যবাদ)"
    r"(?P<comma>[,،.!]?)\s+(?P<who>[\p{L}\p{M}'’-]+(?:\s+[\p{L}\p{M}'’-]+)?)\s*[.!]?\s*$",
    _I,
)


def find(text: str) -> Iterator[Span]:
    """Names: after sure cues first, at last those that only the lists know."""
    yield from _signed(text)
    yield from (
        _span(text, found.start("who"), found.end("who")) for found in _SPEAKING.finditer(text) if _may(found["who"])
    )
    yield from _led_up_to(text, _SURE, _may)
    yield from _led_up_to(text, _AT_WORK, _looks)
    yield from (span for span in _led_up_to(text, _TITLE, _may) if _DOES.match(text, span.end))
    yield from _led_up_to(text, _RELATED, _looks)
    yield from _led_up_to(text, _PERHAPS, _looks)
    yield from _listed_ones(text)
    yield from _pairs(text)


def _led_up_to(text: str, cue: regex.Pattern[str], fits: Callable[[str], bool]) -> Iterator[Span]:
    for found in cue.finditer(text, overlapped=True):
        first = _WORD.match(text, found.end())
        if first and fits(first[0]):
            yield _span(text, first.start(), _whole(text, first))


def _whole(text: str, first: regex.Match[str]) -> int:
    """Where the name ends that begins with this word: it takes family names with it, and words with a capital."""
    end: int = first.start() + len(stem(first[0]))  # the word's own end, but for a Bangla name with an ending
    while end == first.end() and (gap := _NEXT.match(text, end)):
        after = _WORD.match(text, gap.end())
        if not after or not _goes_on(first[0], after[0]):
            break
        end, first = after.end(), after
    return end


def _goes_on(name: str, word: str) -> bool:
    if alike(word) in words("after a cue"):
        return False
    return _family(word) or (_title(name) and _title(word) and not _common(word)) or _listed(word)


def _listed_ones(text: str) -> Iterator[Span]:
    for found in _WORD.finditer(text):
        if _listed(found[0]) or (_title(found[0]) and _known_family(found[0])):
            yield _span(text, found.start(), _whole(text, found))


def _pairs(text: str) -> Iterator[Span]:
    """Two words with a capital, neither of which has one for another reason."""
    for first in _WORD.finditer(text):
        gap = _NEXT.match(text, first.end())
        second = _WORD.match(text, gap.end()) if gap else None
        if second and all(_title(word) and not _common(word) and len(word) > 2 for word in (first[0], second[0])):
            yield _span(text, first.start(), second.end())


def _signed(text: str) -> Iterator[Span]:
    """The last words of all, after thanks: a name when a comma or a capital says so."""
    found = _SIGNED.search(text)
    if not found or alike(found["who"].split()[0]) in words("after a cue"):
        return
    parts = found["who"].split()
    if (found["comma"] and (len(parts) == 1 or _looks(parts[0]))) or all(map(_looks, parts)):
        yield _span(text, found.start("who"), found.end("who"))


def _span(text: str, start: int, end: int) -> Span:
    at_work = _OF_STAFF.search(text, max(0, start - 24), start)
    return Span(start, end, Kind.STAFF if at_work else Kind.NAME)


def _may(word: str) -> bool:
    return alike(word.split()[0]) not in words("after a cue") and len(word) > 1


def _looks(word: str) -> bool:
    return _listed(word) or _known_family(word) or (_title(word) and not _common(word) and _may(word))


def _listed(word: str) -> bool:
    """On the lists of given names; some of them only when they have a capital."""
    plain = alike(word)
    if plain in words("given names, any case") or plain in words("urdu names"):
        return True
    if alike(stem(word)) in words("bangla names"):
        return True
    return (
        _title(word)
        and (plain in words("given names, with a capital") or plain in polish_forms())
        and not _common(word)
    )


def _family(word: str) -> bool:
    plain = alike(word)
    return any(plain in words(one) for one in ("family names", "urdu family names", "bangla family names"))


def _known_family(word: str) -> bool:
    return alike(word) in words("family names")


def _title(word: str) -> bool:
    return (word[:1].isupper() and word[1:] == word[1:].lower()) or bool(
        regex.fullmatch(r"\p{Lu}\p{Ll}+(?:['’-]?\p{Lu}\p{Ll}+)+", word)
    )


def _common(word: str) -> bool:
    """Begins with a capital for another reason: a day, a people, an office, or the first word of a sentence."""
    plain = alike(word)
    return any(plain in words(one) for one in ("capitals", "after a cue", "before a place"))
