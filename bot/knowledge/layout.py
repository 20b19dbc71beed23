"""The line that is truly out of its place in a YAML text that cannot be read, and where it seems to belong.

YAML itself names the line at which it gave up: often the one after the slip, and never what to do about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LINE = re.compile(r"(?P<in> *)(?P<hyphens>(?:- +)*)(?P<rest>.*)")
_KEY = re.compile(r"(?P<word>[^\s\"'{\[#:][^:]*?|\"[^\"]*\"|'[^']*') *:(?:\s+(?P<value>.*))?$")
_SQUEEZED = re.compile(r"(?P<start>\s*(?:- +)*)(?P<word>[A-Za-z_]+):(?P<value>[^\s/].*)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_BRACED = re.compile(r"\{[^{}]*\}")
_NO_SPACE = re.compile(r"(?P<start> *)-(?P<rest>[A-Za-z_]+:.*)")
_CLOSING = {"[": "]", "{": "}", '"': '"', "'": "'"}


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a line (column from 1), and how to mend it."""

    line: int
    column: int
    sentence: str
    mend: str


@dataclass(slots=True)
class _Level:
    """Names or hyphens that stand below each other at one column (from 0). ``waits``: the next line may stand below."""

    column: int
    is_list: bool
    line: int
    word: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that begins something: its hyphens' columns, then a name's column, the name and what follows it."""

    number: int
    hyphens: tuple[int, ...]
    column: int
    word: str
    value: str


_Closers = dict[int, tuple[_Row, _Level | None]]


def slip(lines: Sequence[str], first: int, last: int) -> Slip | None:
    """What is out of place in one of these lines (counted from 1), or put it out of place; None when nothing is."""
    return _squeezed(lines, last) or _quoted(lines[last - 1], last) or _misplaced(lines, first, last)


def squeezed(line: str, number: int) -> Slip | None:
    """A name with no space after its colon, like "say:Hello"."""
    found = _SQUEEZED.match(line)
    if found is None:
        return None
    word, value = found["word"], found["value"].strip()
    sentence = f'There is no space after "{word}:".'
    return Slip(number, found.end("word") + 2, sentence, f'Write "{word}: {value}".')


def _hyphen(line: str, number: int) -> Slip | None:
    found = _NO_SPACE.match(line)
    if found is None:
        return None
    rest = found["rest"].strip()
    return Slip(number, found.end("start") + 2, "There is no space after the hyphen.", f'Write "- {rest}".')


def _squeezed(lines: Sequence[str], last: int) -> Slip | None:
    """In the line, or above it in the same entry of the list."""
    for number in range(last, 0, -1):
        found = squeezed(lines[number - 1], number) or _hyphen(lines[number - 1], number)
        if found or lines[number - 1].lstrip().startswith("- "):
            return found
    return None


def _quoted(line: str, number: int) -> Slip | None:
    """A text that is over, for YAML, before its line is: after its second quote, or after a word in braces."""
    row = _row(line, number)
    value = ((row.value or line.strip().removeprefix("- ")) if row else "").strip()
    found = _QUOTED.match(value) or _BRACED.match(value)
    rest = value[found.end() :].strip() if found else ""
    if not found or not rest or rest.startswith("#"):
        return None
    column = line.index(value) + 1
    if value[0] == "{":
        bare = row.word if row else ""
        mend = "Write the name without braces." if bare == "if" else f"Put quotes around all of it: {_in_quotes(value)}"
        return Slip(number, column, "No text can begin with a { that is not in quotes.", mend)
    text = value[1:-1] if value[-1] == value[0] and value[0] == "'" else value
    sentence = "The quote that opens this text closes before the text is over."
    return Slip(number, column + found.end() - 1, sentence, f"Put other quotes around all of it: {_in_quotes(text)}")


def _in_quotes(text: str) -> str:
    if '"' not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _misplaced(lines: Sequence[str], first: int, last: int) -> Slip | None:
    levels: list[_Level] = []
    closers: _Closers = {}  # a list's column -> the line that closed it, its last entry
    for row in _rows(lines[:last]):
        found = _placed(row, levels, closers)
        if found and row.number >= first:
            return found
    return _run_on(lines, first, last)


def _rows(lines: Sequence[str]) -> Iterator[_Row]:
    """The lines that begin something: no notes, and nothing inside a text or list that goes over many lines."""
    deeper, until = -1, ""
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip(" "))
        if until:
            until = "" if until in line else until
            continue
        if not line.strip() or line.lstrip().startswith("#") or (deeper >= 0 and indent > deeper):
            continue
        deeper = -1
        row = _row(line, number)
        if row is None:
            continue
        yield row
        if row.value[:1] in {">", "|"}:
            deeper = row.column if not row.hyphens else row.hyphens[-1]
        until = _left_open(row.value)


def _left_open(value: str) -> str:
    """The character that must still come, when a list or a quoted text goes on in the next line."""
    closing = _CLOSING.get(value[:1], "")
    return closing if closing and closing not in value[1:] else ""


def _row(line: str, number: int) -> _Row | None:
    parts = _LINE.match(line)
    if parts is None:
        return None
    start = len(parts["in"])
    hyphens = tuple(start + at for at, letter in enumerate(parts["hyphens"]) if letter == "-")
    key = _KEY.match(parts["rest"])
    if not (hyphens or key):
        return None
    column = start + len(parts["hyphens"])
    return _Row(number, hyphens, column, key["word"] if key else "", (key["value"] or "") if key else parts["rest"])


def _placed(row: _Row, levels: list[_Level], closers: _Closers) -> Slip | None:
    """Puts the line where it stands, or tells why it cannot stand there."""
    for column in row.hyphens:
        found = _put(_Level(column, True, row.number, row.word, True), row, levels, closers)
        if found:
            return found
    if not row.word:
        return None
    return _put(_Level(row.column, False, row.number, row.word, not row.value), row, levels, closers)


def _put(new: _Level, row: _Row, levels: list[_Level], closers: _Closers) -> Slip | None:
    closed: list[_Level] = []
    while levels and levels[-1].column > new.column:
        closed.append(levels.pop())
    top = levels[-1] if levels else None
    beside = top is not None and top.column == new.column
    if top and beside and top.is_list and not new.is_list and len(levels) > 1 and levels[-2].column == new.column:
        levels.pop()  # a list may stand right below its own name
        top = levels[-1]
    if top and beside and top.is_list == new.is_list:
        top.waits = new.waits
        last = next((level for level in reversed(closed) if not level.is_list), None)
        closers.update({level.column: (row, last) for level in closed if level.is_list})
        return None
    if top is None or (top.waits and (not beside or new.is_list)):
        if top:
            top.waits = False
        levels.append(new)
        return None
    closer = closers.get(new.column) if new.is_list else None
    if closer and not closer[0].hyphens:
        return _told(closer[0].number, closer[0].column, closer[1])
    return _told(row.number, new.column, _home(new, closed, levels))


def _home(new: _Level, closed: list[_Level], levels: list[_Level]) -> _Level | None:
    """The level that the line was probably meant for: the nearest of its kind."""
    if not new.is_list and levels and levels[-1].is_list and levels[-1].column == new.column:
        inner = [level for level in closed if not level.is_list]
        return inner[-1] if inner else None
    alike = [level for level in [*closed, *reversed(levels)] if level.is_list == new.is_list]
    return min(alike, key=lambda level: abs(level.column - new.column), default=None)


def _told(line: int, column: int, home: _Level | None) -> Slip:
    if home is None:
        sentence = "This line does not line up with those above it."
        return Slip(
            line, column + 1, sentence, "The line is missing that it belongs under: add it above, with a colon."
        )
    side = "left" if column < home.column else "right"
    where = f'under "{home.word}" on line {home.line}'
    if home.is_list:
        where = f"to the list that begins on line {home.line}"
    spaces = f"with {home.column} spaces" if home.column else "at the very left"
    sentence = f"This line does not line up: it stands too far to the {side}, and seems to belong {where}."
    return Slip(line, column + 1, sentence, f"Begin it {spaces}.")


def _run_on(lines: Sequence[str], first: int, last: int) -> Slip | None:
    """A text that goes on in a line that does not stand further in."""
    for number in range(first, last + 1):
        line = lines[number - 1]
        indent = len(line) - len(line.lstrip())
        above = next(reversed([*_rows(lines[: number - 1])]), None)
        if line.strip(" -.") and _row(line, number) is None and above and above.value and indent < above.column:
            sentence = "This line seems to go on with the text above it, but does not stand further in."
            return Slip(number, indent + 1, sentence, "Put >- after the colon above, and the whole text below it.")
    return None
