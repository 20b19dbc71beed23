"""The small safe language of ``if``: names, texts, numbers, == != < > <= >=, in, and, or, not. Nothing else runs."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

Values = Mapping[str, object]
Part = Callable[[Values], object]

_COMPARE: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: lambda left, right: _ordered(left, right, operator.lt),
    ast.Gt: lambda left, right: _ordered(left, right, operator.gt),
    ast.LtE: lambda left, right: _ordered(left, right, operator.le),
    ast.GtE: lambda left, right: _ordered(left, right, operator.ge),
    ast.In: lambda left, right: isinstance(right, str | list | tuple) and left in right,
    ast.NotIn: lambda left, right: not (isinstance(right, str | list | tuple) and left in right),
}


MOST_LETTERS = 500  # and so many parts inside parts that reading them cannot exhaust the stack


class ConditionError(ValueError):
    """A condition that cannot be read: one sentence, and the column in it (from 0)."""

    def __init__(self, sentence: str, column: int = 0) -> None:
        super().__init__(sentence)
        self.column = column


class Condition:
    """A condition ready to be asked. ``names`` are the variables it looks at."""

    __slots__ = ("_part", "names", "written")

    def __init__(self, written: str) -> None:
        self.written = written
        if len(written) > MOST_LETTERS:
            raise ConditionError(f"This condition has more than {MOST_LETTERS} letters. Make several steps of it.")
        try:
            tree = ast.parse(written.strip(), mode="eval")
        except SyntaxError as bad:
            raise ConditionError(
                f'"{written}" cannot be read. Write it like: topic == "food" and place != ""',
                max((bad.offset or 1) - 1, 0),
            ) from bad
        self._part = _part(tree.body)
        self.names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))

    def holds(self, values: Values) -> bool:
        """True when the condition is so for these values; a variable that was never set counts as an empty text."""
        return bool(self._part(values))


def _ordered(left: object, right: object, compare: Callable[[float, float], bool]) -> bool:
    """Only numbers have an order; anything else is not above or below."""
    try:
        return compare(float(str(left)), float(str(right)))
    except ValueError:
        return False


def _part(node: ast.expr) -> Part:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
        constant = node.value
        return lambda values: constant
    if isinstance(node, ast.Name):
        name = node.id
        return lambda values: values.get(name, "")
    if isinstance(node, ast.List | ast.Tuple):
        items = [_part(item) for item in node.elts]
        return lambda values: [item(values) for item in items]
    return _joined(node)


def _joined(node: ast.expr) -> Part:
    if isinstance(node, ast.BoolOp):
        parts = [_part(value) for value in node.values]
        every = isinstance(node.op, ast.And)
        return lambda values: all(p(values) for p in parts) if every else any(p(values) for p in parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _part(node.operand)
        return lambda values: not inner(values)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        left, right, compare = _part(node.left), _part(node.comparators[0]), _COMPARE[type(node.ops[0])]
        return lambda values: compare(left(values), right(values))
    raise ConditionError(
        'Only names, "texts", numbers, == != < > <= >= in and or not can stand in a condition.',
        node.col_offset,
    )
