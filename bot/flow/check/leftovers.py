"""What never comes into a text: words after a #, and names in other marks than {braces}."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.kept import keeps
from bot.flow.check.material import Material
from bot.flow.check.written import SAID, Text, Written

_NOTE = re.compile(r"\S #\S?")
_MARKED = re.compile(r"\$\{?(\w+)\}?|%(\w+)%|\[(\w+)\]|<(\w+)>|\(\((\w+)\)\)")


def cut_texts(material: Material) -> Iterator[Finding]:
    """Texts with one space and a # in their line: the rest is a note to people, and nobody reads it."""
    for written in material.written:
        for text in written.texts:
            found = _cut(text)
            if found:
                yield found


def _cut(text: Text) -> Finding | None:
    line, column = text.source.values.get(text.path, (1, 1))
    whole = text.source.lines[line - 1]
    rest = whole[column - 1 :]
    found = _NOTE.search(rest)
    if (
        text.kind == "start word"
        or rest[:1] in {'"', "'", ">", "|"}
        or not found
        or rest[: found.start() + 1] != text.msgid
    ):
        return None
    told = f'Everything after the # is a note: people only read "{text.msgid}".'
    mend = f'Put the text in quotes: "{rest.strip()}"' if '"' not in rest else "Put the whole text in quotes."
    return Finding(text.source.filename, line, column + found.start() + 2, Severity.WARNING, "cut-text", told, mend)


def other_marks(material: Material) -> Iterator[Finding]:
    """Texts that have a name of their flow in $, %, square or pointed marks: it goes out as it is written."""
    for written in material.written:
        names = _names(written)
        for text in written.texts:
            if text.kind in SAID:
                yield from _marked(text, names)


def _marked(text: Text, names: frozenset[str]) -> Iterator[Finding]:
    for found in _MARKED.finditer(text.msgid):
        name = next(group for group in found.groups() if group)
        if name in names:
            yield text.finding(
                Severity.WARNING,
                "other-marks",
                f'"{found[0]}" goes out as it is written.',
                f"Write {{{name}}} in braces.",
                about=found[0],
            )


def _names(written: Written) -> frozenset[str]:
    return frozenset({*written.flow.takes}).union(*(keeps(step) for step in written.flow.steps))
