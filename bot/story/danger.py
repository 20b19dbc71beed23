"""Danger signs in a message. They are answered before anything else, and a person is told (design.md, rule 6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.source import Source, Value, read_source
from bot.language.normal import fold, words

GAP = "~"
LONGEST_GAP = 3
NEAR = "+"
NEAREST = 8  # the parts of "a + b" lie within so many words, in any order
OPENING = 3  # letters by which the stems of words are looked up; a shorter stem by all of its own
HARMLESS = "harmless"
WORD_LISTS = "words"

Place = frozenset[str]
_ANYTHING: Place = frozenset({GAP})
_LISTED = re.compile(r"<(.*?)>")


class Danger(StrEnum):
    """What kind of danger: it decides which number is given. The order is the order of asking."""

    SELFHARM = "selfharm"
    CHILD = "child"
    ABUSE = "abuse"
    NOW = "now"
    HATE = "hate"


KINDS = (*(kind.value for kind in Danger), HARMLESS)


@dataclass(frozen=True, slots=True)
class Sign:
    """One phrase to look for: for each place, the words that fit it; a word ending in * fits any ending.

    ``near``: the places are not a row, but near each other in any order, each filled by a word of its own.
    """

    kind: Danger | None  # None: the phrase only looks like danger, and clears what it covers
    places: tuple[Place, ...]
    near: bool = False


def read_sign(phrase: str, kind: Danger | None, lists: Mapping[str, str] | None = None) -> Sign:
    """A sign from its written form: ``he|she wants to hurt ~ me``, or ``my <kin> hits me`` where ``lists`` has a "kin";
    ``<kin> + belt + me`` in any order, near each other.

    Raises ValueError when it says too little, or what no message can hold.
    """
    written = _LISTED.sub(lambda name: _listed(name[1], lists or {}), phrase)
    near = NEAR in written.split()
    if near:
        written = _unjoined(phrase, written.split())
    places = tuple(_ANYTHING if place == GAP else frozenset(map(_bare, place.split("|"))) for place in written.split())
    if not places or _ANYTHING in (places[0], places[-1]):
        raise ValueError(f'"{phrase}" must begin and end with a word, not with {GAP}')
    if any(not word.rstrip("*") for place in places for word in place):
        raise ValueError(f'"{phrase}" has an empty choice: write he|she, with a word on both sides')
    for word in sorted(word.rstrip("*") for place in places if place is not _ANYTHING for word in place):
        if words(word) != [word]:
            raise ValueError(f'"{word}" in "{phrase}" can be in no message: write only letters and digits')
    return Sign(kind, places, near)


def _unjoined(phrase: str, parts: list[str]) -> str:
    """The words of ``a + b + c``, without what joins them."""
    if (
        any((part == NEAR) is not bool(number % 2) or part == GAP for number, part in enumerate(parts))
        or len(parts) % 2 == 0
    ):
        raise ValueError(f'"{phrase}" must have {NEAR} between all of its words, as in a + b + c, and no {GAP}')
    return " ".join(parts[::2])


def _listed(name: str, lists: Mapping[str, str]) -> str:
    if name not in lists:
        raise ValueError(
            f'<{name}> is not one of the lists below "{WORD_LISTS}": {", ".join(lists) or "there are none"}'
        )
    return lists[name]


def _bare(word: str) -> str:
    return fold(word.removesuffix("*")) + ("*" if word.endswith("*") else "")


class _Anchored(NamedTuple):
    """A sign, looked up by a rare place of it: the anchor."""

    sign: Sign
    tail: tuple[Place, ...]  # the places from the anchor on
    before: range  # how many words of a message may stand between the first of the sign and the anchor
    second: Place  # the next rarest: a message without any of its words cannot hold the sign


def _anchored(sign: Sign, in_signs: Mapping[str, int]) -> _Anchored:
    """The rarest place is the anchor: a word of many signs (me, my, the) is common in messages too."""
    rarest = sorted(
        (number for number, place in enumerate(sign.places) if place is not _ANYTHING),
        key=lambda number: max(in_signs[word] for word in sign.places[number]),
    )
    anchor, second = rarest[0], rarest[min(1, len(rarest) - 1)]
    gaps = sum(place is _ANYTHING for place in sign.places[:anchor])
    before = range(anchor - gaps, anchor + gaps * (LONGEST_GAP - 1) + 1)
    return _Anchored(sign, sign.places[anchor:], before, sign.places[second])


class DangerSigns:
    """All signs of all languages, ready to look through one message. Every language is looked for: people mix."""

    def __init__(self, signs: Iterable[Sign]) -> None:
        signs = tuple(signs)
        in_signs = Counter(word for sign in signs for word in frozenset().union(*sign.places))
        stems = [word[:-1] for word in in_signs if word.endswith("*")]
        self._begun: dict[str, list[str]] = {}
        for stem in stems:
            self._begun.setdefault(stem[:OPENING], []).append(stem)
        self._initials = frozenset(stem[0] for stem in stems)
        self._openings = sorted(set(map(len, self._begun)))
        self._known = {word: (word, *self._beginnings(word)) for word in in_signs}
        self._anchored: dict[str, list[_Anchored]] = {}
        for sign in signs:
            anchored = _anchored(sign, in_signs)
            for word in anchored.tail[0]:
                self._anchored.setdefault(word, []).append(anchored)

    def look(self, text: str) -> Danger | None:
        """The gravest kind of danger in the text, or None."""
        return self.look_through(words(text))

    def look_through(self, message: Sequence[str]) -> Danger | None:
        """``look`` for a text whose folded words are at hand."""
        known, initials = self._known, self._initials
        said = [known.get(word) or (self._beginnings(word) if word[:1] in initials else ()) for word in message]
        if not any(said):  # most answers are a number
            return None
        cleared: set[int] = set()
        hits: list[tuple[Danger, int, int]] = []
        for kind, at, end in self._found(said):
            if kind is None:
                cleared.update(range(at, end))
            else:
                hits.append((kind, at, end))
        if not hits:
            return None
        found = {kind for kind, at, end in hits if not cleared.issuperset((at, end - 1))}
        return next((kind for kind in Danger if kind in found), None)

    def _beginnings(self, word: str) -> tuple[str, ...]:
        forms: tuple[str, ...] = ()
        for opening in self._openings:
            stems = self._begun.get(word[:opening]) if len(word) >= opening else None
            if stems:
                forms += tuple([f"{stem}*" for stem in stems if word.startswith(stem)])
        return forms

    def _found(self, said: Sequence[tuple[str, ...]]) -> Iterable[tuple[Danger | None, int, int]]:
        """Every sign in the message, with its first word and the one after its last."""
        present = frozenset().union(*said)
        for at, forms in enumerate(said):
            for form in forms:
                for sign, tail, before, second in self._anchored.get(form, ()):
                    if second.isdisjoint(present):
                        continue
                    if sign.near:
                        yield from _near(sign, said, at)
                        continue
                    if not _fits(tail, said, at):
                        continue
                    for start in range(max(0, at - before[-1]), at - before[0] + 1):
                        if end := _fits(sign.places, said, start):
                            yield sign.kind, start, end


def _near(sign: Sign, said: Sequence[tuple[str, ...]], anchor: int) -> Iterable[tuple[Danger | None, int, int]]:
    """Each shortest stretch around the anchor that holds every place of the sign and begins with one of them."""
    for start in range(max(0, anchor - NEAREST + 1), anchor + 1):
        rests = [
            sign.places[:number] + sign.places[number + 1 :]
            for number, place in enumerate(sign.places)
            if not place.isdisjoint(said[start])
        ]
        for end in range(start + 1, min(len(said), start + NEAREST) + 1) if rests else ():
            if any(_filled(rest, said[start + 1 : end]) for rest in rests):
                yield sign.kind, start, end
                break


def _filled(places: Sequence[Place], said: Sequence[tuple[str, ...]], used: frozenset[int] = frozenset()) -> bool:
    """Whether each place has a word of its own here."""
    if not places:
        return True
    return any(
        number not in used and not places[0].isdisjoint(forms) and _filled(places[1:], said, used | {number})
        for number, forms in enumerate(said)
    )


def _fits(places: Sequence[Place], said: Sequence[tuple[str, ...]], at: int) -> int:
    """The index after the last word of the phrase when it stands at ``at``; 0 when it does not."""
    for number, place in enumerate(places):
        if place is _ANYTHING:
            rest = places[number + 1 :]
            for start in range(at, at + LONGEST_GAP + 1):
                if end := _fits(rest, said, start):
                    return end
            return 0
        if at >= len(said) or place.isdisjoint(said[at]):
            return 0
        at += 1
    return at


def read_signs(texts: Mapping[str, str | bytes]) -> DangerSigns:
    """The signs of the language files ({file name: text}); every language is always looked for.

    Raises ContentErrors naming file, line and column of every phrase or kind that cannot be read.
    """
    signs: list[Sign] = []
    errors: list[ContentError] = []
    for filename, text in sorted(texts.items()):
        source = read_source(text, filename)
        document = source.value if isinstance(source.value, dict) else {}
        lists = _word_lists(document.get(WORD_LISTS))
        for kind, phrases in document.items():
            if kind not in ("language", WORD_LISTS):
                _read_kind(source, kind, phrases, lists, signs, errors)
    if errors:
        raise ContentErrors(errors)
    return DangerSigns(signs)


def _word_lists(written: Value) -> dict[str, str]:
    lists = written if isinstance(written, dict) else {}
    return {name: "|".join(map(str, listed)) for name, listed in lists.items() if isinstance(listed, list)}


def _read_kind(
    source: Source,
    kind: str,
    phrases: Value,
    lists: Mapping[str, str],
    signs: list[Sign],
    errors: list[ContentError],
) -> None:
    if kind not in KINDS or not isinstance(phrases, list):
        sentence = f'"{kind}" must be one of {", ".join(KINDS)}, with a list of phrases below it.'
        errors.append(source.error((kind,), sentence, code="danger-kind"))
        return
    danger = None if kind == HARMLESS else Danger(kind)
    for number, phrase in enumerate(phrases):
        try:
            signs.append(read_sign(str(phrase), danger, lists))
        except ValueError as bad:
            errors.append(source.error((kind, number), f"{bad}.", code="danger-phrase"))
