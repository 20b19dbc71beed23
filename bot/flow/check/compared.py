"""Comparisons in an ``if`` with an answer that nobody can give, or that have no more and less: never so, in silence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.values import Values, known_values
from bot.flow.check.written import Written
from bot.flow.condition import FACTS
from bot.flow.model import Flow
from bot.flow.unknown import nearest
from bot.language.normal import plain

ORDERS = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)


def comparisons(material: Material) -> Iterator[Finding]:
    """Every comparison that can never be so, at the word that it fails on."""
    for written in material.written:
        known = known_values(written.flow)
        for at, step in enumerate(written.flow.steps):
            tree = ast.parse(step.condition.written.strip(), mode="eval") if step.condition else None
            for node in ast.walk(tree) if tree else ():
                if isinstance(node, ast.Compare):
                    yield from _compared(node, at, written, known)
                elif isinstance(node, ast.BoolOp):
                    yield from _lone_values(node, at, written)


def _compared(node: ast.Compare, at: int, written: Written, known: Values) -> Iterator[Finding]:
    left, right = node.left, node.comparators[0]
    for one, other in ((left, right), (right, left)):
        if not isinstance(one, ast.Name) or one.id not in known or one.id in FACTS:
            continue
        if isinstance(node.ops[0], ORDERS):
            yield from _ordered(one.id, at, written, known)
            continue
        for value in _constants(other):
            if value not in {"", *known[one.id]}:
                yield _never(one.id, value, at, written, known)


def _lone_values(node: ast.BoolOp, at: int, written: Written) -> Iterator[Finding]:
    """The 4 of "age == 3 or 4", which is always so."""
    for before, part in pairwise(node.values):
        if isinstance(part, ast.Constant):
            value = ast.unparse(part).replace("'", '"')
            name = ast.unparse(before.left) if isinstance(before, ast.Compare) else "age"
            word = "or" if isinstance(node.op, ast.Or) else "and"
            told = f'After "{word}" stands only {value}, which is compared with nothing.'
            yield _at(written, at, value, "lone-value", told, f"Say it in full: {word} {name} == {value}")


def _constants(node: ast.expr) -> Iterator[str]:
    for part in node.elts if isinstance(node, ast.List | ast.Tuple) else [node]:
        if isinstance(part, ast.Constant):
            yield str(part.value)


def _ordered(name: str, at: int, written: Written, known: Values) -> Iterator[Finding]:
    """Options with numbers for their names have an order, others have none."""
    if not all(_is_number(value) for value in known[name]):
        yield _at(
            written, at, name, "no-order",
            f'"{name}" is an answer from a list: it is neither more nor less than anything.',
            f"Compare it with one of them: {_example(name, known)}",
        )  # fmt: skip


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal()


def _never(name: str, value: str, at: int, written: Written, known: Values) -> Finding:
    key = _shown_as(name, value, written.flow) or nearest(value, known[name])
    listed = ", ".join(sorted(known[name]))
    mend = f'Did you mean "{key}"?' if key else f"It can be: {listed}."
    return _at(written, at, value, "never-so", f'"{name}" is never "{value}", whatever she answers.', mend)


def _shown_as(name: str, value: str, flow: Flow) -> str | None:
    """The option that people see under these words: an "if" wants its short name."""
    options = [option for step in flow.steps if step.name == name for option in step.options]
    return next((option.key for option in options if plain(option.label) == plain(value)), None)


def _example(name: str, known: Values) -> str:
    return f'{name} == "{min(known[name], default="yes")}"'


def _at(written: Written, at: int, about: str, code: str, message: str, mend: str) -> Finding:
    line, column = written.source.find(("steps", at, "if"), about)
    return Finding(written.source.filename, line, column, Severity.ERROR, code, message, mend)
