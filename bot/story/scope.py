"""Of what came in, what somebody may see: everything, or what belongs to the areas that she looks after.

Beside the gate of consent (``bot.story.consent``), never instead of it: that says who may read the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_AREA = 60  # letters, as the columns hold
EVERY_LANGUAGE = None
SMALL = frozenset({"and", "by", "in", "le", "next", "of", "on", "super", "the", "under", "upon"})


@dataclass(frozen=True, slots=True)
class Scope:
    """``areas`` count only when it is not ``everywhere``; they are held as ``area_key`` writes them.

    Of what has no known area she sees what is in these ``languages``; EVERY_LANGUAGE: all of it.
    """

    everywhere: bool = False
    areas: frozenset[str] = frozenset()
    languages: frozenset[str] | None = frozenset()

    def sees(self, area: str | None, language: str | None) -> bool:
        """True when what belongs to ``area`` (None or "": not known) and is in ``language`` is for her to see."""
        if self.everywhere:
            return True
        if area:
            return area_key(area) in self.areas
        return self.languages is EVERY_LANGUAGE or language in self.languages


ALL = Scope(everywhere=True)
NOTHING = Scope()


def area_key(area: str) -> str:
    """An area as it is compared and as what came in keeps it: "  wx4 " and "WX4" are one, "WX4" and "WX41" are two."""
    return " ".join(area.split()).casefold()[:LONGEST_AREA]


def area_shown(key: str | None) -> str:
    """What ``area_key`` gave, as people write it: "WX4", "Newcastle upon Tyne"."""
    words = (key or "").split()
    return " ".join(_word(word, first=not number) for number, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    if any(letter.isdigit() for letter in word):
        return word.upper()
    return word if word in SMALL and not first else "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def united(scopes: Iterable[Scope]) -> Scope:
    """What somebody sees who holds several roles: all that any of them lets her see."""
    found = list(scopes)
    if any(one.everywhere for one in found):
        return ALL
    spoken = [one.languages for one in found]
    languages = EVERY_LANGUAGE if EVERY_LANGUAGE in spoken else frozenset().union(*(one or () for one in spoken))
    return Scope(False, frozenset().union(*(one.areas for one in found)), languages)
