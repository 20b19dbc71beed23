"""Reads a YAML text into plain values that remember their line and column.

Every scalar stays the text that was written: ``0800 1111`` is no number, ``10:00`` no base-60 one and
``no`` no boolean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.layout import Slip, slip

Path = tuple[str | int, ...]
Position = tuple[int, int]
Value = str | list["Value"] | dict[str, "Value"] | None

MOST_LETTERS = 2_000_000  # about half a minute of reading
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

# What "\0" or "\ud800" in double quotes becomes: neither a database nor a phone takes it.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_TABS_AT_THE_END = re.compile(r"[ ]*\t[ \t]*$", re.MULTILINE)
_TAB = re.compile(r"(?P<indent>\s*\t)|\s*-[ ]*(?P<hyphen>\t)|\s*(?:- +)*\w+:[ ]*(?P<colon>\t)")
TABS = {
    "indent": ("There is a tab at the start of this line.", "Use spaces instead: two for each step in."),
    "hyphen": ("There is a tab after the hyphen.", "Use one space instead."),
    "colon": ("There is a tab after the colon.", "Use one space instead."),
}
OUT_OF_STEP = "This line does not line up with those above it. Use the same number of spaces."
# Pieces of ruamel's messages about a line that is not where it should be, or not what it should be.
MISPLACED = (
    "mapping values are not allowed",
    "simple key",
    "could not find expected ':'",
    "expected <block end>",
    "bad indentation",
    "but found",
)
# A piece of ruamel's message -> what a champion can do about it.
SYNTAX = {
    "mapping values are not allowed": 'There is a colon and a space in the text. Put all of it in "quotes".',
    "while scanning a simple key": 'This line needs a colon after its first word, like "title: See a GP".',
    "could not find expected ':'": 'This line needs a colon after its first word, like "title: See a GP".',
    "while scanning a quoted scalar": "A quote is opened here and never closed. Add the closing quote.",
    "undefined alias": 'A text that begins with * must be in "quotes".',
    "while scanning an alias": 'A text that begins with * must be in "quotes".',
    "while scanning an anchor": 'A text that begins with & must be in "quotes".',
    "cannot start any token": 'A text cannot begin with this character. Put the text in "quotes".',
    "sequence entries are not allowed": 'A text cannot begin with a hyphen and a space. Put the text in "quotes".',
    "mapping keys are not allowed": 'A text cannot begin with ? and a space. Put the text in "quotes".',
    "while parsing a flow": "A list in [ ] or { } is not closed, or a comma is missing in it.",
    "escape": "A backslash in \"double quotes\" means something else. Use 'single quotes' round this text.",
    "single document": "The line --- begins a second document. Take that line out.",
    "expected <block end>": OUT_OF_STEP,
    "bad indentation": OUT_OF_STEP,
}


@dataclass(frozen=True)
class Source:
    """A file that was read: its plain value, and where each part of it stands (line, column; both from 1)."""

    filename: str
    lines: list[str]
    value: Value = None
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)

    def position(self, path: Path) -> Position:
        """Where ``path`` stands, or the nearest thing around it that was written."""
        while path and path not in self.keys and path not in self.values:
            path = path[:-1]
        return self.keys.get(path) or self.values.get(path) or (1, 1)

    def error(
        self, path: Path, sentence: str, *, code: str, suggestion: str | None = None, about: str = "", nth: int = 0
    ) -> ContentError:
        """A problem at the key of ``path``, or at its value when it is an item of a list.

        With ``about`` at these words of its text; ``nth`` says how often they stand there before.
        """
        line, column = self.find(path, about, nth) if about else self.position(path)
        return ContentError(self.filename, line, column, sentence, code=code, suggestion=suggestion)

    def find(self, path: Path, words: str, nth: int = 0) -> Position:
        """Where ``words`` stand at or after the value of ``path``; ``nth`` of them are passed over."""
        line, column = self.values.get(path, (1, 1))
        for number, text in enumerate(self.lines[line - 1 :], line):
            at = text.find(words, column - 1 if number == line else 0)
            while at >= 0 and nth:
                at, nth = text.find(words, at + len(words)), nth - 1
            if at >= 0:
                return number, at + 1
        return line, column

    def empty(self) -> Iterator[Path]:
        """The entries with nothing after their colon."""
        return (path for path in self.keys if _at(self.value, path) is None)

    def texts(self, path: Path) -> Iterator[tuple[Path, str]]:
        """Every text that is written at ``path`` or below it, with its own path."""
        yield from _texts(path, _at(self.value, path))


def _at(value: Value, path: Path) -> Value:
    for part in path:
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
        else:
            return None
    return value


def _texts(path: Path, value: Value) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, below in parts:
        yield from _texts((*path, part), below)


def read_source(text: str | bytes, filename: str) -> Source:
    """The file as plain values with positions. Raises ContentErrors when it is no readable YAML.

    An entry with nothing after its colon is left out of the values: nothing written means not known.
    """
    if len(text) > MOST_LETTERS:
        sentence = f"This file has more than {MOST_LETTERS:,} letters, too many to check. Make several files of it."
        raise ContentErrors([ContentError(filename, 1, 1, sentence, code="too-big")])
    decoded = _decode(text, filename) if isinstance(text, bytes) else text
    decoded = decoded.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    decoded = _TABS_AT_THE_END.sub("", decoded)
    _refuse_tabs(decoded, filename)
    root = _compose(decoded, filename)
    walk = _Walk(filename)
    value = walk.plain(root, ()) if root is not None else None
    if walk.errors:
        raise ContentErrors(walk.errors)
    return Source(filename, decoded.split("\n"), value, walk.values, walk.keys)


def _decode(data: bytes, filename: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as bad:
        before = data[: bad.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        sentence = "This file is not UTF-8 text. Open it in your editor and save it again with the encoding UTF-8."
        raise ContentErrors([ContentError(filename, line, column, sentence, code="not-utf-8")]) from None


def _refuse_tabs(text: str, filename: str) -> None:
    """No tab where YAML counts spaces. A tab at the end of a line, which nobody sees, does no harm."""
    errors = []
    for number, line in enumerate(text.split("\n"), 1):
        found = _TAB.match(line)
        if line.strip() and found:
            column = line.index("\t") + 1
            where, mend = TABS[found.lastgroup or "indent"]
            errors.append(ContentError(filename, number, column, f"{where} {mend}", code="tab"))
    if errors:
        raise ContentErrors(errors)


def _compose(text: str, filename: str) -> Node | None:
    try:
        # The "safe" kind: the round-trip kind leaves marks (\a) inside folded texts.
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as bad:
        raise ContentErrors([_syntax_error(bad, text, filename)]) from None
    except ReaderError as bad:
        raise ContentErrors([_control_character(text, bad.position, filename)]) from None
    except (YAMLError, RecursionError) as bad:
        sentence = (
            "This file has lists inside lists, too many of them. Take the [ and { out that do not belong there."
            if isinstance(bad, RecursionError)
            else f"This file cannot be read as YAML: {bad}"
        )
        raise ContentErrors([ContentError(filename, 1, 1, sentence, code="yaml")]) from None
    return root


def _syntax_error(bad: MarkedYAMLError, text: str, filename: str) -> ContentError:
    said = f"{bad.context or ''} {bad.problem or ''}"
    opened = any(piece in said for piece in ("quoted scalar", "simple key", "parsing a flow"))
    mark = (bad.context_mark if opened else None) or bad.problem_mark or bad.context_mark
    found = _slip(mark, bad.problem_mark, text) if any(piece in said for piece in MISPLACED) else None
    if found:
        return ContentError(filename, found.line, found.column, f"{found.sentence} {found.mend}", code="yaml")
    sentence = next((words for piece, words in SYNTAX.items() if piece in said), None)
    sentence = sentence or f"This line cannot be read: {said.strip()}. Compare it with the entry above it."
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "mapping values" in said and ":" not in text.split("\n")[line - 1][: column - 1]:
        # The line's first colon is the one after its key: the key itself stands in the wrong column.
        sentence, column = OUT_OF_STEP, 1
    return ContentError(filename, line, column, sentence, code="yaml")


def _slip(mark: StreamMark | None, problem: StreamMark | None, text: str) -> Slip | None:
    """What the lines themselves tell of why they cannot be read."""
    lines = text.split("\n")
    if mark is None:
        return None
    last = min(max(mark.line, problem.line if problem else 0) + 1, len(lines))
    return slip(lines, min(mark.line + 1, len(lines)), last)


def _control_character(text: str, at: int, filename: str) -> ContentError:
    bad = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]", text)
    at = bad.start() if bad else at
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    sentence = "There is an invisible control character here. Delete it and type the text again."
    return ContentError(filename, line, column, sentence, code="control-character")


class _Walk:
    """Turns YAML nodes into plain values, and collects positions and problems on the way."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.values: dict[Path, Position] = {}
        self.keys: dict[Path, Position] = {}
        self.errors: list[ContentError] = []
        self._seen: set[int] = set()

    def plain(self, node: Node, path: Path, key: Node | None = None) -> Value:
        """The value of a node. ``key`` is the name before it, which is where a repeated node is reported."""
        self.values[path] = _start(node)
        if id(node) in self._seen:
            self._error(key or node, "This repeats another part by * and &. Write it out again in full.", "alias")
            return None
        self._seen.add(id(node))
        if str(node.tag).startswith("!"):
            self._error(node, 'A text cannot begin with !. Put the text in "quotes".', "tag")
        if isinstance(node, ScalarNode) and _UNSENDABLE.search(str(node.value)):
            self._error(
                node,
                "A backslash makes an invisible character here. Use 'single quotes' round this text.",
                "control-character",
            )
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, number)) for number, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Value]:
        found: dict[str, Value] = {}
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._error(key_node, "A name is missing before the colon on this line.", "no-key")
                continue
            if key in seen:
                sentence = f'"{key}" is already here, on line {seen[key]}. Keep one of the two.'
                self._error(key_node, sentence, "duplicate-key")
                continue
            seen[key] = key_node.start_mark.line + 1
            self.keys[(*path, key)] = _start(key_node)
            value = self.plain(value_node, (*path, key), key_node)
            if value is not None:
                found[key] = value
        return found

    def _error(self, node: Node, sentence: str, code: str) -> None:
        line, column = _start(node)
        self.errors.append(ContentError(self.filename, line, column, sentence, code=code))


def _start(node: Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: Node) -> str | None:
    """A text; None when nothing was written. Only quotes make an empty text, and that is nothing too."""
    written = str(node.value)
    if isinstance(node, ScalarNode) and node.style is None and written in NULLS:
        return None
    return written.strip() or None
