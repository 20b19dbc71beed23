"""Schools, surgeries, hospitals, places of worship and of work that are called by their name."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from bot.story.personal.kinds import Kind, Span, span_at
from bot.story.personal.words import alike, words

_CAPITAL = r"\p{Lu}[\p{L}\p{M}'’-]*\.?"
_PLACE = (
    r"surgery|medical cent(?:re|er)|health cent(?:re|er)|medical practice|practice|clinic|hospital|infirmary|hospice|"
    r"primary school|high school|secondary school|infant school|junior school|grammar school|school|academy|college|"
    r"university|nursery|children'?s cent(?:re|er)|community cent(?:re|er)|mosque|masjid|mosjid|church|gurdwara|temple|"
    r"mandir|synagogue|care home|nursing home|warehouse|factory|hotel|hostel|pharmacy|ltd|limited|plc"
)
_ENGLISH = regex.compile(rf"(?<![\p{{L}}])(?:{_CAPITAL}\s+){{1,4}}(?i:{_PLACE})(?![\p{{L}}])")
# Names are often texted without capitals; before these words a name stands more often than not.
_SMALL = regex.compile(
    r"(?<![\p{L}])(?P<word>[\p{L}'’-]{3,})\s+(?:surgery|academy|masjid|mosjid|mosque|gurdwara|mandir)(?![\p{L}])",
    regex.IGNORECASE,
)
_WORK = regex.compile(
    rf"(?i:\b(?:work(?:s|ed|ing)?(?: nights| days| shifts)?|job|employed)\s+(?:at|for)|\bpracuj(?:e|ę|emy)\s+(?:w|dla)|"
    rf"\bkam kart[ai] (?:hoon )?)\s+(?P<place>{_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
)
_POLISH = regex.compile(
    r"(?i:\b(?:ko[sś]cio[lł](?:a|em|owi)?|ko[sś]ciele|parafi[iae]|szko[lł][aey]|szkole|przychodni[aąę]?|szpital(?:a|u)?|meczet(?:u|cie)?|"
    rf"przedszkol[aeu]))\s+(?P<place>(?i:św\.|pw\.|im\.)?\s*{_CAPITAL}(?:\s+{_CAPITAL}){{0,3}}|nr\s+\d+)"
)
_OWN = regex.compile(
    r"(?<![\p{L}\p{M}])(?P<name>[\p{L}\p{M}]{2,}(?:\s+[\p{L}\p{M}]{2,})?)\s+(?:"
    r"سکول|اسکول|سرجری|ہسپتال|اسپتال|مسجد|کالج|کلینک|چرچ|گوردوارہ|مندر|میڈیکل سینٹر|"
    r"স্কুল|সার্জারি|হাসপাতাল|মসজিদ|কলেজ|ক্লিনিক|মন্দির|গির্জা|মেডিকেল সেন্টার)"
)
# "High" alone names no school, but begins the names of some.
_HIGH = frozenset({"ہائی", "হাই"})


def find(text: str) -> Iterator[Span]:
    """Places by their name, with the word that says what they are."""
    for found in _ENGLISH.finditer(text):
        start = _first_of_name(text, found)
        if start is not None:
            yield Span(start, found.end(), Kind.PLACE)
    for found in _SMALL.finditer(text):
        if alike(found["word"]) not in words("before a place"):
            yield span_at(found.span(), Kind.PLACE)
    yield from (
        span_at(found.span("place"), Kind.PLACE) for found in _WORK.finditer(text) if not _common(found["place"])
    )
    yield from (span_at(found.span("place"), Kind.PLACE) for found in _POLISH.finditer(text))
    yield from _in_own_letters(text)


def _first_of_name(text: str, found: regex.Match[str]) -> int | None:
    """Where the name begins: words that anybody may write with a capital before it do not count ("My school")."""
    start = found.start()
    for word in regex.finditer(r"[\p{L}\p{M}'’-]+\.?", found[0]):
        if alike(word[0]) not in words("before a place") and not _common(word[0]):
            return int(start + word.start())
        if regex.match(rf"\s+(?i:{_PLACE})(?![\p{{L}}])", found[0], pos=word.end()):
            return None
    return None


def _in_own_letters(text: str) -> Iterator[Span]:
    """Urdu and Bangla have no capitals: the word before, and the one before that, are its name unless they are common."""
    for found in _OWN.finditer(text, overlapped=True):
        pieces = list(regex.finditer(r"[\p{L}\p{M}]+", found["name"]))
        common = [alike(piece[0]) in words("before a place") for piece in pieces]
        if not common[-1]:
            first = pieces[-1] if common[0] and pieces[0][0] not in _HIGH else pieces[0]
            yield Span(found.start() + first.start(), found.end(), Kind.PLACE)


def _common(words_: str) -> bool:
    return all(alike(word) in words("capitals") for word in words_.split())
