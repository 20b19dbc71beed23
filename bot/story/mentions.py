"""Whom a note names with @: a person's whole name, or her first name when nobody else here has it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.language.normal import plain, words

SIGN = "@"


def mentioned(text: str, people: Mapping[int, str]) -> frozenset[int]:
    """The ids of those whom the text names. Case and accents do not matter: "@zofia" names Zofia Nowak."""
    called = _called(people)
    return frozenset(id for part in text.split(SIGN)[1:] if (id := _at_the_start(part, called)) is not None)


def _called(people: Mapping[int, str]) -> dict[str, int]:
    """What each may be called, the longest first, so that "@Sam Lee" is not Sam Ray. Two of one name: neither."""
    found: dict[str, set[int]] = {}
    for id, name in people.items():
        whole = plain(name)
        for one in {whole, whole.partition(" ")[0]} - {""}:
            found.setdefault(one, set()).add(id)
    return {one: next(iter(ids)) for one, ids in sorted(found.items(), key=lambda at: -len(at[0])) if len(ids) == 1}


def _at_the_start(part: str, called: Mapping[str, int]) -> int | None:
    if part[:1].isspace():
        return None
    said = " ".join(words(part)) + " "
    return next((id for name, id in called.items() if said.startswith(f"{name} ")), None)
