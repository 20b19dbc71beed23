"""How wide letters are, as far as can be told without a font, and lines broken to fit. Sizes in pixels."""

from __future__ import annotations

import unicodedata

import regex

VIRAMA = 9  # the combining class of the sign that melts two letters of India into one
CLUSTER = regex.compile(r"\X")
# Widths in ems, a little above those of Noto Sans, Segoe UI and Liberation Sans: too wide only costs some air.
_NARROW = frozenset("iIl.,:;'|!()[]{}/jftr-\"")
_WIDE = frozenset("mwMW@%")
_LATIN = {"narrow": 0.36, "wide": 0.94, "upper": 0.72, "lower": 0.585, "digit": 0.6, "space": 0.3}
_SCRIPTS = (  # first and last letter, ems
    ("\u0590", "\u08ff", 0.56),
    ("\u0900", "\u0dff", 0.72),
    ("\u1200", "\u139f", 0.8),
    ("\u2e80", "\u9fff", 1.05),
    ("\uac00", "\ud7a3", 1.0),
    ("\ufb1d", "\ufdff", 0.56),
    ("\ufe70", "\ufefc", 0.56),
    ("\uff00", "\uffef", 1.05),
    ("\U0001f000", "\U0001faff", 1.4),
)
_LINE_HEIGHTS = {"ur": 2.05, "bn": 1.6, "ar": 1.7, "fa": 1.7, "ps": 1.7, "ckb": 1.7}


def line_height(language: str) -> float:
    """The height of a line, as a multiple of the letters' size: Nastaliq hangs deep."""
    return _LINE_HEIGHTS.get(language, 1.42)


def width(text: str, size: float) -> float:
    """About how wide the text stands in letters of this size; rather more than less."""
    before = " " + text
    return sum(_ems(letter, after) for letter, after in zip(text, before, strict=False)) * size


def lines(text: str, size: float, room: float, most: int = 0) -> tuple[str, ...]:
    """The text broken into lines no wider than ``room``; with ``most``, the last of them ends in "..." when cut."""
    found: list[str] = []
    line = ""
    for word in _words(text, size, room):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size) > room:
            found.append(line)
            line = word
        else:
            line = longer
    found.append(line)
    if most and len(found) > most:
        return (*found[: most - 1], _cut(f"{found[most - 1]} {found[most]}", size, room))
    return tuple(found)


def _words(text: str, size: float, room: float) -> list[str]:
    """The words; one that is wider than a line in pieces, never inside a letter with its marks."""
    pieces: list[str] = []
    for word in text.split():
        piece = ""
        for cluster in CLUSTER.findall(word):
            if piece and width(piece + cluster, size) > room:
                pieces.append(piece)
                piece = ""
            piece += cluster
        pieces.append(piece)
    return pieces


def _cut(line: str, size: float, room: float) -> str:
    clusters = CLUSTER.findall(line)
    while clusters and width("".join(clusters) + "...", size) > room:
        clusters.pop()
    kept = "".join(clusters)
    whole_words = kept.rpartition(" ")[0] if len(kept) < len(line) else kept
    return (whole_words or kept).rstrip(" .,;:") + "..."


def _ems(letter: str, after: str) -> float:
    if letter < "\u0590":
        return _latin_ems(letter)
    kind = unicodedata.category(letter)
    if kind in {"Mn", "Me", "Cf"}:
        return 0.0
    if kind == "Mc" or unicodedata.combining(after) == VIRAMA:
        return 0.4
    return next((ems for first, last, ems in _SCRIPTS if first <= letter <= last), 0.65)


def _latin_ems(letter: str) -> float:
    if letter in _NARROW:
        return _LATIN["narrow"]
    if letter in _WIDE:
        return _LATIN["wide"]
    if letter.isspace():
        return _LATIN["space"]
    if letter.isdigit():
        return _LATIN["digit"]
    return _LATIN["upper"] if letter.isupper() else _LATIN["lower"]
