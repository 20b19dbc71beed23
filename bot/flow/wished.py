"""What matters to her in a service, read from what she texts at a list of them: "halal please", "free and no steps"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.knowledge import wishes
from bot.knowledge.wishes import Wish
from bot.language.catalogue import Catalogues
from bot.language.normal import words

TOLD_BY_THE_WAY = (Wish.HALAL, Wish.WOMEN_ONLY, Wish.STEP_FREE)  # "free" and "with my children" are said of much else


def wishes_in(said: Sequence[str], catalogues: Catalogues) -> tuple[Wish, ...]:
    """The wishes of a message, in any language; () when it says anything else too. ``said`` are its folded words."""
    table = _table(catalogues)
    longest, at, found = max(map(len, table)), 0, dict[Wish, None]()
    while at < len(said):
        ends = (end for end in range(min(len(said), at + longest), at, -1) if tuple(said[at:end]) in table)
        end = next(ends, None)
        if end is None:
            return ()
        wish = table[tuple(said[at:end])]
        if wish:
            found[wish] = None
        at = end
    return tuple(found)


def wishes_inside(said: Sequence[str], catalogues: Catalogues) -> tuple[Wish, ...]:
    """What matters to her among other words, as in "women only english class". Only what nobody says by the way."""
    table = _table(catalogues)
    longest = max(map(len, table))
    runs = (tuple(said[at:end]) for at in range(len(said)) for end in range(at + 1, min(len(said), at + longest) + 1))
    found = {table.get(run) for run in runs}
    return tuple(wish for wish in TOLD_BY_THE_WAY if wish in found)


@lru_cache(maxsize=8)
def _table(catalogues: Catalogues) -> Mapping[tuple[str, ...], Wish | None]:
    """Folded words -> what they wish for; None for words that stand round a wish."""
    table: dict[tuple[str, ...], Wish | None] = dict.fromkeys(_said(wishes.AROUND, catalogues))
    for wish, msgid in wishes.SAID.items():
        table |= dict.fromkeys(_said(msgid, catalogues), wish)
    return table


def _said(msgid: str, catalogues: Catalogues) -> list[tuple[str, ...]]:
    lists = (catalogues.words(msgid, language, context=wishes.CONTEXT) for language in catalogues.languages)
    return [tuple(folded) for one in lists for said in one if (folded := words(said))]
