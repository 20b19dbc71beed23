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
    table, begins, longest = _by_the_way(catalogues)
    starts = [at for at, word in enumerate(said) if word in begins]
    if not starts:
        return ()
    found = {table.get(tuple(said[at:end])) for at in starts for end in range(at + 1, at + longest + 1)}
    return tuple(wish for wish in TOLD_BY_THE_WAY if wish in found)


@lru_cache(maxsize=8)
def _table(catalogues: Catalogues) -> Mapping[tuple[str, ...], Wish | None]:
    """Folded words -> what they wish for; None for words that stand round a wish."""
    table: dict[tuple[str, ...], Wish | None] = dict.fromkeys(_said(wishes.AROUND, catalogues))
    for wish, msgid in wishes.SAID.items():
        table |= dict.fromkeys(_said(msgid, catalogues), wish)
    return table


@lru_cache(maxsize=8)
def _by_the_way(catalogues: Catalogues) -> tuple[Mapping[tuple[str, ...], Wish | None], frozenset[str], int]:
    """What of the table is looked for among other words, the words that it begins with, and the most words of one."""
    table = {said: wish for said, wish in _table(catalogues).items() if wish in TOLD_BY_THE_WAY}
    return table, frozenset(said[0] for said in table), max(map(len, table), default=0)


def _said(msgid: str, catalogues: Catalogues) -> list[tuple[str, ...]]:
    lists = (catalogues.words(msgid, language, context=wishes.CONTEXT) for language in catalogues.languages)
    return [tuple(folded) for one in lists for said in one if (folded := words(said))]
