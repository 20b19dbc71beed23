"""Takes out of a short text what points at a person: numbers, postcodes, addresses on the net, names after a cue.

It never finds every name: who shows a redacted text says so beside it. The words of a story are prepared by a champion
(``bot.story.preparing``); this is for what is shown by itself, such as answers that no flow understood.
"""

from __future__ import annotations

from bot.story.personal.find import find
from bot.story.personal.kinds import Kind, Span
from bot.story.personal.numbers import long_numbers

EMAIL, LINK, NUMBER, POSTCODE, NAME, ADDRESS = "[e-mail]", "[link]", "[number]", "[postcode]", "[name]", "[address]"
STANDS_FOR = {
    Kind.NAME: NAME,
    Kind.STAFF: NAME,
    Kind.EMAIL: EMAIL,
    Kind.LINK: LINK,
    Kind.POSTCODE: POSTCODE,
    Kind.ADDRESS: ADDRESS,
}


def redacted(text: str) -> str:
    """The text without e-mail addresses, links, long numbers of any sort, postcodes, street addresses, and the names
    that are found. The names of schools, surgeries and the like stay: they are what people ask about."""
    return "".join(_placeholder(piece, kind) for piece, kind in _pieces(text))


def marked(text: str) -> list[tuple[str, bool]]:
    """The whole text in pieces, each with whether it would be taken out by ``redacted``."""
    return [(piece, kind is not None) for piece, kind in _pieces(text)]


def _placeholder(piece: str, kind: Kind | None) -> str:
    return piece if kind is None else STANDS_FOR.get(kind, NUMBER)


def _pieces(text: str) -> list[tuple[str, Kind | None]]:
    pieces: list[tuple[str, Kind | None]] = []
    end = 0
    for span in _spans(text):
        pieces += [(text[end : span.start], None), (text[span.start : span.end], span.kind)]
        end = span.end
    return [(piece, kind) for piece, kind in [*pieces, (text[end:], None)] if piece]


def _spans(text: str) -> list[Span]:
    """With years and sums of money, too: nobody looks this over before it is shown."""
    found = [span for span in find(text) if span.kind is not Kind.PLACE]
    for start, end in long_numbers(text):
        number = Span(start, end, Kind.NUMBER)
        if not any(number.overlaps(other) for other in found):
            found.append(number)
    return sorted(found)
