"""Danger signs in a message. They are answered before anything else, and a person is told (design.md, rule 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.source import read_source
from bot.language.normal import fold, words

GAP = "~"
LONGEST_GAP = 3
HARMLESS = "harmless"


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
    """One phrase to look for: for each place, the words that fit it; a word ending in * fits any ending."""

    kind: Danger | None  # None: the phrase only looks like danger, and clears what it covers
    places: tuple[tuple[str, ...], ...]


def read_sign(phrase: str, kind: Danger | None) -> Sign:
    """A sign from its written form: ``he|she wants to hurt ~ me``. Raises ValueError when it says too little."""
    places = tuple(tuple(_bare(word) for word in place.split("|")) for place in phrase.split())
    if not places or GAP in places[0] or GAP in places[-1]:
        raise ValueError(f'"{phrase}" must begin and end with a word, not with {GAP}')
    if any(not word for place in places for word in place):
        raise ValueError(f'"{phrase}" has an empty choice: write he|she, with a word on both sides')
    return Sign(kind, places)


def _bare(word: str) -> str:
    return word if word == GAP else fold(word.removesuffix("*")) + ("*" if word.endswith("*") else "")


class DangerSigns:
    """All signs of all languages, ready to look through one message. Every language is looked for: people mix."""

    def __init__(self, signs: Iterable[Sign]) -> None:
        self._whole: dict[str, list[Sign]] = {}
        self._begun: dict[str, list[Sign]] = {}
        for sign in signs:
            for word in sign.places[0]:
                table = self._begun if word.endswith("*") else self._whole
                table.setdefault(word.rstrip("*"), []).append(sign)
        self._lengths = sorted({len(start) for start in self._begun})

    def look(self, text: str) -> Danger | None:
        """The gravest kind of danger in the text, or None."""
        said = words(text)
        cleared: set[int] = set()
        hits: list[tuple[Danger, int, int]] = []
        for at, word in enumerate(said):
            for sign in self._candidates(word):
                end = _fits(sign.places, said, at)
                if end and sign.kind is None:
                    cleared.update(range(at, end))
                elif end and sign.kind:
                    hits.append((sign.kind, at, end))
        found = {kind for kind, at, end in hits if not cleared.issuperset((at, end - 1))}
        return next((kind for kind in Danger if kind in found), None)

    def _candidates(self, word: str) -> Iterable[Sign]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            yield from self._begun.get(word[:length], ()) if len(word) >= length else ()


def _fits(places: Sequence[tuple[str, ...]], said: Sequence[str], at: int) -> int:
    """The index after the last word of the phrase when it stands at ``at``; 0 when it does not."""
    if not places:
        return at
    if places[0] == (GAP,):
        ends = (_fits(places[1:], said, at + skip) for skip in range(LONGEST_GAP + 1))
        return next((end for end in ends if end), 0)
    if at >= len(said) or not any(_is(word, said[at]) for word in places[0]):
        return 0
    return _fits(places[1:], said, at + 1)


def _is(word: str, said: str) -> bool:
    return said.startswith(word[:-1]) if word.endswith("*") else said == word


def read_signs(texts: Mapping[str, str]) -> DangerSigns:
    """The signs of the language files ({file name: text}); every language is always looked for.

    Raises ContentErrors naming file, line and column of every phrase or kind that cannot be read.
    """
    signs: list[Sign] = []
    errors: list[ContentError] = []
    for filename, text in sorted(texts.items()):
        source = read_source(text, filename)
        document = source.value if isinstance(source.value, dict) else {}
        for kind, phrases in document.items():
            if kind == "language":
                continue
            if kind not in KINDS or not isinstance(phrases, list):
                sentence = f'"{kind}" must be one of {", ".join(KINDS)}, with a list of phrases below it.'
                errors.append(source.error((kind,), sentence, code="danger-kind"))
                continue
            danger = None if kind == HARMLESS else Danger(kind)
            for number, phrase in enumerate(phrases):
                try:
                    signs.append(read_sign(str(phrase), danger))
                except ValueError as bad:
                    errors.append(source.error((kind, number), f"{bad}.", code="danger-phrase"))
    if errors:
        raise ContentErrors(errors)
    return DangerSigns(signs)
