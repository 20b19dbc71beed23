"""Personal details in a text of any shipped language, in its own letters or in Latin ones.

It never finds every name: who shows what is left says so beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from bot.story.personal import addresses, named_places, names, numbers
from bot.story.personal.kinds import Kind, Span, span_at
from bot.story.personal.words import alike, words

# What comes first keeps its letters: the name in an e-mail address is part of the address.
FINDERS = (numbers.find, addresses.find, named_places.find, names.find)
_WORD = regex.compile(r"[\p{L}\p{M}]{3,}")


def find(text: str) -> tuple[Span, ...]:
    """The details in a text, in its order, none on top of another."""
    found: list[Span] = []
    for finder in FINDERS:
        _add(found, finder(text))
    _add(found, _said_again(text, found))
    return tuple(sorted(found))


def _add(found: list[Span], more: Iterator[Span]) -> None:
    for span in more:
        if not any(span.overlaps(other) for other in found):
            found.append(span)


def _said_again(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """A name that was told by what stands before it is the same name where nothing does."""
    kinds = {
        alike(word): span.kind
        for span in found
        if span.kind in {Kind.NAME, Kind.STAFF}
        for word in _WORD.findall(text[span.start : span.end])
        if alike(word) not in words("capitals") | words("after a cue")
    }
    if kinds:
        yield from (span_at(one.span(), kinds[alike(one[0])]) for one in _WORD.finditer(text) if alike(one[0]) in kinds)
