"""Comparisons in an ``if`` that make no sense for the kind of answer they look at: found before anyone texts."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.flow.condition import POSTCODE, TODAY
from bot.flow.model import Expect
from bot.flow.written import StepFile

SENTENCES = {
    Expect.NUMBER: '"{name}" is a number. Compare it with a number, like {name} >= 18.',
    Expect.DATE: '"{name}" is a date. Compare it with today or with a date, like {name} < "2026-01-31".',
    Expect.POSTCODE: '"{name}" is a postcode. Ask where it lies, like {name} in ["IP1", "IP2 3"], in capitals.',
    Expect.PHONE: '"{name}" is a phone number. Write numbers like "+447700900123", or ask {name} != "".',
    Expect.MEDIA: '"{name}" is what was sent. Only ask whether something came: {name} != "".',
}
NO_ORDER = '"{name}" is neither more nor less than something. Use == or != or in.'
MANY = '"{name}" keeps several answers. Ask whether one of them is there, like {example} in {name}.'
EXAMPLES = {Expect.NUMBER: "3", Expect.DATE: '"2026-01-31"', Expect.POSTCODE: '"IP1 1AA"'}
ORDERS = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)
HAVE_ORDER = frozenset({Expect.NUMBER, Expect.DATE})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a name: the kind of answer it keeps, the options beside it, and whether it keeps several."""

    kind: Expect
    keys: frozenset[str] = frozenset()
    several: bool = False


Answers = Mapping[str, Answer]


def senseless(written: str, steps: Sequence[StepFile]) -> Iterator[str]:
    """A sentence for each comparison of a condition that can never mean what was meant."""
    known = _answers(steps)
    for node in ast.walk(ast.parse(written.strip(), mode="eval")):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield from _compared(node.left, node.ops[0], node.comparators[0], known)


def _answers(steps: Sequence[StepFile]) -> Answers:
    """The kinds of answers of a flow. A name that is also set, or given by another flow, may be anything."""
    elsewhere = {name for step in steps for name in (*(step.set or ()), *(step.into or ()))}
    found = {TODAY: Answer(Expect.DATE)}
    for step in steps:
        if step.id and step.ask:
            keys = {key for option in step.options or () for key in option} | {"skip"}
            found[step.id] = Answer(step.expect or Expect.TEXT, frozenset(keys), bool(step.repeat))
    ids = Counter(step.id for step in steps)
    return {name: answer for name, answer in found.items() if name not in elsewhere and ids[name] < 2}


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, known: Answers) -> Iterator[str]:
    if isinstance(op, ast.In | ast.NotIn):
        yield from _in(left, right, known)
        return
    for one, other in ((left, right), (right, left)):
        name, answer = _known(one, known)
        if answer is None:
            continue
        if answer.several and not _is_empty(other):
            yield MANY.format(name=name, example=EXAMPLES.get(answer.kind, '"Ana"'))
        elif isinstance(op, ORDERS) and answer.kind not in HAVE_ORDER | {Expect.TEXT}:
            yield NO_ORDER.format(name=name)
        elif not _fits(other, answer, known):
            yield SENTENCES[answer.kind].format(name=name)
        else:
            continue
        return


def _in(left: ast.expr, right: ast.expr, known: Answers) -> Iterator[str]:
    """``name in [...]``, or ``something in name`` for a name that keeps several answers."""
    name, answer = _known(left, known)
    if answer is not None and answer.kind in SENTENCES:
        items = right.elts if isinstance(right, ast.List | ast.Tuple) else None
        is_list = items is not None and all(_fits(item, answer, known) for item in items)
        if not (is_list or _known(right, known)[1]):
            yield SENTENCES[answer.kind].format(name=name)
    name, answer = _known(right, known)
    if answer is not None and answer.kind in SENTENCES and not (answer.several and _fits(left, answer, known)):
        yield SENTENCES[answer.kind].format(name=name)


def _known(node: ast.expr, known: Answers) -> tuple[str, Answer | None]:
    return (node.id, known.get(node.id)) if isinstance(node, ast.Name) else ("", None)


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == ""


def _fits(node: ast.expr, answer: Answer, known: Answers) -> bool:
    """Whether this can be equal to, more or less than such an answer."""
    if isinstance(node, ast.Name):
        other = known.get(node.id)
        return other is None or other.kind is answer.kind or not {other.kind, answer.kind} <= SENTENCES.keys()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand  # -3 is a number as 3 is
    if not isinstance(node, ast.Constant):
        return answer.kind not in SENTENCES
    return node.value in {"", *answer.keys} or _is_one(node.value, answer.kind)


def _is_one(value: object, kind: Expect) -> bool:
    """Whether a written value is of this kind."""
    if kind is Expect.NUMBER:
        return _is_number(value)
    if kind is Expect.DATE:
        return isinstance(value, str) and _is_date(value)
    if kind is Expect.POSTCODE:
        return isinstance(value, str) and POSTCODE.fullmatch(value) is not None
    if kind is Expect.PHONE:
        return isinstance(value, str) and value.startswith("+") and value[1:].isdecimal()
    return kind is not Expect.MEDIA


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
