"""UK postcodes as people type them: "ip1 1aa", "IP11AA", "ip1", "1P1 1AA", digits of any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from operator import ne

from bot.language.normal import fold

# Royal Mail's forms of the first half (PAF Programmers Guide): A9, A99, AA9, AA99, and A9A, AA9A with few last letters.
OUTWARD = re.compile(r"[A-Z]{1,2}[0-9]{1,2}|[A-Z][0-9][A-HJKPSTUW]|[A-Z]{2}[0-9][ABEHMNPRVWXY]")
# A sector is the second half's digit, a whole postcode adds two letters; C I K M O V are never used there.
INWARD = re.compile(r"[0-9]([ABD-HJLNP-UW-Z]{2})?")
_WHOLE_INSIDE = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}\b")
_DISTRICT_INSIDE = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]?\b")
# What else looks like a district in a question: vitamins and levels of English, by the words beside them; and the
# sections of the Housing Act by which tenants are put out, unless a word like "near" stands before.
VITAMIN_OR_LEVEL = frozenset({"b1", "b2", "b6", "b12"})
NOT_BESIDE = re.compile(r"\b(vitamins?|injections?|jabs?|tablets?|deficien\w+|levels?|tests?|exams?|citizenship)\b")
SECTION = frozenset({"s8", "s21"})
NEAR_IT = re.compile(r"\b(near|in|at|around|from|by)( (s8|s21))\b")
_PARTS = re.compile(r"[A-Z0-9]+")
# Letters and digits that fingers and eyes mix up.
_ALIKE = {"O": "O0", "0": "0O", "I": "I1", "L": "L1", "1": "1I"}


def normal_postcode(text: str) -> str | None:
    """A whole postcode, a sector or a district in its usual form ("IP1 1AA", "IP1 1", "IP1"), or None."""
    return next(iter(readings(text)), None)


def looks_like_postcode(text: str) -> bool:
    """True when the whole text has the form of a postcode, a sector or a district, real or not."""
    return normal_postcode(text) is not None


def postcode_inside(text: str) -> str | None:
    """The first whole postcode in a text ("I live at IP1 1AA"), else the first district ("near IP1")."""
    folded = fold(text)
    found = _WHOLE_INSIDE.search(folded) or _DISTRICT_INSIDE.search(folded)
    return normal_postcode(found.group()) if found else None


def postcodes_named(text: str) -> Iterator[str]:
    """The whole postcodes in a text, then the districts: those in a question that is about something else."""
    folded = fold(text)
    whole = [found.group() for found in _WHOLE_INSIDE.finditer(folded)]
    districts = [found.group() for found in _DISTRICT_INSIDE.finditer(folded)]
    for written in (*whole, *(one for one in districts if _is_meant(one, folded))):
        if found := normal_postcode(written):
            yield found


def without_postcodes(text: str) -> str:
    """A text without the postcodes and districts in it: "food near M14" is about food."""
    folded = fold(text)
    left = _DISTRICT_INSIDE.sub(" ", _WHOLE_INSIDE.sub(" ", folded))
    return " ".join(left.split()) if left != folded else text


def _is_meant(district: str, folded: str) -> bool:
    if district in VITAMIN_OR_LEVEL:
        return not NOT_BESIDE.search(folded)
    return district not in SECTION or NEAR_IT.search(folded) is not None


def district_of(postcode: str) -> str:
    """IP1 of "IP1 1AA"."""
    return postcode.split(" ", 1)[0]


def sector_of(postcode: str) -> str | None:
    """IP1 1 of "IP1 1AA"; None of a district."""
    district, _, inward = postcode.partition(" ")
    return f"{district} {inward[0]}" if inward else None


def readings(text: str) -> Iterator[str]:
    """Every postcode the text could mean, the one with the fewest characters changed first."""
    parts = _PARTS.findall(fold(text).upper())
    compact = "".join(parts)
    if not 2 <= len(compact) <= 7 or len(parts) > 4 or compact.isalpha() or compact.isdigit():
        return
    spaced = len(parts[0]) if len(parts) == 2 else None
    yield from _splits(compact, spaced)  # as she wrote it: mostly nobody asks for more
    for spelling in _misspelt(compact):
        yield from _splits(spelling, spaced)


def _misspelt(compact: str) -> list[str]:
    """The other spellings, with the fewest letters and digits taken for each other first."""
    spellings = map("".join, product(*(_ALIKE.get(character, character) for character in compact)))
    others = [spelling for spelling in spellings if spelling != compact]
    return sorted(others, key=lambda spelling: sum(map(ne, spelling, compact)))


def _splits(compact: str, spaced: int | None) -> Iterator[str]:
    """The ways to part it. Where she put a space, that comes first: "W1 1" is a sector, "W11" a district."""
    lengths = [len(compact) - 3, len(compact), len(compact) - 1]
    if spaced is not None and spaced in lengths:
        lengths.insert(0, lengths.pop(lengths.index(spaced)))
    for length in lengths:
        outward, inward = compact[:length], compact[length:]
        if OUTWARD.fullmatch(outward) and (not inward or INWARD.fullmatch(inward)):
            yield f"{outward} {inward}".strip()
