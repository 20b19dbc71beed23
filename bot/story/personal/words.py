"""The lists of names and of words that are none, read once, and how a word is made alike to find it there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_URDU = str.maketrans({"ي": "ی", "ى": "ی", "ٰ": None, "ك": "ک", "ه": "ہ", "ۀ": "ہ", "أ": "ا", "\u200c": None})
# Endings that Bangla writes on a name: to him, of him, them.
_BANGLA_ENDINGS = ("দেরকে", "দের", "কে", "ের", "র", "রা", "ে", "ও")


def alike(word: str) -> str:
    """A word in small letters, with an apostrophe that is straight, and one spelling of letters that look the same."""
    return unicodedata.normalize("NFC", word.replace("’", "'").casefold()).translate(_URDU)


@cache
def words(section: str) -> frozenset[str]:
    """The words of one section of words.txt, alike."""
    return frozenset(alike(word) for word in _sections()[section])


@cache
def polish_forms() -> frozenset[str]:
    """Polish given names in all their cases, alike."""
    return frozenset(alike(form) for name in _sections()["polish names"] for form in _declined(name))


def stem(word: str) -> str:
    """A Bangla name without its ending; any other word as it is."""
    known = words("bangla names")
    if alike(word) in known:
        return word
    for ending in _BANGLA_ENDINGS:
        if word.endswith(ending) and alike(word.removesuffix(ending)) in known:
            return word.removesuffix(ending)
    return word


@cache
def _sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    into: list[str] | None = None
    text = files("bot.story.personal").joinpath("words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            into = found.setdefault(line.strip("[]"), [])
        elif into is not None:
            into.extend(line.split())
    return found


def _declined(name: str) -> Iterator[str]:
    """As in grammars of Polish: the cases of names in -a, and of those that end in a consonant."""
    yield name
    if name.endswith("a"):
        root = name[:-1]
        yield from (root + ending for ending in ("y", "i", "ę", "ą", "o", "ie", "u"))
        yield from (root[:-1] + "ce",) if root.endswith("k") else ()
        yield from (root[:-1] + "dze",) if root.endswith("g") else ()
        yield from (root[:-1] + "rze",) if root.endswith("r") else ()
    else:
        root = name[:-2] + "k" if name.endswith("ek") else name[:-2] + "ł" if name.endswith("eł") else name
        yield from (root + ending for ending in ("a", "owi", "em", "iem", "ie", "u"))
