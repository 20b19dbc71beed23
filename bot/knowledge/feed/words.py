"""Text from a feed as residents may see it: no HTML, no tricks of the keyboard, and short enough for a message."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import nh3

from bot.knowledge.reading import PLAIN

LONGEST = 20_000  # letters of one field that are looked at; nobody describes a service in more
_BREAKS = re.compile(r"<\s*(?:br|/p|/li|/div|/h[1-6]|/tr|/ul|/ol)\b[^>]*>", re.IGNORECASE)
_TAGGED = re.compile(r"<\s*/?\s*[a-zA-Z!][^>]*>")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_MARKED = re.compile(r"[<&`]")
_PLAIN = str.maketrans(PLAIN)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def plain_text(value: object) -> str:
    """The words of a field, a paragraph a line. Anything that is no text or number has none.

    Feeds escape their HTML once more than they should (``&lt;p&gt;``), so it is cleaned until none is left.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    text = str(value)[:LONGEST]
    for _ in range(3):
        bare = html.unescape(_without_tags(text))
        if bare == text:
            break
        text = bare
    if _TAGGED.search(text):
        text = _without_tags(text)
    lines = (" ".join(line.split()) for line in _UNSEEN.sub("", text.translate(_PLAIN)).splitlines())
    return "\n".join(line for line in lines if line)


def one_line(value: object) -> str:
    """The words of a field on one line."""
    if isinstance(value, str) and value.isascii() and value.isprintable() and not _MARKED.search(value):
        return " ".join(value[:LONGEST].split())  # most of what a feed holds: a tenth of the time
    return " ".join(plain_text(value).split())


def shortened(text: str, most: int) -> str:
    """At most so many letters: whole sentences where one fits, else whole words and three dots."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) + 1 > most:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or f"{_whole_words(text, most - 3)}..."


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text."""
    return (one.strip() for one in _SENTENCE.split(text) if one.strip())


def _without_tags(text: str) -> str:
    return nh3.clean(_BREAKS.sub("\n", text), tags=set()) if "<" in text else text


def _whole_words(text: str, most: int) -> str:
    cut = text[: most + 1].rpartition(" ")[0] if " " in text[: most + 1] else text[:most]
    return cut.rstrip(" ,;:.-")
