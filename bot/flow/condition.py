"""The small safe language of ``if``: names, texts, numbers, == != < > <= >=, in, and, or, not. Nothing else runs.

Values are compared by what they are: two numbers as numbers, also when one of them was kept as a text; two days (texts
like "2026-04-03") as days; a postcode is in a list when the list has it, or the sector or district it lies in. Whatever
cannot be compared is not equal, not in it, and neither more nor less.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

Values = Mapping[str, object]
Part = Callable[[Values], object]

_COMPARE: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: lambda left, right: _same(left, right),
    ast.NotEq: lambda left, right: not _same(left, right),
    ast.Lt: lambda left, right: _ordered(left, right, operator.lt),
    ast.Gt: lambda left, right: _ordered(left, right, operator.gt),
    ast.LtE: lambda left, right: _ordered(left, right, operator.le),
    ast.GtE: lambda left, right: _ordered(left, right, operator.ge),
    ast.In: lambda left, right: _inside(left, right),
    ast.NotIn: lambda left, right: not _inside(left, right),
}
TODAY = "today"  # the name that stands for the day of the turn
SPARED = "spared"  # and for "yes" when she is not to be asked for more than she came for
ASKED_ABOUT_YOU = "asked_about_you"  # and for "yes" when she was asked about herself before
FACTS = frozenset({TODAY, SPARED, ASKED_ABOUT_YOU})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# A postcode as it is kept: "IP1", "IP1 1" or "IP1 1AA".
POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(?: (\d)(?:[A-Z]{2})?)?")


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


def _same(left: object, right: object) -> bool:
    """A number equals the same number written as a text."""
    if isinstance(left, int | float) or isinstance(right, int | float):
        mine, other = _number(left), _number(right)
        return mine is not None and mine == other
    return left == right


def _ordered(left: object, right: object, compare: Callable[[float, float], bool]) -> bool:
    """Only two numbers or two days have an order; anything else is not above or below."""
    if _is_day(left) and _is_day(right):
        return compare(_digits(left), _digits(right))
    mine, other = _number(left), _number(right)
    return mine is not None and other is not None and compare(mine, other)


def _inside(left: object, right: object) -> bool:
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    return isinstance(right, list | tuple) and any(_same(left, item) or _lies_in(left, item) for item in right)


def _lies_in(code: object, area: object) -> bool:
    """Whether a postcode lies in this sector or district."""
    found = POSTCODE.fullmatch(code) if isinstance(code, str) else None
    return found is not None and area in {found[1], f"{found[1]} {found[2]}"}


def _number(value: object) -> float | None:
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_day(value: object) -> bool:
    return isinstance(value, str) and DAY.fullmatch(value) is not None


def _digits(day: object) -> int:
    """The day as a number that grows with time: 20260403."""
    return int(str(day).replace("-", ""))


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
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        below = _number(getattr(node.operand, "value", None))
        if below is not None:
            return lambda values: -below
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        left, right, compare = _part(node.left), _part(node.comparators[0]), _COMPARE[type(node.ops[0])]
        return lambda values: compare(left(values), right(values))
    raise ConditionError(
        'Only names, "texts", numbers, == != < > <= >= in and or not can stand in a condition.',
        node.col_offset,
    )
