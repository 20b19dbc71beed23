"""Reads a Python module's PHRASES and WORDS without running it, so that every msgid keeps its own line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class PhraseTableError(ValueError):
    """A table that cannot be read. The message is "line: what is wrong and how to mend it"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: PHRASES[msgid] = note, or WORDS[context, msgid] = note."""

    msgid: str
    note: str
    line: int
    context: str = ""


@dataclass
class PhraseTables:
    """A module's entries, in the order they are written."""

    phrases: list[Phrase] = field(default_factory=list)
    words: list[Phrase] = field(default_factory=list)


Names = Mapping[str, ast.expr]


def phrase_tables(source: str) -> PhraseTables:
    """The tables of a module's source; empty ones when it has none. Raises PhraseTableError, SyntaxError.

    Read are texts, names of the module's own constants, f-strings of these, and ``**{... for name in CONSTANT}``.
    """
    names = dict(_constants(ast.parse(source)))
    tables = PhraseTables()
    if "PHRASES" in names:
        tables.phrases = [_phrase(key, note, own) for key, note, own in _items(names["PHRASES"], names)]
    if "WORDS" in names:
        tables.words = [_word_list(key, note, own) for key, note, own in _items(names["WORDS"], names)]
    return tables


def _constants(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            yield statement.target.id, statement.value


def _items(table: ast.expr, names: Names) -> Iterator[tuple[ast.expr, ast.expr, Names]]:
    """Key, note, and the names that hold for them."""
    table = _value(table, names)
    if isinstance(table, ast.DictComp):
        yield from _comprehended(table, names)
        return
    if not isinstance(table, ast.Dict):
        raise PhraseTableError(f"{table.lineno}: this must be a dictionary written out: {{TEXT: note}}.")
    for key, note in zip(table.keys, table.values, strict=True):
        if key is None:
            yield from _items(note, names)
        else:
            yield key, note, names


def _comprehended(table: ast.DictComp, names: Names) -> Iterator[tuple[ast.expr, ast.expr, Names]]:
    """{key: note for name in CONSTANT}, one entry an element of the constant."""
    loop = table.generators[0]
    elements = _value(loop.iter, names)
    simple = len(table.generators) == 1 and not loop.ifs and isinstance(loop.target, ast.Name)
    if not simple or not isinstance(elements, ast.Tuple | ast.List):
        raise PhraseTableError(
            f"{table.lineno}: only {{... for name in CONSTANT}} can be read here: write the entries out."
        )
    assert isinstance(loop.target, ast.Name)  # noqa: S101 # what "simple" says; for the type checker
    for element in elements.elts:
        yield table.key, table.value, {**names, loop.target.id: element}


def _phrase(key: ast.expr, note: ast.expr, names: Names) -> Phrase:
    return Phrase(_text(key, names), _text(note, names), _value(key, names).lineno)


def _word_list(key: ast.expr, note: ast.expr, names: Names) -> Phrase:
    pair = _value(key, names)
    if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
        raise PhraseTableError(f"{pair.lineno}: a key of WORDS must be (context, words).")
    context, words = pair.elts
    return Phrase(_text(words, names), _text(note, names), _value(words, names).lineno, _text(context, names))


def _text(node: ast.expr, names: Names) -> str:
    """The text that a node is: in quotes, by its name, joined by +, or an f-string of such names."""
    node = _value(node, names)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, names) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left, names) + _text(node.right, names)
    raise PhraseTableError(f"{node.lineno}: this must be a text in quotes, or the name of one in this module.")


def _value(node: ast.expr, names: Names) -> ast.expr:
    """The node that a name stands for, in this module."""
    while isinstance(node, ast.Name) and node.id in names:
        node = names[node.id]
    return node
