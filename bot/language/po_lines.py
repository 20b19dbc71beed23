"""The lines of a .po file, looked at one by one: the library that reads them forgives what loses letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORD = r"(?:msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])"
_WHOLE = re.compile(rf'(?:{_WORD}\s*)?"(?:[^"\\]|\\.)*"\s*')
_KNOWN = re.compile(rf'({_WORD}(?![\w\[])|")')
_MARKS = re.compile(r"#(?:~\|?|\|)\s*")  # before an entry that is not used any more, or before the English of old
NOT_CLOSED = (
    'The quote that opens on this line is not closed: letters would be lost. Put a " at its end, and \\" for a quote '
    "inside the text."
)
NO_QUOTES = 'A text stands in "quotes" here, like msgstr "Thank you.". Put one before it and one after it.'
INSIDE = 'There is a quote inside this text. Write \\" for it, or take it out.'
NO_LINE = 'This line is neither a note (#), nor a word like msgid or msgstr, nor a text in "quotes". Put it right.'


class Slip(NamedTuple):
    """What is wrong with a line (from 1), and how to mend it."""

    line: int
    sentence: str


def slips(text: str) -> Iterator[Slip]:
    """Every line of a catalogue that cannot be read as it was meant."""
    for number, line in enumerate(text.split("\n"), 1):
        written = _MARKS.sub("", line.strip(), count=1)
        if written and not written.startswith("#") and not _WHOLE.fullmatch(written):
            yield Slip(number, _sentence(written))


def _sentence(written: str) -> str:
    found = _KNOWN.match(written)
    if not found:
        return NO_LINE
    rest = written.removeprefix(found[1]).strip() if found[1] != '"' else written
    if not rest.startswith('"'):
        return NO_QUOTES
    return INSIDE if len(rest) > 1 and rest.endswith('"') and not rest.endswith('\\"') else NOT_CLOSED
